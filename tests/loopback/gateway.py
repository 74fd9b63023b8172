"""The gateway, version 10: sessions that are identified, told of events, interrupted and resumed."""

import asyncio
import importlib
import importlib.util
import json
import socket
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopback.world import Event, Guild, Intent, Json, World

HEARTBEAT_MS = 41_250
REPLAY_MOST = 1_000
"""Events that a session keeps for a client that comes back."""

AUTHENTICATION_FAILED = 4004
DISALLOWED_INTENTS = 4014

Encode = Callable[[str], str | bytes]


def encoder(compress: str | None) -> Encode:
    """How one connection's payloads are put into frames; the streams keep their state from frame to frame."""
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream" and importlib.util.find_spec("zstandard"):
        zstandard: Any = importlib.import_module("zstandard")
        stream = zstandard.ZstdCompressor().compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    if compress is None:
        return lambda text: text
    raise web.HTTPBadRequest(text=f"no compression {compress!r} here")


class Line:
    """One open websocket. What is sent goes out in order; closing comes after what was sent before."""

    def __init__(self, websocket: web.WebSocketResponse, encode: Encode) -> None:
        self._websocket = websocket
        self._encode = encode
        self._outbox: asyncio.Queue[Json | int | None] = asyncio.Queue()
        self.ended = False

    def send(self, payload: Json) -> None:
        self._outbox.put_nowait(payload)

    def close(self, code: int | None) -> None:
        """Close with the code or, with None, cut the connection off without a word."""
        self.ended = True
        self._outbox.put_nowait(code)

    async def pump(self) -> None:
        """Send what is to be sent, until the line is closed."""
        try:
            while isinstance(item := await self._outbox.get(), dict):
                await self._put_out(self._encode(json.dumps(item)))
            await self._end(item)
        except ConnectionError:  # the client went away first
            return

    async def _put_out(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            await self._websocket.send_str(frame)
        else:
            await self._websocket.send_bytes(frame)

    async def _end(self, code: int | None) -> None:
        if code is not None:
            await self._websocket.close(code=code)
        elif (raw := self._websocket.get_extra_info("socket")) is not None:
            raw.shutdown(socket.SHUT_RDWR)


@dataclass(eq=False)
class Session:
    """What one identified client is told; it outlives its connection so that it can be resumed."""

    id: str
    intents: int
    shard: tuple[int, int]
    replay: deque[Json]
    line: Line | None = None
    sequence: int = 0
    missed_from: int = 1
    """The oldest event that can still be told again."""

    def tell(self, name: str, data: Json) -> None:
        self.sequence += 1
        payload = {"op": 0, "t": name, "s": self.sequence, "d": data}
        if len(self.replay) == self.replay.maxlen:
            self.missed_from += 1
        self.replay.append(payload)
        if self.line is not None:
            self.line.send(payload)

    def catch_up(self, line: Line, sequence: int) -> bool:
        """Tell everything after that event again on the new line; False if that is not known any more."""
        if not self.missed_from - 1 <= sequence <= self.sequence:
            return False
        self.line = line
        for payload in self.replay:
            if payload["s"] > sequence:
                line.send(payload)
        self.tell("RESUMED", {})
        return True

    def serves(self, guild: Guild | None) -> bool:
        """Whether the shard is the one for that server; direct messages belong to the first."""
        index, count = self.shard
        return index == (0 if guild is None else (guild.id >> 22) % count)


class Gateway:
    """Every session, and what was asked of the gateway."""

    def __init__(self, world: World, stirred: Callable[[], None]) -> None:
        self.world = world
        self.url = ""
        self.replay_most = REPLAY_MOST
        self.told_twice = 0
        """How many events a client that resumes is told again though it had them."""
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.heartbeats = 0
        self._stirred = stirred
        self._lines: dict[Line, asyncio.Task[None]] = {}
        world.listeners.append(self.dispatch)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.line is not None]

    def dispatch(self, event: Event) -> None:
        """Tell every session that is to know, connected or not."""
        for session in self.sessions.values():
            if self._concerns(event, session):
                session.tell(event.name, event.write(session.intents))
        self._stirred()

    def _concerns(self, event: Event, session: Session) -> bool:
        wanted = not event.needs or session.intents & event.needs
        seen = event.channel is None or self.world.bot_sees(event.channel)
        return bool(wanted and seen and session.serves(event.guild))

    # --- what tests do to it

    def drop(self, code: int | None) -> None:
        """Close every connection; the sessions live on and can be resumed."""
        for session in self.connected:
            assert session.line is not None
            session.line.close(code)
            session.line = None
        self._stirred()

    def reconnect(self) -> None:
        """Ask every client to connect anew (op 7)."""
        for session in self.connected:
            assert session.line is not None
            session.line.send({"op": 7, "d": None})
            session.line = None
        self._stirred()

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is invalid (op 9), and forget it unless it may resume."""
        for session in self.connected:
            assert session.line is not None
            session.line.send({"op": 9, "d": resumable})
            session.line = None
            if not resumable:
                del self.sessions[session.id]
        self._stirred()

    async def shut(self) -> None:
        """Close whatever is open and wait until it is."""
        tasks = list(self._lines.values())
        for line in self._lines:
            if not line.ended:
                line.close(1001)
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        for task in tasks:
            task.cancel()

    # --- the websocket

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        encode = encoder(request.query.get("compress"))
        websocket = web.WebSocketResponse(compress=False, timeout=1)
        await websocket.prepare(request)
        line = Line(websocket, encode)
        pump = self._lines[line] = asyncio.create_task(line.pump())
        line.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for frame in websocket:
                if frame.type is WSMsgType.TEXT:
                    self._receive(line, json.loads(frame.data))
        finally:
            await self._hung_up(line, pump)
        return websocket

    async def _hung_up(self, line: Line, pump: asyncio.Task[None]) -> None:
        for session in self.connected:
            if session.line is line:
                session.line = None
        if not line.ended:
            pump.cancel()
        await asyncio.wait({pump})
        del self._lines[line]
        self._stirred()

    def _receive(self, line: Line, payload: Json) -> None:
        match payload["op"]:
            case 1:
                self.heartbeats += 1
                line.send({"op": 11})
            case 2:
                self._identify(line, payload["d"])
            case 6:
                self._resume(line, payload["d"])
            case 8:
                self._members(line, payload["d"])
            case _:  # a presence or a voice state, which nobody here looks at
                pass
        self._stirred()

    def _identify(self, line: Line, asked: Json) -> None:
        self.identifies.append(asked)
        if not self._accepts(asked["token"]):
            line.close(AUTHENTICATION_FAILED)
        elif asked["intents"] & self.world.refuse_intents:
            line.close(DISALLOWED_INTENTS)
        else:
            self._welcome(line, asked)

    def _accepts(self, token: str) -> bool:
        return self.world.token in (None, token)

    def _welcome(self, line: Line, asked: Json) -> None:
        index, count = asked.get("shard") or (0, 1)
        ident = f"session-{len(self.identifies)}"
        session = Session(ident, asked["intents"], (index, count), deque(maxlen=self.replay_most), line)
        self.sessions[ident] = session
        guilds = [guild for guild in self.world.guilds.values() if session.serves(guild)]
        session.tell("READY", self._ready(session, guilds))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                session.tell("GUILD_CREATE", self.world.guild_payload(guild, session.intents))

    def _ready(self, session: Session, guilds: Iterable[Guild]) -> Json:
        return {
            "v": 10,
            "user": self.world.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.bot.id), "flags": 0},
        }

    def _resume(self, line: Line, asked: Json) -> None:
        self.resumes.append(asked)
        session = self.sessions.get(asked["session_id"] or "")
        if not self._accepts(asked["token"]):
            line.close(AUTHENTICATION_FAILED)
        elif session is None or not session.catch_up(line, self._resumed_from(session, asked["seq"] or 0)):
            line.send({"op": 9, "d": False})

    def _resumed_from(self, session: Session, sequence: int) -> int:
        return max(session.missed_from - 1, sequence - self.told_twice) if self.told_twice else sequence

    def _members(self, line: Line, asked: Json) -> None:
        """Answer a request for members: by their ids, or by how their names begin."""
        session = next(session for session in self.connected if session.line is line)
        guild = self.world.guilds[int(asked["guild_id"])]
        ids = {str(ident) for ident in asked.get("user_ids") or ()}
        begin = asked.get("query") or ""
        found = [
            member.payload()
            for member in guild.members.values()
            if (str(member.user.id) in ids if ids else member.user.name.startswith(begin))
        ]
        chunk: Json = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        session.tell("GUILD_MEMBERS_CHUNK", chunk | {"nonce": asked.get("nonce"), "not_found": []})
