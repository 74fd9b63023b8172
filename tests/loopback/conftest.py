"""A Discord of our own that discord.py takes for the real one."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord.backoff import ExponentialBackoff

from tests.loopback.discord_server import DiscordServer, pointing_discord_py_at


@pytest.fixture
def quick_reconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py comes back at once: without its growing pauses, and without the five seconds before identifying."""

    async def at_once(*_args: object, **_options: object) -> None:
        return None

    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.001)
    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)


@pytest.fixture
async def server(quick_reconnects: None) -> AsyncIterator[DiscordServer]:  # noqa: ARG001 - it acts by being there
    """Our Discord; discord.py knows no other while the test runs."""
    async with DiscordServer() as running:
        with pointing_discord_py_at(running.url):
            yield running
