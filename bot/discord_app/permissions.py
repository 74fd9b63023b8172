"""What the bot may do in a channel, looked at before it posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import discord

Place = Any
"""Any channel that messages come from; discord.py has no common type for those that have permissions."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What it may do in a place. `missing` names the permissions without which it can't answer there at all."""

    missing: tuple[str, ...] = ()
    may_embed: bool = True
    may_reply: bool = True

    @property
    def may_post(self) -> bool:
        return not self.missing


def standing(place: Place) -> Standing:
    """From the permissions that Discord told us; a direct message has none to lack."""
    guild = getattr(place, "guild", None)
    if guild is None or guild.me is None or isinstance(place, discord.PartialMessageable):
        return Standing()  # of an archived thread that Discord has not told us of, nothing is known
    try:
        allowed: discord.Permissions = place.permissions_for(guild.me)
    except discord.ClientException:  # a thread whose channel is unknown to us
        return Standing(missing=("view_channel",))
    return Standing(tuple(_missing(place, allowed)), allowed.embed_links, allowed.read_message_history)


def _missing(place: Place, allowed: discord.Permissions) -> Iterator[str]:
    if not allowed.view_channel:
        yield "view_channel"
    if isinstance(place, discord.Thread | discord.ForumChannel):
        if not allowed.send_messages_in_threads:
            yield "send_messages_in_threads"
        if isinstance(place, discord.Thread) and place.locked and not allowed.manage_threads:
            yield "manage_threads"
    elif not allowed.send_messages:
        yield "send_messages"


def is_moderator(permissions: discord.Permissions) -> bool:
    """Whether somebody with these permissions looks after a channel."""
    return permissions.manage_messages or permissions.administrator


def area_of(place: Place) -> int:
    """The channel that a place belongs to: a thread's parent, else the channel itself."""
    return (place.parent_id or place.id) if isinstance(place, discord.Thread) else int(place.id)
