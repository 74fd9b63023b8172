"""Discord is busy, broken or says no: one question never gets two answers, and a refusal is not argued with."""

import logging

import pytest
from discord import Permissions

from bot.discord_app import responding
from bot.discord_app.app import Assistant
from bot.settings import Manners
from bot.words.catalogue import words
from tests.loopback.conftest import Serving
from tests.loopback.discord_server import DiscordServer
from tests.loopback.looking import named, title, titles
from tests.loopback.rest import CUT, MISSING_ACCESS, MISSING_PERMISSIONS
from tests.loopback.world import Message

QUESTION = "Why is one side quiet?"
ANOTHER = "Is burn-in real?"

TRIED_AGAIN = [500, 502, 504]
"""What discord.py takes for a hiccup."""

DISCORD_PYS_TRIES = 5

FAILURES = [502, 503, CUT]
"""One that discord.py puts right, one that it does not, and no answer at all."""

say = words()


def ask(server: DiscordServer, text: str = QUESTION) -> Message:
    return server.say(f"{server.bot.mention} {text}")


def posts(server: DiscordServer) -> int:
    """How often it tried to say something in general."""
    return len(server.asked("POST", f"channels/{server.general.id}/messages"))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What our own modules warn of, and worse."""
    return [
        line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING and line.name.startswith("bot")
    ]


# --- busy


@pytest.mark.parametrize("times", [1, 3])
async def test_an_answer_waits_until_discord_takes_it(times: int, server: DiscordServer, assistant: Assistant) -> None:
    server.fault(times, 429)
    asked = ask(server)
    await server.settled(assistant)
    (answer,) = server.said(server.general)
    assert (title(answer), answer.reply_to, posts(server)) == (QUESTION, asked, times + 1)


async def test_answers_wait_for_a_limit_on_everything(server: DiscordServer, assistant: Assistant) -> None:
    server.fault(1, 429, {"message": "You are being rate limited.", "retry_after": 0.01, "global": True})
    asked = [ask(server), ask(server, ANOTHER)]
    await server.settled(assistant)
    answered = {said.reply_to: title(said) for said in server.said(server.general)}
    assert (answered, len(server.said(server.general))) == ({asked[0]: QUESTION, asked[1]: ANOTHER}, 2)


async def test_an_overheard_answer_that_had_to_wait_comes_once(server: DiscordServer, serving: Serving) -> None:
    async with serving(Manners(frozenset({server.general.id}), patience=0)) as client:
        server.fault(2, 429)
        server.say(QUESTION)
        await server.settled(client)
    assert titles(server.said(server.general)) == [QUESTION]


async def test_a_command_that_had_to_wait_is_answered_once(server: DiscordServer, assistant: Assistant) -> None:
    server.fault(1, 429)
    used = server.slash("ask", {"question": QUESTION})
    await server.settled(assistant)
    assert titles(used.messages) == [QUESTION]


async def test_an_edit_that_had_to_wait_is_followed(server: DiscordServer, assistant: Assistant) -> None:
    asked = ask(server)
    await server.settled(assistant)
    server.fault(2, 429)
    server.edit(asked, f"{server.bot.mention} {ANOTHER}")
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


# --- broken


@pytest.mark.parametrize("status", TRIED_AGAIN)
async def test_an_answer_comes_after_a_hiccup(status: int, server: DiscordServer, assistant: Assistant) -> None:
    server.fault(2, status)
    ask(server)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [QUESTION]


@pytest.mark.parametrize("status", FAILURES)
async def test_where_discord_fails_once_a_question_gets_one_reply(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(1, status)
    asked = ask(server)
    await server.settled(assistant)
    (reply,) = server.said(server.general)
    assert reply.reply_to is asked
    assert title(reply) == QUESTION or reply.content == say("went-wrong")


@pytest.mark.parametrize("status", [503, CUT])
async def test_where_discord_goes_on_failing_it_gives_up(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(50, status)
    ask(server)
    await server.settled(assistant)
    assert server.said(server.general) == []
    assert posts(server) <= 10


@pytest.mark.parametrize("status", FAILURES)
async def test_the_next_question_is_answered_after_a_failure(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(20, status)
    ask(server)
    await server.settled(assistant)
    server.rest.faults.clear()
    asked = ask(server, ANOTHER)
    await server.settled(assistant)
    assert [title(said) for said in server.said(server.general) if said.reply_to is asked] == [ANOTHER]


@pytest.mark.parametrize("status", FAILURES)
async def test_an_answer_whose_receipt_was_lost_is_the_only_reply(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(1, status, after=True)
    ask(server)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [QUESTION]


@pytest.mark.parametrize("status", FAILURES)
async def test_an_answer_whose_receipt_was_lost_goes_with_its_question(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(1, status, after=True)
    asked = ask(server)
    await server.settled(assistant)
    server.delete(asked)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == []


@pytest.mark.parametrize("status", FAILURES)
async def test_an_overheard_answer_whose_receipt_was_lost_is_the_only_reply(
    status: int, server: DiscordServer, serving: Serving
) -> None:
    async with serving(Manners(frozenset({server.general.id}), patience=0)) as client:
        server.fault(1, status, after=True)
        server.say(QUESTION)
        await server.settled(client)
    assert titles(server.said(server.general)) == [QUESTION]


@pytest.mark.parametrize("status", [500, 503])
async def test_nobody_is_told_of_an_answer_unasked_that_failed(
    status: int, server: DiscordServer, serving: Serving
) -> None:
    async with serving(Manners(frozenset({server.general.id}), patience=0)) as client:
        server.fault(20, status)
        server.say(QUESTION)
        await server.settled(client)
    assert (server.said(server.general), posts(server) <= 10) == ([], True)


@pytest.mark.parametrize("status", FAILURES)
async def test_a_command_whose_receipt_was_lost_is_answered_once(
    status: int, server: DiscordServer, assistant: Assistant
) -> None:
    server.fault(1, status, after=True)
    used = server.slash("ask", {"question": QUESTION})
    await server.settled(assistant)
    assert titles(used.messages) == [QUESTION]


async def test_a_question_that_is_deleted_before_its_answer_gets_none(
    server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.slow(0.05)
    asked = ask(server)
    await server.until(lambda: posts(server) == 1)
    server.delete(asked)
    await server.settled(assistant)
    assert (server.said(server.general), posts(server), warnings(caplog)) == ([], 1, [])


async def test_what_failed_is_logged_without_what_was_asked(
    server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault(20, 503)
    ask(server)
    await server.settled(assistant)
    assert warnings(caplog)
    assert QUESTION not in caplog.text


@pytest.mark.parametrize(("status", "tries"), [(500, DISCORD_PYS_TRIES), (502, DISCORD_PYS_TRIES), (503, 2)])
async def test_an_answer_is_put_again_only_where_discord_py_does_not(
    status: int, tries: int, server: DiscordServer, serving: Serving
) -> None:
    async with serving(Manners(frozenset({server.general.id}), patience=0)) as client:
        server.fault(50, status)
        server.say(QUESTION)
        await server.settled(client)
    assert posts(server) == tries


# --- slow


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command takes longer than the bot lets Discord wait."""
    monkeypatch.setattr(responding, "DEFER_AFTER_SECONDS", 0)


