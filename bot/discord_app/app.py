"""The Discord client: least intents, no pings, commands synced when they changed, one edge for errors."""

import logging
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.activity.store import FILE, Activity
from bot.answers.desk import Desk
from bot.answers.restraint import HOUR, Restraint
from bot.discord_app import suggestions, topics, under_answer
from bot.discord_app.asking import Asking
from bot.discord_app.errors import apologise
from bot.discord_app.following import Following
from bot.discord_app.helping import Helping, PostSelect
from bot.discord_app.overhearing import Overhearing
from bot.discord_app.permissions import standing
from bot.discord_app.quiet import Quiet
from bot.discord_app.replies import Replies
from bot.discord_app.services import Services
from bot.discord_app.sync import sync_if_changed
from bot.settings import Manners

log = logging.getLogger(__name__)


def wanted_intents(*, content: bool) -> discord.Intents:
    """Guilds and messages; the content of messages is the one privileged intent."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = content
    return intents


class Tree(app_commands.CommandTree["Assistant"]):
    async def on_error(
        self, interaction: discord.Interaction["Assistant"], error: app_commands.AppCommandError, /
    ) -> None:
        await apologise(interaction, getattr(error, "original", error))


class Assistant(commands.Bot):
    """The bot in Discord. The state folder keeps what outlives a restart.

    Without the content of messages it hears only what is said to it, and nothing unasked.
    """

    def __init__(
        self,
        desk: Desk,
        state_folder: Path,
        manners: Manners = Manners(),  # noqa: B008 - frozen
        *,
        sync_on_start: bool = True,
        content: bool = True,
    ) -> None:
        # We never speak: without this, each start would warn that the voice libraries are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=wanted_intents(content=content),
            allowed_mentions=discord.AllowedMentions.none(),
            # Nothing that members write is kept: not in a cache of messages, nor of members.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            tree_cls=Tree,
        )
        self._looked = False
        self._state_folder = state_folder
        self._sync_on_start = sync_on_start
        activity, restraint = Activity(state_folder / FILE), Restraint(manners.unasked_per_hour)
        self.services = Services(desk, activity, restraint, manners, Replies(self, activity, restraint))

    async def add_features(self) -> None:
        """Everything that the bot offers; also used to print the commands without a connection."""
        asking, overhearing = Asking(self, self.services), Overhearing(self, self.services)
        following = Following(self, self.services, asking, overhearing)
        helping, topics_cog, quiet = Helping(self, self.services), topics.Topics(self.services), Quiet(self.services)
        for cog in (asking, overhearing, following, helping, topics_cog, quiet):
            await self.add_cog(cog)
        self.add_dynamic_items(*suggestions.ITEMS, *under_answer.ITEMS, *topics.ITEMS, PostSelect)

    async def setup_hook(self) -> None:
        now = discord.utils.utcnow()
        await self.services.activity.open(now)
        for shown in await self.services.activity.shown_since(now - HOUR):
            self.services.restraint.remember(shown)
        await self.add_features()
        self.tidy.start()
        if self._sync_on_start:
            await self._sync()

    async def _sync(self) -> None:
        """Register changed commands; if Discord can't just now, the registered ones go on working."""
        try:
            await sync_if_changed(self.tree, self.application_id, self._state_folder)
        except (discord.HTTPException, app_commands.AppCommandError) as refused:
            log.error("The commands could not be registered; the next start tries again: %s", refused)  # noqa: TRY400 - one line

    @tasks.loop(hours=24)
    async def tidy(self) -> None:
        await self.services.activity.tidy(discord.utils.utcnow())

    async def on_ready(self) -> None:
        log.info("Answering as %s in %d servers", self.user, len(self.guilds))
        if not self._looked and not any(guild.unavailable for guild in self.guilds):
            self._looked = True
            self._look_at_channels()

    def _look_at_channels(self) -> None:
        """One line for each channel of the settings that is not as it should be."""
        helpers = self.services.manners.helpers_channel
        if helpers is not None and self.get_channel(helpers) is None:
            log.warning("HELPERS_CHANNEL: there is no channel %d that the bot can see", helpers)
        for number in sorted(self.services.manners.ambient_channels):
            place = self.get_channel(number)
            if isinstance(place, discord.CategoryChannel):
                log.warning("AMBIENT_CHANNELS: %d is a category; name its channels", number)
                continue
            missing = ("view_channel",) if place is None else standing(place).missing
            if missing:
                log.warning("AMBIENT_CHANNELS: in channel %d the bot lacks %s", number, ", ".join(missing))

    async def close(self) -> None:
        self.tidy.cancel()
        await super().close()
        await self.services.activity.close()

    async def on_message(self, message: discord.Message, /) -> None:
        """No prefix commands: the cogs listen for themselves."""

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        log.error("Handling %s failed", event_method, exc_info=sys.exc_info())
