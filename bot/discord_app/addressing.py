"""Whom a message is for: the bot, somebody else, or whoever reads it."""

import re
from collections.abc import Set
from enum import StrEnum

import discord

from bot.text import is_command

WRITTEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""What members write; joins, pins and boosts are messages, too."""


class Addressed(StrEnum):
    """How a message is said to the bot."""

    BY_NAME = "by name"
    """It expects an answer: a typed mention, or a direct message."""
    IN_PASSING = "in passing"
    """A reply to the bot, or a message in a channel of its own: "thanks!" expects none."""


def is_from_a_person(message: discord.Message) -> bool:
    return not message.author.bot and message.webhook_id is None and message.type in WRITTEN


def addressed(message: discord.Message, user: discord.ClientUser | None, own_channels: Set[int]) -> Addressed | None:
    """How a person's message is said to the bot, if it is."""
    if user is None:
        return None
    # Only a mention that was typed: a reply's ping is one for Discord, but "thanks!" expects no answer.
    if message.guild is None or re.search(rf"<@!?{user.id}>", message.content):
        return Addressed.BY_NAME
    answered = message.reference.resolved if message.reference else None
    if isinstance(answered, discord.Message) and answered.author == user:
        return Addressed.IN_PASSING
    return Addressed.IN_PASSING if message.channel.id in own_channels else None


def is_for_everybody(message: discord.Message) -> bool:
    """Whether a person's message is neither a reply, nor for somebody by name, nor for another bot."""
    # "@everyone" is a mention to Discord only from those who may; it is meant for all the same.
    named = message.mentions or message.raw_role_mentions or re.search(r"@(?:everyone|here)\b", message.content)
    return message.reference is None and not named and not is_command(message.content)
