"""What our Discord knows: users, servers, channels and messages, the rules between them, and how each is told in JSON.

Nothing here reads or writes a socket. Whatever changes becomes an Event, which the gateway passes on.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, IntFlag
from typing import Any

from discord import Permissions

Json = dict[str, Any]
JsonValue = Json | list[Any] | str | float | bool | None
Clock = Callable[[], float]
Write = Callable[[int], Json]
"""An event's data for a session that has these intents."""

DISCORD_EPOCH_MS = 1420070400000
JOINED = "2024-01-01T00:00:00+00:00"

EVERYONE_MAY = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
    use_application_commands=True,
)
"""What @everyone may in a new server."""


class Intent(IntFlag):
    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


NO_INTENT = Intent(0)


class ChannelKind(IntEnum):
    TEXT = 0
    DM = 1
    NEWS = 5
    THREAD = 11
    FORUM = 15


class MessageKind(IntEnum):
    DEFAULT = 0
    REPLY = 19
    COMMAND = 20
    CONTEXT_MENU = 23


class MessageFlag(IntFlag):
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7


class Snowflakes:
    """Ids as Discord makes them: they carry the time, and no two are alike."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = itertools.count()

    def new(self, age: timedelta = timedelta()) -> int:
        milliseconds = int((self._clock() - age.total_seconds()) * 1000) - DISCORD_EPOCH_MS
        return (milliseconds << 22) | (next(self._count) % (1 << 22))


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def born(snowflake: int) -> float:
    """When an id was made, in seconds since 1970."""
    return ((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Permissions
    position: int

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions.value),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """A user in a server."""

    user: User
    roles: list[Role]

    def payload(self, *, with_user: bool = True) -> Json:
        data: Json = {
            "roles": [str(role.id) for role in self.roles],
            "joined_at": JOINED,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        return {"user": self.user.payload(), **data} if with_user else data


@dataclass(eq=False)
class Overwrite:
    """What a channel allows and denies to one role or one member."""

    target: Role | User
    allow: Permissions
    deny: Permissions

    def payload(self) -> Json:
        return {
            "id": str(self.target.id),
            "type": 0 if isinstance(self.target, Role) else 1,
            "allow": str(self.allow.value),
            "deny": str(self.deny.value),
        }


@dataclass(eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner: User
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    @property
    def threads(self) -> list["Channel"]:
        return [channel for channel in self.channels.values() if channel.is_thread]

    def member_of(self, user: User) -> Member:
        return self.members.get(user.id) or Member(user, [])

    def payload(self, members: Iterable[Member]) -> Json:
        """The server as GUILD_CREATE tells it, with those members."""
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "unavailable": False,
            "large": False,
            "joined_at": JOINED,
            "member_count": len(self.members),
            "roles": [role.payload() for role in self.roles.values()],
            "channels": [channel.payload() for channel in self.channels.values() if not channel.is_thread],
            "threads": [thread.payload() for thread in self.threads],
            "members": [member.payload() for member in members],
            **dict.fromkeys(("icon", "splash", "banner", "description", "afk_channel_id")),
            **{name: [] for name in ("features", "emojis", "stickers", "voice_states", "presences")},
            **{name: [] for name in ("stage_instances", "guild_scheduled_events", "soundboard_sounds")},
            **dict.fromkeys(("verification_level", "default_message_notifications", "nsfw_level"), 0),
            **dict.fromkeys(("explicit_content_filter", "mfa_level", "premium_tier", "system_channel_flags"), 0),
            "afk_timeout": 300,
            "system_channel_id": None,
            "preferred_locale": "en-US",
        }


@dataclass(eq=False)
class Channel:
    """A text channel, a forum, a thread or a forum's post, or direct messages (which have no server)."""

    id: int
    name: str
    kind: ChannelKind
    guild: Guild | None = None
    parent: "Channel | None" = None
    owner: User | None = None
    recipient: User | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: dict[int, "Message"] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        return self.kind is ChannelKind.THREAD

    @property
    def is_dm(self) -> bool:
        return self.kind is ChannelKind.DM

    @property
    def history(self) -> list["Message"]:
        """The messages that stand here, oldest first."""
        return [self.messages[key] for key in sorted(self.messages)]

    def permissions(self, user: User) -> Permissions:
        """What the user may do here, by ownership, roles and overwrites."""
        if self.guild is None:
            return Permissions.all()
        member = self.guild.members.get(user.id)
        if user is self.guild.owner:
            return Permissions.all()
        if member is None:
            return Permissions.none()
        return self._permissions_of(member, self.guild)

    def _permissions_of(self, member: Member, guild: Guild) -> Permissions:
        granted = guild.everyone.permissions.value
        for role in member.roles:
            granted |= role.permissions.value
        if Permissions(granted).administrator:
            return Permissions.all()
        rules = {rule.target.id: rule for rule in (self.parent if self.parent else self).overwrites}
        for layer in ([guild.everyone], member.roles, [member.user]):
            applying = [rules[target.id] for target in layer if target.id in rules]
            for rule in applying:
                granted &= ~rule.deny.value
            for rule in applying:
                granted |= rule.allow.value
        return Permissions(granted) if Permissions(granted).view_channel else Permissions.none()

    def payload(self) -> Json:
        data: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "last_message_id": str(max(self.messages)) if self.messages else None,
            "flags": 0,
        }
        if self.guild is None:
            return data | {"recipients": [self.recipient.payload()] if self.recipient else []}
        data |= {"name": self.name, "guild_id": str(self.guild.id), "rate_limit_per_user": 0}
        return data | (self._thread_payload() if self.is_thread else self._place_payload())

    def _place_payload(self) -> Json:
        data: Json = {
            "position": 0,
            "permission_overwrites": [rule.payload() for rule in self.overwrites],
            "parent_id": str(self.parent.id) if self.parent else None,
            "nsfw": False,
            "topic": None,
        }
        if self.kind is ChannelKind.FORUM:
            data |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
            data |= {"default_forum_layout": 0}
        return data

    def _thread_payload(self) -> Json:
        assert self.parent is not None
        return {
            "parent_id": str(self.parent.id),
            "owner_id": str(self.owner.id if self.owner else 0),
            "message_count": max(len(self.messages) - 1, 0),
            "total_message_sent": len(self.messages),
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": iso(born(self.id)),
                "create_timestamp": iso(born(self.id)),
                "locked": False,
            },
        }


