"""Our own Discord is one for the real discord.py: it hears, is heard, is interrupted and refused as by the true one."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import Permissions, app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.loopback.discord_server import DiscordServer, connected, pointing_discord_py_at
from tests.loopback.gateway import AUTHENTICATION_FAILED
from tests.loopback.rest import (
    ALREADY_ANSWERED,
    CUT,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NONCE_SECONDS,
    REPLY_NEEDS_HISTORY,
    UNKNOWN_CHANNEL,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
)
from tests.loopback.world import Channel, Intent, Json, Message

RIGHT = "the right one"


class Listener(discord.Client):
    """Keeps what it hears, and knows a few commands."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(intents=intents or discord.Intents.all(), **options)
        self.tree: app_commands.CommandTree[Listener] = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.events: list[tuple[str, Any]] = []
        self.on_interact: Callable[[discord.Interaction], Any] | None = None

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.events.append(("edit", event))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.events.append(("delete", event))

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        self.events.append(("bulk", event))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.events.append(("channel gone", channel))

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.events.append(("thread", thread))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if self.on_interact is not None:
            await self.on_interact(interaction)

    def last(self, name: str) -> Any:  # noqa: ANN401 - each event has a type of its own
        return next((event for known, event in reversed(self.events) if known == name), None)

    def texts(self) -> list[str]:
        return [message.content for message in self.heard]


@pytest.fixture
async def client(server: DiscordServer) -> AsyncIterator[Listener]:
    listener = Listener()
    async with connected(listener, server):
        yield listener


def place(client: discord.Client, channel: Channel) -> discord.TextChannel:
    found = client.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


def without_content() -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = False
    return intents


# --- connecting


async def test_a_client_that_connects_knows_the_servers_channels_and_permissions(
    server: DiscordServer, client: Listener
) -> None:
    (guild,) = client.guilds
    assert guild.name == "home"
    assert [channel.name for channel in guild.text_channels] == ["general"]
    assert guild.text_channels[0].permissions_for(guild.me).send_messages
    assert client.user is not None
    assert client.user.id == server.bot.id


async def test_a_forum_role_and_second_server_are_known_from_the_start(server: DiscordServer) -> None:
    server.add_forum("help")
    moderators = server.add_role("moderators", Permissions(manage_messages=True), server.home)
    server.join(server.bot, server.home, moderators)
    server.add_guild("elsewhere")
    client = Listener()
    async with connected(client, server):
        home = client.get_guild(server.home.id)
        assert home is not None
        assert [forum.name for forum in home.forums] == ["help"]
        assert home.me.guild_permissions.manage_messages
        assert {guild.name for guild in client.guilds} == {"home", "elsewhere"}


async def test_discord_py_is_pointed_back_afterwards() -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    with pointing_discord_py_at("http://127.0.0.1:1"):
        assert Route.BASE == "http://127.0.0.1:1/api/v10"
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)


async def test_a_gateway_without_compression_speaks_text(server: DiscordServer) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway.url) as socket:
        hello = json.loads(await socket.receive_str(timeout=5))
        assert hello["op"] == 10


async def test_a_compressed_gateway_speaks_one_stream(server: DiscordServer) -> None:
    address = f"{server.gateway.url}?compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        stream = zlib.decompressobj()
        assert json.loads(stream.decompress(await socket.receive_bytes(timeout=5)))["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert json.loads(stream.decompress(await socket.receive_bytes(timeout=5)))["op"] == 11


async def test_the_zstd_stream_is_spoken_where_it_can_be(server: DiscordServer) -> None:
    zstandard = pytest.importorskip("zstandard")
    address = f"{server.gateway.url}?compress=zstd-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        stream = zstandard.ZstdDecompressor().decompressobj()
        assert json.loads(stream.decompress(await socket.receive_bytes(timeout=5)))["op"] == 10


async def test_a_refused_intent_stops_the_client(server: DiscordServer) -> None:
    server.refuse_intents = Intent.MESSAGE_CONTENT
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(Listener(), server):
            pytest.fail("it must not become ready")
    assert len(server.identifies) == 1


async def test_a_wrong_token_is_refused_at_login(server: DiscordServer) -> None:
    server.token = RIGHT
    with pytest.raises(discord.LoginFailure):
        async with connected(Listener(), server, "a wrong one"):
            pytest.fail("it must not become ready")


async def test_a_wrong_token_is_refused_by_the_gateway(server: DiscordServer) -> None:
    server.token = RIGHT
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway.url) as socket:
        await socket.receive(timeout=5)
        await socket.send_json({"op": 2, "d": {"token": "a wrong one", "intents": 0}})
        await socket.receive(timeout=5)
        assert socket.close_code == AUTHENTICATION_FAILED


