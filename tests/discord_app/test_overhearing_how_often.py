"""How often it answers unasked: an entry once in a while, and not much in an hour; also after a restart."""

from collections.abc import Awaitable, Callable

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from tests.discord_app.looking import Heard, Mention, Restart, Said, all_titles, pointer, say

Ask = Callable[[MemberActor, ChannelHandle, str], Awaitable[list[discord.Message]]]

MINUTE = 60
HOUR = 60 * MINUTE
QUESTION = "Why is one side quiet?"
OTHER_QUESTION = "Is burn-in real?"
QUESTIONS = (QUESTION, OTHER_QUESTION, "How do I clean my IEMs?", "Which plug adapters are safe?")


@pytest.fixture
def ask(heard: Heard, said: Said) -> Ask:
    """What the bot says to a question that a member asks nobody in particular."""

    async def and_wait(member: MemberActor, place: ChannelHandle, text: str) -> list[discord.Message]:
        before = len(said(place))
        await member.send(place, text)
        return (await heard(place))[before:]

    return and_wait


# The same entry again


async def test_the_second_time_it_points_to_the_answer(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    (second,) = await ask(bob, help_channel, QUESTION)
    assert (second.content, second.embeds) == (pointer(answer, QUESTION), [])


async def test_what_points_to_the_answer_replies_to_the_second_question(
    alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    (second,) = await ask(alice, help_channel, QUESTION)
    assert second.reference is not None
    assert second.reference.message_id == help_channel.history()[-2].id


async def test_what_points_to_the_answer_notifies_and_pings_nobody(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    (second,) = await ask(alice, help_channel, QUESTION)
    stored = env.backend.get_message(help_channel.id, second.id)
    assert (second.flags.suppress_notifications, stored.ping_user_ids) == (True, [])


async def test_the_third_time_it_is_silent(alice: MemberActor, help_channel: ChannelHandle, ask: Ask) -> None:
    for _ in range(2):
        await ask(alice, help_channel, QUESTION)
    assert await ask(alice, help_channel, QUESTION) == []


async def test_other_words_for_the_same_entry_are_the_same_entry(
    alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    (second,) = await ask(alice, help_channel, "the left earpiece is dead")
    assert second.content == pointer(answer, QUESTION)


async def test_another_entry_is_answered_meanwhile(alice: MemberActor, help_channel: ChannelHandle, ask: Ask) -> None:
    await ask(alice, help_channel, QUESTION)
    assert all_titles(await ask(alice, help_channel, OTHER_QUESTION)) == [[OTHER_QUESTION]]


async def test_ten_minutes_later_the_same_entry_is_answered_again(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    for _ in range(3):
        await ask(alice, help_channel, QUESTION)
    await env.advance_time(10 * MINUTE)
    assert all_titles(await ask(alice, help_channel, QUESTION)) == [[QUESTION]]


async def test_ten_minutes_count_from_the_answer_and_not_from_what_points_to_it(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    await env.advance_time(8 * MINUTE)
    await ask(alice, help_channel, QUESTION)
    await env.advance_time(2 * MINUTE)
    assert all_titles(await ask(alice, help_channel, QUESTION)) == [[QUESTION]]


async def test_within_ten_minutes_another_channel_is_answered(
    second_channel: ChannelHandle, alice: MemberActor, channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, channel, QUESTION)
    assert all_titles(await ask(alice, second_channel, QUESTION)) == [[QUESTION]]


async def test_of_two_questions_only_the_one_that_was_not_answered_yet_is_answered(
    alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    assert all_titles(await ask(alice, help_channel, f"{QUESTION} {OTHER_QUESTION}")) == [[OTHER_QUESTION]]


async def test_it_points_to_an_answer_that_was_asked_for_by_name(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, mention: Mention, said: Said, ask: Ask
) -> None:
    await mention(alice, QUESTION)
    (answer,) = said(help_channel)
    (second,) = await ask(bob, help_channel, QUESTION)
    assert second.content == pointer(answer, QUESTION)


async def test_it_points_to_an_answer_that_was_asked_for_with_a_command(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, said: Said, ask: Ask
) -> None:
    await alice.slash(help_channel, "ask", question=QUESTION)
    (answer,) = said(help_channel)
    (second,) = await ask(bob, help_channel, QUESTION)
    assert second.content == pointer(answer, QUESTION)


async def test_an_answer_that_only_its_asker_saw_does_not_count(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await alice.slash(help_channel, "ask", question=QUESTION, private=True)
    assert all_titles(await ask(bob, help_channel, QUESTION)) == [[QUESTION]]


async def test_who_asks_by_name_is_answered_however_often(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, ask: Ask, said: Said
) -> None:
    await ask(alice, help_channel, QUESTION)
    for _ in range(2):
        await mention(alice, QUESTION)
    assert all_titles(said(help_channel)) == [[QUESTION]] * 3


async def test_it_does_not_point_to_an_answer_that_went_with_its_question(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    await alice.delete(help_channel.history()[0])
    assert all_titles(await ask(bob, help_channel, QUESTION)) == [[QUESTION]]


async def test_it_does_not_point_to_an_answer_that_a_moderator_deleted(
    env: Env, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    env.backend.delete_message(help_channel.id, answer.id)
    await env.settle()
    assert all_titles(await ask(bob, help_channel, QUESTION)) == [[QUESTION]]


async def test_it_does_not_point_to_an_answer_that_its_asker_removed(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    menu = await alice.click(answer, label=say("button-not-helpful"))
    assert menu.response is not None
    await alice.click(menu.response, label=say("button-remove"))
    assert all_titles(await ask(bob, help_channel, QUESTION)) == [[QUESTION]]


async def test_it_points_to_the_answer_that_followed_an_edited_question(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    await alice.edit(help_channel.history()[0], OTHER_QUESTION)
    (second,) = await ask(bob, help_channel, OTHER_QUESTION)
    assert second.content == pointer(answer, OTHER_QUESTION)


# Not much in an hour


@pytest.fixture
async def limited_channel(channel: ChannelHandle, restart: Restart) -> ChannelHandle:
    """A channel in which it may speak unasked twice an hour."""
    await restart(channel, unasked_per_hour=2)
    return channel


async def test_the_hour_has_so_many_unasked_answers_as_are_set(
    alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    answers = [all_titles(await ask(alice, limited_channel, question)) for question in QUESTIONS]
    assert answers == [[[QUESTIONS[0]]], [[QUESTIONS[1]]], [], []]


async def test_after_an_hour_it_answers_again(
    env: Env, alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    for question in QUESTIONS[:2]:
        await ask(alice, limited_channel, question)
    await env.advance_time(HOUR)
    assert all_titles(await ask(alice, limited_channel, QUESTIONS[2])) == [[QUESTIONS[2]]]


async def test_what_points_to_an_answer_counts_for_the_hour(
    alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    for _ in range(2):
        await ask(alice, limited_channel, QUESTION)
    assert await ask(alice, limited_channel, OTHER_QUESTION) == []


async def test_an_answer_that_was_withdrawn_counts_for_the_hour(
    alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    for question in QUESTIONS[:2]:
        await ask(alice, limited_channel, question)
    await alice.delete(limited_channel.history()[0])
    assert await ask(alice, limited_channel, QUESTIONS[2]) == []


async def test_answers_that_were_asked_for_do_not_count_for_the_hour(
    alice: MemberActor, limited_channel: ChannelHandle, mention: Mention, ask: Ask
) -> None:
    for question in QUESTIONS[:2]:
        await mention(alice, question)
    assert all_titles(await ask(alice, limited_channel, QUESTIONS[2])) == [[QUESTIONS[2]]]


async def test_who_asks_by_name_is_answered_when_the_hour_is_full(
    alice: MemberActor, limited_channel: ChannelHandle, mention: Mention, ask: Ask, said: Said
) -> None:
    for question in QUESTIONS[:2]:
        await ask(alice, limited_channel, question)
    await mention(alice, QUESTIONS[2])
    assert all_titles(said(limited_channel))[2:] == [[QUESTIONS[2]]]


async def test_the_hour_of_one_channel_leaves_another_alone(
    guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, ask: Ask
) -> None:
    other = guild.create_text_channel("other")
    await restart(channel, other, unasked_per_hour=1)
    await ask(alice, channel, QUESTION)
    assert all_titles(await ask(alice, other, OTHER_QUESTION)) == [[OTHER_QUESTION]]


async def test_questions_at_the_same_time_do_not_outrun_the_limit(
    restart: Restart, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    await restart(channel, unasked_per_hour=1)
    await alice.send(channel, QUESTION)
    await bob.send(channel, OTHER_QUESTION)
    assert all_titles(await heard(channel)) == [[QUESTION]]


async def test_set_to_none_an_hour_it_never_answers_unasked(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, ask: Ask
) -> None:
    await restart(channel, unasked_per_hour=0)
    assert await ask(alice, channel, QUESTION) == []


async def test_set_to_none_an_hour_it_answers_who_asks_by_name(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await restart(channel, unasked_per_hour=0)
    await mention(alice, QUESTION)
    assert all_titles(said(channel)) == [[QUESTION]]


@pytest.mark.parametrize("thread_first", [False, True], ids=["channel-first", "thread-first"])
async def test_a_thread_counts_for_the_hour_of_its_channel(
    thread_first: bool, env: Env, restart: Restart, alice: MemberActor, channel: ChannelHandle, ask: Ask
) -> None:
    await restart(channel, unasked_per_hour=1)
    env.backend.create_thread(channel.id, "help", alice.id)
    places = channel.threads[0], channel
    first, second = places if thread_first else places[::-1]
    answers = [all_titles(await ask(alice, first, QUESTION)), all_titles(await ask(alice, second, OTHER_QUESTION))]
    assert answers == [[[QUESTION]], []]


# After a restart


async def test_after_a_restart_it_points_to_the_answer_from_before(
    restart: Restart, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    (answer,) = await ask(alice, help_channel, QUESTION)
    await restart(help_channel)
    (second,) = await ask(bob, help_channel, QUESTION)
    assert second.content == pointer(answer, QUESTION)


async def test_after_a_restart_what_was_pointed_to_is_not_pointed_to_again(
    restart: Restart, alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    for _ in range(2):
        await ask(alice, help_channel, QUESTION)
    await restart(help_channel)
    assert await ask(alice, help_channel, QUESTION) == []


async def test_after_a_restart_and_ten_minutes_the_same_entry_is_answered_again(
    env: Env, restart: Restart, alice: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    await env.advance_time(10 * MINUTE)
    await restart(help_channel)
    assert all_titles(await ask(alice, help_channel, QUESTION)) == [[QUESTION]]


async def test_after_a_restart_it_points_to_what_was_asked_for_by_name(
    restart: Restart, alice: MemberActor, help_channel: ChannelHandle, mention: Mention, said: Said, ask: Ask
) -> None:
    await mention(alice, QUESTION)
    (answer,) = said(help_channel)
    await restart(help_channel)
    (second,) = await ask(alice, help_channel, QUESTION)
    assert second.content == pointer(answer, QUESTION)


async def test_after_a_restart_it_points_to_what_was_asked_for_with_a_command(
    restart: Restart, alice: MemberActor, help_channel: ChannelHandle, said: Said, ask: Ask
) -> None:
    await alice.slash(help_channel, "ask", question=QUESTION)
    (answer,) = said(help_channel)
    await restart(help_channel)
    (second,) = await ask(alice, help_channel, QUESTION)
    assert second.content == pointer(answer, QUESTION)


async def test_after_a_restart_a_removed_answer_is_not_pointed_to(
    restart: Restart, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, ask: Ask
) -> None:
    await ask(alice, help_channel, QUESTION)
    await alice.delete(help_channel.history()[0])
    await restart(help_channel)
    assert all_titles(await ask(bob, help_channel, QUESTION)) == [[QUESTION]]


async def test_after_a_restart_the_hour_is_still_full(
    restart: Restart, alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    for question in QUESTIONS[:2]:
        await ask(alice, limited_channel, question)
    await restart(limited_channel, unasked_per_hour=2)
    assert await ask(alice, limited_channel, QUESTIONS[2]) == []


async def test_after_a_restart_a_withdrawn_answer_still_counts_for_the_hour(
    restart: Restart, alice: MemberActor, limited_channel: ChannelHandle, ask: Ask
) -> None:
    for question in QUESTIONS[:2]:
        await ask(alice, limited_channel, question)
    await alice.delete(limited_channel.history()[0])
    await restart(limited_channel, unasked_per_hour=2)
    assert await ask(alice, limited_channel, QUESTIONS[2]) == []


async def test_a_question_that_waited_during_a_restart_stays_unanswered(
    restart: Restart, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await restart(help_channel)
    assert await heard(help_channel) == []
