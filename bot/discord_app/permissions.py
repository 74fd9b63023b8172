"""What the bot may do in a channel, looked at before it posts."""

from dataclasses import dataclass
from typing import Any

import discord

Place = Any
"""Any channel that messages come from; discord.py has no common type for those that have permissions."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What it may do in a place. `missing` names the permissions that it should have there and has not."""

    missing: tuple[str, ...] = ()
    may_post: bool = True
    may_embed: bool = True
    may_reply: bool = True


def standing(place: Place) -> Standing:
    """From the permissions that Discord told us; a direct message has none to lack."""
    guild = getattr(place, "guild", None)
    if guild is None or guild.me is None or isinstance(place, discord.PartialMessageable):
        return Standing()  # of an archived thread that Discord has not told us of, nothing is known
    try:
        return standing_with(place.permissions_for(guild.me), place)
    except discord.ClientException:  # a thread whose channel is unknown to us
        return Standing(missing=("view_channel",), may_post=False)


def standing_with(allowed: discord.Permissions, place: Place) -> Standing:
    """What these permissions of ours are good for in a place."""
    posting = (
        "send_messages_in_threads" if isinstance(place, discord.Thread | discord.ForumChannel) else "send_messages"
    )
    wanted = ("view_channel", posting, "embed_links", "read_message_history")
    missing = tuple(name for name in wanted if not getattr(allowed, name))
    may_post = not {"view_channel", posting} & set(missing)
    if not may_post:  # the others go with it
        missing = tuple(name for name in missing if name in ("view_channel", posting))
    return Standing(missing, may_post, allowed.embed_links, allowed.read_message_history)


def is_closed(place: Place) -> bool:
    """Whether a thread was put away: then it is left in peace."""
    return isinstance(place, discord.Thread) and (place.archived or place.locked)


def is_moderator(permissions: discord.Permissions) -> bool:
    """Whether somebody with these permissions looks after a channel."""
    return permissions.manage_messages or permissions.administrator


def area_of(place: Place) -> int:
    """The channel that a place belongs to: a thread's parent, else the channel itself."""
    return (place.parent_id or place.id) if isinstance(place, discord.Thread) else int(place.id)