async def test_shards_each_hear_of_their_own_servers_alone(server: DiscordServer) -> None:
    heard: list[tuple[int, str]] = []

    class Sharded(discord.AutoShardedClient):
        async def on_message(self, message: discord.Message) -> None:
            assert message.guild is not None
            heard.append((message.guild.shard_id, message.content))

    server.rest.shards = 2
    others = [server.add_guild(f"other {number}") for number in range(6)]
    places = [server.general, *(server.add_channel("talk", guild) for guild in others)]
    async with connected(Sharded(intents=discord.Intents.all(), shard_count=2), server):
        for channel in places:
            assert channel.guild is not None
            server.say(str((channel.guild.id >> 22) % 2), channel, server.home.owner)
        await server.until(lambda: len(heard) == len(places))
        assert all(str(shard) == text for shard, text in heard)
    assert sorted(tuple(asked["shard"]) for asked in server.identifies) == [(0, 2), (1, 2)]


# --- what members say and do


async def test_what_a_member_says_is_received(server: DiscordServer, client: Listener) -> None:
    server.say("hello", author=server.bob)
    await server.until(lambda: client.heard)
    (message,) = client.heard
    assert (message.content, message.author.name, message.channel.id) == ("hello", "bob", server.general.id)


async def test_two_hundred_messages_at_once_are_all_received_in_order_and_answered(
    server: DiscordServer, client: Listener
) -> None:
    texts = [f"message {number}" for number in range(200)]
    for text in texts:
        server.say(text)
    await server.until(lambda: len(client.heard) >= 200)
    assert client.texts() == texts
    await asyncio.gather(*(message.reply("yes") for message in client.heard[:200]))
    answers = server.said(server.general)
    assert {answer.reply_to.content for answer in answers if answer.reply_to} == set(texts)
    assert len(answers) == 200


async def test_a_reply_stands_in_the_channel_and_the_bot_hears_itself(server: DiscordServer, client: Listener) -> None:
    asked = server.say("hello")
    await server.until(lambda: client.heard)
    sent = await client.heard[0].reply("hi")
    (answer,) = server.said(server.general)
    assert (answer.id, answer.content, answer.reply_to) == (sent.id, "hi", asked)
    await server.until(lambda: "hi" in client.texts())


async def test_a_members_reply_shows_what_it_replies_to(server: DiscordServer, client: Listener) -> None:
    first = server.say("first")
    server.say("second", reply_to=first, ping_reply=False)
    await server.until(lambda: len(client.heard) == 2)
    reference = client.heard[1].reference
    assert reference is not None
    assert isinstance(reference.resolved, discord.Message)
    assert (reference.resolved.content, client.heard[1].mentions) == ("first", [])


async def test_a_message_can_be_older_than_now(server: DiscordServer, client: Listener) -> None:
    server.say("long ago", age=timedelta(minutes=3))
    await server.until(lambda: client.heard)
    age = discord.utils.utcnow() - client.heard[0].created_at
    assert timedelta(minutes=3) <= age < timedelta(minutes=4)


async def test_the_clock_can_be_given() -> None:
    async with DiscordServer(clock=lambda: 1_700_000_000.0) as server:
        message = server.say("then")
        assert discord.utils.snowflake_time(message.id).timestamp() == 1_700_000_000
        assert message.id != server.say("then").id


async def test_edits_and_deletions_are_received(server: DiscordServer, client: Listener) -> None:
    message = server.say("helo")
    server.edit(message, "hello")
    server.delete(message)
    await server.until(lambda: client.last("delete"))
    edit: discord.RawMessageUpdateEvent = client.last("edit")
    assert (edit.message_id, edit.message.content) == (message.id, "hello")
    assert edit.message.edited_at is not None
    assert client.last("delete").message_id == message.id


