"""What must outlive a restart, in one SQLite file: answers and their questions, feedback, requests for quiet.

Message, channel and member ids only; nothing that a member wrote. A file that fails costs memory, never an answer.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Executable, Row, String, delete, event, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import StaticPool

from bot.answers.restraint import Shown

FILE = "activity.sqlite3"
KEPT = timedelta(days=30)
"""How long it is remembered which answer belongs to which question, and feedback."""

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process that holds the file."""

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


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that answers a question; `answer` is None once somebody had it removed."""

    question: int
    channel: int
    answer: int | None
    entries: tuple[str, ...]
    unasked: bool


class _Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, str: String(200)}  # noqa: RUF012 - SQLAlchemy reads it from the class


class _Reply(_Base):
    __tablename__ = "replies"
    question: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[int]
    area: Mapped[int]
    answer: Mapped[int | None] = mapped_column(index=True)
    entries: Mapped[str] = mapped_column(String(400))
    unasked: Mapped[bool]
    pointer: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)


class _Feedback(_Base):
    """One row for an answer and kind, whoever pressed and however often: nobody's id is needed."""

    __tablename__ = "feedback"
    answer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    chosen: Mapped[str] = mapped_column(primary_key=True)
    guild: Mapped[int | None]
    channel: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(index=True)


class _Muted(_Base):
    __tablename__ = "muted_channels"
    channel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class _OptedOut(_Base):
    __tablename__ = "members_left_alone"
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class _Reported(_Base):
    __tablename__ = "reported_permissions"
    channel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    missing: Mapped[str]


