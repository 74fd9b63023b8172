"""Two hundred members at once, over real sockets: everybody gets their own answer, and nobody two."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.activity.store import FILE
from bot.answers.decision import AMBIENT, DIRECT, Policy, decide
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Suggestion
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.settings import Manners
from bot.words.catalogue import words
from tests.loopback.conftest import Serving
from tests.loopback.discord_server import DiscordServer
from tests.loopback.looking import title, titles
from tests.loopback.world import Channel, Message

CHANNELS = 50
MEMBERS = 200
AT_ONCE_SECONDS = 30

say = words()


@pytest.fixture
def channels(server: DiscordServer) -> list[Channel]:
    return [server.add_channel(f"talk-{number}", server.home) for number in range(CHANNELS)]


def phrasing(knowledge: Knowledge, number: int) -> str:
    """What a member asks: the four who share a channel ask for four different entries."""
    entries = knowledge.faq.entries
    entry = entries[(number // CHANNELS + number) % len(entries)]
    phrasings = (entry.question, *entry.alternatives)
    return phrasings[number % len(phrasings)]


@pytest.fixture
def questions(small_knowledge: Knowledge) -> list[str]:
    """For each member one that nobody else puts in the same words; some are answered, for some it asks back."""
    return [f"{phrasing(small_knowledge, number)} (I have had them for {number} days)" for number in range(MEMBERS)]


@pytest.fixture
def plain_questions(small_knowledge: Knowledge) -> list[str]:
    """For each member one that is surely answered; they differ in an emoji."""
    return [f"{phrasing(small_knowledge, number)} <:ears:{10**17 + number}>" for number in range(MEMBERS)]


def everybody_asks(server: DiscordServer, channels: list[Channel], texts: Iterable[str]) -> list[Message]:
    """Members, each of them new, ask at the same moment; one after the other through the channels."""
    asked = []
    for number, text in enumerate(texts):
        member = server.add_member(f"member-{number}", server.home)
        asked.append(server.say(text, channels[number % len(channels)], member))
    return asked


def replies(server: DiscordServer, channels: list[Channel]) -> dict[Message, list[Message]]:
    """What the bot replied to each message. Everything that it says must be a reply."""
    found: defaultdict[Message, list[Message]] = defaultdict(list)
    for channel in channels:
        for said in server.said(channel):
            assert said.reply_to is not None
            assert said.reply_to.channel is channel
            found[said.reply_to].append(said)
    return found


def everything_in(state_folder: Path) -> bytes:
    files = list(state_folder.glob(f"{FILE}*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


def expected(desk: Desk, question: str, policy: Policy = DIRECT) -> str | None:
    """What the core says to a question: an answer's title, or the words of what is no answer."""
    outcome = decide(desk.assess(question, overheard=policy.overheard), policy)
    if isinstance(outcome, Answer):
        return desk.faq.by_id[outcome.entries[0]].question
    if isinstance(outcome, Suggestion):
        return say("did-you-mean", count=len(outcome.entries))
    return say("nothing-found")


async def test_two_hundred_who_mention_it_at_once_get_one_answer_each_and_their_own(
    server: DiscordServer, assistant: Assistant, channels: list[Channel], questions: list[str], desk: Desk
) -> None:
    assert len(set(questions)) == MEMBERS
    asked = everybody_asks(server, channels, [f"{server.bot.mention} {text}" for text in questions])
    await server.until(lambda: len(replies(server, channels)) == MEMBERS, AT_ONCE_SECONDS)
    await server.settled(assistant, AT_ONCE_SECONDS)
    answers = replies(server, channels)
    assert [len(answers[message]) for message in asked] == [1] * MEMBERS
    assert [title(answers[message][0]) or answers[message][0].content for message in asked] == [
        expected(desk, text) for text in questions
    ]


async def test_of_two_hundred_it_is_kept_which_answer_is_whose_and_nobodys_words(
    server: DiscordServer, assistant: Assistant, channels: list[Channel], questions: list[str], state_folder: Path
) -> None:
    asked = everybody_asks(server, channels, [f"{server.bot.mention} {text}" for text in questions])
    await server.until(lambda: len(replies(server, channels)) == MEMBERS, AT_ONCE_SECONDS)
    await server.settled(assistant, AT_ONCE_SECONDS)
    answers = replies(server, channels)
    kept = [await assistant.services.activity.replies_to(message.id) for message in asked]
    assert [[(reply.channel, reply.answer) for reply in replies] for replies in kept] == [
        [(message.channel.id, answers[message][0].id)] for message in asked
    ]
    assert b"I have had them" not in everything_in(state_folder)


