"""An answer follows its question, though nobody keeps what was said: edits and deletions of messages in no cache."""

import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.discord_app.app import Assistant
from bot.settings import Manners
from bot.words.catalogue import words
from tests.loopback.conftest import Serving
from tests.loopback.discord_server import DiscordServer
from tests.loopback.looking import title, titles
from tests.loopback.world import Message

QUESTION = "Why is one side quiet?"
ANOTHER = "Is burn-in real?"
OUTSIDE = "What a game last night?"

say = words()

Stage = Callable[[Manners], contextlib.AbstractAsyncContextManager[tuple[Message, Assistant]]]


@pytest.fixture
def overhearing(server: DiscordServer) -> Manners:
    return Manners(frozenset({server.general.id}), patience=0)


@pytest.fixture(params=["running", "restarted"])
def mention_answered(request: pytest.FixtureRequest, server: DiscordServer, serving: Serving) -> Stage:
    """A mention was answered: by the bot that runs, or by the one that ran before."""
    return stage(server, serving, f"{server.bot.mention} {QUESTION}", restarted=request.param == "restarted")


@pytest.fixture(params=["running", "restarted"])
def overheard_answered(request: pytest.FixtureRequest, server: DiscordServer, serving: Serving) -> Stage:
    """A question was answered unasked: by the bot that runs, or by the one that ran before."""
    return stage(server, serving, QUESTION, restarted=request.param == "restarted")


def stage(server: DiscordServer, serving: Serving, text: str, *, restarted: bool) -> Stage:
    @contextlib.asynccontextmanager
    async def until_left(manners: Manners) -> AsyncIterator[tuple[Message, Assistant]]:
        async with serving(manners) as client:
            asked = server.say(text)
            await server.until(lambda: server.said(server.general))
            await server.settled(client)
            if not restarted:
                yield asked, client
                return
        async with serving(manners) as later:
            yield asked, later

    return until_left


async def test_nothing_that_was_said_is_kept(server: DiscordServer, mention_answered: Stage) -> None:
    async with mention_answered(Manners()) as (asked, client):
        assert client._connection._get_message(asked.id) is None
        assert list(client.cached_messages) == []
    assert len(server.said(server.general)) == 1


async def test_an_edited_mention_changes_its_answer(server: DiscordServer, mention_answered: Stage) -> None:
    async with mention_answered(Manners()) as (asked, client):
        (answer,) = server.said(server.general)
        server.edit(asked, f"{server.bot.mention} {ANOTHER}")
        await server.settled(client)
        assert title(answer) == ANOTHER
        assert server.said(server.general) == [answer]


async def test_an_edited_mention_that_asks_nothing_known_is_told_so(
    server: DiscordServer, mention_answered: Stage
) -> None:
    async with mention_answered(Manners()) as (asked, client):
        server.edit(asked, f"{server.bot.mention} {OUTSIDE}")
        await server.settled(client)
        (answer,) = server.said(server.general)
        assert (answer.content, answer.embeds, answer.components) == (say("nothing-found"), [], [])


async def test_a_mention_edited_late_keeps_its_answer(server: DiscordServer, serving: Serving) -> None:
    async with serving() as client:
        asked = server.say(f"{server.bot.mention} {QUESTION}", age=timedelta(seconds=121))
        await server.settled(client)
        server.edit(asked, f"{server.bot.mention} {ANOTHER}")
        await server.settled(client)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_a_link_that_unfolds_changes_nothing(server: DiscordServer, mention_answered: Stage) -> None:
    async with mention_answered(Manners()) as (asked, client):
        before = len(server.requests)
        asked.embeds = [{"type": "link", "url": "https://example.com"}]
        server.changed(asked, edited=False)
        await server.settled(client)
        assert len(server.requests) == before


async def test_an_overheard_question_that_is_edited_changes_its_answer(
    server: DiscordServer, overheard_answered: Stage, overhearing: Manners
) -> None:
    async with overheard_answered(overhearing) as (asked, client):
        server.edit(asked, ANOTHER)
        await server.settled(client)
        assert titles(server.said(server.general)) == [ANOTHER]


async def test_an_overheard_question_that_is_none_any_more_loses_its_answer(
    server: DiscordServer, overheard_answered: Stage, overhearing: Manners
) -> None:
    async with overheard_answered(overhearing) as (asked, client):
        server.edit(asked, "never mind, found it")
        await server.settled(client)
        assert server.said(server.general) == []


async def test_the_answer_to_a_deleted_mention_goes(server: DiscordServer, mention_answered: Stage) -> None:
    async with mention_answered(Manners()) as (asked, client):
        server.delete(asked)
        await server.settled(client)
        assert server.said(server.general) == []
        assert len(server.asked("DELETE", "messages")) == 1