async def test_a_bulk_deletion_is_one_event(server: DiscordServer, client: Listener) -> None:
    messages = [server.say("spam") for _ in range(3)]
    server.bulk_delete(messages)
    await server.until(lambda: client.last("bulk"))
    assert client.last("bulk").message_ids == {message.id for message in messages}
    assert server.general.history == []


async def test_a_deleted_channel_is_gone_for_reading_and_writing(server: DiscordServer, client: Listener) -> None:
    channel = place(client, server.general)
    server.delete_channel(server.general)
    await server.until(lambda: client.last("channel gone"))
    with pytest.raises(discord.NotFound) as refused:
        await channel.send("anybody?")
    assert refused.value.code == UNKNOWN_CHANNEL


async def test_a_forum_post_is_a_new_thread_with_a_first_message(server: DiscordServer, client: Listener) -> None:
    first = server.post("No sound", "left side is dead", server.add_forum("help"))
    await server.until(lambda: client.heard)
    thread: discord.Thread = client.last("thread")
    assert (thread.name, thread.id, thread.owner_id) == ("No sound", first.id, server.alice.id)
    assert isinstance(thread.parent, discord.ForumChannel)
    assert client.heard[0].channel == thread
    await thread.send("try another cable")
    assert [message.content for message in server.said(first.channel)] == ["try another cable"]


async def test_a_thread_can_start_at_a_message(server: DiscordServer, client: Listener) -> None:
    message = server.say("a long story")
    thread = server.open_thread("the story", message)
    server.say("once upon a time", thread)
    await server.until(lambda: len(client.heard) == 2)
    assert client.heard[1].channel == client.last("thread")
    assert client.last("thread").parent_id == server.general.id


async def test_direct_messages_go_both_ways(server: DiscordServer, client: Listener) -> None:
    server.say("psst", server.dm(server.alice))
    await server.until(lambda: client.heard)
    assert client.heard[0].guild is None
    await client.heard[0].channel.send("yes?")
    user = await client.fetch_user(server.bob.id)
    await user.send("hello Bob")
    assert [message.content for message in server.said(server.dm(server.alice))] == ["yes?"]
    assert [message.content for message in server.said(server.dm(server.bob))] == ["hello Bob"]


async def test_a_file_can_be_fetched(server: DiscordServer, client: Listener) -> None:
    server.say("look", files={"a.txt": b"content"})
    await server.until(lambda: client.heard)
    (attachment,) = client.heard[0].attachments
    assert await attachment.read() == b"content"


async def test_what_the_bot_may_not_see_it_does_not_hear(server: DiscordServer, client: Listener) -> None:
    hidden = server.add_channel("moderators", server.home)
    server.permit(hidden, deny=Permissions(view_channel=True))
    server.say("secret", hidden)
    server.say("open")
    await server.until(lambda: client.heard)
    assert client.texts() == ["open"]
    with pytest.raises(discord.Forbidden) as refused:
        await client.get_partial_messageable(hidden.id).send("hello?")
    assert refused.value.code == MISSING_ACCESS


# --- the intent for content


async def test_without_the_intent_content_is_empty_unless_it_concerns_the_bot(server: DiscordServer) -> None:
    client = Listener(without_content())
    async with connected(client, server):
        own = await place(client, server.general).send("I am the bot")
        mine = server.general.messages[own.id]
        server.say("among ourselves", files={"a.txt": b"x"})
        server.say(f"{server.bot.mention} listen")
        server.say("quiet reply", reply_to=mine, ping_reply=False)
        server.say("loud reply", reply_to=mine)
        server.say("direct", server.dm(server.alice))
        await server.until(lambda: len(client.heard) == 6)
        assert client.texts() == [
            "I am the bot",
            "",
            f"{server.bot.mention} listen",
            "",
            "loud reply",
            "direct",
        ]
        assert client.heard[1].attachments == []


