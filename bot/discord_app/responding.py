"""Answering an interaction in time, in the open or privately."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.answers.restraint import Shown
from bot.discord_app.components import Interaction
from bot.discord_app.permissions import area_of, standing_with
from bot.discord_app.render import Parts
from bot.discord_app.services import Services, member_words

DEFER_AFTER_SECONDS = 1.5
"""How long a command thinks before it asks Discord for more time; Discord gives up after 3 seconds."""

STARTED, DEFERRED = "started", "deferred-privately"
"""Where an interaction keeps when its thinking began, and whether Discord was told to wait privately."""

Result = TypeVar("Result")


async def thought_over(interaction: Interaction, work: Coroutine[Any, Any, Result], *, private: bool) -> Result:
    """The result of some work; if it takes long, Discord is told to wait, and who will see what comes first."""
    thinking = asyncio.ensure_future(work)
    now = asyncio.get_running_loop().time()
    left = DEFER_AFTER_SECONDS - (now - interaction.extras.setdefault(STARTED, now))
    await asyncio.wait({thinking}, timeout=max(left, 0))
    if not thinking.done() and not interaction.response.is_done():
        try:
            await interaction.response.defer(ephemeral=private)
        except BaseException:
            thinking.cancel()
            raise
        interaction.extras[DEFERRED] = private
    return await thinking


async def respond(
    interaction: Interaction,
    services: Services,
    parts: Parts,
    *,
    private: bool,
    question: int | None = None,
    chosen: bool = False,
    addressed: bool = False,
    **extra: Any,
) -> None:
    """Show the parts; what is shown in the open is remembered, with its question's message if it has one."""
    place = interaction.channel
    if interaction.response.is_done():
        await _settle_deferral(interaction, private=private)
        message = await interaction.followup.send(ephemeral=private, wait=True, **parts.to_send(), **extra)
        sent: int | None = message.id
    else:
        response = await interaction.response.send_message(ephemeral=private, **parts.to_send(), **extra)
        sent = response.message_id
    if not private and sent is not None and place is not None:
        shown = Shown(place.id, area_of(place), sent, parts.entries, interaction.created_at, unasked=False)
        await services.replies.remember(shown, question, chosen=chosen, addressed=addressed)


async def _settle_deferral(interaction: Interaction, *, private: bool) -> None:
    """What Discord shows as waiting stays as open or private as it was begun: then it makes way for a new message."""
    begun_privately = interaction.extras.pop(DEFERRED, private)
    if begun_privately and not private:
        await interaction.edit_original_response(content=member_words(interaction)("posted"))
    elif private and not begun_privately:
        await interaction.delete_original_response()


def is_hushed_here(services: Services, interaction: Interaction) -> bool:
    """Whether only its user may see what a command says: the bot was asked to be quiet, or may not write here."""
    place = interaction.channel
    if place is None or interaction.guild_id is None:
        return False
    muted = services.is_muted(place, interaction.created_at)
    return muted or not standing_with(interaction.app_permissions, place).may_post
