"""/ask: free text, the choices while typing, private answers, and a bot that is still getting ready."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, OptionError

from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.discord_app import responding
from bot.discord_app.app import Assistant
from bot.discord_app.asking import QUESTION_MOST, has_in_title
from bot.discord_app.render import CHOICE_MOST, CHOICES_MOST
from bot.discord_app.responding import DEFER_AFTER_SECONDS
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry, Faq
from bot.matching.cache import Cache
from tests.discord_app.looking import Start, response, say, titles

MakeDesk = Callable[..., Desk]

QUESTION = "Why is one side quiet?"
OWN_WORDS = "the left earpiece is dead"
UNANSWERABLE = "What a game last night?"
UNSURE = "What does the marking mean?"
DISCORD_WAITS_SECONDS = 3


class SlowDesk(Desk):
    """A desk that thinks until it is told to go on, and may collapse then."""

    def __init__(self, env: Env, knowledge: Knowledge, cache: Cache) -> None:
        super().__init__(knowledge, cache, lambda: ())
        self.env = env
        self.go_on = asyncio.Event()
        self.broken = False

    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        await self.env.external_wait(self.go_on.wait(), reason="thinking")
        if self.broken:
            raise RuntimeError("the desk collapsed")
        return await super().assess_soon(message, words_only=words_only, overheard=overheard)

    async def slow_slash(self, member: MemberActor, channel: ChannelHandle, **options: Any) -> InteractionResult:
        """/ask, with a member who has waited for longer than the bot's patience before the desk goes on."""
        result = await member.slash(channel, "ask", **options)
        await self.env.advance_time(DEFER_AFTER_SECONDS + 0.1)
        self.go_on.set()
        await self.env.settle()
        return result


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
    result = await alice.slash(channel, "ask", question=OWN_WORDS)
    assert response(result).embeds[0].description == desk.faq.by_id["one-side-quiet"].answer


async def test_an_answer_is_for_all_to_see(alice: MemberActor, channel: ChannelHandle) -> None:
    assert not response(await alice.slash(channel, "ask", question=QUESTION)).ephemeral


async def test_a_private_answer_is_only_for_the_asker(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=QUESTION, private=True)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], True)


async def test_private_switched_off_is_for_all_to_see(alice: MemberActor, channel: ChannelHandle) -> None:
    assert not response(await alice.slash(channel, "ask", question=QUESTION, private=False)).ephemeral


async def test_private_did_you_mean_is_only_for_the_asker(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=UNSURE, private=True)
    assert (response(result).content, response(result).ephemeral) == (say("did-you-mean", count=3), True)


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
    assert titles(response(await alice.user.slash("ask", question=QUESTION))) == [QUESTION]


async def test_the_longest_question_is_answered(alice: MemberActor, channel: ChannelHandle) -> None:
    result = await alice.slash(channel, "ask", question=QUESTION.ljust(QUESTION_MOST, "?"))
    assert titles(response(result)) == [QUESTION]


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
    assert titles(response(await alice.slash(channel, "ask", question=chosen.question))) == [chosen.question]


