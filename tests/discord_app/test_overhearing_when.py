"""When it answers unasked: after the members had their chance, and only what still stands there."""

import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from tests.discord_app.looking import PATIENCE, Heard, Mention, Said, all_titles, pointer

HALF = PATIENCE / 2
QUESTION = "Why is one side quiet?"
OTHER_QUESTION = "Is burn-in real?"
PICTURE = ("photo.png", b"not really a picture")


# Humans first


async def test_it_gives_the_members_time(env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said) -> None:
    await alice.send(help_channel, QUESTION)
    await env.advance_time(PATIENCE - 1)
    assert said(help_channel) == []


@pytest.mark.parametrize(
    ("text", "attachments"),
    [
        pytest.param("swap the cable", (), id="words"),
        pytest.param("which model?", (), id="a-question-back"),
        pytest.param("<@{alice}> swap the cable", (), id="words-with-a-mention"),
        pytest.param("> Why is one side quiet?\nswap the cable", (), id="words-under-a-quote"),
        pytest.param("", (PICTURE,), id="a-picture"),
    ],
)
async def test_when_a_member_speaks_it_stays_silent(
    text: str,
    attachments: tuple[tuple[str, bytes], ...],
    alice: MemberActor,
    bob: MemberActor,
    help_channel: ChannelHandle,
    heard: Heard,
) -> None:
    await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, text.format(alice=alice.id), attachments=attachments)
    assert await heard(help_channel) == []


async def test_when_a_member_speaks_in_the_last_second_it_stays_silent(
    env: Env, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await env.advance_time(PATIENCE - 1)
    await bob.send(help_channel, "swap the cable")
    assert await heard(help_channel) == []


async def test_when_a_member_replies_to_the_question_it_stays_silent(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, "swap the cable", reply_to=question)
    assert await heard(help_channel) == []


async def test_when_a_member_forwards_a_message_it_stays_silent(
    guild: GuildHandle, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    explained = await bob.send(guild.create_text_channel("guides"), "swap the cable")
    await alice.send(help_channel, QUESTION)
    await bob.forward(explained, help_channel)
    assert await heard(help_channel) == []


async def test_a_reply_to_another_message_is_another_conversation(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    earlier = await alice.send(help_channel, "good morning everyone")
    await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, "good morning", reply_to=earlier)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_what_was_said_before_the_question_is_no_answer(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, "good morning everyone")
    await alice.send(help_channel, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_what_the_asker_adds_is_no_answer(alice: MemberActor, help_channel: ChannelHandle, heard: Heard) -> None:
    await alice.send(help_channel, QUESTION)
    await alice.send(help_channel, "it began yesterday")
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_two_members_who_ask_at_the_same_time_are_both_answered(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, OTHER_QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION], [OTHER_QUESTION]]


async def test_of_two_members_who_ask_the_same_at_the_same_time_the_second_is_pointed_to_the_answer(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, "the left earpiece is dead")
    answer, second = await heard(help_channel)
    assert (all_titles([answer]), second.content) == ([[QUESTION]], pointer(answer, QUESTION))


async def test_what_somebody_else_asks_the_bot_by_name_is_no_answer(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, mention: Mention, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await mention(bob, OTHER_QUESTION)
    assert all_titles(await heard(help_channel)) == [[OTHER_QUESTION], [QUESTION]]


async def test_what_a_bot_says_is_no_answer(
    env: Env, guild: GuildHandle, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    await alice.send(help_channel, QUESTION)
    await robot.send(help_channel, "welcome to level 3")
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_what_a_webhook_says_is_no_answer(
    guild: GuildHandle, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await guild.create_webhook(help_channel).send("a new release is out")
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


@pytest.mark.parametrize("in_a_thread", [False, True], ids=["another-channel", "a-thread-of-the-channel"])
async def test_what_is_said_elsewhere_is_no_answer(
    in_a_thread: bool,
    env: Env,
    second_channel: ChannelHandle,
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    heard: Heard,
) -> None:
    if in_a_thread:
        env.backend.create_thread(channel.id, "chatter", bob.id)
    await alice.send(channel, QUESTION)
    await bob.send(channel.threads[0] if in_a_thread else second_channel, "swap the cable")
    assert all_titles(await heard(channel)) == [[QUESTION]]


# Deleted, edited or delivered again meanwhile


async def test_a_question_that_is_deleted_meanwhile_is_not_answered(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await alice.delete(question)
    assert await heard(help_channel) == []


async def test_a_question_that_a_moderator_sweeps_away_meanwhile_is_not_answered(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    swept = [await alice.send(help_channel, QUESTION), await alice.send(help_channel, "hello?")]
    env.backend.bulk_delete_messages(help_channel.id, [message.id for message in swept])
    await env.settle()
    assert await heard(help_channel) == []


async def test_no_request_is_made_for_a_question_that_is_deleted_meanwhile(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    before = len(env.http_requests)
    await alice.delete(question)
    await heard(help_channel)
    assert env.http_requests[before:] == []


async def test_an_edit_meanwhile_is_answered_as_it_reads_then(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await env.advance_time(HALF)
    await alice.edit(question, OTHER_QUESTION)
    assert all_titles(await heard(help_channel)) == [[OTHER_QUESTION]]


async def test_an_edit_meanwhile_starts_the_wait_again(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await env.advance_time(HALF)
    await alice.edit(question, OTHER_QUESTION)
    await env.advance_time(PATIENCE - 1)
    assert said(help_channel) == []


async def test_a_member_who_speaks_after_an_edit_is_left_the_word(
    env: Env, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await env.advance_time(HALF)
    await alice.edit(question, OTHER_QUESTION)
    await env.advance_time(HALF + 1)
    await bob.send(help_channel, "no")
    assert await heard(help_channel) == []


@pytest.mark.parametrize("text", ["never mind", "<@{bob}> Why is one side quiet?", "!play Why is one side quiet?"])
async def test_an_edit_meanwhile_into_no_open_question_is_not_answered(
    text: str, alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await alice.edit(question, text.format(bob=bob.id))
    assert await heard(help_channel) == []


async def test_an_edit_after_a_member_spoke_does_not_bring_the_answer_back(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await bob.send(help_channel, "swap the cable")
    await alice.edit(question, f"{QUESTION} Thanks!")
    assert await heard(help_channel) == []


async def test_a_mention_that_comes_with_an_edit_meanwhile_is_answered_at_once(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await alice.edit(question, f"<@{env.bot.user.id}> {QUESTION}")
    assert all_titles(said(help_channel)) == [[QUESTION]]


async def test_a_mention_that_comes_with_an_edit_meanwhile_is_answered_once(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await alice.edit(question, f"<@{env.bot.user.id}> {QUESTION}")
    assert len(await heard(help_channel)) == 1


async def test_an_update_that_is_no_edit_does_not_start_the_wait_again(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await env.advance_time(HALF)
    env.backend.crosspost_message(help_channel.id, question.id)
    await env.advance_time(HALF + 1)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


@pytest.mark.parametrize("wait", [0, PATIENCE + 1], ids=["while-it-waits", "after-the-answer"])
async def test_a_question_that_discord_delivers_twice_is_answered_once(
    wait: float, env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    question = await alice.send(help_channel, QUESTION)
    await env.advance_time(wait)
    env.backend.announce_message_create(env.backend.get_message(help_channel.id, question.id))
    assert all_titles(await heard(help_channel)) == [[QUESTION]]
