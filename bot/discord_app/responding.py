"""Answering an interaction in time, in the open or privately."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord

from bot.answers.restraint import Shown
from bot.discord_app.permissions import area_of
from bot.discord_app.render import Parts
from bot.discord_app.services import Services, member_words

PATIENCE_SECONDS = 1.5
"""How long a command thinks before it asks Discord for more time; Discord gives up after 3 seconds."""

DEFERRED_PRIVATELY = "deferred-privately"
"""Where an interaction keeps whether Discord was told to wait privately."""

Interaction = discord.Interaction[Any]
Result = TypeVar("Result")


async def thought_over(interaction: Interaction, work: Coroutine[Any, Any, Result], *, private: bool) -> Result:
    """The result of some work; if it takes long, Discord is told to wait, and who will see what comes first."""
    thinking = asyncio.ensure_future(work)
    await asyncio.wait({thinking}, timeout=PATIENCE_SECONDS)
    if not thinking.done() and not interaction.response.is_done():
        await interaction.response.defer(ephemeral=private)
        interaction.extras[DEFERRED_PRIVATELY] = private
    return await thinking


async def respond(
    interaction: Interaction,
    services: Services,
    parts: Parts,
    *,
    private: bool,
    question: int | None = None,
    chosen: bool = False,
    **extra: Any,
) -> None:
    """Show the parts; an answer in the open is remembered, with its question's message if it has one."""
    if interaction.response.is_done():
        if interaction.extras.pop(DEFERRED_PRIVATELY, private) and not private:
            # What was begun privately stays so: the answer for all is a message of its own.
            await interaction.edit_original_response(content=member_words(interaction)("posted"))
        message = await interaction.followup.send(ephemeral=private, wait=True, **parts.to_send(), **extra)
        sent: int | None = message.id
    else:
        response = await interaction.response.send_message(ephemeral=private, **parts.to_send(), **extra)
        sent = response.message_id
    if not private and sent is not None and interaction.channel is not None:
        place = interaction.channel
        shown = Shown(place.id, area_of(place), sent, parts.entries, interaction.created_at, unasked=False)
        await services.replies.remember(shown, question, chosen=chosen, addressed=parts.content is not None)


def is_muted_here(services: Services, interaction: Interaction) -> bool:
    """Whether the bot was asked to be quiet where a command is used: then only its user sees the answer."""
    place = interaction.channel
    if place is None:
        return False
    return services.activity.muted_until((place.id, area_of(place)), interaction.created_at) is not None
