"""Where it answers nobody unasked: muted channels, members who want none of it, and channels it may not speak in."""

import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from tests.discord_app.looking import Deny, Heard, Mention, Restart, all_titles, say

HOUR = 60 * 60
QUESTION = "Why is one side quiet?"


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
    restart: Restart,
    alice: MemberActor,
    moderator: MemberActor,
    channel: ChannelHandle,
    heard: Heard,
) -> None:
    other = guild.create_text_channel("other")
    await restart(channel, other)
    await moderator.slash(channel, "quiet", duration="hour")
    await alice.send(other, QUESTION)
    assert all_titles(await heard(other)) == [[QUESTION]]


async def test_after_the_hour_a_muted_channel_is_answered_again(
    env: Env, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await env.advance_time(HOUR + 1)
    await alice.send(muted_channel, QUESTION)
    assert all_titles(await heard(muted_channel)) == [[QUESTION]]


async def test_a_channel_that_is_no_longer_muted_is_answered_again(
    alice: MemberActor, moderator: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await moderator.slash(muted_channel, "quiet", duration="off")
    await alice.send(muted_channel, QUESTION)
    assert all_titles(await heard(muted_channel)) == [[QUESTION]]


async def test_after_a_restart_a_muted_channel_is_silent(
    restart: Restart, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await restart(muted_channel)
    await alice.send(muted_channel, QUESTION)
    assert await heard(muted_channel) == []


async def test_after_a_restart_a_mute_still_ends(
    env: Env, restart: Restart, alice: MemberActor, muted_channel: ChannelHandle, heard: Heard
) -> None:
    await restart(muted_channel)
    await env.advance_time(HOUR + 1)
    await alice.send(muted_channel, QUESTION)
    assert all_titles(await heard(muted_channel)) == [[QUESTION]]


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
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_member_who_opted_out_is_answered_when_asking_by_name(
    shy: MemberActor, help_channel: ChannelHandle, mention: Mention, heard: Heard
) -> None:
    await mention(shy, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_member_who_opted_out_answers_others_first(
    shy: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, QUESTION)
    await shy.send(help_channel, "swap the cable")
    assert await heard(help_channel) == []


async def test_a_member_who_opted_out_is_left_alone_in_another_server(
    env: Env, restart: Restart, shy: MemberActor, heard: Heard
) -> None:
    elsewhere = env.create_guild("Elsewhere")
    place = elsewhere.create_text_channel("general")
    await restart(place)
    await elsewhere.add_member(shy.user).send(place, QUESTION)
    assert await heard(place) == []


async def test_a_member_who_opted_in_again_is_answered(
    shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await shy.slash(help_channel, "unasked", allowed=True)
    await shy.send(help_channel, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_after_a_restart_a_member_who_opted_out_is_left_alone(
    restart: Restart, shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await restart(help_channel)
    await shy.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


async def test_after_a_restart_a_member_who_opted_in_again_is_answered(
    restart: Restart, shy: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await shy.slash(help_channel, "unasked", allowed=True)
    await restart(help_channel)
    await shy.send(help_channel, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


# What is not even looked at


@pytest.fixture
def assessed_as_overheard() -> list[bool]:
    """Of each message that the desk was asked about, whether nobody had put it to the bot."""
    return []


@pytest.fixture
def assessed(desk: Desk, monkeypatch: pytest.MonkeyPatch, assessed_as_overheard: list[bool]) -> list[str]:
    """What the desk was asked."""
    asked: list[str] = []
    assess = desk.assess_soon

    async def noted(message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        asked.append(message)
        assessed_as_overheard.append(overheard)
        return await assess(message, words_only=words_only, overheard=overheard)

    monkeypatch.setattr(desk, "assess_soon", noted)
    return asked


async def test_what_members_say_in_a_chosen_channel_is_assessed(
    alice: MemberActor, help_channel: ChannelHandle, assessed: list[str]
) -> None:
    await alice.send(help_channel, QUESTION)
    assert assessed == [QUESTION]


@pytest.mark.usefixtures("assessed")
async def test_what_members_say_in_a_chosen_channel_is_assessed_as_overheard(
    alice: MemberActor, help_channel: ChannelHandle, assessed_as_overheard: list[bool]
) -> None:
    await alice.send(help_channel, QUESTION)
    assert assessed_as_overheard == [True]


@pytest.mark.usefixtures("assessed")
async def test_what_members_say_to_the_bot_is_not_assessed_as_overheard(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, assessed_as_overheard: list[bool]
) -> None:
    await alice.send(help_channel, f"<@{env.bot.user.id}> {QUESTION}")
    assert assessed_as_overheard == [False]


async def test_what_a_member_says_who_opted_out_is_not_assessed(
    shy: MemberActor, help_channel: ChannelHandle, assessed: list[str]
) -> None:
    await shy.send(help_channel, QUESTION)
    assert assessed == []


async def test_what_is_said_in_a_muted_channel_is_not_assessed(
    alice: MemberActor, muted_channel: ChannelHandle, assessed: list[str]
) -> None:
    await alice.send(muted_channel, QUESTION)
    assert assessed == []


async def test_even_a_question_of_a_member_who_opted_out_counts_as_a_humans_word(
    shy: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, QUESTION)
    await shy.send(help_channel, "Is burn-in real?")
    assert await heard(help_channel) == []


async def test_what_was_said_while_the_channel_was_muted_counts_as_a_humans_answer(
    alice: MemberActor, bob: MemberActor, moderator: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await moderator.slash(help_channel, "quiet", duration="hour")
    await bob.send(help_channel, "swap the cable")
    await moderator.slash(help_channel, "quiet", duration="off")
    assert await heard(help_channel) == []


# What it may do there


@pytest.mark.parametrize("permission", ["send_messages", "view_channel", "read_message_history"])
async def test_a_permission_that_is_revoked_while_a_question_waits_keeps_it_silent(
    permission: str, alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await deny(help_channel, permission)
    assert await heard(help_channel) == []


@pytest.mark.parametrize("permission", ["send_messages", "view_channel", "read_message_history"])
async def test_without_a_permission_it_does_not_even_try(
    permission: str, env: Env, alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await deny(help_channel, permission)
    before = len(env.http_requests)
    await heard(help_channel)
    assert env.http_requests[before:] == []


async def test_with_its_permission_back_it_answers_again(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard
) -> None:
    await deny(help_channel, "send_messages")
    await alice.send(help_channel, QUESTION)
    await heard(help_channel)
    assert env.bot.user is not None
    env.backend.delete_overwrite(help_channel.id, env.bot.user.id)
    await alice.send(help_channel, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_in_threads_it_may_not_write_in_it_is_silent(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard
) -> None:
    await deny(help_channel, "send_messages_in_threads")
    env.backend.create_thread(help_channel.id, "help", alice.id)
    (thread,) = help_channel.threads
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_without_embeds_it_answers_in_plain_text(
    alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard, desk: Desk
) -> None:
    await deny(help_channel, "embed_links")
    await alice.send(help_channel, QUESTION)
    (answer,) = await heard(help_channel)
    assert answer.embeds == []
    for part in (QUESTION, desk.faq.by_id["one-side-quiet"].answer, say("unasked-footer")):
        assert part in answer.content


async def test_in_plain_text_it_is_still_quiet(
    alice: MemberActor, help_channel: ChannelHandle, deny: Deny, heard: Heard
) -> None:
    await deny(help_channel, "embed_links")
    await alice.send(help_channel, QUESTION)
    (answer,) = await heard(help_channel)
    assert answer.flags.suppress_notifications


async def test_a_channel_that_is_deleted_while_a_question_waits_does_no_harm(
    env: Env, guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("other")
    await restart(channel, other)
    await alice.send(other, QUESTION)
    env.backend.delete_channel(other.id)
    await alice.send(channel, QUESTION)
    assert all_titles(await heard(channel)) == [[QUESTION]]


async def test_a_chosen_channel_that_is_gone_at_the_start_does_no_harm(
    env: Env, guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("other")
    env.backend.delete_channel(other.id)
    await restart(channel, other)
    await alice.send(channel, QUESTION)
    assert all_titles(await heard(channel)) == [[QUESTION]]


async def test_a_question_that_discord_knows_to_be_gone_does_no_harm(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    gone = "Invalid Form Body\nIn message_reference: Unknown message"
    env.inject_error("POST", "/channels/*/messages", status=400, code=50035, message=gone)
    assert await heard(help_channel) == []
