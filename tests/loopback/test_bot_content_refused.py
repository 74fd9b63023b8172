"""Discord refuses the content of messages: the bot says so once, and everybody who asks it is answered all the same."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.discord_app.run import run_bot
from bot.errors import SettingsError
from bot.settings import Manners
from bot.words.catalogue import words
from tests.loopback.conftest import Serving
from tests.loopback.discord_server import DiscordServer
from tests.loopback.looking import all_ids, id_below, named, title, titles
from tests.loopback.world import Intent, Message

QUESTION = "Why is one side quiet?"
ANOTHER = "Is burn-in real?"

say = words()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What a host would read who looks at warnings and worse."""
    return [logged.getMessage() for logged in caplog.records if logged.levelno >= logging.WARNING]


def overheard_in(server: DiscordServer) -> Manners:
    return Manners(frozenset({server.general.id}), patience=0)


@pytest.fixture
def refusing(server: DiscordServer) -> DiscordServer:
    server.refuse_intents = Intent.MESSAGE_CONTENT
    return server


@pytest.fixture
async def limited(refusing: DiscordServer, serving: Serving) -> AsyncIterator[Assistant]:
    """The bot that was refused, ready, with a channel in which it would answer unasked."""
    async with serving(overheard_in(refusing)) as client:
        yield client


async def answered(server: DiscordServer, asked: Message) -> Message:
    """The bot's one reply to a message."""
    (answer,) = await server.until(lambda: [said for said in server.said(asked.channel) if said.reply_to is asked])
    return answer


# --- starting


async def test_it_starts_without_the_content_after_one_more_try(refusing: DiscordServer, limited: Assistant) -> None:
    await refusing.settled(limited)
    asked = [bool(asked["intents"] & Intent.MESSAGE_CONTENT) for asked in refusing.identifies]
    assert asked == [True, False]


