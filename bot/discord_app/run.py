"""Runs the client until it is stopped; what the operator has to put right becomes a SettingsError."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import discord

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.discord_app.sync import command_payload, sync
from bot.errors import SettingsError
from bot.settings import Manners
from bot.words.catalogue import words

log = logging.getLogger(__name__)

TOKEN_REFUSED = 4004
INTENT_REFUSED = 4014
"""Codes with which Discord ends a connection for good."""

Result = TypeVar("Result")


def run_bot(desk: Desk, token: str, state_folder: Path, manners: Manners) -> None:
    """Answer in Discord until Ctrl-C."""
    _run(serve(desk, token, state_folder, manners))


async def serve(desk: Desk, token: str, state_folder: Path, manners: Manners) -> None:
    """Answer until cancelled. If Discord refuses the content of messages, now or later, go on without it."""
    try:
        async with Assistant(desk, state_folder, manners) as client:
            await client.start(token)
    except discord.PrivilegedIntentsRequired:
        log.warning(words()("content-refused"))
        async with Assistant(desk, state_folder, manners, content=False) as client:
            await client.start(token)


def sync_commands(desk: Desk, token: str, state_folder: Path) -> int:
    """Register the commands with Discord and tell how many there are."""

    async def register() -> int:
        async with Assistant(desk, state_folder, sync_on_start=False) as client:
            await client.login(token)
            return await sync(client.tree, client.application_id, state_folder)

    return _run(register()) or 0


def command_tree_json(desk: Desk) -> str:
    """The commands as they would be sent to Discord."""

    async def collect() -> str:
        client = Assistant(desk, Path())
        await client.add_features()
        return json.dumps(command_payload(client.tree), indent=2, ensure_ascii=False)

    return asyncio.run(collect())


def _run(work: Coroutine[Any, Any, Result]) -> Result | None:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        return None
    except discord.LoginFailure:
        raise SettingsError("setting-token-refused") from None
    except discord.PrivilegedIntentsRequired:
        raise SettingsError("discord-closed", code=INTENT_REFUSED) from None
    except discord.ConnectionClosed as closed:
        if closed.code == TOKEN_REFUSED:
            raise SettingsError("setting-token-refused") from None
        raise SettingsError("discord-closed", code=closed.code or 0) from None
    except (aiohttp.ClientConnectionError, discord.GatewayNotFound) as error:
        raise SettingsError("discord-unreachable", reason=type(error).__name__) from None
