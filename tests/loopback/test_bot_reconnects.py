"""The connection breaks in the middle of a conversation: every question is answered, and none of them twice."""

import pytest

from bot.discord_app.app import Assistant
from bot.settings import Manners
from bot.words.catalogue import words
from tests.loopback.conftest import Serving
from tests.loopback.discord_server import DiscordServer
from tests.loopback.looking import id_below, named, title, titles

QUESTION = "Why is one side quiet?"
ANOTHER = "Is burn-in real?"

BREAKS = ["cut", "closed", "asked to reconnect", "invalid but resumable", "invalid"]
RESUMED = BREAKS[:-1]
RESUMED_OR_NOT = ["cut", "invalid"]

say = words()


def interrupt(server: DiscordServer, how: str) -> None:
    """Break the connection, after what was told before."""
    match how:
        case "cut":
            server.drop()
        case "closed":
            server.drop(4000)
        case "asked to reconnect":
            server.reconnect()
        case _:
            server.invalidate_session(resumable=how != "invalid")


def mention(server: DiscordServer, text: str) -> str:
    return f"{server.bot.mention} {text}"


@pytest.fixture
def overhearing(server: DiscordServer) -> Manners:
    return Manners(frozenset({server.general.id}), patience=0.05)


@pytest.mark.parametrize("how", BREAKS)
async def test_an_answer_comes_though_the_connection_broke_after_the_question(
    how: str, server: DiscordServer, assistant: Assistant
) -> None:
    asked = server.say(mention(server, QUESTION))
    interrupt(server, how)
    await server.settled(assistant)
    (answer,) = server.said(server.general)
    assert (title(answer), answer.reply_to) == (QUESTION, asked)


@pytest.mark.parametrize("how", BREAKS)
async def test_a_session_is_resumed_where_it_can_be(how: str, server: DiscordServer, assistant: Assistant) -> None:
    interrupt(server, how)
    await server.settled(assistant)
    assert (len(server.resumes), len(server.identifies)) == ((1, 1) if how in RESUMED else (0, 2))


@pytest.mark.parametrize("how", RESUMED)
async def test_a_question_asked_while_the_connection_was_down_is_answered(
    how: str, server: DiscordServer, assistant: Assistant
) -> None:
    interrupt(server, how)
    asked = server.say(mention(server, QUESTION))
    await server.settled(assistant)
    assert [(title(said), said.reply_to) for said in server.said(server.general)] == [(QUESTION, asked)]


async def test_a_question_that_discord_never_told_of_keeps_no_later_one_from_its_answer(
    server: DiscordServer, assistant: Assistant
) -> None:
    server.invalidate_session()
    server.say(mention(server, QUESTION))
    await server.settled(assistant)
    server.say(mention(server, ANOTHER))
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


@pytest.mark.parametrize("how", RESUMED_OR_NOT)
async def test_an_edit_after_the_break_is_followed(how: str, server: DiscordServer, assistant: Assistant) -> None:
    asked = server.say(mention(server, QUESTION))
    await server.settled(assistant)
    interrupt(server, how)
    await server.settled(assistant)
    server.edit(asked, mention(server, ANOTHER))
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


@pytest.mark.parametrize("how", ["cut", "asked to reconnect"])
async def test_a_deletion_while_the_connection_was_down_is_followed(
    how: str, server: DiscordServer, assistant: Assistant
) -> None:
    asked = server.say(mention(server, QUESTION))
    await server.settled(assistant)
    interrupt(server, how)
    server.delete(asked)
    await server.settled(assistant)
    assert server.said(server.general) == []


@pytest.mark.parametrize("how", ["cut", "asked to reconnect"])
async def test_a_menu_can_be_used_across_a_break(how: str, server: DiscordServer, assistant: Assistant) -> None:
    server.say(mention(server, QUESTION))
    await server.settled(assistant)
    (answer,) = server.said(server.general)
    opened = server.press(answer, named(answer, say("button-not-meant")))
    (menu,) = await server.until(lambda: opened.messages)
    interrupt(server, how)
    server.press(menu, id_below(menu, "other:"), values=["cleaning"])
    await server.settled(assistant)
    assert titles([answer]) == ["How do I clean my IEMs?"]


@pytest.mark.parametrize("how", RESUMED_OR_NOT)
async def test_breaks_one_after_the_other_lose_no_answer(how: str, server: DiscordServer, assistant: Assistant) -> None:
    asked = []
    for _ in range(5):
        asked.append(server.say(mention(server, QUESTION)))
        interrupt(server, how)
        await server.settled(assistant)
    assert [said.reply_to for said in server.said(server.general)] == asked


async def test_an_overheard_question_is_answered_once_across_a_break(
    server: DiscordServer, serving: Serving, overhearing: Manners
) -> None:
    async with serving(overhearing) as client:
        server.say(QUESTION)
        server.drop()
        await server.settled(client)
    assert titles(server.said(server.general)) == [QUESTION]


# --- told twice


async def test_a_question_that_is_told_again_after_its_answer_is_answered_once(
    server: DiscordServer, assistant: Assistant
) -> None:
    server.say(mention(server, QUESTION))
    await server.settled(assistant)
    server.gateway.told_twice = 2  # the question and the answer
    server.drop()
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_a_question_that_is_told_again_before_its_answer_is_answered_once(
    server: DiscordServer, assistant: Assistant
) -> None:
    server.gateway.told_twice = 1
    server.slow(0.05)
    server.say(mention(server, QUESTION))
    server.drop()
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_a_question_that_found_nothing_is_told_so_once(server: DiscordServer, assistant: Assistant) -> None:
    server.say(mention(server, "What a game last night?"))
    await server.settled(assistant)
    server.gateway.told_twice = 2
    server.drop()
    await server.settled(assistant)
    assert [said.content for said in server.said(server.general)] == [say("nothing-found")]


async def test_an_answer_that_was_removed_does_not_come_back_when_its_question_is_told_again(
    server: DiscordServer, assistant: Assistant
) -> None:
    server.say(mention(server, QUESTION))
    await server.settled(assistant)
    server.delete(*server.said(server.general))
    await server.settled(assistant)
    server.gateway.told_twice = 3  # the question, the answer and its removal
    server.drop()
    await server.settled(assistant)
    assert server.said(server.general) == []


@pytest.mark.parametrize("told_twice", [1, 2])
async def test_an_overheard_question_that_is_told_again_is_answered_once(
    told_twice: int, server: DiscordServer, serving: Serving, overhearing: Manners
) -> None:
    async with serving(overhearing) as client:
        server.say(QUESTION)
        if told_twice == 2:  # after its answer, else while the bot still waits
            await server.settled(client)
        server.gateway.told_twice = told_twice
        server.drop()
        await server.settled(client)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_a_command_that_is_told_again_is_answered_once(
    server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    used = server.slash("ask", {"question": QUESTION})
    await server.settled(assistant)
    server.gateway.told_twice = 2
    server.drop()
    await server.settled(assistant)
    assert titles(used.messages) == [QUESTION]
    assert [line for line in caplog.records if line.name.startswith("bot") and line.levelname == "ERROR"] == []