@pytest.mark.usefixtures("slow")
async def test_a_slow_command_that_finds_nothing_says_so_privately_and_leaves_nothing_in_the_open(
    server: DiscordServer, assistant: Assistant
) -> None:
    used = server.slash("ask", {"question": "What a game last night?"})
    await server.settled(assistant)
    assert used.original is not None
    assert (used.original.is_ephemeral, used.original.stands) == (False, False)
    assert [(said.content, said.is_ephemeral) for said in used.messages] == [(say("nothing-found"), True)]


@pytest.mark.usefixtures("slow")
async def test_a_slow_command_that_finds_an_answer_shows_it_in_the_open(
    server: DiscordServer, assistant: Assistant
) -> None:
    used = server.slash("ask", {"question": QUESTION})
    await server.settled(assistant)
    assert [(title(said), said.is_ephemeral) for said in used.messages] == [(QUESTION, False)]


# --- no


@pytest.mark.parametrize("code", [MISSING_PERMISSIONS, MISSING_ACCESS])
async def test_a_refused_answer_is_not_tried_again(
    code: int, server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuse(server.general, code)
    ask(server)
    await server.settled(assistant)
    assert (posts(server), len(warnings(caplog))) == (1, 1)


async def test_refused_answers_are_warned_of_once(
    server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuse(server.general)
    for text in (QUESTION, ANOTHER, QUESTION):
        ask(server, text)
        await server.settled(assistant)
    assert posts(server) <= 3
    assert len(warnings(caplog)) == 1


async def test_an_overheard_answer_that_is_refused_is_not_tried_again(server: DiscordServer, serving: Serving) -> None:
    async with serving(Manners(frozenset({server.general.id}), patience=0)) as client:
        server.refuse(server.general)
        server.say(QUESTION)
        await server.settled(client)
    assert posts(server) == 1


async def test_what_is_refused_in_one_channel_is_answered_in_another(
    server: DiscordServer, assistant: Assistant
) -> None:
    other = server.add_channel("elsewhere", server.home)
    server.refuse(server.general)
    ask(server)
    server.say(f"{server.bot.mention} {QUESTION}", other)
    await server.settled(assistant)
    assert (server.said(server.general), titles(server.said(other))) == ([], [QUESTION])


async def test_after_a_refusal_ends_the_next_question_is_answered(server: DiscordServer, assistant: Assistant) -> None:
    server.refuse(server.general)
    ask(server)
    await server.settled(assistant)
    server.refuse(server.general, None)
    ask(server, ANOTHER)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


async def test_without_the_permission_to_send_nothing_is_tried_and_one_line_is_logged(
    server: DiscordServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.permit(server.general, deny=Permissions(send_messages=True))
    for text in (QUESTION, ANOTHER, QUESTION):
        ask(server, text)
    await server.settled(assistant)
    assert (posts(server), len(warnings(caplog))) == (0, 1)


async def test_a_missing_permission_is_not_told_of_again_after_a_restart(
    server: DiscordServer, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    server.permit(server.general, deny=Permissions(send_messages=True))
    for _ in range(2):
        async with serving() as client:
            ask(server)
            await server.settled(client)
    assert (posts(server), len(warnings(caplog))) == (0, 1)


async def test_a_permission_that_is_given_back_is_used_at_once(server: DiscordServer, assistant: Assistant) -> None:
    server.permit(server.general, deny=Permissions(send_messages=True))
    ask(server)
    await server.settled(assistant)
    server.permit(server.general)
    ask(server, ANOTHER)
    await server.settled(assistant)
    assert titles(server.said(server.general)) == [ANOTHER]


async def test_an_answer_that_can_not_be_removed_says_so(server: DiscordServer, assistant: Assistant) -> None:
    ask(server)
    await server.settled(assistant)
    (answer,) = server.said(server.general)
    opened = server.press(answer, named(answer, say("button-not-meant")))
    (menu,) = await server.until(lambda: opened.messages)
    server.refuse(server.general)
    server.press(menu, named(menu, say("button-remove")))
    await server.settled(assistant)
    assert (menu.content, server.said(server.general)) == (say("not-removed"), [answer])