async def test_two_hundred_in_one_channel_get_one_answer_each(
    server: DiscordServer, assistant: Assistant, questions: list[str]
) -> None:
    asked = everybody_asks(server, [server.general], [f"{server.bot.mention} {text}" for text in questions])
    await server.until(lambda: len(server.said(server.general)) >= MEMBERS, AT_ONCE_SECONDS)
    await server.settled(assistant, AT_ONCE_SECONDS)
    answers = replies(server, [server.general])
    assert [len(answers[message]) for message in asked] == [1] * MEMBERS


async def test_two_hundred_get_one_answer_each_though_the_connection_breaks_among_them(
    server: DiscordServer, assistant: Assistant, channels: list[Channel], questions: list[str]
) -> None:
    texts = [f"{server.bot.mention} {text}" for text in questions]
    server.gateway.told_twice = 20
    asked = []
    for start in range(0, MEMBERS, 50):
        asked += everybody_asks(server, channels, texts[start : start + 50])
        server.drop()
        await server.until(lambda: server.gateway.connected)
    await server.settled(assistant, AT_ONCE_SECONDS)
    answers = replies(server, channels)
    assert [len(answers[message]) for message in asked] == [1] * MEMBERS


async def test_two_hundred_commands_at_once_are_answered_once_each(
    server: DiscordServer, assistant: Assistant, channels: list[Channel], questions: list[str], desk: Desk
) -> None:
    used = [
        server.slash(
            "ask", {"question": text}, channels[number % CHANNELS], server.add_member(f"m{number}", server.home)
        )
        for number, text in enumerate(questions)
    ]
    await server.until(lambda: all(one.messages for one in used), AT_ONCE_SECONDS)
    await server.settled(assistant, AT_ONCE_SECONDS)
    assert [[title(said) or said.content for said in one.messages] for one in used] == [
        [expected(desk, text)] for text in questions
    ]


async def test_two_hundred_who_are_overheard_at_once_are_answered_once_each(
    server: DiscordServer, serving: Serving, channels: list[Channel], plain_questions: list[str], desk: Desk
) -> None:
    chosen = frozenset(channel.id for channel in channels)
    async with serving(Manners(chosen, unasked_per_hour=60, patience=0.05)) as client:
        asked = everybody_asks(server, channels, plain_questions)
        await server.settled(client, AT_ONCE_SECONDS)
        answers = replies(server, channels)
    assert [titles(answers[message]) for message in asked] == [
        [expected(desk, text, AMBIENT)] for text in plain_questions
    ]


async def test_two_hundred_who_are_overheard_among_chatter_are_answered_at_most_once_each(
    server: DiscordServer, serving: Serving, channels: list[Channel], questions: list[str], desk: Desk
) -> None:
    texts = [text if number % 3 else f"who wants {number} pizzas" for number, text in enumerate(questions)]
    chosen = frozenset(channel.id for channel in channels)
    async with serving(Manners(chosen, unasked_per_hour=60, patience=0.05)) as client:
        asked = everybody_asks(server, channels, texts)
        await server.settled(client, AT_ONCE_SECONDS)
        answers = replies(server, channels)
    assert {len(answers[message]) for message in asked} == {0, 1}
    unsure = [not isinstance(decide(desk.assess(text, overheard=True), AMBIENT), Answer) for text in texts]
    assert not [message for message, is_unsure in zip(asked, unsure, strict=True) if is_unsure and answers[message]]


async def test_two_hundred_overheard_in_one_channel_are_answered_as_often_as_an_hour_allows(
    server: DiscordServer, serving: Serving, plain_questions: list[str]
) -> None:
    manners = Manners(frozenset({server.general.id}), unasked_per_hour=3, patience=0.05)
    async with serving(manners) as client:
        everybody_asks(server, [server.general], plain_questions)
        await server.settled(client, AT_ONCE_SECONDS)
    assert [len(found) for found in replies(server, [server.general]).values()] == [1, 1, 1]


async def test_an_entry_that_two_hundred_ask_for_is_shown_once_and_pointed_to_once(
    server: DiscordServer, serving: Serving
) -> None:
    manners = Manners(frozenset({server.general.id}), unasked_per_hour=60, patience=0.05)
    async with serving(manners) as client:
        everybody_asks(server, [server.general], ["Why is one side quiet?"] * MEMBERS)
        await server.settled(client, AT_ONCE_SECONDS)
    assert titles(server.said(server.general)) == ["Why is one side quiet?", None]
