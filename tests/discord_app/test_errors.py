"""When something goes wrong: one kind sentence for the member, one log entry without the member's words."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import discord
import numpy as np
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor

from bot.__main__ import _settings
from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.lexical import Floats
from tests.discord_app.looking import Mention, Said, say

QUESTION = "Why is one side quiet?"
CONFIDED = "my secret left earpiece is dead"


class BreakableEncoder:
    """Knows a text by its length; `embed` fails once it is broken."""

    name = "breakable"
    languages = None
    broken = False

    def embed(self, texts: Sequence[str]) -> Floats:
        if self.broken:
            raise RuntimeError("the model is gone")
        rows = np.array([[1.0, len(text) % 7] for text in texts], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class DeletingDesk(Desk):
    """A desk that thinks for so long that every question has been deleted when it is done."""

    def __init__(self, knowledge: Knowledge, cache: Cache, env: Env, channel: ChannelHandle) -> None:
        super().__init__(knowledge, cache, lambda: ())
        self.env = env
        self.channel = channel

    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        for question in self.channel.history():
            self.env.backend.delete_message(self.channel.id, question.id)
        return await super().assess_soon(message, words_only=words_only, overheard=overheard)


@pytest.fixture
async def encoder(
    env: Env, open_desk: Callable[..., Desk], knowledge: Knowledge, state_folder: Path
) -> BreakableEncoder:
    """The encoder of the running bot."""
    encoder = BreakableEncoder()
    await env.restart_bot(Assistant(open_desk(knowledge, encoder), state_folder))
    return encoder


@pytest.fixture
async def suggestion(alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said) -> discord.Message:
    await mention(alice, "What does the marking mean?")
    (message,) = said(channel)
    return message


def told_privately(result: InteractionResult) -> list[str]:
    """What the member can read that nobody else can."""
    shown = [result.response, *result.followups]
    return [message.content for message in shown if message and message.ephemeral]


def records(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[tuple[str, str]]:
    """Level and logger of what was logged, from a level on."""
    return [(record.levelname, record.name) for record in caplog.records if record.levelno >= level]


def custom_id(message: discord.Message) -> str:
    row = message.components[0]
    assert isinstance(row, discord.ActionRow)
    return str(row.children[0].custom_id)


def acknowledge(env: Env) -> list[str]:
    """The kinds of errors that got out of the bot's own code; reading them tells the simulation that we know."""
    return [type(getattr(error, "original", error)).__name__ for error in env.errors]


async def test_an_error_inside_ask_is_told_in_one_kind_private_sentence(
    env: Env, alice: MemberActor, channel: ChannelHandle, encoder: BreakableEncoder
) -> None:
    encoder.broken = True
    result = await alice.slash(channel, "ask", question=CONFIDED)
    assert told_privately(result) == [say("went-wrong")]
    assert acknowledge(env) == ["RuntimeError"]


