"""What buttons and selects have in common: they work after a restart, for all they need stands in their ids."""

from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, TypeVar

import discord

from bot.discord_app.errors import apologise
from bot.discord_app.permissions import is_moderator
from bot.discord_app.render import CHOICE_MOST, options
from bot.knowledge.faq import Entry

Interaction = discord.Interaction[Any]
Item = TypeVar("Item")
Callback = Callable[[Item, Interaction], Coroutine[Any, Any, None]]


def kept_at_the_edge(callback: Callback[Item]) -> Callback[Item]:
    """Errors of a button end in an apology: discord.py would keep them to itself."""

    @wraps(callback)
    async def kept(self: Item, interaction: Interaction) -> None:
        try:
            await callback(self, interaction)
        except Exception as error:
            await apologise(interaction, error)

    return kept


def entry_select(name: str, placeholder: str, entries: Sequence[Entry]) -> discord.ui.Select[Any]:
    return discord.ui.Select(custom_id=name, placeholder=placeholder[:CHOICE_MOST], options=options(entries))


def is_private(message: discord.Message | None) -> bool:
    return message is not None and message.flags.ephemeral


def may_correct(interaction: Interaction, asker: int) -> bool:
    """The member whom an answer was for, whoever had it posted by a command, and moderators."""
    metadata = interaction.message.interaction_metadata if interaction.message else None
    invoker = metadata.user.id if metadata and not is_private(interaction.message) else None
    return interaction.user.id in (asker, invoker) or is_moderator(interaction.permissions)


async def change_message(interaction: Interaction, **changes: Any) -> None:
    """Change the message that the button belongs to, whether or not the interaction was deferred."""
    if interaction.response.is_done():
        await interaction.edit_original_response(**changes)
    else:
        await interaction.response.edit_message(**changes)