async def test_without_the_intent_an_edit_is_empty_too(server: DiscordServer) -> None:
    client = Listener(without_content())
    async with connected(client, server):
        server.edit(server.say("among ourselves"), "among us")
        await server.until(lambda: client.last("edit"))
        assert client.last("edit").message.content == ""


async def test_without_the_grant_fetched_messages_are_empty(server: DiscordServer) -> None:
    server.refuse_intents = Intent.MESSAGE_CONTENT
    client = Listener(without_content())
    async with connected(client, server):
        message = server.say("among ourselves")
        fetched = await place(client, server.general).fetch_message(message.id)
        assert fetched.content == ""


async def test_without_the_intent_for_messages_nothing_is_heard(server: DiscordServer) -> None:
    client = Listener(discord.Intents(guilds=True, dm_messages=True))
    async with connected(client, server):
        server.say("in the channel")
        server.say("direct", server.dm(server.alice))
        await server.until(lambda: client.heard)
        assert client.texts() == ["direct"]


# --- interruptions


@pytest.mark.parametrize("code", [None, 1001, 4000])
async def test_what_was_missed_is_told_once_when_the_session_is_resumed(
    server: DiscordServer, client: Listener, code: int | None
) -> None:
    server.say("before")
    await server.until(lambda: client.heard)
    server.drop(code)
    server.say("meanwhile")
    await server.until(lambda: server.resumes and server.gateway.connected)
    server.say("after")
    await server.until(lambda: len(client.heard) >= 3)
    assert client.texts() == ["before", "meanwhile", "after"]
    assert len(server.identifies) == 1


async def test_what_was_heard_is_told_twice_when_a_test_orders_it(server: DiscordServer, client: Listener) -> None:
    server.say("once")
    await server.settled(client)
    server.gateway.told_twice = 1
    server.drop()
    await server.settled(client)
    assert client.texts() == ["once", "once"]


async def test_a_request_to_reconnect_is_followed_by_a_resume(server: DiscordServer, client: Listener) -> None:
    server.reconnect()
    server.say("meanwhile")
    await server.until(lambda: client.heard)
    assert (len(server.identifies), len(server.resumes)) == (1, 1)


async def test_an_invalid_session_is_identified_anew(server: DiscordServer, client: Listener) -> None:
    server.invalidate_session()
    server.say("nobody hears this")
    await server.until(lambda: len(server.identifies) == 2)
    server.say("hello again")
    await server.until(lambda: client.heard)
    assert client.texts() == ["hello again"]
    assert server.resumes == []


async def test_who_missed_more_than_is_kept_must_identify_anew(server: DiscordServer) -> None:
    server.gateway.replay_most = 5
    client = Listener()
    async with connected(client, server):
        server.drop(1001)
        for number in range(10):
            server.say(f"missed {number}")
        await server.until(lambda: len(server.identifies) == 2 and server.gateway.connected)
        server.say("hello again")
        await server.until(lambda: client.heard)
        assert client.texts() == ["hello again"]
        assert len(server.resumes) == 1


# --- the bot's messages


async def test_own_messages_can_be_fetched_edited_and_deleted(server: DiscordServer, client: Listener) -> None:
    channel = place(client, server.general)
    sent = await channel.send("helo", embed=discord.Embed(title="Title", description="Text"))
    await sent.edit(content="hello")
    fetched = await channel.fetch_message(sent.id)
    assert (fetched.content, fetched.embeds[0].title, fetched.edited_at is not None) == ("hello", "Title", True)
    assert [message.content async for message in channel.history()] == ["hello"]
    await sent.delete()
    with pytest.raises(discord.NotFound) as refused:
        await channel.fetch_message(sent.id)
    assert refused.value.code == UNKNOWN_MESSAGE
    await server.until(lambda: client.last("delete"))
    assert server.said(server.general) == []


async def test_messages_of_others_can_not_be_edited_and_only_moderators_delete_them(
    server: DiscordServer, client: Listener
) -> None:
    message = place(client, server.general).get_partial_message(server.say("mine").id)
    with pytest.raises(discord.Forbidden):
        await message.edit(content="yours")
    with pytest.raises(discord.Forbidden) as refused:
        await message.delete()
    assert refused.value.code == MISSING_PERMISSIONS
    server.join(server.bot, server.home, server.add_role("moderators", Permissions.all(), server.home))
    await message.delete()
    assert server.general.history == []


