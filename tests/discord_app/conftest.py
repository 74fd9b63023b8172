"""A simulated server with the bot and members in it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.activity.store import Activity
from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.encoder import Encoder
from bot.settings import Manners
from tests.discord_app.looking import PATIENCE, Deny, Heard, Mention, Restart, Said, Start, denial


@pytest.fixture
def knowledge(larger_knowledge: Knowledge) -> Knowledge:
    return larger_knowledge


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """Keeps what was learned from an FAQ, so that it is learned once and not for every test."""
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def open_desk(shared_cache: Cache) -> Callable[..., Desk]:
    """A desk that is ready to answer; on words alone unless encoders are given."""

    def ready(knowledge: Knowledge, *encoders: Encoder) -> Desk:
        desk = Desk(knowledge, shared_cache, lambda: encoders)
        desk.prepare()
        return desk

    return ready


@pytest.fixture
def desk(open_desk: Callable[..., Desk], knowledge: Knowledge) -> Desk:
    return open_desk(knowledge)


@pytest.fixture(autouse=True)
async def closed_stores(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The simulation drops its clients without closing them, as a crash would: their stores are closed here."""
    opened: list[Activity] = []
    open_store = Activity.open

    async def noted(store: Activity, now: datetime) -> None:
        opened.append(store)
        await open_store(store, now)

    monkeypatch.setattr(Activity, "open", noted)
    yield
    for store in opened:
        await store.close()


@pytest.fixture
def state_folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def content(request: pytest.FixtureRequest) -> bool:
    """Whether Discord gives the bot the content of messages: not in tests that are marked `WITHOUT_CONTENT`."""
    return request.node.get_closest_marker("simcord") is None


@pytest.fixture
def simcord_bot(desk: Desk, state_folder: Path, content: bool) -> Assistant:
    return Assistant(desk, state_folder, content=content)


@pytest.fixture
async def env(simcord_env: Env) -> Env:
    """The simulation, at today's date: what is kept for thirty days is kept. The bot has tidied up since."""
    simcord_env.backend.advance_clock((datetime.now(UTC) - simcord_env.now()).total_seconds())
    await simcord_env.settle()
    return simcord_env


@pytest.fixture
def start(env: Env, open_desk: Callable[..., Desk], state_folder: Path) -> Start:
    """Start the bot again, a fresh client, with another FAQ."""

    async def again(knowledge: Knowledge) -> None:
        await env.restart_bot(Assistant(open_desk(knowledge), state_folder))

    return again


@pytest.fixture
def restart(env: Env, desk: Desk, state_folder: Path, content: bool) -> Restart:
    """Start the bot again with what it remembers; from then on it answers unasked in these places."""

    async def again(*places: ChannelHandle, **more: Any) -> None:
        manners = Manners(frozenset(place.id for place in places), patience=PATIENCE, **more)
        await env.restart_bot(Assistant(desk, state_folder, manners, content=content))

    return again


@pytest.fixture
async def guild(env: Env) -> GuildHandle:
    return env.create_guild()


@pytest.fixture
async def channel(guild: GuildHandle) -> ChannelHandle:
    return guild.create_text_channel("general")


@pytest.fixture
async def help_channel(channel: ChannelHandle, restart: Restart) -> ChannelHandle:
    """The channel, in which the bot may answer unasked now."""
    await restart(channel)
    return channel


@pytest.fixture
async def second_channel(guild: GuildHandle, channel: ChannelHandle, restart: Restart) -> ChannelHandle:
    """Another channel in which it may answer unasked."""
    second = guild.create_text_channel("second")
    await restart(channel, second)
    return second


@pytest.fixture
def thread(env: Env, channel: ChannelHandle, alice: MemberActor) -> ChannelHandle:
    """A thread that alice opened."""
    env.backend.create_thread(channel.id, "trouble", alice.id)
    return channel.threads[0]


@pytest.fixture
async def alice(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    return guild.add_member(env.create_user("alice"))


@pytest.fixture
async def bob(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    return guild.add_member(env.create_user("bob"))


@pytest.fixture
async def carol(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    return guild.add_member(env.create_user("carol"))


@pytest.fixture
async def moderator(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    return guild.add_member(env.create_user("moderator"), roles=[role])


@pytest.fixture
def deny(env: Env) -> Deny:
    """Take permissions away from the bot in a channel; without any, it has all of them back."""

    async def set_denied(place: ChannelHandle, *names: str) -> None:
        env.backend.set_overwrite(place.id, denial(env, *names))
        await env.settle()

    return set_denied


@pytest.fixture
def mention(env: Env, channel: ChannelHandle) -> Mention:
    """A member mentions the bot and says something."""

    async def send(member: MemberActor, text: str) -> discord.Message:
        return await member.send(channel, f"<@{env.bot.user.id}> {text}")

    return send


@pytest.fixture
def said(env: Env) -> Said:
    """What the bot wrote into a channel for all to see, oldest first."""

    def messages(place: ChannelHandle) -> list[discord.Message]:
        return [message for message in place.history() if message.author.id == env.bot.user.id]

    return messages


@pytest.fixture
def heard(env: Env, said: Said) -> Heard:
    """What the bot has said in a place once the members had their chance."""

    async def after_all(place: ChannelHandle) -> list[discord.Message]:
        await env.advance_time(PATIENCE + 1)
        return said(place)

    return after_all
