"""The REST side: what the bot asks for and writes, with Discord's refusals and the faults that a test orders."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web
from discord import Permissions

from tests.loopback.world import (
    Channel,
    ChannelKind,
    Guild,
    Interaction,
    Json,
    JsonValue,
    Message,
    MessageFlag,
    MessageKind,
    User,
    World,
    born,
)

API = "/api/v10/"

CUT = 0
"""Instead of a status: the connection breaks and no answer comes."""

INTERACTION_SECONDS = 3
"""How long a member's interaction waits for its first answer."""
TOKEN_SECONDS = 15 * 60
"""How long an interaction can be followed up."""
NONCE_SECONDS = 5 * 60
"""How long a message's nonce is remembered."""
BULK_SECONDS = 14 * 24 * 60 * 60
"""How old a message may be that is deleted with others."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060
MISSING_ACCESS = 50001
NOT_THE_AUTHOR = 50005
EMPTY_MESSAGE = 50006
MISSING_PERMISSIONS = 50013
INVALID_TOKEN = 50027
TOO_OLD_FOR_BULK = 50034
INVALID_BODY = 50035
REPLY_NEEDS_HISTORY = 160002

FROM_DISCORD = {"Via": "1.1 google"}
"""Without it discord.py takes a 429 as one of Cloudflare's and gives up."""

TEXTS_MOST = {"content": 2000, "title": 256, "description": 4096, "label": 80, "custom_id": 100, "placeholder": 150}
EMBEDS_MOST = 10
EMBEDS_TOTAL = 6000
CHOICES_MOST = 25
CHOICE_MOST = 100


class Request(NamedTuple):
    """One request of the bot; `path` comes after the API's version, `when` is the server's clock."""

    method: str
    path: str
    body: JsonValue
    when: float