async def test_moderators_delete_many_at_once(server: DiscordServer, client: Listener) -> None:
    server.join(server.bot, server.home, server.add_role("moderators", Permissions.all(), server.home))
    channel = place(client, server.general)
    for _ in range(3):
        server.say("spam")
    assert len(await channel.purge()) == 3
    assert [request.path for request in server.asked("POST", "bulk-delete")] != []
    assert server.general.history == []


async def test_a_reply_to_what_is_deleted_is_refused_unless_it_may_lack_its_reference(
    server: DiscordServer, client: Listener
) -> None:
    message = server.say("gone in a moment")
    await server.until(lambda: client.heard)
    server.delete(message)
    heard = client.heard[0]
    with pytest.raises(discord.HTTPException):
        await heard.reply("hello?")
    await heard.channel.send("hello?", reference=heard.to_reference(fail_if_not_exists=False))
    assert [answer.reply_to for answer in server.said(server.general)] == [None]


async def test_what_is_too_long_or_empty_is_refused(server: DiscordServer, client: Listener) -> None:
    channel = place(client, server.general)
    with pytest.raises(discord.HTTPException, match="content"):
        await channel.send("x" * 2001)
    with pytest.raises(discord.HTTPException, match="title"):
        await channel.send(embed=discord.Embed(title="x" * 257))
    with pytest.raises(discord.HTTPException, match="empty"):
        await channel.send("")
    assert server.general.history == []


async def test_the_same_nonce_makes_one_message(server: DiscordServer, client: Listener) -> None:
    channel = place(client, server.general)
    first, second = await channel.send("once", nonce=7), await channel.send("once", nonce=7)
    other = await channel.send("again", nonce=8)
    assert first.id == second.id != other.id
    assert len(server.said(server.general)) == 2


async def test_a_nonce_is_forgotten_after_minutes() -> None:
    now = time.time()
    async with DiscordServer(clock=lambda: now) as server:
        with pointing_discord_py_at(server.url):
            client = Listener()
            async with connected(client, server):
                await place(client, server.general).send("once", nonce=7)
                now += NONCE_SECONDS
                await place(client, server.general).send("once", nonce=7)
        assert len(server.said(server.general)) == 2


# --- trouble


async def test_a_rate_limit_is_waited_for(server: DiscordServer, client: Listener) -> None:
    server.fault(2, 429)
    await place(client, server.general).send("patience")
    assert len(server.asked("POST", "messages")) == 3
    assert len(server.said(server.general)) == 1


async def test_a_fault_after_the_effect_leaves_the_message_standing(server: DiscordServer, client: Listener) -> None:
    server.fault(1, 400, after=True)
    with pytest.raises(discord.HTTPException):
        await place(client, server.general).send("said anyway")
    assert len(server.said(server.general)) == 1


@pytest.mark.parametrize("after", [True, False])
async def test_the_connection_can_break_instead_of_an_answer(
    after: bool, server: DiscordServer, client: Listener
) -> None:
    server.fault(1, CUT, after=after)
    with pytest.raises(aiohttp.ClientConnectionError):
        await place(client, server.general).send("heard?")
    assert len(server.said(server.general)) == after


async def test_a_refused_channel_answers_with_the_code(server: DiscordServer, client: Listener) -> None:
    server.refuse(server.general, 50013)
    with pytest.raises(discord.Forbidden) as refused:
        await place(client, server.general).send("hello")
    assert refused.value.code == 50013
    server.refuse(server.general, None)
    await place(client, server.general).send("hello")


@pytest.mark.parametrize(
    ("denied", "code"),
    [("send_messages", MISSING_PERMISSIONS), ("read_message_history", REPLY_NEEDS_HISTORY)],
)
async def test_a_missing_permission_is_refused_with_its_code(
    server: DiscordServer, client: Listener, denied: str, code: int
) -> None:
    server.say("hello")
    await server.until(lambda: client.heard)
    server.permit(server.general, deny=Permissions(**{denied: True}))
    with pytest.raises(discord.Forbidden) as refused:
        await client.heard[0].reply("hi")
    assert refused.value.code == code


