"""Where it answers nobody unasked: muted channels, members who want none of it, and channels it may not speak in."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.settings import Manners
from bot.words.catalogue import words

Mention = Callable[[MemberActor, str], Awaitable[discord.Message]]
Said = Callable[[ChannelHandle], list[discord.Message]]
Heard = Callable[[ChannelHandle], Awaitable[list[discord.Message]]]
Listen = Callable[..., Awaitable[None]]
Refuse = Callable[..., Awaitable[None]]

PATIENCE = 60
HOUR = 60 * 60
QUESTION = "Why is one side quiet?"

say = words()


def titles(messages: list[discord.Message]) -> list[list[str | None]]:
    return [[embed.title for embed in message.embeds] for message in messages]


@pytest.fixture
def env(simcord_env: Env) -> Env:
    """The simulation at today's date: what is kept is cleaned up by the clock of the machine."""
    simcord_env.backend.advance_clock((datetime.now(UTC) - simcord_env.now()).total_seconds())
    return simcord_env


@pytest.fixture
def listen(env: Env, channel: ChannelHandle, desk: Desk, state_folder: Path) -> Listen:
    """Start the bot again, with ears in the channel and in others."""

    async def again(*others: ChannelHandle) -> None:
        chosen = frozenset(place.id for place in (channel, *others))
        await env.restart_bot(Assistant(desk, state_folder, Manners(chosen, patience=PATIENCE)))

    return again


@pytest.fixture
async def help_channel(channel: ChannelHandle, listen: Listen) -> ChannelHandle:
    await listen()
    return channel