async def test_an_error_inside_ask_is_logged_with_its_cause(
    env: Env, alice: MemberActor, channel: ChannelHandle, encoder: BreakableEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    encoder.broken = True
    await alice.slash(channel, "ask", question=CONFIDED)
    assert records(caplog) == [("ERROR", "bot.discord_app.errors")]
    assert "the model is gone" in caplog.text
    assert acknowledge(env) == ["RuntimeError"]


async def test_an_error_inside_ask_is_logged_without_the_question(
    env: Env, alice: MemberActor, channel: ChannelHandle, encoder: BreakableEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    encoder.broken = True
    await alice.slash(channel, "ask", question=CONFIDED)
    assert "secret" not in caplog.text
    assert acknowledge(env) == ["RuntimeError"]


async def test_an_error_inside_a_mention_is_logged_once_without_the_message(
    env: Env, alice: MemberActor, encoder: BreakableEncoder, mention: Mention, caplog: pytest.LogCaptureFixture
) -> None:
    encoder.broken = True
    await mention(alice, CONFIDED)
    assert records(caplog) == [("ERROR", "bot.discord_app.app")]
    assert "secret" not in caplog.text
    assert acknowledge(env) == ["RuntimeError"]


async def test_after_an_error_the_next_question_is_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, encoder: BreakableEncoder, mention: Mention, said: Said
) -> None:
    encoder.broken = True
    await mention(alice, CONFIDED)
    encoder.broken = False
    await mention(alice, QUESTION)
    assert [embed.title for message in said(channel) for embed in message.embeds] == [QUESTION]
    assert acknowledge(env) == ["RuntimeError"]


@pytest.mark.parametrize("status", [400, 500, 503])
async def test_a_message_that_discord_refuses_is_logged_without_the_question(
    status: int, env: Env, alice: MemberActor, mention: Mention, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/channels/*/messages", status=status)
    await mention(alice, CONFIDED)
    assert records(caplog) == [("ERROR", "bot.discord_app.app")]
    assert "secret" not in caplog.text
    assert len(acknowledge(env)) == 1


async def test_a_response_that_discord_refuses_is_told_in_one_kind_private_sentence(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=400)
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert told_privately(result) == [say("went-wrong")]
    assert acknowledge(env) == ["HTTPException"]


async def test_an_apology_that_cannot_be_delivered_is_logged(
    env: Env, alice: MemberActor, channel: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=400, times=None)
    await alice.slash(channel, "ask", question=QUESTION)
    assert records(caplog) == [("ERROR", "bot.discord_app.errors"), ("WARNING", "bot.discord_app.errors")]
    assert acknowledge(env) == ["HTTPException"]


async def test_an_error_inside_a_press_is_told_in_one_kind_private_sentence(
    env: Env, alice: MemberActor, suggestion: discord.Message
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=400)
    result = await alice.click(suggestion, custom_id=custom_id(suggestion))
    acknowledge(env)
    assert told_privately(result) == [say("went-wrong")]


async def test_an_error_inside_a_press_is_logged_by_the_bot(
    env: Env, alice: MemberActor, suggestion: discord.Message, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=400)
    await alice.click(suggestion, custom_id=custom_id(suggestion))
    acknowledge(env)
    assert records(caplog) == [("ERROR", "bot.discord_app.errors")]


async def test_a_command_that_expired_is_one_line_in_the_log(
    env: Env, alice: MemberActor, channel: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await alice.slash(channel, "ask", question=QUESTION)
    assert acknowledge(env) == ["NotFound"]
    assert records(caplog) == [("WARNING", "bot.discord_app.errors")]
    assert "Traceback" not in caplog.text


async def test_a_press_that_expired_is_one_line_in_the_log(
    env: Env, alice: MemberActor, suggestion: discord.Message, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await alice.click(suggestion, custom_id=custom_id(suggestion))
    acknowledge(env)
    assert records(caplog) == [("WARNING", "bot.discord_app.errors")]
    assert "Traceback" not in caplog.text


@pytest.fixture
def muted(env: Env, guild: GuildHandle, channel: ChannelHandle) -> ChannelHandle:
    """A channel that the bot may read but not write into."""
    silence = discord.PermissionOverwrite(send_messages=False)
    return guild.create_text_channel(f"not-{channel.name}", overwrites={env.bot.user: silence})


async def test_without_permission_to_send_there_is_no_answer_and_one_line_in_the_log(
    env: Env, alice: MemberActor, muted: ChannelHandle, said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.send(muted, f"<@{env.bot.user.id}> {CONFIDED}")
    assert said(muted) == []
    assert records(caplog, logging.INFO) == [("WARNING", "bot.discord_app.replies")]
    assert env.errors == []


async def test_without_permission_to_send_discord_is_not_even_asked(
    env: Env, alice: MemberActor, muted: ChannelHandle
) -> None:
    before = len(env.http_requests)
    await alice.send(muted, f"<@{env.bot.user.id}> {CONFIDED}")
    assert [(request.method, request.path) for request in env.http_requests[before:]] == []


async def test_a_permission_that_is_missing_for_long_is_one_line_for_all_questions(
    env: Env, alice: MemberActor, bob: MemberActor, muted: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    for member in (alice, bob, alice):
        await member.send(muted, f"<@{env.bot.user.id}> {CONFIDED}")
    assert records(caplog, logging.INFO) == [("WARNING", "bot.discord_app.replies")]


async def test_the_line_about_a_missing_permission_names_the_channel_and_not_the_question(
    env: Env, alice: MemberActor, muted: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.send(muted, f"<@{env.bot.user.id}> {CONFIDED}")
    assert str(muted.id) in caplog.text
    assert "secret" not in caplog.text


async def test_ask_works_where_the_bot_may_not_send_messages(alice: MemberActor, muted: ChannelHandle) -> None:
    result = await alice.slash(muted, "ask", question=QUESTION)
    assert result.response is not None
    assert [embed.title for embed in result.response.embeds] == [QUESTION]


@pytest.mark.parametrize(
    ("status", "code", "level"),
    [
        pytest.param(403, 50013, "WARNING", id="missing-permissions"),
        pytest.param(403, 50001, "WARNING", id="missing-access"),
        pytest.param(403, 50007, "WARNING", id="direct-messages-closed"),
        pytest.param(404, 10003, "INFO", id="channel-gone"),
    ],
)
async def test_an_answer_that_cannot_be_placed_is_one_line_in_the_log(
    status: int, code: int, level: str, env: Env, alice: MemberActor, mention: Mention, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await mention(alice, QUESTION)
    assert records(caplog, logging.INFO) == [(level, "bot.discord_app.replies")]
    assert "Traceback" not in caplog.text


async def test_where_the_history_is_closed_the_answer_comes_without_being_a_reply(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    env.inject_error("POST", "/channels/*/messages", status=403, code=160002)
    await mention(alice, QUESTION)
    (answer,) = said(channel)
    assert ([embed.title for embed in answer.embeds], answer.reference) == ([QUESTION], None)


async def test_an_error_inside_a_mention_is_told_in_one_kind_sentence(
    env: Env, alice: MemberActor, channel: ChannelHandle, encoder: BreakableEncoder, mention: Mention, said: Said
) -> None:
    encoder.broken = True
    await mention(alice, CONFIDED)
    assert [message.content for message in said(channel)] == [say("went-wrong")]
    assert acknowledge(env) == ["RuntimeError"]


@pytest.fixture
async def deleted(
    env: Env, alice: MemberActor, channel: ChannelHandle, knowledge: Knowledge, shared_cache: Cache, state_folder: Path
) -> ChannelHandle:
    """A channel in which a question was deleted while the bot was thinking about it."""
    desk = DeletingDesk(knowledge, shared_cache, env, channel)
    desk.prepare()
    await env.restart_bot(Assistant(desk, state_folder))
    await alice.send(channel, f"<@{env.bot.user.id}> {CONFIDED}")
    return channel


async def test_a_question_deleted_before_its_answer_gets_none(env: Env, deleted: ChannelHandle) -> None:
    assert deleted.history() == []
    assert env.errors == []


@pytest.mark.usefixtures("deleted")
async def test_a_question_deleted_before_its_answer_is_nothing_to_worry_about(caplog: pytest.LogCaptureFixture) -> None:
    assert records(caplog) == []
    assert "secret" not in caplog.text


async def test_an_answer_insists_on_the_question_being_there(env: Env, alice: MemberActor, mention: Mention) -> None:
    question = await mention(alice, QUESTION)
    (sent,) = [request.json for request in env.http_requests if request.path.endswith("/messages")]
    reference = sent["message_reference"]
    assert (int(reference["message_id"]), reference.get("fail_if_not_exists", True)) == (question.id, True)


@pytest.fixture
def debugging(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[pytest.LogCaptureFixture]:
    """The log as the operator reads it who sets LOG_LEVEL=DEBUG."""
    loggers = [logging.getLogger(name) for name in ("aiosqlite", "discord")]
    levels = [logger.level for logger in loggers]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    caplog.set_level(_settings().log_level.value)
    yield caplog
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


async def test_even_at_debug_level_no_member_is_in_the_log(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    said: Said,
    debugging: pytest.LogCaptureFixture,
) -> None:
    await mention(alice, QUESTION)
    await alice.click(said(channel)[0], label=say("button-not-meant"))
    await alice.slash(channel, "unasked", allowed=False)
    await env.settle()
    logging.getLogger("bot").debug("end of the log")
    lines = [record.getMessage() for record in debugging.records]
    assert "end of the log" in lines
    assert [line for line in lines if str(alice.id) in line] == []


async def test_an_option_that_discord_can_not_resolve_is_told_kindly_without_a_traceback(
    env: Env, alice: MemberActor, channel: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    result = await alice.slash(channel, "answer", entry=QUESTION, member=env.create_user("gone"))
    assert told_privately(result) == [say("option-not-found")]
    assert (records(caplog), acknowledge(env)) == ([], ["TransformerError"])


async def test_the_log_never_has_what_members_wrote(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await mention(alice, CONFIDED)
    await alice.send_dm(CONFIDED)
    await alice.slash(channel, "ask", question=CONFIDED)
    await alice.autocomplete(channel, "ask", "question", CONFIDED)
    assert [record for record in caplog.records if "secret" in record.getMessage()] == []
