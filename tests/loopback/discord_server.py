"""A Discord of our own on a real socket, for the real discord.py: its gateway, its REST API, and its members.

    async with DiscordServer() as server:
        with pointing_discord_py_at(server.url):
            async with connected(client, server):
                server.say("hello", server.general, server.alice)
                await server.until(lambda: server.said(server.general))

Members act at once and without awaiting; the bot hears of it over the gateway, in order. The bot's requests change the
same world, and it hears of its own messages, too.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.loopback.gateway import Gateway
from tests.loopback.rest import API, FROM_DISCORD, MISSING_PERMISSIONS, Fault, Request, Rest
from tests.loopback.world import (
    Channel,
    ChannelKind,
    Clock,
    Event,
    Guild,
    Interaction,
    Json,
    JsonValue,
    Message,
    MessageKind,
    User,
    World,
)

T = TypeVar("T")

GATEWAY_PATH = "/gateway"
RECHECK_SECONDS = 0.005
"""How soon a wait looks again though nothing happened here: the client may have done something by itself."""

Options = Mapping[str, str | bool | float]


@contextlib.contextmanager
def pointing_discord_py_at(url: str) -> Iterator[None]:
    """Make discord.py take the server at this address for Discord."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = url + API.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + GATEWAY_PATH)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@contextlib.asynccontextmanager
async def connected(client: discord.Client, server: "DiscordServer", token: str = "token") -> AsyncIterator[None]:  # noqa: S107
    """Run the client until the block is left; it is entered when the client is ready. What stops it is raised."""
    client._connection.guild_ready_timeout = 0.05  # it waits so long for further servers
    running = asyncio.create_task(client.start(token))
    try:
        await server.until(lambda: running.done() or client.is_ready())
        if running.done():
            running.result()
            raise RuntimeError("the client ended before it was ready")
        yield
    finally:
        await client.close()
        await asyncio.wait({running}, timeout=5)
        running.cancel()
    running.result()


def handlers() -> list["asyncio.Task[Any]"]:
    """What discord.py runs at the moment for events, commands and components."""
    names = ("discord.py: ", "CommandTree-invoker", "discord-ui-")
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(names)]


def typed_option(name: str, value: str | bool | float) -> Json:
    """A command's option as Discord sends it, its type told by its value."""
    kinds: dict[type, int] = {str: 3, int: 4, bool: 5, float: 10}
    return {"name": name, "type": kinds[type(value)], "value": value}


def nested(names: list[str], options: list[Json]) -> list[Json]:
    """The options of a command below another one, like those of "faq add"."""
    for level, name in enumerate(reversed(names)):
        options = [{"name": name, "type": 1 if level == 0 else 2, "options": options}]
    return options


def find_component(components: Iterable[Json], custom_id: str) -> Json | None:
    """The button or the select with that id, wherever it stands."""
    for component in components:
        if component.get("custom_id") == custom_id:
            return component
        inner = [*component.get("components", ()), *filter(None, (component.get("accessory"),))]
        if found := find_component(inner, custom_id):
            return found
    return None