@pytest.fixture
async def moderator(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    return guild.add_member(env.create_user("moderator"), roles=[role])


@pytest.fixture
async def muted_channel(help_channel: ChannelHandle, moderator: MemberActor) -> ChannelHandle:
    """A chosen channel that a moderator muted for an hour."""
    await moderator.slash(help_channel, "quiet", duration="hour")
    return help_channel


@pytest.fixture
async def shy(help_channel: ChannelHandle, alice: MemberActor) -> MemberActor:
    """A member who does not want to be answered unasked."""
    await alice.slash(help_channel, "unasked", allowed=False)
    return alice


@pytest.fixture
def heard(env: Env, said: Said) -> Heard:
    """What the bot has said to all in a place once the members had their chance."""

    async def after_all(place: ChannelHandle) -> list[discord.Message]:
        await env.advance_time(PATIENCE + 1)
        return [message for message in said(place) if not message.flags.ephemeral]

    return after_all


@pytest.fixture
def refuse(env: Env) -> Refuse:
    """Take permissions away from the bot in a channel."""

    async def taken(place: ChannelHandle, *names: str) -> None:
        assert env.bot.user is not None
        denied = discord.Permissions(**dict.fromkeys(names, True)).value
        env.backend.set_overwrite(place.id, Overwrite(env.bot.user.id, OverwriteType.MEMBER, deny=denied))
        await env.settle()

    return taken


# Muted channels


async def test_in_a_muted_channel_it_is_silent(alice: MemberActor, muted_channel: ChannelHandle, heard: Heard) -> None:
    await alice.send(muted_channel, QUESTION)
    assert await heard(muted_channel) == []


async def test_in_a_new_thread_of_a_muted_channel_it_is_silent(
    env: Env, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    env.backend.create_thread(muted_channel.id, "help", alice.id)
    (thread,) = muted_channel.threads
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_a_channel_that_is_muted_while_a_question_waits_stays_silent(
    alice: MemberActor, moderator: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await moderator.slash(help_channel, "quiet", duration="hour")
    assert await heard(help_channel) == []


async def test_a_channel_that_is_muted_from_one_of_its_threads_is_silent(
    env: Env, alice: MemberActor, moderator: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    env.backend.create_thread(help_channel.id, "chatter", moderator.id)
    await moderator.slash(help_channel.threads[0], "quiet", duration="hour")
    await alice.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


async def test_a_muted_channel_leaves_another_alone(
    guild: GuildHandle,
    listen: Listen,
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    heard: Heard,
) -> None:
    other = guild.create_text_channel("other")
    await listen(other)
    await moderator.slash(channel, "quiet", duration="hour")
    await alice.send(other, QUESTION)
    assert titles(await heard(other)) == [[QUESTION]]


async def test_after_the_hour_a_muted_channel_is_answered_again(
    env: Env, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await env.advance_time(HOUR + 1)
    await alice.send(muted_channel, QUESTION)
    assert titles(await heard(muted_channel)) == [[QUESTION]]


async def test_a_channel_that_is_no_longer_muted_is_answered_again(
    alice: MemberActor, moderator: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await moderator.slash(muted_channel, "quiet", duration="off")
    await alice.send(muted_channel, QUESTION)
    assert titles(await heard(muted_channel)) == [[QUESTION]]


async def test_after_a_restart_a_muted_channel_is_silent(
    listen: Listen, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await listen()
    await alice.send(muted_channel, QUESTION)
    assert await heard(muted_channel) == []


async def test_after_a_restart_a_mute_still_ends(
    env: Env, listen: Listen, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await listen()
    await env.advance_time(HOUR + 1)
    await alice.send(muted_channel, QUESTION)
    assert titles(await heard(muted_channel)) == [[QUESTION]]


# Members who want to be left alone


async def test_a_member_who_opted_out_is_not_answered_unasked(
    shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await shy.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


async def test_a_member_who_opts_out_while_a_question_waits_is_not_answered(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await alice.slash(help_channel, "unasked", allowed=False)
    assert await heard(help_channel) == []


@pytest.mark.usefixtures("shy")
async def test_another_member_is_answered_though_one_opted_out(
    bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, QUESTION)
    assert titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_member_who_opted_out_is_answered_when_asking_by_name(
    shy: MemberActor, help_channel: ChannelHandle, mention: Mention, heard: Heard
) -> None:
    await mention(shy, QUESTION)
    assert titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_member_who_opted_out_answers_others_first(
    shy: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, QUESTION)
    await shy.send(help_channel, "swap the cable")
    assert await heard(help_channel) == []


async def test_a_member_who_opted_out_is_left_alone_in_another_server(
    env: Env, listen: Listen, shy: MemberActor, heard: Heard
) -> None:
    elsewhere = env.create_guild("Elsewhere")
    place = elsewhere.create_text_channel("general")
    await listen(place)
    await elsewhere.add_member(shy.user).send(place, QUESTION)
    assert await heard(place) == []


async def test_a_member_who_opted_in_again_is_answered(
    shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await shy.slash(help_channel, "unasked", allowed=True)
    await shy.send(help_channel, QUESTION)
    assert titles(await heard(help_channel)) == [[QUESTION]]


async def test_after_a_restart_a_member_who_opted_out_is_left_alone(
    listen: Listen, shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await listen()
    await shy.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


async def test_after_a_restart_a_member_who_opted_in_again_is_answered(
    listen: Listen, shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await shy.slash(help_channel, "unasked", allowed=True)
    await listen()
    await shy.send(help_channel, QUESTION)
    assert titles(await heard(help_channel)) == [[QUESTION]]


# What it may do there


@pytest.mark.parametrize("permission", ["send_messages", "view_channel", "read_message_history"])
async def test_a_permission_that_is_revoked_while_a_question_waits_keeps_it_silent(
    permission: str, alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await refuse(help_channel, permission)
    assert await heard(help_channel) == []


@pytest.mark.parametrize("permission", ["send_messages", "view_channel", "read_message_history"])
async def test_without_a_permission_it_does_not_even_try(
    permission: str, env: Env, alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await refuse(help_channel, permission)
    before = len(env.http_requests)
    await heard(help_channel)
    assert env.http_requests[before:] == []


async def test_with_its_permission_back_it_answers_again(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard
) -> None:
    await refuse(help_channel, "send_messages")
    await alice.send(help_channel, QUESTION)
    await heard(help_channel)
    assert env.bot.user is not None
    env.backend.delete_overwrite(help_channel.id, env.bot.user.id)
    await alice.send(help_channel, QUESTION)
    assert titles(await heard(help_channel)) == [[QUESTION]]


async def test_in_threads_it_may_not_write_in_it_is_silent(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard
) -> None:
    await refuse(help_channel, "send_messages_in_threads")
    env.backend.create_thread(help_channel.id, "help", alice.id)
    (thread,) = help_channel.threads
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_without_embeds_it_answers_in_plain_text(
    alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard, desk: Desk
) -> None:
    await refuse(help_channel, "embed_links")
    await alice.send(help_channel, QUESTION)
    (answer,) = await heard(help_channel)
    assert answer.embeds == []
    for part in (QUESTION, desk.faq.by_id["one-side-quiet"].answer, say("unasked-footer")):
        assert part in answer.content


async def test_in_plain_text_it_is_still_quiet(
    alice: MemberActor, help_channel: ChannelHandle, refuse: Refuse, heard: Heard
) -> None:
    await refuse(help_channel, "embed_links")
    await alice.send(help_channel, QUESTION)
    (answer,) = await heard(help_channel)
    assert answer.flags.suppress_notifications


async def test_a_channel_that_is_deleted_while_a_question_waits_does_no_harm(
    env: Env, guild: GuildHandle, listen: Listen, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("other")
    await listen(other)
    await alice.send(other, QUESTION)
    env.backend.delete_channel(other.id)
    await alice.send(channel, QUESTION)
    assert titles(await heard(channel)) == [[QUESTION]]


async def test_a_chosen_channel_that_is_gone_at_the_start_does_no_harm(
    env: Env, guild: GuildHandle, listen: Listen, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("other")
    env.backend.delete_channel(other.id)
    await listen(other)
    await alice.send(channel, QUESTION)
    assert titles(await heard(channel)) == [[QUESTION]]


async def test_a_question_that_discord_knows_to_be_gone_does_no_harm(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    gone = "Invalid Form Body\nIn message_reference: Unknown message"
    env.inject_error("POST", "/channels/*/messages", status=400, code=50035, message=gone)
    assert await heard(help_channel) == []
