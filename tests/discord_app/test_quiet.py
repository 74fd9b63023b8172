"""Quiet on request: /quiet mutes a channel for a while, /unasked is each member's own choice. Both are remembered."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor
from simcord.backend.errors import SetupError

from bot.activity.store import FILE
from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from tests.discord_app.looking import (
    PATIENCE,
    Heard,
    Mention,
    Restart,
    Said,
    all_titles,
    labels,
    response,
    say,
    shown,
    titles,
)

QUESTION = "Why is one side quiet?"
UNSURE = "What does the marking mean?"
HOUR, DAY = 3600, 86400
DURATIONS = {"hour": HOUR, "day": DAY}

ASK, ANSWER, TOPICS, MENU = say("command-ask"), say("command-answer"), say("command-topics"), say("menu-answer")
QUIET, UNASKED = say("command-quiet"), say("command-unasked")
MANAGE_MESSAGES = discord.Permissions(manage_messages=True).value


async def mute(member: MemberActor, place: ChannelHandle, duration: str = "hour") -> InteractionResult:
    return await member.slash(place, QUIET, duration=duration)


async def unasked(member: MemberActor, place: ChannelHandle, *, allowed: bool) -> InteractionResult:
    return await member.slash(place, UNASKED, allowed=allowed)


def definition(env: Env, name: str) -> dict[str, Any]:
    (found,) = [command for (named, _), command in env.backend.commands[None].items() if named == name]
    return dict(found)


@pytest.fixture
def overheard(env: Env, said: Said, heard: Heard) -> Callable[[MemberActor, ChannelHandle], Awaitable[int]]:
    """How many answers a question gets that is not put to the bot, once everybody had their chance."""

    async def count(member: MemberActor, place: ChannelHandle) -> int:
        before = len(said(place))
        env.backend.advance_clock(601)  # the same answer is given again only after ten minutes
        await member.send(place, QUESTION)
        return len(await heard(place)) - before

    return count


Overheard = Callable[[MemberActor, ChannelHandle], Awaitable[int]]


# /quiet: who, and what it says


def test_the_command_is_for_those_who_manage_messages_in_servers(env: Env) -> None:
    command = definition(env, QUIET)
    assert int(command["default_member_permissions"]) == MANAGE_MESSAGES
    assert (command["contexts"], command["integration_types"]) == ([0], [0])


def test_the_durations_are_an_hour_a_day_and_no_longer(env: Env) -> None:
    (option,) = definition(env, QUIET)["options"]
    offered = [choice["name"] for choice in option["choices"]]
    assert offered == [say("duration-hour"), say("duration-day"), say("duration-off")]
    assert option["required"]


async def test_a_member_cannot_mute_the_bot(alice: MemberActor, channel: ChannelHandle) -> None:
    with pytest.raises(SetupError, match="default-member-permissions"):
        await mute(alice, channel)


async def test_a_member_who_manages_messages_elsewhere_only_cannot_mute_the_bot_here(
    guild: GuildHandle, channel: ChannelHandle, alice: MemberActor
) -> None:
    allowed = discord.PermissionOverwrite(manage_messages=True)
    own = guild.create_text_channel("own", overwrites={alice: allowed})
    await mute(alice, own)
    with pytest.raises(SetupError, match="default-member-permissions"):
        await mute(alice, channel)


@pytest.mark.parametrize("duration", DURATIONS)
async def test_quiet_tells_the_moderator_alone_where_and_until_when(
    duration: str, env: Env, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    result = await mute(moderator, channel, duration)
    until = f"<t:{int(env.now().timestamp()) + DURATIONS[duration]}:f>"
    assert shown(result) == (say("quiet-on", channel=channel.mention, until=until), True)
    assert said(channel) == []


async def test_no_longer_tells_the_moderator_alone_that_it_answers_again(
    moderator: MemberActor, channel: ChannelHandle
) -> None:
    await mute(moderator, channel)
    assert shown(await mute(moderator, channel, "off")) == (say("quiet-off", channel=channel.mention), True)


async def test_no_longer_in_a_channel_that_was_not_muted_is_no_mistake(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    assert shown(await mute(moderator, channel, "off")) == (say("quiet-off", channel=channel.mention), True)
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


# /quiet: what it does


@pytest.mark.parametrize("duration", DURATIONS)
async def test_a_mention_in_a_muted_channel_gets_nothing_until_the_time_is_over(
    duration: str,
    env: Env,
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    said: Said,
) -> None:
    await mute(moderator, channel, duration)
    env.backend.advance_clock(DURATIONS[duration] - 1)
    await mention(alice, QUESTION)
    assert said(channel) == []
    env.backend.advance_clock(1)
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


@pytest.mark.parametrize("text", [QUESTION, UNSURE, "What a game last night?", ""])
async def test_nothing_is_sent_for_a_mention_in_a_muted_channel(
    text: str, env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention
) -> None:
    await mute(moderator, channel)
    before = len(env.http_requests)
    await mention(alice, text)
    assert env.http_requests[before:] == []


async def test_a_reply_to_an_answer_gets_nothing_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await mute(moderator, channel)
    await alice.send(channel, "Is burn-in real?", reply_to=said(channel)[0])
    assert len(said(channel)) == 1


async def test_a_mention_added_by_an_edit_gets_nothing_in_a_muted_channel(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await mute(moderator, channel)
    question = await alice.send(channel, QUESTION)
    await alice.edit(question, f"<@{env.bot.user.id}> {QUESTION}")
    assert said(channel) == []


async def test_no_longer_lets_it_speak_again_at_once(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mute(moderator, channel, "day")
    await mute(moderator, channel, "off")
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


async def test_the_last_command_counts(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mute(moderator, channel, "day")
    await mute(moderator, channel, "hour")
    env.backend.advance_clock(HOUR)
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


async def test_other_channels_are_not_muted(
    env: Env, guild: GuildHandle, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    other = guild.create_text_channel("off-topic")
    await mute(moderator, channel)
    await alice.send(other, f"<@{env.bot.user.id}> {QUESTION}")
    await alice.send_dm(QUESTION)
    assert (len(said(other)), len(said(alice.user.dm_channel))) == (1, 1)


async def test_a_mention_in_a_muted_channel_is_not_answered_later(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mute(moderator, channel)
    await mention(alice, QUESTION)
    await mute(moderator, channel, "off")
    await env.advance_time(PATIENCE)
    assert said(channel) == []


async def test_muting_a_channel_mutes_its_threads(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, thread: ChannelHandle, said: Said
) -> None:
    await mute(moderator, channel)
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert said(thread) == []


async def test_in_a_thread_it_mutes_the_channel_and_says_so(
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    thread: ChannelHandle,
    mention: Mention,
    said: Said,
) -> None:
    result = await mute(moderator, thread)
    await mention(alice, QUESTION)
    assert channel.mention in response(result).content
    assert said(channel) == []


async def test_no_longer_in_a_thread_ends_it_for_the_channel(
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    thread: ChannelHandle,
    mention: Mention,
    said: Said,
) -> None:
    await mute(moderator, channel)
    await mute(moderator, thread, "off")
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


@pytest.mark.usefixtures("help_channel")
async def test_a_muted_channel_is_not_overheard(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, overheard: Overheard
) -> None:
    assert await overheard(alice, channel) == 1
    await mute(moderator, channel)
    assert await overheard(alice, channel) == 0
    await mute(moderator, channel, "off")
    assert await overheard(alice, channel) == 1


@pytest.mark.usefixtures("help_channel")
async def test_a_question_that_waits_for_its_answer_gets_none_if_the_channel_is_muted_meanwhile(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, QUESTION)
    await env.advance_time(PATIENCE / 2)
    await mute(moderator, channel)
    await env.advance_time(PATIENCE)
    assert said(channel) == []


@pytest.mark.parametrize("duration", DURATIONS)
async def test_a_restart_does_not_end_it(
    duration: str,
    env: Env,
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    said: Said,
    restart: Restart,
) -> None:
    await mute(moderator, channel, duration)
    await restart(channel)
    await mention(alice, QUESTION)
    assert said(channel) == []
    env.backend.advance_clock(DURATIONS[duration])
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


async def test_a_restart_does_not_bring_back_what_was_ended(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, restart: Restart
) -> None:
    await mute(moderator, channel, "day")
    await mute(moderator, channel, "off")
    await restart(channel)
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


# What still gets an answer in a muted channel


async def test_ask_answers_privately_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await mute(moderator, channel)
    result = await alice.slash(channel, ASK, question=QUESTION)
    assert (titles(response(result)), response(result).ephemeral, said(channel)) == ([QUESTION], True, [])


async def test_ask_asks_back_privately_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await mute(moderator, channel)
    result = await alice.slash(channel, ASK, question=UNSURE)
    chosen = await alice.click(response(result), label="What does the red marking mean?")
    assert (response(chosen).ephemeral, said(channel)) == (True, [])
    assert titles(response(result)) == ["What does the red marking mean?"]


async def test_ask_answers_privately_in_the_thread_of_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, thread: ChannelHandle
) -> None:
    await mute(moderator, channel)
    result = await alice.slash(thread, ASK, question=QUESTION)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], True)


async def test_ask_answers_for_all_to_see_once_the_time_is_over(
    env: Env, alice: MemberActor, moderator: MemberActor, channel: ChannelHandle
) -> None:
    await mute(moderator, channel)
    env.backend.advance_clock(HOUR)
    result = await alice.slash(channel, ASK, question=QUESTION)
    assert not response(result).ephemeral


async def test_a_private_answer_in_a_muted_channel_offers_no_removal(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle
) -> None:
    await mute(moderator, channel)
    result = await alice.slash(channel, ASK, question=QUESTION)
    menu = response(await alice.click(response(result), label=say("button-not-meant")))
    assert say("button-wrong") in labels(menu)
    assert say("button-remove") not in labels(menu)


@pytest.mark.parametrize("tool", ["answer", "menu"])
async def test_helpers_tools_answer_privately_in_a_muted_channel(
    tool: str, alice: MemberActor, bob: MemberActor, moderator: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    question = await alice.send(channel, QUESTION)
    await mute(moderator, channel)
    if tool == "menu":
        result = await bob.context_menu(channel, MENU, question)
    else:
        result = await bob.slash(channel, ANSWER, entry=QUESTION, member=alice)
    assert (titles(response(result)), response(result).ephemeral, said(channel)) == ([QUESTION], True, [])


async def test_topics_can_be_browsed_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle
) -> None:
    await mute(moderator, channel)
    assert response(await alice.slash(channel, TOPICS)).ephemeral


async def test_an_earlier_answer_can_still_be_removed_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await mute(moderator, channel)
    menu = await alice.click(said(channel)[0], label=say("button-not-meant"))
    await alice.click(response(menu), label=say("button-remove"))
    assert said(channel) == []


async def test_an_earlier_answer_goes_with_its_question_in_a_muted_channel(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    question = await mention(alice, QUESTION)
    await mute(moderator, channel)
    await alice.delete(question)
    assert said(channel) == []


# /unasked


def test_everybody_can_choose_in_servers_and_direct_messages(env: Env) -> None:
    command = definition(env, UNASKED)
    assert command.get("default_member_permissions") is None
    assert (command["contexts"], command["integration_types"]) == ([0, 1], [0])


@pytest.mark.parametrize("allowed", [False, True])
async def test_the_choice_is_confirmed_privately(
    allowed: bool, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    result = await unasked(alice, channel, allowed=allowed)
    assert shown(result) == (say("unasked-on" if allowed else "unasked-off"), True)
    assert said(channel) == []


@pytest.mark.usefixtures("help_channel")
async def test_who_chose_so_is_not_answered_unasked_until_they_choose_otherwise(
    alice: MemberActor, channel: ChannelHandle, overheard: Overheard
) -> None:
    await unasked(alice, channel, allowed=False)
    assert await overheard(alice, channel) == 0
    await unasked(alice, channel, allowed=True)
    assert await overheard(alice, channel) == 1


@pytest.mark.usefixtures("help_channel")
async def test_a_choice_in_a_direct_message_counts_in_every_server(
    alice: MemberActor, channel: ChannelHandle, overheard: Overheard
) -> None:
    result = await alice.user.slash(UNASKED, allowed=False)
    assert response(result).content == say("unasked-off")
    assert await overheard(alice, channel) == 0
    await alice.user.slash(UNASKED, allowed=True)
    assert await overheard(alice, channel) == 1


async def test_a_choice_in_one_server_counts_in_another(
    env: Env, alice: MemberActor, channel: ChannelHandle, overheard: Overheard, restart: Restart
) -> None:
    other = env.create_guild("Another")
    place = other.create_text_channel("general")
    member = other.add_member(alice.user)
    await restart(place)
    assert await overheard(member, place) == 1
    await unasked(alice, channel, allowed=False)
    assert await overheard(member, place) == 0


@pytest.mark.usefixtures("help_channel")
async def test_one_members_choice_is_not_anothers(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, overheard: Overheard
) -> None:
    await unasked(alice, channel, allowed=False)
    assert await overheard(bob, channel) == 1


@pytest.mark.usefixtures("help_channel")
async def test_a_choice_counts_for_a_question_that_waits_for_its_answer(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, QUESTION)
    await unasked(alice, channel, allowed=False)
    await env.advance_time(PATIENCE + 1)
    assert said(channel) == []


@pytest.mark.usefixtures("help_channel")
async def test_who_chose_so_is_still_answered_when_asking(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await unasked(alice, channel, allowed=False)
    await mention(alice, QUESTION)
    await alice.send_dm(QUESTION)
    asked = await alice.slash(channel, ASK, question="Is burn-in real?")
    assert all_titles(said(channel)) == [[QUESTION], ["Is burn-in real?"]]
    assert (len(said(alice.user.dm_channel)), response(asked).ephemeral) == (1, False)


@pytest.mark.parametrize("allowed", [False, True])
async def test_a_restart_keeps_the_choice(
    allowed: bool, alice: MemberActor, channel: ChannelHandle, overheard: Overheard, restart: Restart
) -> None:
    await unasked(alice, channel, allowed=False)
    if allowed:
        await unasked(alice, channel, allowed=True)
    await restart(channel)
    assert await overheard(alice, channel) == allowed


async def test_choosing_twice_is_no_mistake(alice: MemberActor, channel: ChannelHandle) -> None:
    for _ in range(2):
        assert shown(await unasked(alice, channel, allowed=False)) == (say("unasked-off"), True)


# A file that can't be used

CHOICES = pytest.mark.parametrize(
    ("command", "option"),
    [
        (QUIET, {"duration": "hour"}),
        (QUIET, {"duration": "off"}),
        (UNASKED, {"allowed": False}),
        (UNASKED, {"allowed": True}),
    ],
    ids=["mute", "unmute", "off", "on"],
)


@pytest.fixture
async def no_file(env: Env, desk: Desk, tmp_path: Path) -> None:
    """The bot runs with a file for its memory that can't be opened."""
    (tmp_path / "broken" / FILE).mkdir(parents=True)
    await env.restart_bot(Assistant(desk, tmp_path / "broken"))