async def test_a_slow_server_answers_later(server: DiscordServer, client: Listener) -> None:
    server.slow(0.2)
    sending = asyncio.create_task(place(client, server.general).send("hello"))
    await server.until(lambda: server.asked("POST", "messages"))
    assert not server.said(server.general)
    await sending
    assert server.said(server.general)


async def test_waiting_for_what_never_comes_tells_what_came(server: DiscordServer, client: Listener) -> None:
    await place(client, server.general).send("something else")
    with pytest.raises(TimeoutError, match="something else"):
        await server.until(lambda: False, timeout=0.05)


# --- interactions


async def test_a_command_is_answered_and_followed_up(server: DiscordServer, client: Listener) -> None:
    kept: list[Any] = []

    @client.tree.command()
    async def ask(interaction: discord.Interaction, question: str, private: bool = False) -> None:
        response = await interaction.response.send_message(f"{question}! {private}", ephemeral=private)
        original = await interaction.original_response()
        followup = await interaction.followup.send("and more", wait=True)
        kept.extend([response, original, followup])

    await client.tree.sync()
    interaction = server.slash("ask", {"question": "why", "private": False}, member=server.bob)
    await server.until(lambda: len(kept) == 3)
    first, more = server.said(server.general)
    response, original, followup = kept
    assert [first.content, more.content] == ["why! False", "and more"]
    assert (response.message_id, original.id, followup.id) == (first.id, first.id, more.id)
    assert response.resource.content == "why! False"
    assert interaction.messages == [first, more]


async def test_an_ephemeral_answer_stands_in_no_channel(server: DiscordServer, client: Listener) -> None:
    @client.tree.command()
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("for you", ephemeral=True)
        await interaction.edit_original_response(content="for you alone")

    interaction = server.slash("ask")
    await server.until(lambda: interaction.messages and interaction.messages[0].content == "for you alone")
    assert interaction.messages[0].is_ephemeral
    assert server.said(server.general) == []


async def test_the_first_words_take_the_place_of_thinking_and_stay_ephemeral(
    server: DiscordServer, client: Listener
) -> None:
    @client.tree.command()
    async def ask(interaction: discord.Interaction, private: bool) -> None:
        callback = await interaction.response.defer(ephemeral=private)
        assert callback is not None
        assert callback.is_thinking()
        await interaction.followup.send("thought of it")

    private, public = server.slash("ask", {"private": True}), server.slash("ask", {"private": False})
    await server.until(lambda: private.messages and public.messages)
    assert private.messages[0].is_ephemeral
    assert server.said(server.general) == public.messages == [public.original]
    assert (public.messages[0].content, public.followups) == ("thought of it", [])


async def test_an_original_answer_can_be_deleted(server: DiscordServer, client: Listener) -> None:
    @client.tree.command()
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("for a moment")
        await interaction.delete_original_response()

    interaction = server.slash("ask")
    await server.until(lambda: interaction.answered and server.asked("DELETE"))
    assert interaction.messages == server.said(server.general) == []


