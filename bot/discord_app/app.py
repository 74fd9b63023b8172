"""The Discord client: least intents, no pings, commands synced when they changed, one edge for errors."""

import logging
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.desk import Desk
from bot.discord_app.asking import Asking
from bot.discord_app.buttons import PickButton
from bot.discord_app.errors import apologise
from bot.discord_app.sync import sync_if_changed

log = logging.getLogger(__name__)


def wanted_intents() -> discord.Intents:
    """Guilds and messages; the content of messages is the one privileged intent."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = True
    return intents


class Tree(app_commands.CommandTree["Assistant"]):
    async def on_error(
        self, interaction: discord.Interaction["Assistant"], error: app_commands.AppCommandError, /
    ) -> None:
        await apologise(interaction, getattr(error, "original", error))


class Assistant(commands.Bot):
    """The bot in Discord. The state folder remembers which commands Discord has.

    In its own channels every message is taken as said to the bot, without a mention.
    """

    def __init__(self, desk: Desk, state_folder: Path, *, sync_on_start: bool = True) -> None:
        # We never speak: without this, each start would warn that the voice libraries are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=wanted_intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            # Nothing that members write is kept: not in a cache of messages, nor of members.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            tree_cls=Tree,
        )
        self.desk = desk
        self._state_folder = state_folder
        self._sync_on_start = sync_on_start
        self.own_channels: set[int] = set()

    async def add_features(self) -> None:
        """Everything that the bot offers; also used to print the commands without a connection."""
        await self.add_cog(Asking(self, self.desk, self.own_channels))
        self.add_dynamic_items(PickButton)

    async def setup_hook(self) -> None:
        await self.add_features()
        if self._sync_on_start:
            await sync_if_changed(self.tree, self.application_id, self._state_folder)

    async def on_ready(self) -> None:
        log.info("Answering as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """No prefix commands: the cogs listen for themselves."""

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        log.error("Handling %s failed", event_method, exc_info=sys.exc_info())
