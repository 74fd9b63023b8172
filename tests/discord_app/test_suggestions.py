""" "Did you mean": at most three buttons, which work for their asker, for others privately, and after a restart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, SetupError

from bot.activity.store import Feedback
from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.knowledge.faq import Faq
from tests.discord_app.looking import Mention, Said, Start, buttons, labels, private, say

UNSURE = "What does the marking mean?"

ANSWERED = ("", 1, [say("button-not-meant")])
"""How a message looks that has become one answer."""


def suggested(message: discord.Message) -> list[discord.Button]:
    """The buttons that stand for questions."""
    return [button for button in buttons(message) if button.label != say("button-none")]


def without(knowledge: Knowledge, label: str | None) -> Knowledge:
    entries = tuple(entry for entry in knowledge.faq.entries if entry.question != label)
    return replace(knowledge, faq=Faq(entries=entries))


def look(message: discord.Message) -> tuple[str, int, list[str | None]]:
    return message.content, len(message.embeds), labels(message)


@pytest.fixture
async def suggestion(alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said) -> discord.Message:
    """The bot asks alice back."""
    await mention(alice, UNSURE)
    (message,) = said(channel)
    return message


async def test_unsure_it_asks_back(suggestion: discord.Message) -> None:
    assert suggestion.content == say("did-you-mean", count=3)


async def test_of_five_likely_entries_three_are_suggested(suggestion: discord.Message) -> None:
    assert len(suggested(suggestion)) == 3


async def test_the_buttons_are_questions_of_the_faq(suggestion: discord.Message, desk: Desk) -> None:
    questions = {entry.question for entry in desk.faq.entries}
    assert {button.label for button in suggested(suggestion)} <= questions


async def test_the_last_button_is_for_none_of_them(suggestion: discord.Message) -> None:
    assert labels(suggestion).index(say("button-none")) == 3


async def test_no_button_stands_twice(suggestion: discord.Message) -> None:
    ids = [button.custom_id for button in buttons(suggestion)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_its_askers_press_turns_the_message_into_that_answer(
    position: int, alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    pressed = buttons(suggestion)[position]
    await alice.click(suggestion, custom_id=pressed.custom_id)
    (message,) = said(channel)
    assert (message.id, [embed.title for embed in message.embeds]) == (suggestion.id, [pressed.label])


async def test_its_askers_press_takes_the_question_and_its_buttons_away(
    alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    await alice.click(suggestion, label=buttons(suggestion)[0].label)
    (message,) = said(channel)
    left = {button.label for button in buttons(message)}
    assert (message.content, left & {button.label for button in buttons(suggestion)}) == ("", set())


async def test_an_answer_that_was_chosen_can_still_be_put_right(
    alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    await alice.click(suggestion, label=buttons(suggestion)[0].label)
    (message,) = said(channel)
    assert labels(message) == [say("button-not-meant")]


async def test_not_what_i_meant_after_a_choice_offers_the_other_suggestions(
    alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    first, *others = [button.label for button in suggested(suggestion)]
    await alice.click(suggestion, label=first)
    menu = private(await alice.click(said(channel)[0], label=say("button-not-meant")))
    assert [option["label"] for option in menu.components[0]["components"][0]["options"]] == others


async def test_the_answer_of_a_press_is_word_for_word(
    alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said, desk: Desk
) -> None:
    label = buttons(suggestion)[0].label
    await alice.click(suggestion, label=label)
    wanted = [entry.answer for entry in desk.faq.entries if entry.question == label]
    assert [embed.description for embed in said(channel)[0].embeds] == wanted


async def test_a_second_press_is_impossible(
    alice: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    await alice.click(suggestion, label=buttons(suggestion)[0].label)
    with pytest.raises(SetupError, match="No matching component"):
        await alice.click(said(channel)[0], label=buttons(suggestion)[1].label)


async def test_somebody_elses_press_is_answered_privately(bob: MemberActor, suggestion: discord.Message) -> None:
    label = buttons(suggestion)[1].label
    shown = private(await bob.click(suggestion, label=label))
    assert (shown.content, [embed.title for embed in shown.embeds]) == (say("answered-privately"), [label])


async def test_somebody_elses_press_leaves_the_message_alone(
    bob: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    await bob.click(suggestion, label=buttons(suggestion)[1].label)
    assert look(said(channel)[0]) == look(suggestion)


async def test_after_somebody_elses_press_the_asker_can_still_choose(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    label = buttons(suggestion)[0].label
    await bob.click(suggestion, label=label)
    await alice.click(suggestion, label=label)
    assert look(said(channel)[0]) == ANSWERED


async def test_a_press_in_a_direct_message_shows_the_answer(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(UNSURE)
    await alice.user.click(said(place)[0], label=buttons(said(place)[0])[0].label)
    assert look(said(place)[0]) == ANSWERED


@pytest.mark.parametrize("options", [{}, {"private": True}], ids=["public", "private"])
async def test_a_press_on_what_ask_suggested_shows_the_answer(
    options: dict[str, Any], alice: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.slash(channel, "ask", question=UNSURE, **options)
    assert asked.response is not None
    label = buttons(asked.response.message)[0].label
    await alice.click(asked.response, label=label)
    assert look(asked.response.message) == ANSWERED


async def test_somebody_elses_press_on_what_ask_suggested_is_answered_privately(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.slash(channel, "ask", question=UNSURE)
    assert asked.response is not None
    label = buttons(asked.response.message)[0].label
    assert private(await bob.click(asked.response, label=label)).content == say("answered-privately")


async def test_after_a_restart_its_askers_press_still_shows_the_answer(
    alice: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    await start(knowledge)
    await alice.click(suggestion, label=buttons(suggestion)[2].label)
    assert look(said(channel)[0]) == ANSWERED


async def test_after_a_restart_somebody_elses_press_is_still_answered_privately(
    bob: MemberActor, suggestion: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(knowledge)
    result = await bob.click(suggestion, label=buttons(suggestion)[0].label)
    assert private(result).content == say("answered-privately")


async def test_after_a_restart_a_press_shows_the_answer_as_it_is_now(
    alice: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    entries = [entry.model_copy(update={"answer": "Corrected."}) for entry in knowledge.faq.entries]
    await start(replace(knowledge, faq=Faq(entries=tuple(entries))))
    await alice.click(suggestion, label=buttons(suggestion)[0].label)
    assert said(channel)[0].embeds[0].description == "Corrected."


async def test_a_press_works_while_the_bot_is_getting_ready(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
    make_desk: Callable[..., Desk],
    knowledge: Knowledge,
    state_folder: Path,
) -> None:
    await env.restart_bot(Assistant(make_desk(knowledge=knowledge), state_folder))
    await alice.click(suggestion, label=buttons(suggestion)[0].label)
    assert look(said(channel)[0]) == ANSWERED


@pytest.mark.parametrize("who", ["alice", "bob"])
async def test_a_press_on_an_entry_that_has_gone_is_told_so_privately(
    who: str, alice: MemberActor, bob: MemberActor, suggestion: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    label = buttons(suggestion)[0].label
    await start(without(knowledge, label))
    result = await {"alice": alice, "bob": bob}[who].click(suggestion, label=label)
    assert private(result).content == say("entry-gone")


async def test_an_entry_that_has_gone_leaves_the_other_buttons_to_press(
    alice: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    gone, there = (button.label for button in buttons(suggestion)[:2])
    await start(without(knowledge, gone))
    await alice.click(suggestion, label=gone)
    await alice.click(suggestion, label=there)
    assert look(said(channel)[0]) == ANSWERED


@pytest.fixture
async def carol(env: Env, guild: GuildHandle, channel: ChannelHandle) -> MemberActor:  # noqa: ARG001 - who joins sees it
    """A moderator."""
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    return guild.add_member(env.create_user("carol"), roles=[role])


@pytest.mark.parametrize("who", ["alice", "carol"])
async def test_none_of_these_takes_the_suggestions_away(
    who: str,
    alice: MemberActor,
    carol: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
) -> None:
    await {"alice": alice, "carol": carol}[who].click(suggestion, label=say("button-none"))
    assert said(channel) == []


async def test_none_of_these_is_answered_privately_that_nothing_was_found(
    alice: MemberActor, suggestion: discord.Message
) -> None:
    assert private(await alice.click(suggestion, label=say("button-none"))).content == say("nothing-found")


async def test_somebody_elses_none_of_these_is_told_privately_that_it_is_not_theirs(
    bob: MemberActor, suggestion: discord.Message
) -> None:
    assert private(await bob.click(suggestion, label=say("button-none"))).content == say("not-yours")


async def test_somebody_elses_none_of_these_leaves_the_message_alone(
    bob: MemberActor, channel: ChannelHandle, suggestion: discord.Message, said: Said
) -> None:
    await bob.click(suggestion, label=say("button-none"))
    assert [look(message) for message in said(channel)] == [look(suggestion)]


async def test_after_a_restart_none_of_these_still_takes_the_suggestions_away(
    alice: MemberActor,
    channel: ChannelHandle,
    suggestion: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    await start(knowledge)
    await alice.click(suggestion, label=say("button-none"))
    assert said(channel) == []


async def test_none_of_these_in_a_direct_message_takes_the_suggestions_away(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(UNSURE)
    await alice.user.click(said(place)[0], label=say("button-none"))
    assert [look(message) for message in said(place) if buttons(message)] == []


async def test_none_of_these_on_a_private_suggestion_turns_it_into_nothing_found(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.slash(channel, "ask", question=UNSURE, private=True)
    await alice.click(private(asked), label=say("button-none"))
    assert look(private(asked).message) == (say("nothing-found"), 0, [])


# What is stored


async def stored(env: Env) -> list[tuple[int, str, Feedback, str]]:
    assert isinstance(env.bot, Assistant)
    return await env.bot.services.activity.feedback()


def suggested_entries(suggestion: discord.Message, desk: Desk) -> list[str]:
    by_question = {entry.question: entry.id for entry in desk.faq.entries}
    return [by_question[str(button.label)] for button in suggested(suggestion)]


async def test_the_suggestion_that_was_meant_is_stored(
    env: Env, alice: MemberActor, suggestion: discord.Message, desk: Desk
) -> None:
    names = suggested_entries(suggestion, desk)
    await alice.click(suggestion, label=labels(suggestion)[1])
    assert await stored(env) == [(suggestion.id, names[1], Feedback.PICKED, "")]


async def test_what_somebody_else_reads_privately_is_not_stored(
    env: Env, bob: MemberActor, suggestion: discord.Message
) -> None:
    await bob.click(suggestion, label=labels(suggestion)[1])
    assert await stored(env) == []


async def test_each_suggestion_of_which_none_was_meant_is_stored(
    env: Env, alice: MemberActor, suggestion: discord.Message, desk: Desk
) -> None:
    names = suggested_entries(suggestion, desk)
    await alice.click(suggestion, label=say("button-none"))
    assert len(names) == 3
    assert set(await stored(env)) == {(suggestion.id, name, Feedback.NONE, "") for name in names}


async def test_each_private_suggestion_of_which_none_was_meant_is_stored(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    asked = private(await alice.slash(channel, "ask", question=UNSURE, private=True))
    await alice.click(asked, label=say("button-none"))
    assert [kind for _, _, kind, _ in await stored(env)] == [Feedback.NONE] * 3


async def test_none_of_these_from_somebody_else_is_not_stored(
    env: Env, bob: MemberActor, suggestion: discord.Message
) -> None:
    await bob.click(suggestion, label=say("button-none"))
    assert await stored(env) == []
