"""Starting: what the client asks Discord for, what it keeps, and when it registers its commands."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant, wanted_intents
from bot.discord_app.run import _run, command_tree_json
from bot.errors import SettingsError

SIMULATED_TOKEN = "simcord.fake.token"  # noqa: S105 - what the simulation logs every client in with

COMMAND_NAME = re.compile(r"[-_a-z0-9]{1,32}")
SLASH, MESSAGE_MENU = 1, 3
SERVER, DIRECT = 0, 1
MANAGE_MESSAGES = 1 << 13
MENU = "Answer from FAQ"
NAMES = ["answer", "ask", "quiet", "topics", "unasked", MENU]
OPTIONS = {
    "ask": ["question", "private"],
    "answer": ["entry", "message", "member", "ping"],
    "topics": ["topic", "search"],
    "quiet": ["duration"],
    "unasked": ["allowed"],
}


@app_commands.command(name="more", description="One command more")
async def more(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("more")


class LaterVersion(Assistant):
    """The bot with a command that it did not have before."""

    async def add_features(self) -> None:
        await super().add_features()
        self.tree.add_command(more)


def registrations(env: Env) -> list[list[dict[str, Any]]]:
    """The bodies of all registrations of commands, in order."""
    return [request.json for request in env.http_requests if request.method == "PUT"]


def records(state_folder: Path) -> list[Path]:
    """Where it is remembered which commands were registered; the same folder keeps other things, too."""
    return sorted(state_folder.glob("commands-*"))


def record(state_folder: Path) -> Path:
    (file,) = records(state_folder)
    return file


def payload(desk: Desk, kind: int | None = None) -> dict[str, Any]:
    """The commands as they would be sent to Discord, by name; of one type, if one is given."""
    commands = json.loads(command_tree_json(desk))
    return {command["name"]: command for command in commands if kind in (None, command["type"])}


def by_type_and_name(command: dict[str, Any]) -> tuple[int, str]:
    return command["type"], command["name"]


def files_with(folder: Path, text: str) -> list[Path]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file for file in files if text.encode() in file.read_bytes()]


def test_the_intents_are_the_least_that_answering_needs() -> None:
    wanted = {name for name, on in wanted_intents(content=True) if on}
    assert wanted == {"guilds", "guild_messages", "dm_messages", "message_content"}


def test_without_the_content_of_messages_no_privileged_intent_is_asked_for() -> None:
    wanted = {name for name, on in wanted_intents(content=False) if on}
    assert wanted == {"guilds", "guild_messages", "dm_messages"}


async def test_the_client_uses_these_intents(env: Env) -> None:
    assert env.bot.intents == wanted_intents(content=True)


def test_a_client_without_the_content_of_messages_uses_the_others(desk: Desk, tmp_path: Path) -> None:
    assert Assistant(desk, tmp_path, content=False).intents == wanted_intents(content=False)


@pytest.mark.parametrize("kind", ["everyone", "users", "roles", "replied_user"])
async def test_the_client_allows_no_mentions(kind: str, env: Env) -> None:
    assert env.bot.allowed_mentions is not None
    assert getattr(env.bot.allowed_mentions, kind) is False


async def test_no_messages_and_no_members_are_kept(
    env: Env,
    guild: GuildHandle,
    channel: ChannelHandle,
    alice: MemberActor,
    mention: Callable[[MemberActor, str], Awaitable[discord.Message]],
) -> None:
    await mention(alice, "Why is one side quiet?")
    await alice.slash(channel, "ask", question="Is burn-in real?")
    kept = env.bot.get_guild(guild.id)
    assert kept is not None
    assert (list(env.bot.cached_messages), [member.id for member in kept.members]) == ([], [env.bot.user.id])


async def test_a_first_start_registers_the_commands(env: Env) -> None:
    assert len(registrations(env)) == 1


def test_the_commands_are_printed_as_they_are_registered(env: Env, desk: Desk) -> None:
    (registered,) = registrations(env)
    assert sorted(registered, key=by_type_and_name) == json.loads(command_tree_json(desk))


async def test_what_is_registered_are_the_commands_of_the_tree(env: Env) -> None:
    (registered,) = registrations(env)
    assert [command["name"] for command in sorted(registered, key=by_type_and_name)] == NAMES


async def test_a_second_start_registers_nothing(env: Env, desk: Desk, state_folder: Path) -> None:
    await env.restart_bot(Assistant(desk, state_folder))
    assert len(registrations(env)) == 1


async def test_a_changed_definition_is_registered(env: Env, desk: Desk, state_folder: Path) -> None:
    await env.restart_bot(LaterVersion(desk, state_folder))
    assert {command["name"] for command in registrations(env)[1]} == {*NAMES, "more"}


async def test_a_changed_definition_is_registered_once(env: Env, desk: Desk, state_folder: Path) -> None:
    for _ in range(2):
        await env.restart_bot(LaterVersion(desk, state_folder))
    assert len(registrations(env)) == 2


async def test_going_back_to_the_old_definition_is_registered(env: Env, desk: Desk, state_folder: Path) -> None:
    for version in (LaterVersion, Assistant):
        await env.restart_bot(version(desk, state_folder))
    assert len(registrations(env)) == 3


async def test_another_state_folder_knows_nothing_and_registers(env: Env, desk: Desk, tmp_path: Path) -> None:
    await env.restart_bot(Assistant(desk, tmp_path / "elsewhere"))
    assert len(registrations(env)) == 2


@pytest.mark.parametrize("damage", [b"", b"not a hash", b"\xff\xfe\x00"], ids=["empty", "text", "bytes"])
async def test_a_damaged_record_is_written_anew(damage: bytes, env: Env, desk: Desk, state_folder: Path) -> None:
    sound = record(state_folder).read_bytes()
    record(state_folder).write_bytes(damage)
    await env.restart_bot(Assistant(desk, state_folder))
    assert (len(registrations(env)), record(state_folder).read_bytes()) == (2, sound)


@pytest.fixture
async def refused(env: Env, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Path:
    """The state folder of a bot that could not register its commands when it started."""
    caplog.clear()
    env.inject_error("PUT", "/applications/*/commands", status=500)
    await env.restart_bot(Assistant(desk, tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


async def test_a_registration_that_failed_is_not_remembered(refused: Path) -> None:
    assert records(refused) == []


async def test_a_registration_that_failed_is_tried_again_at_the_next_start(refused: Path, env: Env, desk: Desk) -> None:
    before = len(registrations(env))
    await env.restart_bot(Assistant(desk, refused))
    assert (len(registrations(env)), len(records(refused))) == (before + 1, 1)


@pytest.mark.usefixtures("refused")
async def test_a_registration_that_failed_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logged = [(one.levelname, one.name, one.exc_info) for one in caplog.get_records("setup")]
    assert [one for one in logged if one[0] in ("WARNING", "ERROR")] == [("ERROR", "bot.discord_app.app", None)]


@pytest.mark.usefixtures("refused")
async def test_after_a_registration_that_failed_questions_are_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    await alice.send(channel, f"<@{env.bot.user.id}> Is burn-in real?")
    assert [embed.title for embed in channel.history()[-1].embeds] == ["Is burn-in real?"]


async def test_a_state_folder_that_cannot_be_written_is_one_line_in_the_log_for_each_who_wanted_to_write(
    env: Env, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a-file").write_text("in the way", encoding="utf-8")
    await env.restart_bot(Assistant(desk, tmp_path / "a-file" / "state"))
    warnings = [logged.name for logged in caplog.records if logged.levelno >= logging.WARNING]
    assert (warnings, len(registrations(env))) == (["bot.activity.store", "bot.discord_app.sync"], 2)
    assert "Traceback" not in caplog.text


async def test_with_a_state_folder_that_cannot_be_written_questions_are_answered(
    env: Env, desk: Desk, tmp_path: Path, alice: MemberActor, channel: ChannelHandle
) -> None:
    (tmp_path / "a-file").write_text("in the way", encoding="utf-8")
    await env.restart_bot(Assistant(desk, tmp_path / "a-file" / "state"))
    await alice.send(channel, f"<@{env.bot.user.id}> Is burn-in real?")
    assert [embed.title for embed in channel.history()[-1].embeds] == ["Is burn-in real?"]


async def test_the_record_is_a_hash_under_the_applications_number(env: Env, state_folder: Path) -> None:
    file = record(state_folder)
    assert str(env.bot.application_id) in file.name
    assert re.fullmatch("[0-9a-f]{64}", file.read_text(encoding="ascii"))


async def test_the_token_is_never_written(env: Env, tmp_path: Path) -> None:
    assert env.bot.http.token == SIMULATED_TOKEN
    assert files_with(tmp_path, SIMULATED_TOKEN) == []


async def test_the_token_is_never_logged(
    env: Env, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await env.restart_bot(Assistant(desk, tmp_path / "elsewhere"))
    assert SIMULATED_TOKEN not in caplog.text


async def test_commands_are_not_registered_where_that_is_a_step_of_its_own(
    env: Env, desk: Desk, tmp_path: Path
) -> None:
    await env.restart_bot(Assistant(desk, tmp_path / "elsewhere", sync_on_start=False))
    assert len(registrations(env)) == 1


def test_printing_the_commands_writes_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    command_tree_json(desk)
    assert list((tmp_path / "here").iterdir()) == []


def test_printing_the_commands_gives_the_same_text_every_time(desk: Desk) -> None:
    assert command_tree_json(desk) == command_tree_json(desk)


def test_these_are_all_the_commands_with_their_options(desk: Desk) -> None:
    options = {name: [one["name"] for one in command["options"]] for name, command in payload(desk, SLASH).items()}
    assert options == OPTIONS


def test_the_message_menu_is_the_only_command_besides(desk: Desk) -> None:
    assert [(name, command["type"]) for name, command in payload(desk).items() if command["type"] != SLASH] == [
        (MENU, MESSAGE_MENU)
    ]


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_keeps_discords_limits(name: str, desk: Desk) -> None:
    command = payload(desk)[name]
    described = [command, *command["options"]]
    assert all(COMMAND_NAME.fullmatch(one["name"]) for one in described)
    assert all(1 <= len(one["description"]) <= 100 for one in described)
    assert len(command["options"]) <= 25
    assert len({one["name"] for one in command["options"]}) == len(command["options"])


@pytest.mark.parametrize("name", OPTIONS)
def test_the_choices_of_a_command_keep_discords_limits(name: str, desk: Desk) -> None:
    for option in payload(desk)[name]["options"]:
        choices = option.get("choices", [])
        assert len(choices) <= 25
        assert all(1 <= len(choice[part]) <= 100 for choice in choices for part in ("name", "value"))
        assert not (choices and option.get("autocomplete"))


@pytest.mark.parametrize("name", OPTIONS)
def test_what_a_command_needs_comes_before_what_can_be_left_out(name: str, desk: Desk) -> None:
    needed = [option["required"] for option in payload(desk)[name]["options"]]
    assert needed == sorted(needed, reverse=True)


def test_the_message_menu_keeps_discords_limits(desk: Desk) -> None:
    menu = payload(desk)[MENU]
    assert 1 <= len(menu["name"]) <= 32
    assert (menu.get("description", ""), menu.get("options", [])) == ("", [])


def test_the_question_is_needed_and_completed_and_limited(desk: Desk) -> None:
    question = payload(desk)["ask"]["options"][0]
    wanted = {"type": 3, "required": True, "autocomplete": True, "min_length": 1, "max_length": 1000}
    assert {key: question[key] for key in wanted} == wanted


def test_private_is_a_choice_that_can_be_left_out(desk: Desk) -> None:
    private = payload(desk)["ask"]["options"][1]
    assert (private["type"], private["required"]) == (5, False)


def test_all_of_answer_can_be_left_out(desk: Desk) -> None:
    options = payload(desk)["answer"]["options"]
    assert [(one["type"], one["required"]) for one in options] == [(3, False), (3, False), (6, False), (5, False)]


@pytest.mark.parametrize(("command", "option"), [("ask", "question"), ("answer", "entry"), ("topics", "topic")])
def test_what_stands_in_the_faq_is_completed_while_typing(command: str, option: str, desk: Desk) -> None:
    completed = [one["name"] for one in payload(desk)[command]["options"] if one.get("autocomplete")]
    assert completed == [option]


def test_how_long_it_is_quiet_is_chosen_from_a_list(desk: Desk) -> None:
    (duration,) = payload(desk)["quiet"]["options"]
    assert duration["required"] is True
    assert [choice["value"] for choice in duration["choices"]] == ["hour", "day", "off"]


def test_whether_it_may_answer_unasked_must_be_said(desk: Desk) -> None:
    (allowed,) = payload(desk)["unasked"]["options"]
    assert (allowed["type"], allowed["required"]) == (5, True)


@pytest.mark.parametrize("name", NAMES)
def test_no_command_is_for_installing_on_oneself(name: str, desk: Desk) -> None:
    assert payload(desk)[name]["integration_types"] == [0]


@pytest.mark.parametrize(
    ("name", "contexts"),
    [
        pytest.param("ask", [SERVER, DIRECT], id="ask"),
        pytest.param("topics", [SERVER, DIRECT], id="topics"),
        pytest.param("unasked", [SERVER, DIRECT], id="unasked"),
        pytest.param("answer", [SERVER], id="answer"),
        pytest.param("quiet", [SERVER], id="quiet"),
        pytest.param(MENU, [SERVER], id="menu"),
    ],
)
def test_a_command_is_offered_where_it_makes_sense(name: str, contexts: list[int], desk: Desk) -> None:
    assert sorted(payload(desk)[name]["contexts"]) == contexts


@pytest.mark.parametrize("name", NAMES)
def test_only_quiet_is_kept_for_moderators_unless_a_server_decides_otherwise(name: str, desk: Desk) -> None:
    needed = payload(desk)[name]["default_member_permissions"]
    assert needed == (MANAGE_MESSAGES if name == "quiet" else None)


def test_no_command_is_hidden_behind_an_age_limit(desk: Desk) -> None:
    assert [name for name, command in payload(desk).items() if command["nsfw"]] == []


async def failing(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        pytest.param(discord.LoginFailure("no"), "setting-token-refused", id="token"),
        pytest.param(aiohttp.ClientConnectionError("no"), "discord-unreachable", id="connection"),
        pytest.param(discord.GatewayNotFound(), "discord-unreachable", id="gateway"),
    ],
)
def test_what_the_operator_has_to_put_right_is_a_settings_error(error: BaseException, problem: str) -> None:
    with pytest.raises(SettingsError) as raised:
        _run(failing(error))
    assert raised.value.problem == problem


def test_ctrl_c_ends_it_without_an_error() -> None:
    work: Coroutine[Any, Any, None] = failing(KeyboardInterrupt())
    assert _run(work) is None