@dataclass(frozen=True)
class Call:
    """A request that is being answered."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: JsonValue
    files: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def data(self) -> Json:
        return self.body if isinstance(self.body, dict) else {}


class RefusedError(Exception):
    """An answer other than yes."""

    def __init__(self, status: int, code: int, message: str = "refused") -> None:
        super().__init__(message)
        self.status = status
        self.body: JsonValue = {"code": code, "message": message}
        self.headers: dict[str, str] = {}


@dataclass(frozen=True)
class Fault:
    """An answer that a test ordered instead of the true one; `after` the request had its effect, or before."""

    status: int
    body: JsonValue
    headers: dict[str, str]
    after: bool

    def as_error(self) -> RefusedError:
        error = RefusedError(self.status, 0, "ordered by a test")
        error.body = self.body
        error.headers = self.headers
        return error


Handler = Callable[..., JsonValue]
Route = tuple[str, re.Pattern[str], Handler]


def as_json(body: JsonValue, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer as Discord gives it: discord.py takes a content type with a charset for text."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        content_type="application/json",
        headers={**FROM_DISCORD, **(headers or {})},
    )


def pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def too_long(value: JsonValue) -> Iterator[str]:
    """The names of all texts in a body that are longer than Discord takes."""
    if isinstance(value, list):
        for item in value:
            yield from too_long(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and len(item) > TEXTS_MOST.get(name, len(item)):
                yield name
            yield from too_long(item)


def embed_length(embed: Json) -> int:
    fields = [text for row in embed.get("fields") or () for text in (row["name"], row["value"])]
    footer = (embed.get("footer") or {}).get("text")
    author = (embed.get("author") or {}).get("name")
    return sum(len(text or "") for text in (embed.get("title"), embed.get("description"), footer, author, *fields))


def check_limits(data: Json) -> None:
    """Refuse what is too long or too much."""
    broken = list(too_long(data))
    embeds = data.get("embeds") or []
    if len(embeds) > EMBEDS_MOST or sum(map(embed_length, embeds)) > EMBEDS_TOTAL:
        broken.append("embeds")
    if len(data.get("components") or []) > 5:
        broken.append("components")
    if len(data.get("choices") or []) > CHOICES_MOST:
        broken.append("choices")
    if any(not 1 <= len(choice["name"]) <= CHOICE_MOST for choice in data.get("choices") or []):
        broken.append("choice")
    if broken:
        raise RefusedError(400, INVALID_BODY, f"Invalid Form Body: {', '.join(broken)}")


def with_component_ids(components: list[Json]) -> list[Json]:
    """Components as Discord gives them back: numbered."""
    count = 0

    def numbered(component: Json) -> Json:
        nonlocal count
        count += 1
        told = {"id": count, **component}
        if "components" in component:
            told["components"] = [numbered(inner) for inner in component["components"]]
        return told

    return [numbered(component) for component in components]


class Rest:
    """Answers requests, one after the other, on the world."""

    def __init__(self, world: World, stirred: Callable[[], None]) -> None:
        self.world = world
        self.url = ""
        self.gateway_url = ""
        self.shards = 1
        self.requests: list[Request] = []
        self.faults: deque[Fault] = deque()
        self.delay = 0.0
        self.refused: dict[int, int] = {}
        """By channel, the code that writes to it are refused with."""
        self._stirred = stirred
        self._nonces: dict[tuple[int, str], Message] = {}
        self._routes: list[Route] = [(method, pattern(path), handler) for method, path, handler in self._table()]

    def _table(self) -> list[tuple[str, str, Handler]]:
        original = "webhooks/{app}/{token}/messages/{ident}"
        return [
            ("GET", "users/@me", lambda _: self.world.bot.payload()),
            ("GET", "users/{ident}", self._get_user),
            ("POST", "users/@me/channels", self._open_dm),
            ("GET", "oauth2/applications/@me", self._get_application),
            ("GET", "applications/@me", self._get_application),
            ("GET", "gateway", lambda _: {"url": self.gateway_url}),
            ("GET", "gateway/bot", self._get_gateway),
            ("GET", "applications/{app}/commands", lambda _, **__: self.world.commands),
            ("PUT", "applications/{app}/commands", self._put_commands),
            ("PUT", "applications/{app}/guilds/{guild}/commands", self._put_commands),
            ("GET", "guilds/{guild}", lambda _, guild: self._guild(guild).payload([])),
            ("GET", "guilds/{guild}/channels", self._get_channels),
            ("GET", "guilds/{guild}/members/{ident}", self._get_member),
            ("GET", "channels/{channel}", lambda _, channel: self._channel(channel).payload()),
            ("POST", "channels/{channel}/typing", self._type),
            ("GET", "channels/{channel}/messages", self._get_messages),
            ("POST", "channels/{channel}/messages", self._post_message),
            ("POST", "channels/{channel}/messages/bulk-delete", self._bulk_delete),
            ("GET", "channels/{channel}/messages/{ident}", self._get_message),
            ("PATCH", "channels/{channel}/messages/{ident}", self._patch_message),
            ("DELETE", "channels/{channel}/messages/{ident}", self._delete_message),
            ("POST", "interactions/{ident}/{token}/callback", self._post_callback),
            ("POST", "webhooks/{app}/{token}", self._post_followup),
            ("GET", original, self._get_followup),
            ("PATCH", original, self._patch_followup),
            ("DELETE", original, self._delete_followup),
        ]

    # --- one request

    async def handle(self, request: web.Request) -> web.Response:
        call = await self._read(request)
        self.requests.append(Request(call.method, call.path, call.body, self.world.clock()))
        self._stirred()
        if self.delay:
            await asyncio.sleep(self.delay)
        try:
            body = self._answer(call)
        except RefusedError as error:
            if error.status == CUT and request.transport is not None:
                request.transport.close()
            return as_json(error.body, error.status or 500, error.headers)
        finally:
            self._stirred()
        if body is None:
            return web.Response(status=204, headers=FROM_DISCORD)
        return as_json(body)

    async def handle_file(self, request: web.Request) -> web.Response:
        content = self.world.files.get(request.match_info["path"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _read(self, request: web.Request) -> Call:
        body: JsonValue = None
        files: list[tuple[str, bytes]] = []
        if request.content_type.startswith("multipart/"):
            for name, part in (await request.post()).items():
                if isinstance(part, web.FileField):
                    files.append((part.filename, part.file.read()))
                elif name == "payload_json":
                    body = json.loads(str(part))
        elif raw := await request.read():
            body = json.loads(raw)
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        path = request.path.removeprefix(API)
        return Call(request.method, path, dict(request.query), token, body, files)

    def _answer(self, call: Call) -> JsonValue:
        # Interactions and their webhooks need no token but their own.
        by_bot = not call.path.startswith(("interactions/", "webhooks/"))
        if by_bot and self.world.token not in (None, call.token):
            raise RefusedError(401, 0, "401: Unauthorized")
        fault = self.faults.popleft() if self.faults and call.is_write else None
        if fault is not None and not fault.after:
            raise fault.as_error()
        answer = self._handle(call)
        if fault is not None:
            raise fault.as_error()
        return answer

    def _handle(self, call: Call) -> JsonValue:
        for method, path, handler in self._routes:
            if method == call.method and (found := path.fullmatch(call.path)):
                if call.is_write and "channel" in found.groupdict():
                    self._refuse_if_ordered(found["channel"])
                return handler(call, **found.groupdict())
        raise RefusedError(404, 0, f"404: our Discord has no {call.method} {call.path}")

    def _refuse_if_ordered(self, channel: str) -> None:
        code = self.refused.get(int(channel))
        if code is not None:
            raise RefusedError(403, code, "Missing Permissions")

    # --- finding things

    def _guild(self, ident: str) -> Guild:
        if int(ident) not in self.world.guilds:
            raise RefusedError(404, UNKNOWN_GUILD, "Unknown Guild")
        return self.world.guilds[int(ident)]

    def _channel(self, ident: str) -> Channel:
        channel = self.world.channel(int(ident))
        if channel is None:
            raise RefusedError(404, UNKNOWN_CHANNEL, "Unknown Channel")
        if not self.world.bot_sees(channel):
            raise RefusedError(403, MISSING_ACCESS, "Missing Access")
        return channel

    def _message(self, channel: str, ident: str) -> Message:
        place = self._channel(channel)
        if int(ident) not in place.messages:
            raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return place.messages[int(ident)]

    def _user(self, ident: str) -> User:
        if int(ident) not in self.world.users:
            raise RefusedError(404, UNKNOWN_USER, "Unknown User")
        return self.world.users[int(ident)]

    def _require(self, channel: Channel, code: int = MISSING_PERMISSIONS, **needed: bool) -> None:
        if not channel.permissions(self.world.bot).is_superset(Permissions(**needed)):
            raise RefusedError(403, code, f"Missing Permissions: {', '.join(needed)}")

    def _shown(self, message: Message) -> Json:
        return message.payload(None if self.world.reads_everything else self.world.bot)

    # --- the bot, servers, commands

    def _get_user(self, _: Call, ident: str) -> Json:
        return self._user(ident).payload()

    def _open_dm(self, call: Call) -> Json:
        return self.world.dm(self._user(str(call.data["recipient_id"]))).payload()

    def _get_application(self, _: Call) -> Json:
        return {
            "id": str(self.world.bot.id),
            "name": self.world.bot.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": next(iter(self.world.guilds.values())).owner.payload(),
            "team": None,
            "flags": (1 << 19) if self.world.reads_everything else 0,
        }

    def _get_gateway(self, _: Call) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def _put_commands(self, call: Call, app: str, guild: str | None = None) -> list[Json]:
        given = call.body if isinstance(call.body, list) else []
        known = {(command["type"], command["name"]): command["id"] for command in self.world.commands}
        self.world.commands = [
            {"type": 1, "description": "", "default_member_permissions": None, **command}
            | {"application_id": app, "version": "1", "guild_id": guild}
            for command in given
        ]
        for command in self.world.commands:
            command["id"] = known.get((command["type"], command["name"])) or str(self.world.ids.new())
        return self.world.commands

    def _get_channels(self, _: Call, guild: str) -> list[Json]:
        places = self._guild(guild).channels.values()
        return [place.payload() for place in places if not place.is_thread and self.world.bot_sees(place)]

    def _get_member(self, _: Call, guild: str, ident: str) -> Json:
        members = self._guild(guild).members
        if int(ident) not in members:
            raise RefusedError(404, UNKNOWN_MEMBER, "Unknown Member")
        return members[int(ident)].payload()

    # --- messages

    def _type(self, _: Call, channel: str) -> None:
        self._require(self._channel(channel), send_messages=True)

    def _get_messages(self, call: Call, channel: str) -> list[Json]:
        place = self._channel(channel)
        if not place.permissions(self.world.bot).read_message_history:
            return []
        found = list(reversed(place.history))
        if "before" in call.query:
            found = [message for message in found if message.id < int(call.query["before"])]
        limit = int(call.query.get("limit", 50))
        if "after" in call.query:  # the oldest of them, newest first
            found = [message for message in found if message.id > int(call.query["after"])]
            return [self._shown(message) for message in found[-limit:]]
        return [self._shown(message) for message in found[:limit]]

    def _get_message(self, _: Call, channel: str, ident: str) -> Json:
        self._require(self._channel(channel), read_message_history=True)
        return self._shown(self._message(channel, ident))

    def _post_message(self, call: Call, channel: str) -> Json:
        place = self._channel(channel)
        self._check_sending(call, place)
        key = (place.id, str(call.data.get("nonce")))
        if call.data.get("enforce_nonce") and (known := self._by_nonce(key)):
            return self._shown(known)
        message = self._draft(place, call)
        message.reply_to = self._answered(call.data)
        if message.reply_to is not None:
            message.kind = MessageKind.REPLY
            self._ping_answered(message, call.data)
        if call.data.get("nonce") is not None:
            message.nonce = str(call.data["nonce"])
            self._nonces[key] = message
        return self._shown(self.world.stand(message))

    def _by_nonce(self, key: tuple[int, str]) -> Message | None:
        known = self._nonces.get(key)
        fresh = known is not None and self.world.clock() - born(known.id) < NONCE_SECONDS
        return known if fresh else None

    def _check_sending(self, call: Call, place: Channel) -> None:
        if place.kind is ChannelKind.FORUM:
            raise RefusedError(400, 50024, "Cannot execute action on this channel type")
        may_send = "send_messages_in_threads" if place.is_thread else "send_messages"
        self._require(place, **{may_send: True})
        if call.data.get("embeds"):
            self._require(place, embed_links=True)
        if call.files:
            self._require(place, attach_files=True)
        if call.data.get("message_reference"):
            self._require(place, REPLY_NEEDS_HISTORY, read_message_history=True)

    def _answered(self, data: Json) -> Message | None:
        pointer = data.get("message_reference")
        if pointer is None:
            return None
        channel = self.world.channel(int(pointer["channel_id"]))
        found = channel.messages.get(int(pointer["message_id"])) if channel else None
        if found is None and pointer.get("fail_if_not_exists", True):
            raise RefusedError(400, INVALID_BODY, "Invalid Form Body: message_reference: Unknown message")
        return found

    def _ping_answered(self, message: Message, data: Json) -> None:
        allowed = data.get("allowed_mentions")
        pings = True if allowed is None else allowed.get("replied_user", False)
        if pings and message.reply_to is not None and message.reply_to.author not in message.mentions:
            message.mentions.append(message.reply_to.author)

    def _draft(self, channel: Channel, call: Call, data: Json | None = None) -> Message:
        """The bot's message that a body describes; it stands nowhere yet."""
        message = Message(self.world.ids.new(), channel, self.world.bot)
        self._fill(message, call, call.data if data is None else data)
        if not (message.content or message.embeds or message.components or message.attachments):
            raise RefusedError(400, EMPTY_MESSAGE, "Cannot send an empty message")
        return message

    def _fill(self, message: Message, call: Call, data: Json) -> None:
        """Give a message whatever a body names, and leave the rest as it is."""
        check_limits(data)
        if "content" in data:
            message.content = data["content"] or ""
            message.mentions = self.world.mentioned(message.content, data.get("allowed_mentions"))
        if "embeds" in data:
            message.embeds = [{"type": "rich", **embed} for embed in data["embeds"] or ()]
        if "components" in data:
            message.components = with_component_ids(data["components"] or [])
        if "flags" in data and data["flags"] is not None:
            message.flags = data["flags"]
        if "attachments" in data:
            kept = {str(attachment["id"]) for attachment in data["attachments"] or ()}
            message.attachments = [known for known in message.attachments if known["id"] in kept]
        message.attachments += [self.world.attach(name, content, self.url) for name, content in call.files]

    def _patch_message(self, call: Call, channel: str, ident: str) -> Json:
        message = self._message(channel, ident)
        if message.author is not self.world.bot:
            raise RefusedError(403, NOT_THE_AUTHOR, "Cannot edit a message authored by another user")
        self._fill(message, call, call.data)
        self.world.changed(message)
        return self._shown(message)

    def _delete_message(self, _: Call, channel: str, ident: str) -> None:
        message = self._message(channel, ident)
        if message.author is not self.world.bot:
            self._require(message.channel, manage_messages=True)
        self.world.remove(message)

    def _bulk_delete(self, call: Call, channel: str) -> None:
        place = self._channel(channel)
        self._require(place, manage_messages=True)
        ids = [int(ident) for ident in call.data["messages"]]
        if not 2 <= len(ids) <= 100:
            raise RefusedError(400, INVALID_BODY, "Invalid Form Body: messages")
        if any(self.world.clock() - born(ident) > BULK_SECONDS for ident in ids):
            raise RefusedError(400, TOO_OLD_FOR_BULK, "You can only bulk delete messages that are under 14 days old.")
        self.world.remove_all([place.messages[ident] for ident in ids if ident in place.messages], place)

    # --- interactions

    def _post_callback(self, call: Call, ident: str, token: str) -> Json | None:
        interaction = self.world.interactions.get(int(ident))
        if interaction is None or interaction.token != token:
            raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        if interaction.answered:
            raise RefusedError(400, ALREADY_ANSWERED, "Interaction has already been acknowledged.")
        if interaction.expired or self._age(interaction) > INTERACTION_SECONDS:
            raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        self._take_answer(call, interaction)
        interaction.callback = call.data
        wanted = call.query.get("with_response", "").lower() in ("1", "true")
        return self._told_of(interaction) if wanted else None

    def _age(self, interaction: Interaction) -> float:
        return self.world.clock() - born(interaction.id)

    def _take_answer(self, call: Call, interaction: Interaction) -> None:
        data = call.data.get("data") or {}
        kind = call.data["type"]
        match kind, interaction.kind:
            case 4, 2 | 3 | 5:
                interaction.original = self.world.stand(self._answer_draft(call, interaction, data))
            case 5, 2 | 3 | 5:
                interaction.original = self.world.stand(self._thinking(interaction, data))
            case ((6 | 7), (3 | 5)) if interaction.message is not None:
                interaction.original = interaction.message
                if kind == 7:
                    self._fill(interaction.message, call, data)
                    self.world.changed(interaction.message)
            case 8, 4:
                check_limits(data)
            case 9, 2 | 3:
                pass
            case _:
                raise RefusedError(400, INVALID_BODY, f"An interaction {interaction.kind} takes no answer {kind}")

    def _answer_draft(self, call: Call, interaction: Interaction, data: Json) -> Message:
        return self._as_answer(self._draft(interaction.channel, call, data), interaction)

    def _thinking(self, interaction: Interaction, data: Json) -> Message:
        message = Message(self.world.ids.new(), interaction.channel, self.world.bot)
        message.flags = (data.get("flags") or 0) | MessageFlag.LOADING
        return self._as_answer(message, interaction)

    def _as_answer(self, message: Message, interaction: Interaction) -> Message:
        """Mark a message as one that answers an interaction."""
        menu = interaction.kind == 2 and interaction.data.get("type") != 1
        message.kind = MessageKind.CONTEXT_MENU if menu else MessageKind.COMMAND
        if interaction.kind != 2:
            message.kind = MessageKind.REPLY
            message.reply_to = interaction.message
        message.extra = {
            "application_id": str(self.world.bot.id),
            "webhook_id": str(self.world.bot.id),
            "interaction_metadata": {
                "id": str(interaction.id),
                "type": interaction.kind,
                "user": interaction.user.payload(),
                "authorizing_integration_owners": {},
            },
        }
        return message

    def _told_of(self, interaction: Interaction) -> Json:
        """What the bot learns of its first answer."""
        told: Json = {"id": str(interaction.id), "type": interaction.kind}
        kind = (interaction.callback or {})["type"]
        answer = interaction.original
        if answer is None:
            return {"interaction": told}
        told |= {"response_message_id": str(answer.id), "response_message_ephemeral": answer.is_ephemeral}
        told["response_message_loading"] = answer.is_loading
        resource: Json = {"type": kind}
        if kind in (4, 7):
            resource["message"] = answer.payload()
        return {"interaction": told, "resource": resource}

    def _by_token(self, token: str) -> Interaction:
        found = next((known for known in self.world.interactions.values() if known.token == token), None)
        if found is None or not found.answered:
            raise RefusedError(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
        if found.expired or self._age(found) > TOKEN_SECONDS:
            raise RefusedError(401, INVALID_TOKEN, "Invalid Webhook Token")
        return found

    def _followed_up(self, token: str, ident: str) -> Message:
        interaction = self._by_token(token)
        known = [message for message in (interaction.original, *interaction.followups) if message is not None]
        if ident == "@original":
            known, ident = known[:1] if interaction.original else [], str(known[0].id if known else 0)
        found = next((message for message in known if str(message.id) == ident and message.stands), None)
        if found is None:
            raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return found

    def _post_followup(self, call: Call, app: str, token: str) -> Json:  # noqa: ARG002 - the path has it
        interaction = self._by_token(token)
        original = interaction.original
        if original is not None and original.is_loading and original.stands:
            return self._fill_thinking(original, call)  # the first word after "thinking…" takes its place
        message = self._answer_draft(call, interaction, call.data)
        message.kind, message.reply_to = MessageKind.REPLY, original if original and original.stands else None
        interaction.followups.append(self.world.stand(message))
        return message.payload()

    def _fill_thinking(self, message: Message, call: Call) -> Json:
        """Put the words in the place of "thinking…"; who may see them was settled before."""
        flags = message.flags & ~MessageFlag.LOADING
        self._fill(message, call, call.data)
        message.flags = flags
        self.world.changed(message, edited=False)
        return message.payload()

    def _get_followup(self, _: Call, app: str, token: str, ident: str) -> Json:  # noqa: ARG002
        return self._followed_up(token, ident).payload()

    def _patch_followup(self, call: Call, app: str, token: str, ident: str) -> Json:  # noqa: ARG002
        message = self._followed_up(token, ident)
        if message.is_loading:
            return self._fill_thinking(message, call)
        flags = message.flags
        self._fill(message, call, call.data)
        message.flags |= flags & MessageFlag.EPHEMERAL
        self.world.changed(message)
        return message.payload()

    def _delete_followup(self, _: Call, app: str, token: str, ident: str) -> None:  # noqa: ARG002
        self.world.remove(self._followed_up(token, ident))