class DiscordServer(World):
    """Our Discord. It begins with one server, `home`, with the channel `general` and the members `alice` and `bob`."""

    def __init__(self, clock: Clock = time.time) -> None:
        super().__init__(clock)
        self.url = ""
        self._stir = asyncio.Event()
        self.gateway = Gateway(self, self.stirred)
        self.rest = Rest(self, self.stirred)
        self.home = self.add_guild("home")
        self.general = self.add_channel("general", self.home)
        self.alice = self.add_member("alice", self.home)
        self.bob = self.add_member("bob", self.home)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30 << 20)
        app.router.add_get(GATEWAY_PATH, self.gateway.handle)
        app.router.add_get("/attachments/{path:.+}", self.rest.handle_file)
        app.router.add_route("*", API + "{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = self.rest.url = f"http://{host}:{port}"
        self.gateway.url = self.rest.gateway_url = f"ws://{host}:{port}{GATEWAY_PATH}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.shut()
        await self._runner.cleanup()

    # --- looking and waiting

    @property
    def requests(self) -> list[Request]:
        """Everything that the bot asked for over REST."""
        return self.rest.requests

    @property
    def identifies(self) -> list[Json]:
        return self.gateway.identifies

    @property
    def resumes(self) -> list[Json]:
        return self.gateway.resumes

    def said(self, channel: Channel) -> list[Message]:
        """What the bot said there for all to see and what stands now, oldest first; "thinking…" is nothing said."""
        return [message for message in channel.history if message.author is self.bot and not message.is_loading]

    def asked(self, method: str, path: str = "") -> list[Request]:
        """The requests with this method whose path contains this."""
        return [request for request in self.requests if request.method == method and path in request.path]

    def stirred(self) -> None:
        """Something happened: whoever waits looks again."""
        self._stir.set()

    async def until(self, condition: Callable[[], T], timeout: float = 10) -> T:  # noqa: ASYNC109 - tells what was awaited
        """Wait until the condition holds and give what it gave; it is looked at whenever something happens."""
        end = time.monotonic() + timeout
        while not (result := condition()):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {timeout} s; the last requests were {self.requests[-5:]}")
            self._stir.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), RECHECK_SECONDS)
        return result

    async def settled(self, client: discord.Client, timeout: float = 10) -> None:  # noqa: ASYNC109 - as `until`
        """Wait until the client has heard of everything and is done with it: what it has not said now, it never says.

        The client must run in this event loop.
        """
        await self.until(lambda: self._is_told_of_all(client) and not handlers(), timeout)

    def _is_told_of_all(self, client: discord.Client) -> bool:
        sessions = self.gateway.connected
        is_up = len(sessions) == 1 and client._connection._ready_task is None  # which waits for further servers
        return is_up and sessions[0].sequence == client.ws.sequence

    # --- what members do

    def say(
        self,
        text: str,
        channel: Channel | None = None,
        author: User | None = None,
        *,
        reply_to: Message | None = None,
        ping_reply: bool = True,
        age: timedelta = timedelta(),
        files: Mapping[str, bytes] | None = None,
        embeds: Iterable[Json] = (),
        **extra: Any,
    ) -> Message:
        """A member says something: in general and as Alice unless told otherwise. `extra` is in Discord's terms."""
        message = Message(self.ids.new(age), channel or self.general, author or self.alice, text)
        message.mentions = self.mentioned(text)
        message.mention_everyone = "@everyone" in text and self._may_mention_everyone(message)
        message.embeds = list(embeds)
        message.attachments = [self.attach(name, content, self.url) for name, content in (files or {}).items()]
        message.extra = extra
        if reply_to is not None:
            message.kind, message.reply_to = MessageKind.REPLY, reply_to
            if ping_reply and reply_to.author not in message.mentions:
                message.mentions.append(reply_to.author)
        return self.stand(message)

    @staticmethod
    def _may_mention_everyone(message: Message) -> bool:
        return message.channel.permissions(message.author).mention_everyone

    def edit(self, message: Message, text: str) -> None:
        """The author puts it differently."""
        replied = [message.reply_to.author] if message.reply_to and message.reply_to.author in message.mentions else []
        message.content = text
        message.mentions = [*self.mentioned(text), *(user for user in replied if user not in self.mentioned(text))]
        self.changed(message)

    def delete(self, message: Message) -> None:
        self.remove(message)

    def bulk_delete(self, messages: Iterable[Message], channel: Channel | None = None) -> None:
        """A moderator deletes many messages of one channel at once."""
        self.remove_all(messages, channel or self.general)

    def delete_channel(self, channel: Channel) -> None:
        self.remove_channel(channel)

    def add_forum(self, name: str, guild: Guild | None = None) -> Channel:
        return self.add_channel(name, guild or self.home, ChannelKind.FORUM)

    def post(self, title: str, text: str, forum: Channel, author: User | None = None, **said: Any) -> Message:
        """A member opens a post in a forum; gives its first message, whose channel is the post."""
        post = self.add_thread(title, forum, author or self.alice)
        message = Message(post.id, post, author or self.alice, text, extra=said)
        message.mentions = self.mentioned(text)
        return self.stand(message)

    def open_thread(self, name: str, on: Message | Channel, author: User | None = None) -> Channel:
        """A member opens a thread at a message or in a channel."""
        if isinstance(on, Message):
            return self.add_thread(name, on.channel, author or self.alice, on)
        return self.add_thread(name, on, author or self.alice)

    # --- interactions

    def slash(
        self,
        name: str,
        options: Options | None = None,
        channel: Channel | None = None,
        member: User | None = None,
        **extra: Any,
    ) -> Interaction:
        """A member sends a command; "faq add" is the command add below faq. `extra` is in Discord's terms."""
        first, *below = name.split()
        given = nested(below, [typed_option(key, value) for key, value in (options or {}).items()])
        data = {"id": self._command_id(first, 1), "name": first, "type": 1, "options": given}
        return self._interact(2, data, channel, member, extra)

    def autocomplete(
        self,
        name: str,
        focused: str,
        typed: str,
        options: Options | None = None,
        channel: Channel | None = None,
        member: User | None = None,
        **extra: Any,
    ) -> Interaction:
        """A member types in the option `focused` of a command, having filled the other options."""
        first, *below = name.split()
        given = [typed_option(key, value) for key, value in (options or {}).items()]
        given.append(typed_option(focused, typed) | {"focused": True})
        data = {"id": self._command_id(first, 1), "name": first, "type": 1, "options": nested(below, given)}
        return self._interact(4, data, channel, member, extra)

    def context_menu(self, name: str, message: Message, member: User | None = None, **extra: Any) -> Interaction:
        """A member chooses an app's entry in a message's menu; the app is shown that message whatever its intents."""
        data = {
            "id": self._command_id(name, 3),
            "name": name,
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message.payload()}},
        }
        return self._interact(2, data, message.channel, member, extra)

    def press(
        self,
        message: Message,
        custom_id: str,
        member: User | None = None,
        *,
        values: Iterable[str] | None = None,
        **extra: Any,
    ) -> Interaction:
        """A member presses a button of the message or, with values, chooses in its select."""
        component = find_component(message.components, custom_id)
        if component is None or component.get("disabled") or not message.stands:
            raise LookupError(f"nobody can press {custom_id!r} there")
        data: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if values is not None:
            data["values"] = list(values)
        return self._interact(3, data, message.channel, member, extra, message)

    def submit(self, asked: Interaction, texts: Mapping[str, str], member: User | None = None) -> Interaction:
        """A member fills in the modal that an interaction opened: its texts by their inputs' ids."""
        if asked.modal is None:
            raise LookupError("there is no modal to fill in")
        rows = [
            {"type": 1, "id": number, "components": [{"type": 4, "id": 100 + number, "custom_id": key, "value": text}]}
            for number, (key, text) in enumerate(texts.items(), 1)
        ]
        data = {"custom_id": asked.modal["custom_id"], "components": rows, "resolved": {}}
        return self._interact(5, data, asked.channel, member or asked.user, {}, asked.message)

    def expire(self, interaction: Interaction) -> None:
        """From now on Discord does not know the interaction any more."""
        interaction.expired = True

    def _command_id(self, name: str, kind: int) -> str:
        found = (known["id"] for known in self.commands if (known["type"], known["name"]) == (kind, name))
        return next(found, None) or str(self.ids.new())

    def _interact(
        self,
        kind: int,
        data: Json,
        channel: Channel | None,
        member: User | None,
        extra: Json,
        message: Message | None = None,
    ) -> Interaction:
        ident = self.ids.new()
        place, user = channel or self.general, member or self.alice
        interaction = Interaction(ident, f"token-{ident}", kind, user, place, data, message)
        self.interactions[ident] = interaction
        told = self._interaction_payload(interaction) | extra
        # Neither intents nor what the bot sees of the channel matter for an interaction.
        self.emit(Event("INTERACTION_CREATE", lambda _: told, place.guild))
        return interaction

    def _interaction_payload(self, interaction: Interaction) -> Json:
        place = interaction.channel
        told: Json = {
            "id": str(interaction.id),
            "application_id": str(self.bot.id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(place.id),
            "channel": place.payload() | {"permissions": str(place.permissions(interaction.user).value)},
            "app_permissions": str(place.permissions(self.bot).value),
            "locale": "en-US",
            "entitlements": [],
            "attachment_size_limit": 10 << 20,
        }
        if interaction.message is not None:
            told["message"] = interaction.message.payload()
        return told | self._interaction_context(interaction, place)

    @staticmethod
    def _interaction_context(interaction: Interaction, place: Channel) -> Json:
        if place.guild is None:
            owners = {"1": str(interaction.user.id)}
            return {"user": interaction.user.payload(), "context": 1, "authorizing_integration_owners": owners}
        permissions = {"permissions": str(place.permissions(interaction.user).value)}
        return {
            "member": place.guild.member_of(interaction.user).payload() | permissions,
            "context": 0,
            "guild_id": str(place.guild.id),
            "guild_locale": "en-US",
            "authorizing_integration_owners": {"0": str(place.guild.id)},
        }

    # --- trouble

    def drop(self, code: int | None = None) -> None:
        """Close every connection with the code or, with None, cut it without a word; the sessions can be resumed."""
        self.gateway.drop(code)

    def reconnect(self) -> None:
        """Ask the client to connect anew and resume (op 7)."""
        self.gateway.reconnect()

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Tell the client that its session is invalid (op 9)."""
        self.gateway.invalidate(resumable=resumable)

    def fault(
        self,
        times: int,
        status: int,
        body: JsonValue = None,
        headers: Mapping[str, str] | None = None,
        *,
        after: bool = False,
    ) -> None:
        """Answer the next writes over REST with this; with `after`, when they had their effect already.

        The status CUT breaks the connection instead.
        """
        if body is None:
            body = {"code": 0, "message": "ordered by a test"}
            if status == 429:
                body = {"message": "You are being rate limited.", "retry_after": 0.01, "global": False}
        fault = Fault(status, body, FROM_DISCORD | dict(headers or {}), after)
        self.rest.faults.extend([fault] * times)

    def slow(self, seconds: float) -> None:
        """Answer every request so much later; 0 ends it."""
        self.rest.delay = seconds

    def refuse(self, channel: Channel, code: int | None = MISSING_PERMISSIONS) -> None:
        """Refuse every write to the channel with 403 and the code; None allows them again."""
        if code is None:
            self.rest.refused.pop(channel.id, None)
        else:
            self.rest.refused[channel.id] = code
