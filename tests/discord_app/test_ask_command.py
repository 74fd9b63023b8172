"""/ask: free text, the choices while typing, private answers, and a bot that is still getting ready."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, OptionError, ResponseMessage

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.discord_app.asking import PATIENCE_SECONDS, QUESTION_MOST
from bot.discord_app.render import CHOICE_MOST, CHOICES_MOST
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry, Faq
from bot.words.catalogue import words

MakeDesk = Callable[..., Desk]

QUESTION = "Why is one side quiet?"
UNANSWERABLE = "What a game last night?"
UNSURE = "What does the marking mean?"
TOO_LATE_SECONDS = PATIENCE_SECONDS + 0.3

say = words()


def response(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    return result.response


def titles(result: InteractionResult) -> list[str | None]:
    return [embed.title for embed in response(result).embeds]


def entry(name: str, question: str, answer: str = "An answer.") -> Entry:
    return Entry(id=name, question=question, alternatives=(), answer=answer)


def with_entries(knowledge: Knowledge, *entries: Entry) -> Knowledge:
    return replace(knowledge, faq=Faq(entries=(*knowledge.faq.entries, *entries)))


async def offered(member: MemberActor, channel: ChannelHandle, typed: str) -> list[str]:
    return [choice["value"] for choice in await member.autocomplete(channel, "ask", "question", typed)]


def asks(env: Env) -> Iterable[int]:
    """The kinds of the bot's first responses to interactions."""
    return [request.json["type"] for request in env.http_requests if request.path.endswith("/callback")]


async def test_free_text_is_answered_word_for_word(alice: MemberActor, channel: ChannelHandle, desk: Desk) -> None:
    result = await alice.slash(channel, "ask", question="the left earpiece is dead")
    assert response(result).embeds[0].description == desk.faq.by_id["one-side-quiet"].answer


async def test_an_answer_is_for_all_to_see(alice: MemberActor, channel: ChannelHandle) -> None:
    assert not response(await alice.slash(channel, "ask", question=QUESTION)).ephemeral


async def test_a_private_answer_is_only_for_the_asker(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=QUESTION, private=True)
    assert (titles(result), response(result).ephemeral) == ([QUESTION], True)


async def test_private_switched_off_is_for_all_to_see(alice: MemberActor, channel: ChannelHandle) -> None:
    assert not response(await alice.slash(channel, "ask", question=QUESTION, private=False)).ephemeral


async def test_private_did_you_mean_is_only_for_the_asker(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=UNSURE, private=True)
    assert (response(result).content, response(result).ephemeral) == (say("did-you-mean"), True)


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_nothing_found_is_one_line_for_the_asker_alone(
    private: bool, alice: MemberActor, channel: ChannelHandle
) -> None:
    shown = response(await alice.slash(channel, "ask", question=UNANSWERABLE, private=private))
    assert (shown.content, shown.ephemeral) == (say("nothing-found"), True)


@pytest.mark.parametrize("text", ["   ", "https://example.com", "<@112233445566778899>"])
async def test_a_question_that_says_nothing_gets_the_hint_alone(
    text: str, alice: MemberActor, channel: ChannelHandle
) -> None:
    shown = response(await alice.slash(channel, "ask", question=text))
    assert (shown.content, shown.ephemeral) == (say("nothing-said"), True)


async def test_it_works_in_direct_messages(alice: MemberActor) -> None:
    assert titles(await alice.user.slash("ask", question=QUESTION)) == [QUESTION]


async def test_the_longest_question_is_answered(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=QUESTION.ljust(QUESTION_MOST, "?"))
    assert titles(result) == [QUESTION]


async def test_a_longer_question_cannot_be_sent(alice: MemberActor, channel: ChannelHandle) -> None:
    with pytest.raises(OptionError, match="at most 1000"):
        await alice.slash(channel, "ask", question="?" * (QUESTION_MOST + 1))


async def test_an_empty_question_cannot_be_sent(alice: MemberActor, channel: ChannelHandle) -> None:
    with pytest.raises(OptionError, match="at least 1"):
        await alice.slash(channel, "ask", question="")


@pytest.mark.parametrize("typed", ["", " ", "\n"], ids=repr)
async def test_before_anything_is_typed_the_first_questions_are_offered(
    typed: str, alice: MemberActor, channel: ChannelHandle, desk: Desk
) -> None:
    assert await offered(alice, channel, typed) == [entry.question for entry in desk.faq.entries]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("quiet", QUESTION),
        ("why is one si", QUESTION),
        ("CLEAN", "How do I clean my IEMs?"),
        ("adaptr", "Which plug adapters are safe?"),
        ("the red dot", "What does the red marking mean?"),
    ],
)
async def test_while_typing_the_best_match_is_offered_first(
    typed: str, best: str, alice: MemberActor, channel: ChannelHandle
) -> None:
    assert (await offered(alice, channel, typed))[0] == best


