"""The one edge for errors: the member reads one kind sentence, the log has the story without the member's words."""

import contextlib
import logging
from typing import Any

import discord

from bot.words.catalogue import words

INTERACTION_EXPIRED = 10062
"""Discord's code for an interaction whose three seconds were over."""

log = logging.getLogger(__name__)


async def apologise(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """For commands and buttons."""
    if isinstance(error, discord.NotFound) and error.code == INTERACTION_EXPIRED:
        log.warning("An interaction had expired before it was answered")
        return
    log.error("An interaction failed", exc_info=error)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(words()("went-wrong"), ephemeral=True)
        else:
            await interaction.response.send_message(words()("went-wrong"), ephemeral=True)
    except discord.HTTPException as gone:
        log.warning("The apology could not be delivered: %s", gone.code)


async def apologise_in_reply(message: discord.Message) -> None:
    """For questions put in a message; the error itself goes on to the client's log."""
    with contextlib.suppress(discord.HTTPException):
        await message.reply(words()("went-wrong"), mention_author=False)
