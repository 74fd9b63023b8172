"""An answer follows its question: edited, it changes or goes; deleted, it goes. Asked and overheard, also restarted."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.backend import serializers

from bot.answers.desk import Desk
from tests.discord_app.looking import PATIENCE, WITHOUT_CONTENT, Deny, Mention, Restart, Said, labels, pointer, say

Overheard = Callable[..., Awaitable[int]]

QUESTION = "Why is one side quiet?"
OTHER = "Is burn-in real?"
CHOSEN = "How do I clean my IEMs?"
BOTH = f"{QUESTION} {OTHER}"
UNSURE = "What does the marking mean?"
OUTSIDE = "What a game last night?"
CHATTER = "never mind"
LIKELY = "I hear no music anymore"
"""Answered when asked, but not surely enough to speak unasked."""


def shows(message: discord.Message) -> list[str | None]:
    """The questions whose answers a message shows; what it says where it shows none."""
    return [embed.title for embed in message.embeds] or [message.content]


class Talk:
    """What members do in a channel, a thread or a direct message alike."""

    def __init__(self, env: Env) -> None:
        self._env = env

    def mention(self, text: str) -> str:
        return f"<@{self._env.bot.user.id}> {text}"

    async def say(self, place: ChannelHandle, member: MemberActor, text: str, **extra: Any) -> int:
        message = self._env.backend.create_message(place.id, member.id, text, **extra)
        await self._env.settle()
        return int(message.id)

    async def ask(self, place: ChannelHandle, member: MemberActor, text: str) -> int:
        return await self.say(place, member, self.mention(text))

    async def edit(self, place: ChannelHandle, message: int, text: str) -> None:
        self._env.backend.edit_message(place.id, message, {"content": text})
        await self._env.settle()

    async def delete(self, place: ChannelHandle, *messages: int) -> None:
        if len(messages) == 1:
            self._env.backend.delete_message(place.id, messages[0])
        else:
            self._env.backend.bulk_delete_messages(place.id, messages)
        await self._env.settle()

    async def update_without_edit(self, place: ChannelHandle, message: int) -> None:
        """What Discord sends when a link in a message unfolds, or the message is pinned."""
        stored = self._env.backend.get_message(place.id, message)
        payload = dict(serializers.message_payload(self._env.backend, stored))
        self._env.backend.emit("MESSAGE_UPDATE", {**payload, "embeds": [{"type": "link", "title": "A page"}]})
        await self._env.settle()


@pytest.fixture
def talk(env: Env) -> Talk:
    return Talk(env)


def thread_in(env: Env, channel: ChannelHandle, owner: MemberActor, name: str = "help") -> ChannelHandle:
    thread = env.backend.create_thread(channel.id, name, owner.id)
    return next(handle for handle in channel.threads if handle.id == thread.id)


@pytest.fixture(params=["channel", "thread", "direct message"])
def place(request: pytest.FixtureRequest, env: Env, alice: MemberActor, channel: ChannelHandle) -> ChannelHandle:
    """Where alice asks."""
    if request.param == "direct message":
        return alice.user.dm_channel
    return channel if request.param == "channel" else thread_in(env, channel, alice)


@pytest.fixture
def overheard(env: Env, help_channel: ChannelHandle, talk: Talk, alice: MemberActor) -> Overheard:
    """Alice asks nobody in particular, and nobody is faster than the bot."""

    async def ask(text: str = QUESTION, where: ChannelHandle = help_channel, **extra: Any) -> int:
        question = await talk.say(where, alice, text, **extra)
        await env.advance_time(PATIENCE + 1)
        return question

    return ask


# Asked, and edited


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param(QUESTION, OTHER, [OTHER], id="answer-to-other-answer"),
        pytest.param(QUESTION, UNSURE, [say("did-you-mean", count=3)], id="answer-to-suggestions"),
        pytest.param(QUESTION, OUTSIDE, [say("nothing-found")], id="answer-to-nothing"),
        pytest.param(QUESTION, BOTH, [QUESTION, OTHER], id="answer-to-two-answers"),
        pytest.param(BOTH, OTHER, [OTHER], id="two-answers-to-one"),
        pytest.param(UNSURE, QUESTION, [QUESTION], id="suggestions-to-answer"),
        pytest.param(UNSURE, OUTSIDE, [say("nothing-found")], id="suggestions-to-nothing"),
        pytest.param(OUTSIDE, QUESTION, [QUESTION], id="nothing-to-answer"),
        pytest.param(OTHER, LIKELY, [QUESTION], id="answer-to-likely-answer"),
        pytest.param(OUTSIDE, UNSURE, [say("did-you-mean", count=3)], id="nothing-to-suggestions"),
    ],
)
async def test_an_answer_follows_its_edited_question(
    before: str, after: str, shown: list[str], alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, before)
    (first,) = said(place)
    await talk.edit(place, question, talk.mention(after))
    if place.id == alice.user.dm_channel.id:  # where there are no other members to ask
        shown = [say("nothing-found-alone") if text == say("nothing-found") else text for text in shown]
    assert [(message.id, shows(message)) for message in said(place)] == [(first.id, shown)]


async def test_suggestions_that_came_with_an_edit_can_be_pressed(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(UNSURE))
    pressed = labels(said(channel)[0])[0]
    await alice.click(said(channel)[0], label=pressed)
    assert shows(said(channel)[0]) == [pressed]


async def test_no_button_of_suggestions_outlives_the_edit_that_answers(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, UNSURE)
    await talk.edit(channel, question, talk.mention(OTHER))
    assert labels(said(channel)[0]) == [say("button-not-meant")]


async def test_nothing_of_an_answer_outlives_the_edit_that_finds_nothing(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(OUTSIDE))
    assert (said(channel)[0].embeds, said(channel)[0].components) == ([], [])


async def test_an_answer_follows_two_edits(alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    for text in (OUTSIDE, OTHER):
        await talk.edit(channel, question, talk.mention(text))
    assert [shows(message) for message in said(channel)] == [[OTHER]]


async def test_an_edit_that_asks_the_same_does_not_touch_the_answer(
    env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    before = len(env.http_requests)
    await talk.edit(channel, question, talk.mention("Why is one side so very quiet?"))
    assert env.http_requests[before:] == []


@pytest.mark.parametrize("text", [OTHER, UNSURE, OUTSIDE])
async def test_changing_an_answer_pings_nobody(
    text: str, env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(text))
    (changed,) = [request.json for request in env.http_requests if request.method == "PATCH"]
    assert changed["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize(("seconds", "shown"), [(119, OTHER), (121, QUESTION)], ids=["within", "after"])
async def test_an_answer_follows_for_two_minutes(
    seconds: int, shown: str, env: Env, alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    env.backend.advance_clock(seconds)
    await talk.edit(place, question, talk.mention(OTHER))
    assert [shows(message) for message in said(place)] == [[shown]]


async def test_an_answer_follows_after_a_restart(
    alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    await restart()
    await talk.edit(place, question, talk.mention(OTHER))
    assert [shows(message) for message in said(place)] == [[OTHER]]


async def test_an_answer_stays_when_its_question_loses_the_mention(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, QUESTION)
    assert [shows(message) for message in said(channel)] == [[QUESTION]]


async def test_a_question_in_reply_to_an_answer_takes_its_answer_along(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, talk: Talk
) -> None:
    await mention(alice, QUESTION)
    reply = await alice.send(channel, CHOSEN, reply_to=said(channel)[0])
    await talk.edit(channel, reply.id, OTHER)
    assert [shows(message) for message in said(channel)] == [[QUESTION], [OTHER]]


async def test_only_the_answer_of_the_edited_question_changes(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, talk: Talk
) -> None:
    question = await mention(alice, QUESTION)
    await mention(bob, QUESTION)
    await talk.edit(channel, question.id, talk.mention(OTHER))
    assert [shows(message) for message in said(channel)] == [[OTHER], [QUESTION]]


async def test_a_question_edited_while_the_bot_thinks_gets_the_answer_to_its_last_words(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = env.backend.create_message(channel.id, alice.id, talk.mention(QUESTION))
    await talk.edit(channel, question.id, talk.mention(OTHER))
    assert [shows(message) for message in said(channel)] == [[OTHER]]


# Asked, and deleted


async def test_an_answer_goes_with_its_question(
    alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    await talk.delete(place, question)
    assert said(place) == []


@pytest.mark.parametrize("text", [UNSURE, OUTSIDE, ""], ids=["suggestions", "nothing-found", "hint"])
async def test_whatever_was_replied_goes_with_its_question(
    text: str, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, text)
    await talk.delete(channel, question)
    assert said(channel) == []


async def test_an_answer_goes_with_its_question_however_old(
    env: Env, alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    env.backend.advance_clock(7 * 24 * 3600)
    await talk.delete(place, question)
    assert said(place) == []


async def test_an_answer_goes_with_its_question_after_a_restart(
    alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    await restart()
    await talk.delete(place, question)
    assert said(place) == []


async def test_answers_go_with_questions_that_are_deleted_in_bulk(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    first, kept, last = [await talk.ask(channel, who, QUESTION) for who in (alice, bob, alice)]
    await talk.delete(channel, first, last)
    assert [message.reference.message_id for message in said(channel) if message.reference] == [kept]


async def test_answers_go_with_questions_that_are_deleted_in_bulk_after_a_restart(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    questions = [await talk.ask(channel, alice, text) for text in (QUESTION, OTHER)]
    await restart()
    await talk.delete(channel, *questions)
    assert said(channel) == []


async def test_a_bulk_deletion_of_questions_and_answers_leaves_nothing_to_do(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    questions = [await talk.ask(channel, alice, text) for text in (QUESTION, OTHER)]
    await talk.delete(channel, *questions, *(message.id for message in said(channel)))
    assert (channel.history(), env.errors) == ([], [])


async def test_deleting_chatter_leaves_the_answers(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    chatter = await talk.say(channel, alice, CHATTER)
    await talk.ask(channel, alice, QUESTION)
    await talk.delete(channel, chatter)
    assert len(said(channel)) == 1


async def test_a_question_deleted_while_the_bot_thinks_leaves_no_answer(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = env.backend.create_message(channel.id, alice.id, talk.mention(QUESTION))
    await talk.delete(channel, question.id)
    assert (said(channel), env.errors) == ([], [])


# Answers that are gone


@pytest.mark.parametrize("text", [OTHER, UNSURE, OUTSIDE, QUESTION])
async def test_an_answer_that_a_moderator_deleted_does_not_come_back(
    text: str, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.delete(channel, said(channel)[0].id)
    await talk.edit(channel, question, talk.mention(text))
    assert said(channel) == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_answer_that_was_deleted_behind_the_bots_back_does_not_come_back(
    restarted: bool, env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    del env.backend.messages[channel.id][said(channel)[0].id]
    if restarted:
        await restart()
    for text in (OTHER, UNSURE):
        await talk.edit(channel, question, talk.mention(text))
    assert (said(channel), env.errors) == ([], [])


async def test_a_question_whose_answer_is_gone_can_be_deleted(
    env: Env, alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    del env.backend.messages[place.id][said(place)[0].id]
    await talk.delete(place, question)
    assert (place.history(), env.errors) == ([], [])


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_answer_that_its_asker_removed_does_not_come_back(
    restarted: bool, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    menu = await alice.click(said(channel)[0], label=say("button-not-meant"))
    await alice.click(menu.response, label=say("button-remove"))
    if restarted:
        await restart()
    await talk.edit(channel, question, talk.mention(OTHER))
    assert said(channel) == []


async def test_suggestions_of_which_none_was_meant_do_not_come_back(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, UNSURE)
    await alice.click(said(channel)[0], label=say("button-none"))
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert said(channel) == []


async def test_an_answer_that_went_with_an_edit_does_not_come_back(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    for text in (CHATTER, QUESTION):
        await talk.edit(help_channel, question, text)
    assert said(help_channel) == []


@pytest.mark.parametrize("noticed", [True, False])
async def test_for_an_answer_that_is_known_to_be_gone_no_request_is_made(
    noticed: bool, env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    if noticed:
        await talk.delete(channel, said(channel)[0].id)
    else:
        del env.backend.messages[channel.id][said(channel)[0].id]
        await talk.edit(channel, question, talk.mention(UNSURE))
    before = len(env.http_requests)
    await talk.edit(channel, question, talk.mention(OTHER))
    await talk.delete(channel, question)
    assert env.http_requests[before:] == []


async def test_nothing_points_to_an_answer_that_a_moderator_deleted(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    await overheard()
    await talk.delete(help_channel, said(help_channel)[0].id)
    await overheard()
    assert [shows(message) for message in said(help_channel)] == [[QUESTION]]


# Updates that are no edits


async def chosen_by_its_asker(alice: MemberActor, answer: discord.Message) -> None:
    """Alice says that another question was meant."""
    menu = await alice.click(answer, label=say("button-not-meant"))
    await alice.select(menu.response, ["cleaning"])


async def test_a_link_that_unfolds_does_not_take_back_what_was_chosen(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await chosen_by_its_asker(alice, said(channel)[0])
    await talk.update_without_edit(channel, question)
    assert [shows(message) for message in said(channel)] == [[CHOSEN]]


async def test_an_update_long_after_the_edit_does_not_take_back_what_was_chosen(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention("Why is one side so very quiet?"))
    await chosen_by_its_asker(alice, said(channel)[0])
    env.backend.advance_clock(3600)
    await talk.update_without_edit(channel, question)  # it carries the time of the old edit
    assert [shows(message) for message in said(channel)] == [[CHOSEN]]


async def test_a_link_that_unfolds_after_an_edit_does_not_take_back_what_was_chosen(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention("Why is one side so very quiet?"))
    await chosen_by_its_asker(alice, said(channel)[0])
    env.backend.advance_clock(5)
    await talk.update_without_edit(channel, question)
    assert [shows(message) for message in said(channel)] == [[CHOSEN]]


async def test_an_update_long_after_an_edit_answers_no_old_message(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    await env.bot.services.activity.mute(channel.id, env.now() + timedelta(hours=1))
    await talk.edit(channel, question, talk.mention(QUESTION))
    await env.bot.services.activity.unmute(channel.id)
    env.backend.advance_clock(24 * 3600)
    await talk.update_without_edit(channel, question)
    assert said(channel) == []


async def test_a_link_that_unfolds_gets_no_second_answer(
    alice: MemberActor, place: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(place, alice, QUESTION)
    await talk.update_without_edit(place, question)
    assert len(said(place)) == 1


# A mention that comes with an edit


async def test_a_mention_that_was_added_is_answered(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert [shows(message) for message in said(channel)] == [[QUESTION]]


async def test_the_answer_to_an_added_mention_replies_to_its_message(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(QUESTION))
    reference = said(channel)[0].reference
    assert reference is not None
    assert reference.message_id == question


async def test_an_added_mention_is_answered_after_a_restart(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    await restart()
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert len(said(channel)) == 1


async def test_a_mention_added_after_two_minutes_is_not_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    env.backend.advance_clock(121)
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert said(channel) == []


async def test_a_mention_added_twice_is_answered_once(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    for text in (talk.mention(QUESTION), QUESTION, talk.mention(OTHER)):
        await talk.edit(channel, question, text)
    assert [shows(message) for message in said(channel)] == [[OTHER]]


async def test_an_edit_without_a_mention_is_not_answered(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(channel, alice, CHATTER)
    await talk.edit(channel, question, QUESTION)
    assert said(channel) == []


async def test_a_mention_added_in_a_muted_channel_is_not_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    await env.bot.services.activity.mute(channel.id, env.now() + timedelta(hours=1))
    question = await talk.say(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert said(channel) == []


async def test_an_answer_goes_with_its_question_in_a_channel_muted_meanwhile(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await env.bot.services.activity.mute(channel.id, env.now() + timedelta(hours=1))
    await talk.delete(channel, question)
    assert said(channel) == []


async def test_a_bots_edit_is_not_answered(
    env: Env, guild: GuildHandle, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    message = await talk.say(channel, robot, QUESTION)
    await talk.edit(channel, message, talk.mention(QUESTION))
    assert said(channel) == []


async def test_a_webhooks_edit_is_not_answered(
    guild: GuildHandle, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    message = await guild.create_webhook(channel).send(QUESTION)
    await talk.edit(channel, message.id, talk.mention(QUESTION))
    assert said(channel) == []


async def test_its_own_edits_are_not_answered(env: Env, channel: ChannelHandle, said: Said, talk: Talk) -> None:
    own = await env.bot.get_partial_messageable(channel.id).send(CHATTER)
    await env.settle()
    await talk.edit(channel, own.id, talk.mention(QUESTION))
    assert [message.id for message in said(channel)] == [own.id]


async def test_a_mention_added_while_a_question_is_overheard_is_answered(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(help_channel, alice, QUESTION)
    await talk.edit(help_channel, question, talk.mention(QUESTION))
    await env.advance_time(PATIENCE + 1)
    assert [shows(message) for message in said(help_channel)] == [[QUESTION]]


async def test_a_mention_added_to_an_overheard_question_makes_its_answer_one_that_was_asked_for(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    await talk.edit(help_channel, question, talk.mention(OTHER))
    assert [(shows(message), labels(message)) for message in said(help_channel)] == [
        ([OTHER], [say("button-not-meant")])
    ]


# Overheard


async def test_an_overheard_answer_follows_its_edited_question(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    (first,) = said(help_channel)
    await talk.edit(help_channel, question, OTHER)
    assert [(message.id, shows(message)) for message in said(help_channel)] == [(first.id, [OTHER])]


async def test_an_overheard_answer_that_followed_is_still_one_that_nobody_asked_for(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    await talk.edit(help_channel, question, OTHER)
    (answer,) = said(help_channel)
    assert (labels(answer), answer.embeds[-1].footer.text) == ([say("button-not-helpful")], say("unasked-footer"))


@pytest.fixture
async def answered_before(
    env: Env, bob: MemberActor, help_channel: ChannelHandle, said: Said, talk: Talk
) -> discord.Message:
    """Bob was just answered what alice will ask for, too."""
    await talk.say(help_channel, bob, QUESTION)
    await env.advance_time(PATIENCE + 1)
    return said(help_channel)[0]


async def test_an_overheard_answer_that_was_given_a_moment_ago_becomes_a_pointer_to_it(
    answered_before: discord.Message, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard(OTHER)
    await talk.edit(help_channel, question, QUESTION)
    now = said(help_channel)[1]
    assert (now.content, now.embeds) == (pointer(answered_before, QUESTION), [])
    assert labels(now) == [say("button-not-helpful")]


@pytest.mark.usefixtures("answered_before")
async def test_a_pointer_that_came_with_an_edit_is_not_pointed_to(
    env: Env, carol: MemberActor, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard(OTHER)
    await talk.edit(help_channel, question, QUESTION)
    await talk.say(help_channel, carol, QUESTION)
    await env.advance_time(PATIENCE + 1)
    assert len(said(help_channel)) == 2


async def test_a_pointer_becomes_the_answer_to_the_edited_question(
    answered_before: discord.Message, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard(QUESTION)
    assert said(help_channel)[1].content == pointer(answered_before, QUESTION)
    await talk.edit(help_channel, question, OTHER)
    assert [shows(message) for message in said(help_channel)] == [[QUESTION], [OTHER]]
    assert said(help_channel)[1].content == ""


async def test_an_overheard_answer_does_not_stand_in_the_way_of_what_it_becomes(
    restart: Restart, channel: ChannelHandle, overheard: Overheard, said: Said, talk: Talk
) -> None:
    await restart(channel, unasked_per_hour=1)
    question = await overheard(where=channel)
    await talk.edit(channel, question, BOTH)
    assert [shows(message) for message in said(channel)] == [[QUESTION, OTHER]]


async def test_an_overheard_answer_goes_with_an_edit_after_its_asker_opted_out(
    alice: MemberActor, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    await alice.slash(help_channel, "unasked", allowed=False)
    await talk.edit(help_channel, question, OTHER)
    assert said(help_channel) == []


async def test_an_overheard_answer_goes_with_an_edit_after_its_channel_was_muted(
    moderator: MemberActor, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    await moderator.slash(help_channel, "quiet", duration="hour")
    await talk.edit(help_channel, question, OTHER)
    assert said(help_channel) == []


async def test_what_a_person_chose_instead_of_an_overheard_answer_stays_with_any_edit(
    alice: MemberActor, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    menu = await alice.click(said(help_channel)[0], label=say("button-not-helpful"))
    await alice.select(menu.response, ["cleaning"])
    for text in (OTHER, OUTSIDE):
        await talk.edit(help_channel, question, text)
    assert [shows(message) for message in said(help_channel)] == [[CHOSEN]]


@pytest.mark.parametrize(
    "text", [LIKELY, UNSURE, OUTSIDE, CHATTER, "https://example.com", f"> {QUESTION}", f"`{QUESTION}`"]
)
async def test_an_overheard_answer_goes_when_it_is_no_longer_sure(
    text: str, overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await overheard()
    await talk.edit(help_channel, question, text)
    assert said(help_channel) == []


@pytest.mark.parametrize("text", ["{bob} " + QUESTION, "@everyone " + QUESTION, "!ask " + QUESTION])
async def test_an_overheard_answer_goes_when_its_question_turns_out_to_be_for_somebody_else(
    text: str,
    bob: MemberActor,
    overheard: Overheard,
    help_channel: ChannelHandle,
    said: Said,
    talk: Talk,
) -> None:
    question = await overheard()
    await talk.edit(help_channel, question, text.format(bob=bob.mention))
    assert said(help_channel) == []


@pytest.mark.parametrize(("seconds", "left"), [(50, 0), (70, 1)], ids=["within", "after"])
async def test_an_overheard_answer_follows_for_two_minutes(
    seconds: int,
    left: int,
    env: Env,
    overheard: Overheard,
    help_channel: ChannelHandle,
    said: Said,
    talk: Talk,
) -> None:
    question = await overheard()
    env.backend.advance_clock(seconds)  # patience took a minute already
    await talk.edit(help_channel, question, CHATTER)
    assert len(said(help_channel)) == left


@pytest.mark.parametrize(("text", "shown"), [(OTHER, [[OTHER]]), (CHATTER, [])], ids=["changes", "goes"])
async def test_an_overheard_answer_follows_after_a_restart(
    text: str,
    shown: list[list[str]],
    overheard: Overheard,
    help_channel: ChannelHandle,
    said: Said,
    talk: Talk,
    restart: Restart,
) -> None:
    question = await overheard()
    await restart(help_channel)
    await talk.edit(help_channel, question, text)
    assert [shows(message) for message in said(help_channel)] == shown


async def test_an_overheard_answer_goes_with_its_question(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    await talk.delete(help_channel, await overheard())
    assert said(help_channel) == []


async def test_overheard_answers_go_with_questions_deleted_in_bulk_after_a_restart(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk, restart: Restart
) -> None:
    questions = [await overheard(text) for text in (QUESTION, OTHER)]
    await restart(help_channel)
    await talk.delete(help_channel, *questions)
    assert said(help_channel) == []


async def test_a_pointer_to_an_earlier_answer_goes_with_its_question(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    first, second = await overheard(), await overheard()
    await talk.delete(help_channel, second)
    assert [message.reference.message_id for message in said(help_channel) if message.reference] == [first]


async def test_a_pointer_to_an_earlier_answer_turns_into_the_answer_to_the_edited_question(
    overheard: Overheard, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    await overheard()
    await talk.edit(help_channel, await overheard(), OTHER)
    assert [shows(message) for message in said(help_channel)] == [[QUESTION], [OTHER]]


async def test_an_overheard_question_edited_while_its_answer_is_posted_gets_one_answer(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(help_channel, alice, QUESTION)

    def edit_at_once(event: str, payload: dict[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and int(payload["author"]["id"]) == env.bot.user.id:
            env.backend.subscribers.remove(edit_at_once)
            env.backend.edit_message(help_channel.id, question, {"content": OTHER})

    env.backend.subscribers.append(edit_at_once)
    await env.advance_time(PATIENCE + 1)
    await env.advance_time(PATIENCE + 1)
    assert [shows(message) for message in said(help_channel)] == [[OTHER]]


async def test_an_overheard_question_deleted_while_its_answer_is_posted_keeps_none(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.say(help_channel, alice, QUESTION)

    def delete_at_once(event: str, payload: dict[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and int(payload["author"]["id"]) == env.bot.user.id:
            env.backend.subscribers.remove(delete_at_once)
            env.backend.delete_message(help_channel.id, question)

    env.backend.subscribers.append(delete_at_once)
    await env.advance_time(PATIENCE + 1)
    assert said(help_channel) == []


@pytest.mark.parametrize(("text", "shown"), [(OTHER, [[OTHER]]), (CHATTER, [])], ids=["changes", "goes"])
async def test_the_answer_to_a_new_threads_first_message_follows_it(
    text: str,
    shown: list[list[str]],
    env: Env,
    alice: MemberActor,
    overheard: Overheard,
    help_channel: ChannelHandle,
    said: Said,
    talk: Talk,
) -> None:
    thread = thread_in(env, help_channel, alice)
    question = await overheard(QUESTION, thread)
    await talk.edit(thread, question, text)
    assert [shows(message) for message in said(thread)] == shown


async def test_the_answer_to_a_new_threads_first_message_stays_while_the_title_asks(
    env: Env,
    alice: MemberActor,
    overheard: Overheard,
    help_channel: ChannelHandle,
    said: Said,
    talk: Talk,
) -> None:
    thread = thread_in(env, help_channel, alice, OTHER)
    question = await overheard("the title has it all", thread)
    (answer,) = said(thread)
    await talk.edit(thread, question, "https://example.com")
    assert [(message.id, shows(message)) for message in said(thread)] == [(answer.id, [OTHER])]


async def test_the_answer_to_a_forum_post_goes_with_its_first_message(
    env: Env, guild: GuildHandle, alice: MemberActor, said: Said, talk: Talk, restart: Restart
) -> None:
    forum = guild.create_forum_channel("questions")
    await restart(forum)
    first = env.backend.prepare_message(forum.id, alice.id, "it began today")
    thread = env.backend.create_thread(forum.id, QUESTION, alice.id, message_id=first.id, broadcast=False)
    first.channel_id = thread.id
    env.backend.announce_thread_create(thread)
    env.backend.commit_message(first)
    await env.settle()
    await env.advance_time(PATIENCE + 1)
    (post,) = forum.threads
    before = [shows(message) for message in said(post)]
    await talk.delete(post, first.id)
    assert (before, said(post)) == ([[QUESTION]], [])


# Answers that a helper asked for


async def test_an_answer_from_the_context_menu_follows_the_message(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await alice.send(channel, QUESTION)
    await bob.context_menu(channel, say("menu-answer"), question)
    await talk.edit(channel, question.id, OTHER)
    assert [message.embeds[0].title for message in said(channel)] == [OTHER]


async def test_an_answer_from_the_context_menu_says_whom_it_is_for_after_an_edit(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await alice.send(channel, QUESTION)
    await bob.context_menu(channel, say("menu-answer"), question)
    before = said(channel)[0].content
    await talk.edit(channel, question.id, OTHER)
    assert (before != "", [message.content for message in said(channel)]) == (True, [before])


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_answer_from_the_context_menu_goes_with_the_message(
    restarted: bool,
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    said: Said,
    talk: Talk,
    restart: Restart,
) -> None:
    question = await alice.send(channel, QUESTION)
    await bob.context_menu(channel, say("menu-answer"), question)
    if restarted:
        await restart()
    await talk.delete(channel, question.id)
    assert said(channel) == []


async def test_two_answers_to_one_message_go_with_it(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await bob.slash(channel, "answer", entry="burn-in", message=str(question))
    await talk.delete(channel, question)
    assert said(channel) == []


@WITHOUT_CONTENT
async def test_without_the_content_of_messages_an_edit_leaves_the_answer_from_the_context_menu(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await alice.send(channel, QUESTION)
    await bob.context_menu(channel, say("menu-answer"), question)
    await talk.edit(channel, question.id, "Why is one side so very quiet?")
    assert [shows(message) for message in said(channel)] == [[QUESTION]]


@WITHOUT_CONTENT
async def test_without_the_content_of_messages_a_mention_takes_its_answer_along(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await talk.edit(channel, question, talk.mention(OTHER))
    assert [shows(message) for message in said(channel)] == [[OTHER]]


# Channels and permissions that are gone


@pytest.mark.parametrize("text", [OTHER, OUTSIDE])
async def test_an_edit_in_a_channel_that_is_deleted_meanwhile_is_no_error(
    text: str, env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    env.backend.edit_message(channel.id, question, {"content": talk.mention(text)})
    env.backend.delete_channel(channel.id)
    await env.settle()
    assert env.errors == []


async def test_a_mention_added_in_a_channel_that_is_deleted_meanwhile_is_no_error(
    env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk
) -> None:
    question = await talk.say(channel, alice, QUESTION)
    env.backend.edit_message(channel.id, question, {"content": talk.mention(QUESTION)})
    env.backend.delete_channel(channel.id)
    await env.settle()
    assert env.errors == []


async def test_a_deletion_in_a_channel_that_is_deleted_meanwhile_is_no_error(
    env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    env.backend.delete_message(channel.id, question)
    env.backend.delete_channel(channel.id)
    await env.settle()
    assert env.errors == []


async def test_an_answer_follows_where_the_bot_may_no_longer_send(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, deny: Deny
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await deny(channel, "send_messages")
    await talk.edit(channel, question, talk.mention(OTHER))
    (answer,) = said(channel)
    assert OTHER in str(shows(answer))  # who may not send may not embed, either


async def test_a_mention_added_where_the_bot_may_not_send_makes_no_request(
    env: Env, alice: MemberActor, channel: ChannelHandle, talk: Talk, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    question = await talk.say(channel, alice, QUESTION)
    before = len(env.http_requests)
    await talk.edit(channel, question, talk.mention(QUESTION))
    assert env.http_requests[before:] == []


async def test_an_answer_follows_in_plain_text_where_embeds_are_no_longer_allowed(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, deny: Deny, desk: Desk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await deny(channel, "embed_links")
    await talk.edit(channel, question, talk.mention(OTHER))
    (answer,) = said(channel)
    assert answer.embeds == []
    assert desk.faq.by_id["burn-in"].answer in answer.content


async def test_a_plain_answer_follows_as_an_embed_where_embeds_are_allowed_again(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, deny: Deny
) -> None:
    await deny(channel, "embed_links")
    question = await talk.ask(channel, alice, QUESTION)
    await deny(channel)
    await talk.edit(channel, question, talk.mention(OTHER))
    assert [(message.content, shows(message)) for message in said(channel)] == [("", [OTHER])]


@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_question_in_a_channel_that_is_hidden_by_now_is_no_error(
    what: str, env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, deny: Deny
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await deny(channel, "view_channel")
    if what == "edit":
        await talk.edit(channel, question, talk.mention(OTHER))
    else:
        await talk.delete(channel, question)
    assert ([shows(message) for message in said(channel)], env.errors) == ([[QUESTION]], [])


async def test_an_answer_that_could_not_be_changed_for_a_while_follows_the_next_edit(
    alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk, deny: Deny
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    await deny(channel, "view_channel")
    await talk.edit(channel, question, talk.mention(UNSURE))
    await deny(channel)
    await talk.edit(channel, question, talk.mention(OTHER))
    assert [shows(message) for message in said(channel)] == [[OTHER]]


async def test_an_archived_thread_keeps_the_answer_without_an_error(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    thread = thread_in(env, channel, alice)
    question = await talk.ask(thread, alice, QUESTION)
    env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    env.inject_error("DELETE", f"/channels/{thread.id}/messages/*", status=400, code=50083)  # as Discord refuses it
    await talk.delete(thread, question)
    assert ([shows(message) for message in said(thread)], env.errors) == ([[QUESTION]], [])


async def test_many_edits_at_once_end_in_the_answer_to_the_last(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, talk: Talk
) -> None:
    question = await talk.ask(channel, alice, QUESTION)
    for text in (OTHER, UNSURE, OUTSIDE, QUESTION, OTHER):
        env.backend.edit_message(channel.id, question, {"content": talk.mention(text)})
        await asyncio.sleep(0)
    await env.settle()
    assert [shows(message) for message in said(channel)] == [[OTHER]]
