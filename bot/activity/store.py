"""What must outlive a restart, in one SQLite file: answers and their questions, feedback, requests for quiet.

Message, channel and member ids only; nothing that a member wrote. A file that fails costs memory, never an answer.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, ColumnElement, Executable, Row, delete, event, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.activity.tables import Base, MembersLeftAlone, MutedChannels, Pressed, Replies, ReportedPermissions
from bot.answers.restraint import Shown

FILE = "activity.sqlite3"
KEPT = timedelta(days=30)
"""How long it is remembered which answer belongs to which question, and feedback."""

TIDIED_EVERY = timedelta(hours=12)

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process that holds the file."""

UNUSABLE = (SQLAlchemyError, OSError, ValueError)
"""What a file can fail with; ValueError is a moment in it that is none."""

UNTIL_RESTART = "requests for quiet and feedback last until the next restart only"

log = logging.getLogger(__name__)


class Feedback(StrEnum):
    """What members press about an answer."""

    NOT_MEANT = "not-meant"
    NOT_HELPFUL = "not-helpful"
    OTHER = "other"
    """Another entry was the right one."""
    WRONG = "wrong"
    OUTDATED = "outdated"
    REMOVED = "removed"
    PICKED = "picked"
    """Of the suggested entries, this one was meant."""
    NONE = "none"
    """This suggested entry was not meant, nor was any beside it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that answers a question."""

    answer: int
    channel: int
    entries: tuple[str, ...]
    unasked: bool
    chosen: bool
    """A person chose what it shows: it does not change with the question."""
    removed: bool
    """It is gone, and nothing takes its place."""