async def test_the_answer_to_a_deleted_overheard_question_goes(
    server: DiscordServer, overheard_answered: Stage, overhearing: Manners
) -> None:
    async with overheard_answered(overhearing) as (asked, client):
        server.delete(asked)
        await server.settled(client)
        assert server.said(server.general) == []


async def test_the_answers_to_many_deleted_questions_go_and_no_others(server: DiscordServer, serving: Serving) -> None:
    async with serving() as client:
        asked = [server.say(f"{server.bot.mention} {QUESTION}") for _ in range(5)]
        chatter = [server.say("good morning everyone") for _ in range(3)]
        await server.settled(client)
    async with serving() as later:
        server.bulk_delete([*asked[:4], *chatter])
        await server.settled(later)
        assert [answer.reply_to for answer in server.said(server.general)] == [asked[4]]


async def test_an_answer_that_a_moderator_deleted_does_not_come_back(
    server: DiscordServer, mention_answered: Stage
) -> None:
    async with mention_answered(Manners()) as (asked, client):
        server.delete(*server.said(server.general))
        await server.settled(client)
        server.edit(asked, f"{server.bot.mention} {ANOTHER}")
        await server.settled(client)
        assert server.said(server.general) == []


async def test_answers_deleted_by_the_dozen_do_not_come_back(server: DiscordServer, serving: Serving) -> None:
    async with serving() as client:
        asked = [server.say(f"{server.bot.mention} {QUESTION}") for _ in range(3)]
        await server.settled(client)
    async with serving() as later:
        server.bulk_delete(server.said(server.general))
        await server.settled(later)
        server.edit(asked[0], f"{server.bot.mention} {ANOTHER}")
        await server.settled(later)
        assert server.said(server.general) == []


async def test_a_deletion_is_followed_when_it_overtakes_the_answer(server: DiscordServer, assistant: Assistant) -> None:
    asked = server.say(f"{server.bot.mention} {QUESTION}")
    server.delete(asked)
    await server.settled(assistant)
    assert server.said(server.general) == []


async def test_an_edit_is_followed_when_it_overtakes_the_answer(server: DiscordServer, assistant: Assistant) -> None:
    asked = server.say(f"{server.bot.mention} {QUESTION}")
    server.edit(asked, f"{server.bot.mention} {ANOTHER}")
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


async def test_a_mention_that_comes_with_an_edit_is_answered_once(server: DiscordServer, assistant: Assistant) -> None:
    asked = server.say(QUESTION)
    await server.settled(assistant)
    for text in (f"{server.bot.mention} {QUESTION}", f"{server.bot.mention} {QUESTION}!"):
        server.edit(asked, text)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_deleting_what_nobody_answered_costs_no_request(server: DiscordServer, assistant: Assistant) -> None:
    before = len(server.requests)
    server.bulk_delete([server.say("good morning everyone") for _ in range(5)])
    server.delete(server.say("selling my old set"))
    await server.settled(assistant)
    assert len(server.requests) == before


async def test_what_was_asked_in_a_channel_that_is_gone_fails_nothing(
    server: DiscordServer, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    place = server.add_channel("short-lived", server.home)
    async with serving() as client:
        server.say(f"{server.bot.mention} {QUESTION}", place)
        server.delete_channel(place)
        await server.settled(client)
        asked = server.say(f"{server.bot.mention} {QUESTION}")
        await server.settled(client)
    assert [answer.reply_to for answer in server.said(server.general)] == [asked]
    assert [line for line in caplog.records if line.name.startswith("bot") and line.levelname == "ERROR"] == []


async def test_an_answer_posted_as_the_bot_is_stopped_still_follows_its_question(
    server: DiscordServer, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(abruptly=True):
        asked = server.say(f"{server.bot.mention} {QUESTION}")
        await server.until(lambda: server.said(server.general))
    async with serving() as later:
        server.delete(asked)
        await server.settled(later)
    assert server.said(server.general) == []
    assert [line for line in caplog.records if line.name.startswith("bot") and line.levelname == "ERROR"] == []
    gc.collect()  # a store that was not closed is told of here, and pytest makes it an error


@pytest.mark.parametrize("starts", [1, 2])
async def test_the_commands_are_put_once(starts: int, server: DiscordServer, serving: Serving) -> None:
    for _ in range(starts):
        async with serving() as client:
            await server.settled(client)
    assert len(server.asked("PUT", "commands")) == 1


async def test_commands_that_were_put_can_be_used_after_a_restart(server: DiscordServer, serving: Serving) -> None:
    async with serving():
        pass
    async with serving():
        used = server.slash("ask", {"question": QUESTION})
        await server.until(lambda: used.messages)
        assert titles(used.messages) == [QUESTION]