async def test_a_subcommand_is_found(server: DiscordServer, client: Listener) -> None:
    group = app_commands.Group(name="faq", description="about the FAQ")

    @group.command()
    async def add(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.send_message(f"added {text}")

    client.tree.add_command(group)
    interaction = server.slash("faq add", {"text": "this"})
    await server.until(lambda: interaction.messages)
    assert interaction.messages[0].content == "added this"


async def test_a_command_works_in_direct_messages(server: DiscordServer, client: Listener) -> None:
    @client.tree.command()
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{interaction.guild} {interaction.user.name}")

    server.slash("ask", channel=server.dm(server.alice))
    await server.until(lambda: server.said(server.dm(server.alice)))
    assert server.said(server.dm(server.alice))[0].content == "None alice"


async def test_a_second_answer_is_refused(server: DiscordServer, client: Listener) -> None:
    codes: list[int] = []

    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.response.send_message("second")
        codes.append(refused.value.code)

    client.on_interact = twice
    server.slash("ask")
    await server.until(lambda: codes)
    assert codes == [ALREADY_ANSWERED]


async def test_an_expired_interaction_is_unknown(server: DiscordServer, client: Listener) -> None:
    codes: list[int] = []

    async def late(interaction: discord.Interaction) -> None:
        server.expire(server.interactions[interaction.id])
        with pytest.raises(discord.NotFound) as refused:
            await interaction.response.send_message("too late")
        codes.append(refused.value.code)

    client.on_interact = late
    server.slash("ask")
    await server.until(lambda: codes)
    assert codes == [UNKNOWN_INTERACTION]
    assert server.said(server.general) == []


async def test_three_seconds_without_an_answer_are_too_many() -> None:
    now = time.time()
    async with DiscordServer(clock=lambda: now) as server:
        interaction = server.slash("ask")
        now += 3.1
        async with aiohttp.ClientSession() as session:
            address = f"{server.url}/api/v10/interactions/{interaction.id}/{interaction.token}/callback"
            answer = await session.post(address, json={"type": 5})
            assert (answer.status, (await answer.json())["code"]) == (404, UNKNOWN_INTERACTION)


async def test_a_context_menu_shows_its_message_without_the_intent(server: DiscordServer) -> None:
    client = Listener(without_content())

    @client.tree.context_menu(name="Answer this")
    async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"you mean {message.content}")

    async with connected(client, server):
        interaction = server.context_menu("Answer this", server.say("this here"), server.bob)
        await server.until(lambda: interaction.messages)
        assert interaction.messages[0].content == "you mean this here"


def message_with(server: DiscordServer) -> Message:
    return server.said(server.general)[0]


async def test_a_press_can_change_its_message(server: DiscordServer, client: Listener) -> None:
    class Choice(discord.ui.View):
        @discord.ui.button(label="this", custom_id="this")
        async def this(self, interaction: discord.Interaction, _: discord.ui.Button["Choice"]) -> None:
            await interaction.response.edit_message(content=f"{interaction.user.name} chose", view=None)

    await place(client, server.general).send("which?", view=Choice())
    message = message_with(server)
    interaction = server.press(message, "this", server.bob)
    await server.until(lambda: interaction.answered)
    assert (message.content, message.components, server.said(server.general)) == ("bob chose", [], [message])
    with pytest.raises(LookupError):
        server.press(message, "this")


async def test_a_select_tells_what_was_chosen(server: DiscordServer, client: Listener) -> None:
    class Choice(discord.ui.View):
        @discord.ui.select(custom_id="which", options=[discord.SelectOption(label=name) for name in "ab"])
        async def which(self, interaction: discord.Interaction, select: discord.ui.Select["Choice"]) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content=f"chose {select.values}")

    await place(client, server.general).send("which?", view=Choice())
    server.press(message_with(server), "which", values=["b"])
    await server.until(lambda: message_with(server).content == "chose ['b']")


async def test_autocomplete_gives_choices(server: DiscordServer, client: Listener) -> None:
    @client.tree.command()
    async def ask(_: discord.Interaction, question: str) -> None:
        pytest.fail(f"nobody asked {question}")

    @ask.autocomplete("question")
    async def matching(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed.upper(), value=typed)]

    interaction = server.autocomplete("ask", "question", "why")
    choices = await server.until(lambda: interaction.choices)
    assert choices == [{"name": "WHY", "value": "why"}]


async def test_a_modal_can_be_filled_in(server: DiscordServer, client: Listener) -> None:
    class Form(discord.ui.Modal, title="Form"):
        word: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Word", custom_id="word")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"you wrote {self.word.value}")

    @client.tree.command()
    async def write(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    asked = server.slash("write")
    await server.until(lambda: asked.modal)
    submitted = server.submit(asked, {"word": "hello"})
    await server.until(lambda: submitted.messages)
    assert submitted.messages[0].content == "you wrote hello"


async def test_commands_are_registered_and_keep_their_ids(server: DiscordServer, client: Listener) -> None:
    @client.tree.command()
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("yes")

    (first,) = await client.tree.sync()
    (second,) = await client.tree.sync()
    registered: list[Json] = server.commands
    assert (first.id, [command["name"] for command in registered]) == (second.id, ["ask"])