class Activity:
    """The store, and the part of it that every message needs, in memory: muted channels and members left alone."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._engine: AsyncEngine | None = None
        self._is_kept = file is not None
        self._tidied = datetime.min.replace(tzinfo=UTC)
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._muted: dict[int, datetime] = {}
        self._opted_out: set[int] = set()
        self._reported: dict[int, str] = {}

    async def open(self, now: datetime) -> None:
        """Open the file, drop what is too old and read what is needed at hand.

        A file that can only be read is read; without a usable file, it is remembered until the end of the run.
        """
        self._tidied = now
        try:
            self._engine = _engine(self._file)
            await self._prepare(now)
            await self._load()
        except UNUSABLE as error:
            log.error("%s can't be used (%s): %s", self._file, _reason(error), UNTIL_RESTART)  # noqa: TRY400 - one line
            await self._make_do(now)

    async def _make_do(self, now: datetime) -> None:
        """Without a file to write to: read it if that is possible, else begin with nothing."""
        try:
            await self._load()
        except (*UNUSABLE, RuntimeError):
            await self.close()
            self._is_kept = False
            self._engine = _engine(None)
            await self._prepare(now)

    async def close(self) -> None:
        """Close the file after what is under way. What comes later is not stored."""
        engine, self._engine = self._engine, None
        if engine is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(BUSY_SECONDS + 1):
                    await self._idle.wait()
            await engine.dispose()

    async def tidy(self, now: datetime) -> None:
        """Not more than twice a day, drop what is kept for thirty days only, and mutes that have ended."""
        if now - self._tidied >= TIDIED_EVERY:
            self._tidied = now
            await self._write(*_too_old(now))

    async def _prepare(self, now: datetime) -> None:
        async with self._opened().begin() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")  # two processes may create the tables at once
            await connection.run_sync(Base.metadata.create_all)
            for statement in _too_old(now):
                await connection.execute(statement)

    async def _load(self) -> None:
        async with self._opened().connect() as connection:
            muted = await connection.execute(select(MutedChannels.channel, MutedChannels.until))
            self._muted = {row.channel: _aware(row.until) for row in muted}
            self._opted_out = set((await connection.scalars(select(MembersLeftAlone.member))).all())
            for table in (Replies, Pressed):  # raises if another program's tables have these names
                await connection.execute(select(table).limit(1))
            reported = await connection.execute(select(ReportedPermissions.channel, ReportedPermissions.missing))
            self._reported = {row.channel: row.missing for row in reported}

    # Answers and the questions they belong to

    async def remember(self, question: int, shown: Shown, *, chosen: bool = False, addressed: bool = False) -> None:
        """An answer now stands in reply to a question; `addressed`: it says above itself whom it is for."""
        row = {
            "question": question,
            "channel": shown.place,
            "area": shown.area,
            "answer": shown.message,
            "entries": _joined(shown.entries),
            "unasked": shown.unasked,
            "pointer": shown.pointer,
            "chosen": chosen,
            "addressed": addressed,
            "removed": False,
            "at": _stored(shown.at),
        }
        await self._write(insert(Replies).values(**row).on_conflict_do_nothing())

    async def replies_about(self, messages: Collection[int]) -> list[tuple[int, Reply]]:
        """Of these messages, which were answered, or are answers: each answer with its question."""
        return await self._replies(Replies.question.in_(messages) | Replies.answer.in_(messages))

    async def replies_to(self, question: int) -> list[Reply]:
        """The answers that were given to a question, oldest first; removed ones, too."""
        return [reply for _, reply in await self._replies(Replies.question == question)]

    async def _replies(self, condition: ColumnElement[bool]) -> list[tuple[int, Reply]]:
        table = Replies.__table__.c
        columns = (
            table.question,
            table.answer,
            table.channel,
            table.entries,
            table.unasked,
            table.chosen,
            table.removed,
        )
        rows = await self._read(select(*columns).where(condition).order_by(table.answer))
        return [
            (r.question, Reply(r.answer, r.channel, _split(r.entries), r.unasked, r.chosen, r.removed)) for r in rows
        ]

    async def is_chosen(self, answer: int) -> bool:
        """Whether a person chose what an answer shows."""
        rows = await self._read(select(Replies.chosen).where(Replies.answer == answer))
        return bool(rows) and bool(rows[0].chosen)

    async def is_addressed(self, answer: int) -> bool:
        """Whether an answer says above itself whom it is for."""
        rows = await self._read(select(Replies.addressed).where(Replies.answer == answer))
        return bool(rows) and bool(rows[0].addressed)

    async def change(self, answer: int, entries: Iterable[str], *, chosen: bool, pointer: bool = False) -> None:
        """An answer was changed into another one or a pointer, by a person or because its question changed."""
        changed = update(Replies).where(Replies.answer == answer, ~Replies.removed)
        await self._write(changed.values(entries=_joined(entries), pointer=pointer, chosen=chosen))

    async def forget(self, answer: int) -> None:
        """An answer is gone, and nothing takes its place."""
        await self._write(update(Replies).where(Replies.answer == answer).values(removed=True, entries=""))

    async def shown_since(self, since: datetime) -> list[Shown]:
        """The answers given since then, oldest first; removed ones show nothing any more but were said."""
        table = Replies.__table__.c
        columns = (table.channel, table.area, table.answer, table.entries, table.at, table.unasked, table.pointer)
        rows = await self._read(select(*columns).where(table.at >= _stored(since)).order_by(table.at))
        return [Shown(r.channel, r.area, r.answer, _split(r.entries), _aware(r.at), r.unasked, r.pointer) for r in rows]

    # Feedback

    async def note(
        self,
        kind: Feedback,
        answer: int,
        entries: Iterable[str],
        *,
        guild: int | None,
        channel: int | None,
        at: datetime,
        chosen: str = "",
    ) -> None:
        """A member pressed a button about an answer."""
        where = {"answer": answer, "guild": guild, "channel": channel if guild else None, "at": _stored(at)}
        rows = [{"entry": entry, "kind": kind.value, "chosen": chosen, **where} for entry in entries]
        await self._write(*(insert(Pressed).values(**row).on_conflict_do_nothing() for row in rows))

    async def feedback(self) -> list[tuple[int, str, Feedback, str]]:
        """All feedback that is kept: answer, entry, kind, and the entry that was chosen instead."""
        columns = (Pressed.answer, Pressed.entry, Pressed.kind, Pressed.chosen)
        rows = await self._read(select(*columns).order_by(Pressed.at))
        known = set(Feedback)  # a later version may have stored more kinds
        return [(row.answer, row.entry, Feedback(row.kind), row.chosen) for row in rows if row.kind in known]

    # Quiet on request

    def muted_until(self, channels: Iterable[int], now: datetime) -> datetime | None:
        """Until when one of these channels (a thread and the channel it is in) is muted, if it is."""
        ends = [self._muted[channel] for channel in channels if channel in self._muted]
        return max((end for end in ends if end > now), default=None)

    async def mute(self, channel: int, until: datetime) -> bool:
        """Say nothing in a channel for a while. Tells whether that will survive a restart."""
        self._muted[channel] = until
        row = {"channel": channel, "until": _stored(until)}
        return await self._write(
            insert(MutedChannels).values(**row).on_conflict_do_update(index_elements=["channel"], set_=row)
        )

    async def unmute(self, channel: int) -> bool:
        """Speak in a channel again. Tells whether that will survive a restart."""
        self._muted.pop(channel, None)
        return await self._write(delete(MutedChannels).where(MutedChannels.channel == channel))

    def is_left_alone(self, member: int) -> bool:
        """Whether a member does not want to be answered unasked."""
        return member in self._opted_out

    async def leave_alone(self, member: int) -> bool:
        """Never answer a member unasked. Tells whether that will survive a restart."""
        self._opted_out.add(member)
        return await self._write(insert(MembersLeftAlone).values(member=member).on_conflict_do_nothing())

    async def welcome_back(self, member: int) -> bool:
        """A member may be answered unasked again. Tells whether that will survive a restart."""
        self._opted_out.discard(member)
        return await self._write(delete(MembersLeftAlone).where(MembersLeftAlone.member == member))

    # Permissions that were reported as missing

    async def is_news(self, channel: int, missing: Iterable[str]) -> bool:
        """Whether this has not been reported about a channel yet; it counts as reported from now on."""
        names = _joined(missing)
        if self._reported.get(channel, "") == names:
            return False
        self._reported[channel] = names
        statements: list[Executable] = [delete(ReportedPermissions).where(ReportedPermissions.channel == channel)]
        if names:
            statements.append(insert(ReportedPermissions).values(channel=channel, missing=names))
        await self._write(*statements)
        return bool(names)

    # The file

    async def _read(self, statement: Executable) -> Sequence[Row[Any]]:
        """The rows of a statement; none if the file fails."""
        rows: list[Sequence[Row[Any]]] = []

        async def read(connection: AsyncConnection) -> None:
            rows.append((await connection.execute(statement)).all())

        await self._with_connection(read)
        return rows[0] if rows else []

    async def _write(self, *statements: Executable) -> bool:
        """Execute statements in one transaction; tells whether they are stored."""

        async def write(connection: AsyncConnection) -> None:
            for statement in statements:
                await connection.execute(statement)

        done = await self._with_connection(write)
        # SQLite goes on writing to a file that somebody has deleted.
        return done and self._is_kept and self._file is not None and self._file.exists()

    async def _with_connection(self, work: Callable[[AsyncConnection], Awaitable[None]]) -> bool:
        """Do some work in a transaction; if the file fails, one line in the log. `close` waits for it to end."""
        if self._engine is None:
            return False
        self._running += 1
        self._idle.clear()
        try:
            async with self._engine.begin() as connection:
                await work(connection)
        except UNUSABLE as error:
            log.warning("%s can't be read or written: %s", self._file, _reason(error))
            return False
        else:
            return True
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the store is not open")
        return self._engine


def _engine(file: Path | None) -> AsyncEngine:
    """For a file whose folder is created if need be, or for memory."""
    if file is None:
        # One connection, for it has a memory of its own, and one at a time: a rollback takes back what others write.
        return create_async_engine("sqlite+aiosqlite://", poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0)
    file.parent.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite+aiosqlite", database=str(file))
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _write_ahead)
    return engine


def _too_old(now: datetime) -> tuple[Executable, ...]:
    """What is not kept any longer."""
    old = _stored(now - KEPT)
    return (
        delete(Replies).where(Replies.at < old),
        delete(Pressed).where(Pressed.at < old),
        delete(MutedChannels).where(MutedChannels.until < _stored(now)),
    )


def _write_ahead(connection: object, _: object) -> None:
    """Readers and the writer do not wait for each other, and a killed process leaves a sound file."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # SQLite does not wait here. Whoever can't because another process is about it need not: the file keeps the mode.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _reason(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or getattr(error, "strerror", None) or type(error).__name__)


def _joined(names: Iterable[str]) -> str:
    return " ".join(names)


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _stored(moment: datetime) -> datetime:
    """SQLite keeps no time zones: everything is kept in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
