"""The one edge for errors: the member reads one kind sentence, the log has the story without the member's words."""

import contextlib
import logging
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.discord_app.permissions import standing
from bot.words.catalogue import words

TOO_LATE = (10062, 40060)
"""Discord's codes for an interaction whose three seconds were over, and for one that was answered already."""

log = logging.getLogger(__name__)


async def apologise(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """For commands and buttons."""
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.warning("An interaction had expired, or was answered already")
        return
    sentence = "went-wrong"
    if isinstance(error, app_commands.TransformerError):
        sentence = "option-not-found"  # its text has what the member typed
    else:
        log.error("An interaction failed", exc_info=error)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(words()(sentence), ephemeral=True)
        else:
            await interaction.response.send_message(words()(sentence), ephemeral=True)
    except discord.HTTPException as gone:
        log.warning("The apology could not be delivered: %s", gone.code)


async def apologise_in_reply(message: discord.Message) -> None:
    """For questions put in a message; the error itself goes on to the client's log."""
    here = standing(message.channel)
    if here.may_post:
        with contextlib.suppress(discord.HTTPException, aiohttp.ClientConnectionError):
            send = message.reply if here.may_reply else message.channel.send
            await send(words()("went-wrong"), mention_author=False)