async def test_the_host_reads_one_line_about_it(
    refusing: DiscordServer, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as client:
        await refusing.settled(client)
    assert lines(caplog) == [say("content-refused")]


async def test_the_first_client_is_closed_when_the_second_runs(limited: Assistant, clients: list[Assistant]) -> None:
    assert [client.is_closed() for client in clients] == [True, False]
    assert clients[-1] is limited


async def test_the_second_try_registers_no_commands_again(refusing: DiscordServer, limited: Assistant) -> None:
    await refusing.settled(limited)
    assert len(refusing.asked("PUT", "commands")) == 1


async def test_with_the_content_there_is_no_line_and_no_second_try(
    server: DiscordServer, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as client:
        await server.settled(client)
    assert (lines(caplog), len(server.identifies)) == ([], 1)


# --- later, while it runs


@pytest.mark.parametrize("how", ["the socket is closed with 4014", "a new session is refused", "resuming is refused"])
async def test_an_intent_that_is_taken_away_while_it_runs_is_done_without(
    how: str, server: DiscordServer, serving: Serving, clients: list[Assistant], caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(overheard_in(server)):
        server.refuse_intents = Intent.MESSAGE_CONTENT
        if how == "the socket is closed with 4014":
            server.drop(4014)
        elif how == "a new session is refused":
            server.invalidate_session()
        else:
            server.drop()
            server.gateway.sessions.clear()
        await server.until(lambda: len(clients) == 2 and clients[1].is_ready())
        asked = server.say(f"{server.bot.mention} {QUESTION}")
        assert title(await answered(server, asked)) == QUESTION
        server.say(ANOTHER)
        await server.settled(clients[1])
        assert len(server.said(server.general)) == 1
    assert lines(caplog).count(say("content-refused")) == 1


async def test_what_was_answered_before_the_intent_was_taken_still_follows_its_question(
    server: DiscordServer, serving: Serving, clients: list[Assistant]
) -> None:
    async with serving() as client:
        asked = server.say(f"{server.bot.mention} {QUESTION}")
        await answered(server, asked)
        await server.settled(client)
        server.refuse_intents = Intent.MESSAGE_CONTENT
        server.drop(4014)
        await server.until(lambda: len(clients) == 2 and clients[1].is_ready())
        server.delete(asked)
        await server.until(lambda: server.said(server.general) == [])


async def run_to_its_end(desk: Desk, state_folder: Path) -> None:
    """The bot as the command line runs it, in a thread with an event loop of its own."""
    await asyncio.wait_for(asyncio.to_thread(run_bot, desk, "token", state_folder, Manners()), 10)


async def test_a_second_refusal_ends_it_with_a_sentence(
    server: DiscordServer, desk: Desk, state_folder: Path, clients: list[Assistant]
) -> None:
    server.refuse_intents = Intent.MESSAGE_CONTENT | Intent.GUILD_MESSAGES
    with pytest.raises(SettingsError):
        await run_to_its_end(desk, state_folder)
    assert (len(server.identifies), len(clients)) == (2, 2)


async def test_a_token_that_the_gateway_refuses_ends_it_with_a_sentence(
    server: DiscordServer, desk: Desk, state_folder: Path, clients: list[Assistant]
) -> None:
    ending = asyncio.create_task(run_to_its_end(desk, state_folder))
    await server.until(lambda: server.identifies and clients and clients[0].is_ready())
    server.drop(4004)
    with pytest.raises(SettingsError) as ended:
        await ending
    assert (ended.value.problem, len(server.identifies)) == ("setting-token-refused", 1)


async def test_a_token_that_was_reset_while_it_runs_ends_it_with_a_sentence(
    server: DiscordServer, desk: Desk, state_folder: Path, clients: list[Assistant]
) -> None:
    ending = asyncio.create_task(run_to_its_end(desk, state_folder))
    await server.until(lambda: clients and clients[0].is_ready())
    server.token = "another one"  # noqa: S105 - of our own Discord
    server.drop()
    with pytest.raises(SettingsError) as ended:
        await ending
    assert (ended.value.problem, len(server.identifies)) == ("setting-token-refused", 1)


async def test_a_wrong_token_ends_it_before_it_connects(server: DiscordServer, desk: Desk, state_folder: Path) -> None:
    server.token = "another one"  # noqa: S105 - of our own Discord
    with pytest.raises(SettingsError) as ended:
        await run_to_its_end(desk, state_folder)
    assert (ended.value.problem, server.identifies) == ("setting-token-refused", [])


# --- who asks is answered


async def test_a_mention_is_answered(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.say(f"{refusing.bot.mention} {QUESTION}")
    assert title(await answered(refusing, asked)) == QUESTION


async def test_a_direct_message_is_answered(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.say(QUESTION, refusing.dm(refusing.alice))
    assert title(await answered(refusing, asked)) == QUESTION


async def test_a_reply_to_the_bot_is_answered_with_its_ping(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    first = await answered(refusing, refusing.say(f"{refusing.bot.mention} {QUESTION}"))
    asked = refusing.say(ANOTHER, author=refusing.bob, reply_to=first)
    assert title(await answered(refusing, asked)) == ANOTHER


async def test_a_reply_to_the_bot_without_its_ping_is_left_alone(refusing: DiscordServer, limited: Assistant) -> None:
    first = await answered(refusing, refusing.say(f"{refusing.bot.mention} {QUESTION}"))
    refusing.say(ANOTHER, reply_to=first, ping_reply=False)
    await refusing.settled(limited)
    assert refusing.said(refusing.general) == [first]


async def test_nothing_is_overheard(refusing: DiscordServer, limited: Assistant) -> None:
    refusing.say(QUESTION)
    await refusing.settled(limited)
    assert refusing.said(refusing.general) == []


async def test_what_it_would_have_overheard_is_a_question_it_knows(server: DiscordServer, serving: Serving) -> None:
    async with serving(overheard_in(server)):
        asked = server.say(QUESTION)
        assert title(await answered(server, asked)) == QUESTION


async def test_a_posts_title_alone_is_not_overheard(refusing: DiscordServer, serving: Serving) -> None:
    forum = refusing.add_forum("help")
    async with serving(Manners(frozenset({forum.id}), patience=0)) as client:
        post = refusing.post(QUESTION, "It began yesterday.", forum)
        await refusing.settled(client)
        assert refusing.said(post.channel) == []


async def test_an_edited_mention_changes_its_answer(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.say(f"{refusing.bot.mention} {QUESTION}")
    answer = await answered(refusing, asked)
    refusing.edit(asked, f"{refusing.bot.mention} {ANOTHER}")
    await refusing.until(lambda: title(answer) == ANOTHER)


async def test_ask_is_answered(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.slash("ask", {"question": QUESTION})
    await refusing.until(lambda: asked.messages)
    assert titles(asked.messages) == [QUESTION]


async def test_topics_are_shown_and_can_be_turned(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.slash("topics")
    (shown,) = await refusing.until(lambda: asked.messages)
    refusing.press(shown, "topics:category", values=["=care"])
    await refusing.until(lambda: id_below(shown, "topics:question:care:0"))
    refusing.press(shown, "topics:question:care:0", values=["cleaning"])
    await refusing.until(lambda: title(shown) == "How do I clean my IEMs?")
    assert shown.is_ephemeral


async def test_answer_posts_an_entry(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    used = refusing.slash("answer", {"entry": QUESTION}, member=refusing.bob)
    await refusing.until(lambda: used.messages)
    assert titles(refusing.said(refusing.general)) == [QUESTION]


async def test_answer_without_an_entry_says_privately_that_it_can_read_no_message(
    refusing: DiscordServer,
    limited: Assistant,  # noqa: ARG001
) -> None:
    refusing.say(QUESTION)
    used = refusing.slash("answer", member=refusing.bob)
    (told,) = await refusing.until(lambda: used.messages)
    assert (told.content, told.is_ephemeral) == (say("no-message"), True)


async def test_the_context_menu_answers_what_the_bot_was_not_told(
    refusing: DiscordServer,
    limited: Assistant,  # noqa: ARG001
) -> None:
    asked = refusing.say(QUESTION)
    used = refusing.context_menu(say("menu-answer"), asked, refusing.bob)
    await refusing.until(lambda: used.messages)
    assert titles(refusing.said(refusing.general)) == [QUESTION]


async def test_an_answer_of_the_context_menu_goes_with_its_message(refusing: DiscordServer, limited: Assistant) -> None:
    asked = refusing.say(QUESTION)
    refusing.context_menu(say("menu-answer"), asked, refusing.bob)
    await refusing.until(lambda: refusing.said(refusing.general))
    await refusing.settled(limited)
    refusing.delete(asked)
    await refusing.until(lambda: refusing.said(refusing.general) == [])


async def test_an_answer_of_the_context_menu_follows_no_edit_that_it_can_not_read(
    refusing: DiscordServer, limited: Assistant
) -> None:
    asked = refusing.say(QUESTION)
    refusing.context_menu(say("menu-answer"), asked, refusing.bob)
    await refusing.until(lambda: refusing.said(refusing.general))
    await refusing.settled(limited)
    refusing.edit(asked, f"{QUESTION} Please!")
    await refusing.settled(limited)
    assert titles(refusing.said(refusing.general)) == [QUESTION]


async def test_the_related_questions_can_be_read(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    answer = await answered(refusing, refusing.say(f"{refusing.bot.mention} {QUESTION}"))
    pressed = refusing.press(answer, "more", refusing.bob, values=["cleaning"])
    (shown,) = await refusing.until(lambda: pressed.messages)
    assert (title(shown), shown.is_ephemeral) == ("How do I clean my IEMs?", True)


async def test_the_answer_can_be_changed_by_its_menu(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    answer = await answered(refusing, refusing.say(f"{refusing.bot.mention} {QUESTION}"))
    opened = refusing.press(answer, named(answer, say("button-not-meant")))
    (menu,) = await refusing.until(lambda: opened.messages)
    refusing.press(menu, id_below(menu, "other:"), values=["cleaning"])
    await refusing.until(lambda: title(answer) == "How do I clean my IEMs?")
    await refusing.until(lambda: menu.content == say("answer-changed"))


async def test_the_answer_can_be_removed_by_its_menu(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    answer = await answered(refusing, refusing.say(f"{refusing.bot.mention} {QUESTION}"))
    opened = refusing.press(answer, named(answer, say("button-not-meant")))
    (menu,) = await refusing.until(lambda: opened.messages)
    refusing.press(menu, named(menu, say("button-remove")))
    await refusing.until(lambda: menu.content == say("removed"))
    assert refusing.said(refusing.general) == []


async def test_a_suggestion_can_be_chosen(refusing: DiscordServer, limited: Assistant) -> None:  # noqa: ARG001
    asked = refusing.say(f"{refusing.bot.mention} how do I not clean my IEMs?")
    suggestion = await answered(refusing, asked)
    assert suggestion.content == say("did-you-mean", count=1)
    refusing.press(suggestion, next(name for name in all_ids(suggestion) if name.startswith("pick:")))
    await refusing.until(lambda: title(suggestion))
