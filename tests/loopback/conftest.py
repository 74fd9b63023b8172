"""A Discord of our own that discord.py takes for the real one, and our bot in it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import discord
import pytest
from discord.backoff import ExponentialBackoff

from bot.answers.desk import Desk
from bot.discord_app import run
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.settings import Manners
from tests.loopback.discord_server import DiscordServer, handlers, pointing_discord_py_at

Serving = Callable[..., AbstractAsyncContextManager[Assistant]]
"""The bot runs until the block is left; takes its manners, and whether it is stopped in the middle of its work."""


@pytest.fixture
def quick_reconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py comes back at once: without its growing pauses, and without the five seconds before identifying."""

    async def at_once(*_args: object, **_options: object) -> None:
        return None

    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.001)
    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py puts a failed request again at once, and not after one, three, five seconds."""

    class Hurried:
        """asyncio, as discord.py's requests see it: in it nobody sleeps for long."""

        async def sleep(self, _: float) -> None:
            await asyncio.sleep(0)

        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

    for module in (discord.http, discord.webhook.async_):
        monkeypatch.setattr(module, "asyncio", Hurried())


@pytest.fixture
async def server(
    quick_reconnects: None,  # noqa: ARG001 - it acts by being there
    quick_retries: None,  # noqa: ARG001
) -> AsyncIterator[DiscordServer]:
    """Our Discord; discord.py knows no other while the test runs."""
    async with DiscordServer() as running:
        with pointing_discord_py_at(running.url):
            yield running


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """Keeps what was learned from an FAQ, so that it is learned once and not for every test."""
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def desk(shared_cache: Cache, larger_knowledge: Knowledge) -> Desk:
    """A desk on the larger FAQ that is ready to answer, on words alone."""
    ready = Desk(larger_knowledge, shared_cache, lambda: ())
    ready.prepare()
    return ready


@pytest.fixture
def state_folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[Assistant]:
    """Every client that the bot makes, in order; none of them waits long for further servers."""
    made: list[Assistant] = []

    class Noted(Assistant):
        def __init__(self, *given: object, **options: object) -> None:
            super().__init__(*given, **options)  # type: ignore[arg-type]
            self._connection.guild_ready_timeout = 0.02
            made.append(self)

    monkeypatch.setattr(run, "Assistant", Noted)
    return made


@pytest.fixture
def serving(server: DiscordServer, desk: Desk, state_folder: Path, clients: list[Assistant]) -> Serving:
    """Run the bot, as `python -m bot` does, until the block is left. Again, it is a restart."""

    @contextlib.asynccontextmanager
    async def until_left(
        manners: Manners = Manners(),  # noqa: B008 - frozen
        *,
        abruptly: bool = False,
    ) -> AsyncIterator[Assistant]:
        before = len(clients)
        running = asyncio.create_task(run.serve(desk, "token", state_folder, manners))
        try:
            await server.until(lambda: running.done() or (len(clients) > before and clients[-1].is_ready()))
            if running.done():
                running.result()
            yield clients[-1]
            if not abruptly:
                await server.until(lambda: not handlers())
        finally:
            running.cancel()
            await asyncio.wait({running})
        if not running.cancelled():
            running.result()

    return until_left


@pytest.fixture
async def assistant(serving: Serving) -> AsyncIterator[Assistant]:
    """The bot, running and ready, with the manners it has by default."""
    async with serving() as client:
        yield client