@dataclass(eq=False)
class Message:
    """A message. `extra` is whatever else it has in Discord's own terms, like a webhook's id or another type."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    kind: MessageKind = MessageKind.DEFAULT
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_everyone: bool = False
    reply_to: "Message | None" = None
    flags: int = 0
    nonce: str | None = None
    edited: str | None = None
    stands: bool = True
    """False as soon as it is deleted."""
    extra: Json = field(default_factory=dict)

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        """Whether it is a "thinking…" that is not filled yet."""
        return bool(self.flags & MessageFlag.LOADING)

    def readable_without_intent(self, bot: User) -> bool:
        """Whether Discord shows the bot what is said though the bot may not read everything."""
        mentioned = bot in self.mentions or re.search(rf"<@!?{bot.id}>", self.content) is not None
        return self.channel.is_dm or self.author is bot or mentioned

    def payload(self, hide_from: User | None = None) -> Json:
        """The message as REST tells it; with a bot to hide it from, emptied unless it concerns that bot."""
        data: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "type": int(self.kind),
            "timestamp": iso(born(self.id)),
            "edited_timestamp": self.edited,
            "tts": False,
            "pinned": False,
            "flags": self.flags,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [],
            "mention_everyone": self.mention_everyone,
            **self._said(hide_from),
            **self._reference(hide_from),
            **self.extra,
        }
        return data if self.nonce is None else data | {"nonce": self.nonce}

    def event_payload(self, hide_from: User | None = None) -> Json:
        """The message as the gateway tells it: with its server and its author's membership."""
        data = self.payload(hide_from) | {"channel_type": int(self.channel.kind)}
        guild = self.channel.guild
        if guild is None:
            return data
        return data | {"guild_id": str(guild.id), "member": guild.member_of(self.author).payload(with_user=False)}

    def _said(self, hide_from: User | None) -> Json:
        if hide_from is not None and not self.readable_without_intent(hide_from):
            return {"content": "", "embeds": [], "components": [], "attachments": []}
        return {
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": self.attachments,
        }

    def _reference(self, hide_from: User | None) -> Json:
        answered = self.reply_to
        if answered is None:
            return {}
        pointer = {"type": 0, "message_id": str(answered.id), "channel_id": str(answered.channel.id)}
        if answered.channel.guild is not None:
            pointer["guild_id"] = str(answered.channel.guild.id)
        shown = answered.payload(hide_from) if answered.stands else None
        if shown is not None:
            shown.pop("referenced_message", None)
        return {"message_reference": pointer, "referenced_message": shown}


@dataclass(eq=False)
class Interaction:
    """A member's command, press or typing in a command, and all that the bot made of it."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    message: Message | None = None
    """The message whose component was pressed."""
    expired: bool = False
    callback: Json | None = None
    """The bot's first answer, as it was sent."""
    original: Message | None = None
    """The message that the first answer made or, for a press that updates it, the pressed one."""
    followups: list[Message] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        return self.callback is not None

    @property
    def messages(self) -> list[Message]:
        """The messages that the bot said because of it and that stand now, ephemeral ones included."""
        first = [self.original] if self.original is not None and self.original is not self.message else []
        return [message for message in (*first, *self.followups) if message.stands and not message.is_loading]

    @property
    def choices(self) -> list[Json] | None:
        """What was offered for autocomplete; None before it was answered."""
        return None if self.callback is None else self._answer.get("choices")

    @property
    def modal(self) -> Json | None:
        return self._answer if self.callback is not None and self.callback["type"] == 9 else None

    @property
    def _answer(self) -> Json:
        return (self.callback or {}).get("data") or {}