@pytest.fixture
def file_breaks(state_folder: Path) -> Callable[[], None]:
    """The file of the running bot's memory loses its tables."""

    def broken() -> None:
        with sqlite3.connect(state_folder / FILE) as connection:
            for table in ("muted_channels", "members_left_alone"):
                connection.execute(f"DROP TABLE {table}")
        connection.close()

    return broken


@CHOICES
async def test_where_it_can_be_stored_nothing_is_said_about_storing(
    command: str, option: dict[str, Any], moderator: MemberActor, channel: ChannelHandle
) -> None:
    assert say("not-kept") not in response(await moderator.slash(channel, command, **option)).content


@CHOICES
@pytest.mark.usefixtures("no_file")
async def test_without_a_usable_file_it_says_that_the_choice_lasts_until_the_restart(
    command: str, option: dict[str, Any], moderator: MemberActor, channel: ChannelHandle
) -> None:
    result = await moderator.slash(channel, command, **option)
    assert response(result).content.endswith(say("not-kept"))
    assert response(result).ephemeral


@CHOICES
async def test_when_storing_fails_it_says_that_the_choice_lasts_until_the_restart(
    command: str,
    option: dict[str, Any],
    moderator: MemberActor,
    channel: ChannelHandle,
    file_breaks: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    file_breaks()
    result = await moderator.slash(channel, command, **option)
    assert response(result).content.endswith(say("not-kept"))
    assert [record.name for record in caplog.records if record.levelname == "WARNING"] == ["bot.activity.store"]
    assert str(moderator.id) not in caplog.text


@pytest.mark.usefixtures("no_file")
async def test_without_a_usable_file_a_channel_is_muted_all_the_same(
    alice: MemberActor, moderator: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mute(moderator, channel)
    await mention(alice, QUESTION)
    assert said(channel) == []


@pytest.mark.usefixtures("no_file")
async def test_without_a_usable_file_questions_are_answered(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


@pytest.mark.usefixtures("help_channel")
async def test_when_storing_fails_a_member_is_left_alone_all_the_same(
    alice: MemberActor, channel: ChannelHandle, overheard: Overheard, file_breaks: Callable[[], None]
) -> None:
    file_breaks()
    await unasked(alice, channel, allowed=False)
    assert await overheard(alice, channel) == 0


async def test_a_later_start_with_a_sound_file_stores_again(
    alice: MemberActor, channel: ChannelHandle, file_breaks: Callable[[], None], restart: Restart
) -> None:
    file_breaks()
    await restart(channel)
    assert shown(await unasked(alice, channel, allowed=False)) == (say("unasked-off"), True)