class Activity:
    """The store, and the part of it that every message needs, in memory: muted channels and members left alone."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._engine: AsyncEngine | None = None
        self._is_kept = file is not None
        self._muted: dict[int, datetime] = {}
        self._opted_out: set[int] = set()
        self._reported: dict[int, str] = {}

    async def open(self) -> None:
        """Open the file and read what is needed at hand; without a usable file, remember until the end of the run."""
        try:
            await self._connect(self._file)
        except (SQLAlchemyError, OSError) as error:
            log.error(  # noqa: TRY400 - one line for the host
                "%s can't be used (%s): requests for quiet and feedback last until the next restart only",
                self._file,
                _reason(error),
            )
            await self.close()
            self._is_kept = False
            await self._connect(None)

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    async def _connect(self, file: Path | None) -> None:
        if file is None:
            engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            engine = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine.sync_engine, "connect", _write_ahead)
        self._engine = engine
        async with engine.begin() as connection:
            await connection.run_sync(_Base.metadata.create_all)
            old = _stored(datetime.now(UTC) - KEPT)
            await connection.execute(delete(_Reply).where(_Reply.at < old))
            await connection.execute(delete(_Feedback).where(_Feedback.at < old))
            await connection.execute(delete(_Muted).where(_Muted.until < _stored(datetime.now(UTC))))
            muted = await connection.execute(select(_Muted.channel, _Muted.until))
            self._muted = {row.channel: _aware(row.until) for row in muted}
            self._opted_out = set((await connection.scalars(select(_OptedOut.member))).all())
            reported = await connection.execute(select(_Reported.channel, _Reported.missing))
            self._reported = {row.channel: row.missing for row in reported}

    # Answers and the questions they belong to

    async def remember(self, question: int, shown: Shown) -> None:
        """An answer now stands in reply to a question."""
        row = {
            "question": question,
            "channel": shown.place,
            "area": shown.area,
            "answer": shown.message,
            "entries": _joined(shown.entries),
            "unasked": shown.unasked,
            "pointer": shown.pointer,
            "at": _stored(shown.at),
        }
        upsert = insert(_Reply).values(**row)
        await self._write(upsert.on_conflict_do_update(index_elements=["question"], set_=row))

    async def reply_to(self, question: int) -> Reply | None:
        """The answer that was given to a question, if any was."""
        columns = (_Reply.channel, _Reply.answer, _Reply.entries, _Reply.unasked)
        found = await self._read(select(*columns).where(_Reply.question == question))
        return next((Reply(question, r.channel, r.answer, _split(r.entries), r.unasked) for r in found), None)

    async def change(self, answer: int, entries: Iterable[str]) -> None:
        """An answer was changed into another one."""
        changed = update(_Reply).where(_Reply.answer == answer)
        await self._write(changed.values(entries=_joined(entries), pointer=False))

    async def forget(self, answer: int) -> None:
        """An answer is gone, and its question will not be answered again."""
        await self._write(update(_Reply).where(_Reply.answer == answer).values(answer=None, entries=""))

    async def shown_since(self, since: datetime) -> list[Shown]:
        """The answers given since then, oldest first; removed ones show nothing any more but were said."""
        table = _Reply.__table__.c
        columns = (table.channel, table.area, table.answer, table.entries, table.at, table.unasked, table.pointer)
        rows = await self._read(select(*columns).where(table.at >= _stored(since)).order_by(table.at))
        return [
            Shown(r.channel, r.area, r.answer or 0, _split(r.entries), _aware(r.at), r.unasked, r.pointer) for r in rows
        ]

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
        where = {"answer": answer, "guild": guild, "channel": channel, "at": _stored(at)}
        rows = [{"entry": entry, "kind": kind.value, "chosen": chosen, **where} for entry in entries]
        await self._write(*(insert(_Feedback).values(**row).on_conflict_do_nothing() for row in rows))

    async def feedback(self) -> list[tuple[int, str, Feedback, str]]:
        """All feedback that is kept: answer, entry, kind, and the entry that was chosen instead."""
        columns = (_Feedback.answer, _Feedback.entry, _Feedback.kind, _Feedback.chosen)
        rows = await self._read(select(*columns).order_by(_Feedback.at))
        return [(row.answer, row.entry, Feedback(row.kind), row.chosen) for row in rows]

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
            insert(_Muted).values(**row).on_conflict_do_update(index_elements=["channel"], set_=row)
        )

    async def unmute(self, channel: int) -> bool:
        """Speak in a channel again. Tells whether that will survive a restart."""
        self._muted.pop(channel, None)
        return await self._write(delete(_Muted).where(_Muted.channel == channel))

    def is_left_alone(self, member: int) -> bool:
        """Whether a member does not want to be answered unasked."""
        return member in self._opted_out

    async def leave_alone(self, member: int) -> bool:
        """Never answer a member unasked. Tells whether that will survive a restart."""
        self._opted_out.add(member)
        return await self._write(insert(_OptedOut).values(member=member).on_conflict_do_nothing())

    async def welcome_back(self, member: int) -> bool:
        """A member may be answered unasked again. Tells whether that will survive a restart."""
        self._opted_out.discard(member)
        return await self._write(delete(_OptedOut).where(_OptedOut.member == member))

    # Permissions that were reported as missing

    async def is_news(self, channel: int, missing: Iterable[str]) -> bool:
        """Whether this has not been reported about a channel yet; it counts as reported from now on."""
        names = _joined(missing)
        if self._reported.get(channel, "") == names:
            return False
        self._reported[channel] = names
        statements: list[Executable] = [delete(_Reported).where(_Reported.channel == channel)]
        if names:
            statements.append(insert(_Reported).values(channel=channel, missing=names))
        await self._write(*statements)
        return bool(names)

    # The file

    async def _read(self, statement: Executable) -> Sequence[Row[Any]]:
        """The rows of a statement; none if the file fails."""
        try:
            async with self._opened().connect() as connection:
                return (await connection.execute(statement)).all()
        except (SQLAlchemyError, OSError) as error:
            log.warning("%s can't be read: %s", self._file, _reason(error))
            return []

    async def _write(self, *statements: Executable) -> bool:
        """Execute statements in one transaction; tells whether they are stored."""
        try:
            async with self._opened().begin() as connection:
                for statement in statements:
                    await connection.execute(statement)
        except (SQLAlchemyError, OSError) as error:
            log.warning("%s can't be written: %s", self._file, _reason(error))
            return False
        return self._is_kept

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the store is not open")
        return self._engine


def _write_ahead(connection: object, _: object) -> None:
    """Readers and the writer do not wait for each other, and a killed process leaves a sound file."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
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