@pytest.mark.parametrize("typed", ["x", "???", "<@1>", "`", "*" * 100, "word " * 200, "\u200b", "🎧", "日本語"])
async def test_whatever_is_typed_the_choices_keep_discords_limits(
    typed: str, alice: MemberActor, channel: ChannelHandle
) -> None:
    choices = await alice.autocomplete(channel, "ask", "question", typed)
    assert len(choices) <= CHOICES_MOST
    assert all(1 <= len(choice[part]) <= CHOICE_MOST for choice in choices for part in ("name", "value"))


@pytest.mark.parametrize("name", ["one-side-quiet", "cleaning", "burn-in", "adapters", "marking-red", "marking-black"])
async def test_choosing_a_question_answers_exactly_that_entry(
    name: str, alice: MemberActor, channel: ChannelHandle, desk: Desk
) -> None:
    chosen = desk.faq.by_id[name]
    assert chosen.question in await offered(alice, channel, chosen.question)
    assert titles(await alice.slash(channel, "ask", question=chosen.question)) == [chosen.question]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What does `preamp` do?", id="code"),
        pytest.param("Is https://example.com/eq a good place to start?", id="a-link"),
        pytest.param("> 32 ohm: too much for a phone?", id="a-quote"),
        pytest.param("What is **gain** for?", id="bold"),
        pytest.param("Is 0.78 mm 2-pin better than MMCX?", id="numbers"),
        pytest.param("A question that is as long as it may be, which is one hundred characters, and not one more?!", id="longest"),
    ],
)
async def test_choosing_answers_exactly_that_entry_whatever_its_question_looks_like(
    question: str, env: Env, alice: MemberActor, channel: ChannelHandle, open_desk: MakeDesk, knowledge: Knowledge, tmp_path: Path
) -> None:
    desk = open_desk(with_entries(knowledge, entry("odd", question)))
    await env.restart_bot(Assistant(desk, tmp_path / "other"))
    choices = await offered(alice, channel, "")
    assert titles(await alice.slash(channel, "ask", question=choices[-1])) == [question]


async def test_of_many_entries_the_first_25_are_offered(
    env: Env, alice: MemberActor, channel: ChannelHandle, open_desk: MakeDesk, knowledge: Knowledge, state_folder: Path
) -> None:
    many = [entry(f"number-{number}", f"What is number {number} about?") for number in range(30)]
    await env.restart_bot(Assistant(open_desk(replace(knowledge, faq=Faq(entries=tuple(many)))), state_folder))
    assert await offered(alice, channel, "") == [one.question for one in many[:25]]


async def test_questions_too_long_for_a_choice_are_clipped_in_it(
    env: Env, alice: MemberActor, channel: ChannelHandle, open_desk: MakeDesk, knowledge: Knowledge, state_folder: Path
) -> None:
    endless = entry("endless", "Why " + "oh why " * 40 + "?")
    await env.restart_bot(Assistant(open_desk(with_entries(knowledge, endless)), state_folder))
    clipped = (await offered(alice, channel, ""))[-1]
    assert len(clipped) <= CHOICE_MOST
    assert clipped.endswith("…")


async def test_choosing_a_clipped_question_answers_that_entry(
    env: Env, alice: MemberActor, channel: ChannelHandle, open_desk: MakeDesk, knowledge: Knowledge, state_folder: Path
) -> None:
    endless = entry("endless", "Why " + "oh why " * 40 + "?", "Because.")
    await env.restart_bot(Assistant(open_desk(with_entries(knowledge, endless)), state_folder))
    chosen = (await offered(alice, channel, ""))[-1]
    result = await alice.slash(channel, "ask", question=chosen)
    assert [embed.description for embed in response(result).embeds] == ["Because."]


@pytest.fixture
def unopened(make_desk: MakeDesk, knowledge: Knowledge) -> Desk:
    return make_desk(knowledge=knowledge)


async def test_while_it_is_getting_ready_typing_offers_nothing(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    assert await offered(alice, channel, "quiet") == []


async def test_while_it_is_getting_ready_the_first_questions_are_offered(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    assert QUESTION in await offered(alice, channel, "")


async def test_a_question_while_it_is_getting_ready_is_answered_in_time(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    asyncio.get_running_loop().call_later(TOO_LATE_SECONDS, unopened.open)
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert (result.deferred, titles(result), response(result).ephemeral) == (True, [QUESTION], False)


async def test_a_private_answer_that_takes_long_stays_private(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    asyncio.get_running_loop().call_later(TOO_LATE_SECONDS, unopened.open)
    result = await alice.slash(channel, "ask", question=QUESTION, private=True)
    assert (result.deferred, titles(result), response(result).ephemeral) == (True, [QUESTION], True)


async def test_nothing_found_after_long_is_for_the_asker_alone(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    asyncio.get_running_loop().call_later(TOO_LATE_SECONDS, unopened.open)
    await alice.slash(channel, "ask", question=UNANSWERABLE)
    told = [message for message in channel.history(viewer=alice) if message.content == say("nothing-found")]
    assert [message.flags.ephemeral for message in told] == [True]


async def test_a_question_that_is_answered_at_once_is_not_deferred(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    await alice.slash(channel, "ask", question=QUESTION)
    assert asks(env) == [4]