@dataclass(frozen=True)
class Event:
    """Something that sessions are told: those with one of the intents it needs, if their bot sees the place."""

    name: str
    write: Write
    guild: Guild | None = None
    channel: Channel | None = None
    needs: Intent = NO_INTENT


class World:
    """All that exists, and every change to it."""

    def __init__(self, clock: Clock = time.time) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.dms: dict[int, Channel] = {}
        self.interactions: dict[int, Interaction] = {}
        self.files: dict[str, bytes] = {}
        """What was attached, by its address below /attachments/."""
        self.commands: list[Json] = []
        """The registered commands."""
        self.refuse_intents: int = 0
        """Intents that the application is not granted: identifying with one of them is refused with 4014."""
        self.token: str | None = None
        """The one token that is accepted; None accepts any."""
        self.listeners: list[Callable[[Event], None]] = []
        self.bot = self.add_user("loopback", bot=True)

    # --- who and where

    def emit(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def add_user(self, name: str, *, bot: bool = False) -> User:
        user = User(self.ids.new(), name, bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User | None = None) -> Guild:
        """A new server with the bot in it, owned by somebody else."""
        guild = Guild(self.ids.new(), name, owner or self.add_user(f"owner of {name}"))
        guild.roles[guild.id] = Role(guild.id, "@everyone", Permissions(EVERYONE_MAY.value), 0)
        for user in (self.bot, guild.owner):
            guild.members[user.id] = Member(user, [])
        self.guilds[guild.id] = guild
        self.emit(Event("GUILD_CREATE", lambda intents: self.guild_payload(guild, intents), guild, None, Intent.GUILDS))
        return guild

    def guild_payload(self, guild: Guild, intents: int) -> Json:
        """Who may not see members is told of the bot alone; channels that the bot can't see are not told."""
        members = guild.members.values() if intents & Intent.MEMBERS else [guild.members[self.bot.id]]
        data = guild.payload(members)
        hidden = {str(place.id) for place in guild.channels.values() if not self.bot_sees(place)}
        for key in ("channels", "threads"):
            data[key] = [place for place in data[key] if place["id"] not in hidden]
        return data

    def add_role(self, name: str, permissions: Permissions, guild: Guild) -> Role:
        role = Role(self.ids.new(), name, permissions, len(guild.roles))
        guild.roles[role.id] = role
        self._emit_to_guild("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.payload()}, guild)
        return role

    def add_member(self, name: str, guild: Guild, *roles: Role) -> User:
        """A new user in the server."""
        user = self.add_user(name)
        self.join(user, guild, *roles)
        return user

    def join(self, user: User, guild: Guild, *roles: Role) -> None:
        """Put a user into the server, or give a member exactly these roles."""
        known = user.id in guild.members
        member = guild.members[user.id] = Member(user, list(roles))
        name = "GUILD_MEMBER_UPDATE" if known else "GUILD_MEMBER_ADD"
        # A bot is told of its own roles without the intent for members.
        needs = Intent.GUILDS if user is self.bot else Intent.MEMBERS
        self._emit_to_guild(name, member.payload() | {"guild_id": str(guild.id)}, guild, needs=needs)

    def add_channel(self, name: str, guild: Guild, kind: ChannelKind = ChannelKind.TEXT) -> Channel:
        channel = Channel(self.ids.new(), name, kind, guild)
        guild.channels[channel.id] = channel
        self._emit_place("CHANNEL_CREATE", channel)
        return channel

    def permit(
        self,
        channel: Channel,
        target: Role | User | None = None,
        *,
        allow: Permissions | None = None,
        deny: Permissions | None = None,
    ) -> None:
        """Overwrite what a role or a member, or everyone, may do in the channel."""
        assert channel.guild is not None
        target = target or channel.guild.everyone
        channel.overwrites = [rule for rule in channel.overwrites if rule.target is not target]
        channel.overwrites.append(Overwrite(target, allow or Permissions.none(), deny or Permissions.none()))
        self._emit_place("CHANNEL_UPDATE", channel)

    def dm(self, user: User) -> Channel:
        """The direct messages between the bot and the user."""
        if user.id not in self.dms:
            self.dms[user.id] = Channel(self.ids.new(), "", ChannelKind.DM, recipient=user)
        return self.dms[user.id]

    def add_thread(self, name: str, parent: Channel, owner: User, starter: Message | None = None) -> Channel:
        """A public thread, or a forum's post; one that starts at a message has the message's id."""
        assert parent.guild is not None
        ident = starter.id if starter else self.ids.new()
        thread = Channel(ident, name, ChannelKind.THREAD, parent.guild, parent, owner)
        parent.guild.channels[thread.id] = thread
        data = thread.payload() | {"newly_created": True}
        self.emit(Event("THREAD_CREATE", lambda _: data, parent.guild, thread, Intent.GUILDS))
        return thread

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        guild = channel.guild
        assert guild is not None
        name, data = "CHANNEL_DELETE", channel.payload()
        if channel.is_thread:
            name, data = "THREAD_DELETE", {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
        event = Event(name, lambda _: data, guild, channel, Intent.GUILDS)
        for gone in [place for place in guild.channels.values() if channel in (place, place.parent)]:
            del guild.channels[gone.id]
        self.emit(event)

    def channel(self, ident: int) -> Channel | None:
        for guild in self.guilds.values():
            if ident in guild.channels:
                return guild.channels[ident]
        return next((channel for channel in self.dms.values() if channel.id == ident), None)

    def bot_sees(self, channel: Channel) -> bool:
        return channel.permissions(self.bot).view_channel

    # --- messages

    @property
    def reads_everything(self) -> bool:
        """Whether the application is granted the content of messages, which counts for REST."""
        return not self.refuse_intents & Intent.MESSAGE_CONTENT

    def mentioned(self, content: str, allowed: Mapping[str, Any] | None = None) -> list[User]:
        """The users whom a text mentions, as far as `allowed_mentions` lets it."""
        named = {int(found): None for found in re.findall(r"<@!?(\d+)>", content)}
        users = [self.users[ident] for ident in named if ident in self.users]
        if allowed is None or "users" in allowed.get("parse", ()):
            return users
        return [user for user in users if str(user.id) in allowed.get("users", ())]

    def stand(self, message: Message) -> Message:
        """Put a message into its channel and tell so; an ephemeral one is for one pair of eyes and stands nowhere."""
        if not message.is_ephemeral:
            message.channel.messages[message.id] = message
            self._emit_message("MESSAGE_CREATE", message)
        return message

    def changed(self, message: Message, *, edited: bool = True) -> None:
        """Tell that a message was changed; filling in a "thinking…" is no edit."""
        if edited:
            message.edited = iso(self.clock())
        if not message.is_ephemeral:
            self._emit_message("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        message.stands = False
        if message.channel.messages.pop(message.id, None) is not None:
            self._emit_removal("MESSAGE_DELETE", {"id": str(message.id)}, message.channel)

    def remove_all(self, messages: Iterable[Message], channel: Channel) -> None:
        ids = []
        for message in messages:
            message.stands = False
            if channel.messages.pop(message.id, None) is not None:
                ids.append(str(message.id))
        self._emit_removal("MESSAGE_DELETE_BULK", {"ids": ids}, channel)

    def attach(self, name: str, content: bytes, url: str) -> Json:
        """A file as a message carries it; it can be fetched below the server's url."""
        ident = self.ids.new()
        self.files[f"{ident}/{name}"] = content
        address = f"{url}/attachments/{ident}/{name}"
        return {"id": str(ident), "filename": name, "size": len(content), "url": address, "proxy_url": address}

    # --- telling

    def _emit_message(self, name: str, message: Message) -> None:
        # Written now: what a session missed is told as it was then.
        told = {hidden: message.event_payload(self.bot if hidden else None) for hidden in (False, True)}
        self.emit(
            Event(
                name,
                lambda intents: told[not intents & Intent.MESSAGE_CONTENT],
                message.channel.guild,
                message.channel,
                self._message_intent(message.channel),
            )
        )

    def _emit_removal(self, name: str, data: Json, channel: Channel) -> None:
        told = data | {"channel_id": str(channel.id)}
        if channel.guild is not None:
            told["guild_id"] = str(channel.guild.id)
        self.emit(Event(name, lambda _: told, channel.guild, channel, self._message_intent(channel)))

    def _emit_place(self, name: str, channel: Channel) -> None:
        data = channel.payload()
        self.emit(Event(name, lambda _: data, channel.guild, channel, Intent.GUILDS))

    def _emit_to_guild(self, name: str, data: Json, guild: Guild, needs: Intent = Intent.GUILDS) -> None:
        self.emit(Event(name, lambda _: data, guild, None, needs))

    @staticmethod
    def _message_intent(channel: Channel) -> Intent:
        return Intent.DIRECT_MESSAGES if channel.is_dm else Intent.GUILD_MESSAGES