@pytest.mark.parametrize(
    ("question", "rival"),
    [
        pytest.param("What does `preamp` do?", "What does `Q` do?", id="code"),
        pytest.param("Is https://a.example/eq good?", "Is https://b.example/iir good?", id="a-link"),
        pytest.param("> 32 ohm: too much for a phone?", "< 32 ohm: too much for a phone?", id="a-quote"),
        pytest.param("What is **gain** for?", "What is gain staging for?", id="bold"),
        pytest.param("Is 0.78 mm better than MMCX?", "Is 0.75 mm better than MMCX?", id="numbers"),
        pytest.param("Is " + "very " * 18 + "short?", "Is " + "very " * 18 + "long?", id="nearly-100-characters"),
    ],
)
async def test_choosing_answers_exactly_that_entry_whatever_its_question_looks_like(
    question: str, rival: str, alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    await start(with_entries(knowledge, entry("rival", rival), entry("odd", question)))
    chosen = (await offered(alice, channel, ""))[-1]
    assert titles(response(await alice.slash(channel, "ask", question=chosen))) == [question]


async def test_of_many_entries_the_first_25_are_offered(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    many = [entry(f"number-{number}", f"What is number {number} about?") for number in range(30)]
    await start(replace(knowledge, faq=Faq(entries=tuple(many))))
    assert await offered(alice, channel, "") == [one.question for one in many[:25]]


async def test_questions_too_long_for_a_choice_are_clipped_in_it(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    endless = entry("endless", "Why " + "oh why " * 40 + "?")
    await start(with_entries(knowledge, endless))
    clipped = (await offered(alice, channel, ""))[-1]
    assert len(clipped) <= CHOICE_MOST
    assert clipped.endswith("…")


async def test_choosing_a_clipped_question_answers_that_entry(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    endless = entry("endless", "Why " + "oh why " * 40 + "?", "Because.")
    await start(with_entries(knowledge, endless))
    chosen = (await offered(alice, channel, ""))[-1]
    result = await alice.slash(channel, "ask", question=chosen)
    assert [embed.description for embed in response(result).embeds] == ["Because."]


@pytest.fixture
def unopened(make_desk: MakeDesk, knowledge: Knowledge) -> Iterator[Desk]:
    desk = make_desk(knowledge=knowledge)
    yield desk
    desk.prepare()  # whoever still waits for it in a thread can go


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


async def test_a_question_while_it_is_getting_ready_is_answered_when_it_is(
    env: Env, alice: MemberActor, channel: ChannelHandle, unopened: Desk, state_folder: Path
) -> None:
    await env.restart_bot(Assistant(unopened, state_folder))
    asyncio.get_running_loop().call_later(0.05, unopened.open)
    assert titles(response(await alice.slash(channel, "ask", question=QUESTION))) == [QUESTION]


@pytest.fixture
async def slow_desk(env: Env, knowledge: Knowledge, shared_cache: Cache, state_folder: Path) -> SlowDesk:
    desk = SlowDesk(env, knowledge, shared_cache)
    desk.prepare()
    await env.restart_bot(Assistant(desk, state_folder))
    return desk


async def test_more_time_is_asked_for_before_discord_gives_up(
    env: Env, alice: MemberActor, channel: ChannelHandle, slow_desk: SlowDesk
) -> None:
    result = await alice.slash(channel, "ask", question=OWN_WORDS)
    await env.advance_time(DISCORD_WAITS_SECONDS - 1)
    assert result.deferred
    slow_desk.go_on.set()


async def test_an_answer_that_takes_long_is_for_all_to_see(
    alice: MemberActor, channel: ChannelHandle, slow_desk: SlowDesk
) -> None:
    result = await slow_desk.slow_slash(alice, channel, question=OWN_WORDS)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


async def test_a_private_answer_that_takes_long_stays_private(
    alice: MemberActor, channel: ChannelHandle, slow_desk: SlowDesk
) -> None:
    result = await slow_desk.slow_slash(alice, channel, question=OWN_WORDS, private=True)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], True)


async def test_nothing_found_after_long_in_private_is_one_line(
    alice: MemberActor, channel: ChannelHandle, slow_desk: SlowDesk
) -> None:
    result = await slow_desk.slow_slash(alice, channel, question=UNANSWERABLE, private=True)
    told = [message.content for message in channel.history(viewer=alice)]
    assert (told, response(result).ephemeral) == ([say("nothing-found")], True)


async def test_all_stages_of_a_command_share_the_time_that_it_may_think(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    desk: Desk,
    state_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(responding, "DEFER_AFTER_SECONDS", 100)  # so long that it passes in simulated time only
    go_on = asyncio.Event()

    async def think() -> None:
        await env.external_wait(go_on.wait(), reason="thinking")

    @app_commands.command(name="twice", description="Thinks twice; the first time takes all that it had")
    async def twice(interaction: discord.Interaction) -> None:
        await responding.thought_over(interaction, asyncio.sleep(0), private=True)
        interaction.extras[responding.STARTED] -= 100
        await responding.thought_over(interaction, think(), private=True)
        await interaction.edit_original_response(content="done")

    class Thoughtful(Assistant):
        async def add_features(self) -> None:
            await super().add_features()
            self.tree.add_command(twice)

    await env.restart_bot(Thoughtful(desk, state_folder))
    result = await alice.slash(channel, "twice")
    assert result.deferred
    go_on.set()
    await env.settle()
    assert response(result).content == "done"


async def test_an_error_after_long_is_told_in_one_kind_sentence(
    env: Env, alice: MemberActor, channel: ChannelHandle, slow_desk: SlowDesk
) -> None:
    slow_desk.broken = True
    result = await slow_desk.slow_slash(alice, channel, question=OWN_WORDS)
    assert [response(result).content, *(message.content for message in result.followups)] == [say("went-wrong")]
    assert len(env.errors) == 1


async def test_a_question_that_is_answered_at_once_is_not_deferred(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    await alice.slash(channel, "ask", question=QUESTION)
    assert asks(env) == [4]


async def test_questions_that_have_what_was_typed_in_their_title_are_offered_first(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    offered = await alice.autocomplete(channel, "ask", "question", "mark")
    assert ["marking mean?" in choice["name"] for choice in offered[:5]] == [True] * 5


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("quiet", True), ("one qui", True), ("why SIDE", True), ("uiet", False), ("quiet burn", False), ("?!", True)],
)
def test_a_title_fits_what_is_typed_by_the_beginnings_of_its_words(typed: str, fits: bool) -> None:
    assert has_in_title(Entry(id="x", question="Why is one side quiet?", alternatives=(), answer="."), typed) is fits
