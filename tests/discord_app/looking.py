"""What tests in the simulated server share: their fixtures' types, and what a member sees of a message."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, ResponseMessage
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.knowledge import Knowledge
from bot.words.catalogue import words

Mention = Callable[[MemberActor, str], Awaitable[discord.Message]]
Said = Callable[[ChannelHandle], list[discord.Message]]
Heard = Callable[[ChannelHandle], Awaitable[list[discord.Message]]]
Start = Callable[[Knowledge], Awaitable[None]]
Restart = Callable[..., Awaitable[None]]
Deny = Callable[..., Awaitable[None]]
Seen = discord.Message | ResponseMessage

PATIENCE = 60
"""Seconds that a bot which was started again leaves to the members before it answers unasked."""

say = words()

WITHOUT_CONTENT = pytest.mark.simcord(
    approved_intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
)
"""In such a test Discord gives the content of messages only where they are said to the bot, and the bot knows."""


def title(message: Seen) -> str | None:
    """The question that an answer says it answers."""
    return message.embeds[0].title if message.embeds else None


def titles(message: Seen) -> list[str | None]:
    """The questions that a message answers; there may be two."""
    return [embed.title for embed in message.embeds]


def all_titles(messages: Iterable[Seen]) -> list[list[str | None]]:
    return [titles(message) for message in messages]


def pointer(to: discord.Message, question: str) -> str:
    """What the bot says instead of giving the same answer again."""
    return say("answered-above", question=question, link=to.jump_url)


def _pressable(message: Seen, kind: type[Any]) -> list[Any]:
    shown = message.message if isinstance(message, ResponseMessage) else message
    rows = [row.children for row in shown.components if isinstance(row, discord.ActionRow)]
    return [item for row in rows for item in row if isinstance(item, kind)]


def buttons(message: Seen) -> list[discord.Button]:
    return _pressable(message, discord.Button)


def labels(message: Seen) -> list[str | None]:
    """What the buttons say."""
    return [button.label for button in buttons(message)]


def choices(message: Seen) -> list[str]:
    """The values of what can be chosen from the selects."""
    return [option.value for select in _pressable(message, discord.SelectMenu) for option in select.options]


def all_ids(message: Seen) -> list[str]:
    """The ids of all buttons and selects, in order."""
    return [str(item.custom_id) for item in _pressable(message, discord.Button | discord.SelectMenu)]


def first_id(message: Seen, start: str) -> str:
    """The id of the first button or select whose id begins so."""
    return next(name for name in all_ids(message) if name.startswith(start))


def response(result: InteractionResult) -> ResponseMessage:
    """What a member sees who used a command, pressed or chose."""
    assert result.response is not None
    return result.response


def private(result: InteractionResult) -> ResponseMessage:
    """What only the member who pressed can see."""
    assert response(result).ephemeral
    return response(result)


def shown(result: InteractionResult) -> tuple[str, bool]:
    """What it says, and whether only the member who used it reads that."""
    return response(result).content, response(result).ephemeral


def denial(env: Env, *names: str) -> Overwrite:
    """What takes permissions away from the bot in a channel."""
    denied = discord.Permissions(**dict.fromkeys(names, True)).value
    return Overwrite(env.bot.user.id, OverwriteType.MEMBER, deny=denied)
