"""Settings come from the environment and a file, and never give the token away."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings import ANSWER_FROM, UNASKED_FROM, LogLevel, Manners, Settings, read_settings
from bot.words.catalogue import words
from bot.words.sentences import error_line

TOKEN = "MTA0.secret-of-the-house"  # noqa: S105 - made up
CHANNEL, OTHER = 123456789012345678, 234567890123456789
NAMES = (
    *("DISCORD_TOKEN", "KNOWLEDGE_DIR", "ENCODER"),
    *("AMBIENT_CHANNELS", "UNASKED_PER_HOUR", "HELPERS_CHANNEL", "ANSWER_FROM", "UNASKED_FROM", "LOG_LEVEL"),
)
EACH = [
    pytest.param("KNOWLEDGE_DIR", "other/folder", "knowledge_dir", Path("other/folder"), id="KNOWLEDGE_DIR"),
    pytest.param("ENCODER", "minilm", "encoder", "minilm", id="ENCODER"),
    pytest.param("LOG_LEVEL", "ERROR", "log_level", LogLevel.ERROR, id="LOG_LEVEL"),
    pytest.param("AMBIENT_CHANNELS", f"{CHANNEL}", "ambient_channels", frozenset({CHANNEL}), id="AMBIENT_CHANNELS"),
    pytest.param("UNASKED_PER_HOUR", "12", "unasked_per_hour", 12, id="UNASKED_PER_HOUR"),
    pytest.param("HELPERS_CHANNEL", f"{CHANNEL}", "helpers_channel", CHANNEL, id="HELPERS_CHANNEL"),
    pytest.param("ANSWER_FROM", "71", "answer_from", 71, id="ANSWER_FROM"),
    pytest.param("UNASKED_FROM", "93", "unasked_from", 93, id="UNASKED_FROM"),
]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def with_file(tmp_path: Path, content: str | bytes) -> Settings:
    file = tmp_path / "settings.env"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_settings(file)


def refusal(tmp_path: Path, content: str | bytes) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        with_file(tmp_path, content)
    return caught.value


def told(error: SettingsError) -> list[str]:
    return [error_line(words(), error)]


def gives_away(text: str) -> bool:
    """Whether a text has the token, in any case and even shortened."""
    return TOKEN[:8].lower() in text.lower()


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        pytest.param("discord_token", None, id="token"),
        pytest.param("knowledge_dir", Path("knowledge"), id="knowledge"),
        pytest.param("encoder", "auto", id="encoder"),
        pytest.param("ambient_channels", frozenset(), id="ambient channels"),
        pytest.param("unasked_per_hour", 6, id="unasked per hour"),
        pytest.param("helpers_channel", None, id="helpers' channel"),
        pytest.param("answer_from", ANSWER_FROM, id="answer from"),
        pytest.param("unasked_from", UNASKED_FROM, id="unasked from"),
        pytest.param("log_level", LogLevel.INFO, id="log level"),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(attribute: str, expected: object) -> None:
    assert getattr(read_settings(), attribute) == expected


def test_these_are_all_the_settings() -> None:
    assert tuple(name.upper() for name in Settings.model_fields) == NAMES


@pytest.mark.parametrize(("name", "value", "attribute", "expected"), EACH)
def test_each_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, attribute: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(read_settings(), attribute) == expected


@pytest.mark.parametrize(("name", "value", "attribute", "expected"), EACH)
def test_each_setting_is_read_from_a_file(
    tmp_path: Path, name: str, value: str, attribute: str, expected: object
) -> None:
    assert getattr(with_file(tmp_path, f"{name}={value}\n"), attribute) == expected


def test_the_token_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert read_settings().token() == TOKEN


def test_the_file_that_is_read_unasked_is_the_one_beside_us(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n", encoding="utf-8")
    assert read_settings().token() == TOKEN


def test_no_file_is_read_when_none_is_wanted(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n", encoding="utf-8")
    assert read_settings(None).discord_token is None


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "nowhere.env") == read_settings(None)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENCODER", "none")
    assert with_file(tmp_path, "ENCODER=minilm\n").encoder == "none"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"DISCORD_TOKEN={TOKEN}", id="no line end"),
        pytest.param(f"DISCORD_TOKEN={TOKEN}\r\n", id="Windows line end"),
        pytest.param(f"\ufeffDISCORD_TOKEN={TOKEN}\n", id="byte order mark"),
        pytest.param(f'DISCORD_TOKEN="{TOKEN}"\n', id="double quotes"),
        pytest.param(f"DISCORD_TOKEN='  {TOKEN} '\n", id="spaces around it"),
        pytest.param(f"# where the bot lives\n\nexport DISCORD_TOKEN={TOKEN}  # ours\n", id="notes and export"),
        pytest.param(f"discord_token={TOKEN}\n", id="small letters"),
        pytest.param(f"ANOTHER_PROGRAM=yes\nDISCORD_TOKEN={TOKEN}\n", id="another program's variable"),
    ],
)
def test_the_token_is_found_however_the_file_was_written(tmp_path: Path, content: str) -> None:
    assert with_file(tmp_path, content).token() == TOKEN


@pytest.mark.parametrize("value", ["", " ", "'  '", '"\t"'], ids=["nothing", "space", "quoted spaces", "quoted tab"])
def test_a_blank_token_is_no_token(tmp_path: Path, value: str) -> None:
    assert with_file(tmp_path, f"DISCORD_TOKEN={value}\n").discord_token is None


def test_a_blank_token_in_the_environment_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "  ")
    assert read_settings().discord_token is None


def test_asking_for_a_token_that_is_not_there_is_an_error_of_its_own() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings().token()
    assert caught.value.problem == "setting-token-missing"


def test_whoever_has_no_token_is_told_of_the_demo() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings().token()
    assert "python -m bot demo" in told(caught.value)[0]


@pytest.mark.parametrize("written", ["debug", "Warning", "INFO", "eRRoR"])
def test_a_log_level_may_be_written_in_any_case(tmp_path: Path, written: str) -> None:
    assert with_file(tmp_path, f"LOG_LEVEL={written}\n").log_level == written.upper()


WRONG_LEVELS = ["loud", "CRITICAL", "5", ""]


@pytest.mark.parametrize("written", WRONG_LEVELS)
def test_a_wrong_log_level_earns_one_line(tmp_path: Path, written: str) -> None:
    (line,) = told(refusal(tmp_path, f"LOG_LEVEL={written}\n"))
    assert "\n" not in line


@pytest.mark.parametrize("written", WRONG_LEVELS)
def test_a_wrong_log_level_is_told_with_its_name_and_what_is_allowed(tmp_path: Path, written: str) -> None:
    (line,) = told(refusal(tmp_path, f"LOG_LEVEL={written}\n"))
    assert all(word in line for word in ("LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR"))


def test_a_blank_encoder_is_told_with_its_name(tmp_path: Path) -> None:
    assert "ENCODER" in told(refusal(tmp_path, "ENCODER=\n"))[0]


def test_a_setting_without_a_list_of_values_points_to_the_sample(tmp_path: Path) -> None:
    assert ".env.example" in told(refusal(tmp_path, "ENCODER=\n"))[0]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(f"{CHANNEL},{OTHER}", id="comma"),
        pytest.param(f" {CHANNEL} ,  {OTHER} , ", id="spaces and a comma too many"),
        pytest.param(f"{CHANNEL} {OTHER}", id="space"),
        pytest.param(f"<#{CHANNEL}>,<#{OTHER}>", id="as Discord mentions them"),
        pytest.param(f"<#{CHANNEL}> {OTHER}", id="one of each"),
        pytest.param(f"{CHANNEL},{OTHER},{CHANNEL}", id="one of them twice"),
    ],
)
def test_the_channels_to_overhear_are_read_however_they_were_listed(tmp_path: Path, written: str) -> None:
    assert with_file(tmp_path, f'AMBIENT_CHANNELS="{written}"\n').ambient_channels == {CHANNEL, OTHER}


@pytest.mark.parametrize("written", ["", "'  '", '","'], ids=["nothing", "spaces", "comma"])
def test_a_blank_list_of_channels_has_none(tmp_path: Path, written: str) -> None:
    assert with_file(tmp_path, f"AMBIENT_CHANNELS={written}\n").ambient_channels == frozenset()


@pytest.mark.parametrize("written", [f"{CHANNEL}", f"<#{CHANNEL}>", f"  {CHANNEL}  "], ids=["id", "mention", "spaces"])
def test_the_helpers_channel_is_read_however_it_was_copied(tmp_path: Path, written: str) -> None:
    assert with_file(tmp_path, f'HELPERS_CHANNEL="{written}"\n').helpers_channel == CHANNEL


@pytest.mark.parametrize("written", ["", "'  '"], ids=["nothing", "spaces"])
def test_a_blank_helpers_channel_is_none(tmp_path: Path, written: str) -> None:
    assert with_file(tmp_path, f"HELPERS_CHANNEL={written}\n").helpers_channel is None


@pytest.mark.parametrize("most", [0, 60])
def test_the_least_and_the_most_unasked_answers_an_hour_can_be_set(tmp_path: Path, most: int) -> None:
    assert with_file(tmp_path, f"UNASKED_PER_HOUR={most}\n").unasked_per_hour == most


@pytest.mark.parametrize(("name", "least"), [("ANSWER_FROM", 50), ("UNASKED_FROM", 60)])
def test_the_least_and_the_most_certainty_can_be_set(tmp_path: Path, name: str, least: int) -> None:
    set_to = [getattr(with_file(tmp_path, f"{name}={percent}\n"), name.lower()) for percent in (least, 99)]
    assert set_to == [least, 99]


def test_unasked_it_has_to_be_surer_than_asked() -> None:
    assert UNASKED_FROM > ANSWER_FROM


def test_what_is_set_about_manners_is_what_the_bot_is_given(tmp_path: Path) -> None:
    places = f"AMBIENT_CHANNELS={CHANNEL}\nUNASKED_PER_HOUR=3\nHELPERS_CHANNEL={OTHER}\n"
    manners = with_file(tmp_path, f"{places}ANSWER_FROM=71\nUNASKED_FROM=93\n").manners
    assert manners == Manners(frozenset({CHANNEL}), 3, OTHER, answer_from=71, unasked_from=93)


def test_a_bot_that_is_given_no_manners_has_those_of_settings_that_are_not_set() -> None:
    assert read_settings().manners == Manners()


NOT_A_CHANNEL = ["help", "#help", "12.5", "-1", f"<@{CHANNEL}>", f"<#{CHANNEL}", "1" * 21, "１２３", "0x10"]
WRONG_NUMBERS = [
    *(pytest.param("AMBIENT_CHANNELS", f"{CHANNEL},{part}", id=f"AMBIENT_CHANNELS {part}") for part in NOT_A_CHANNEL),
    *(pytest.param("HELPERS_CHANNEL", part, id=f"HELPERS_CHANNEL {part}") for part in NOT_A_CHANNEL),
    pytest.param("HELPERS_CHANNEL", f"{CHANNEL},{OTHER}", id="HELPERS_CHANNEL two"),
    *(
        pytest.param("UNASKED_PER_HOUR", part, id=f"UNASKED_PER_HOUR {part}")
        for part in ("-1", "61", "six", "1.5", "", "1e1")
    ),
    *(pytest.param("ANSWER_FROM", part, id=f"ANSWER_FROM {part}") for part in ("49", "100", "60%", "0.6", "70.5", "")),
    *(pytest.param("UNASKED_FROM", part, id=f"UNASKED_FROM {part}") for part in ("59", "100", "84%", "0.84", "")),
]


@pytest.mark.parametrize(("name", "written"), WRONG_NUMBERS)
def test_a_wrong_number_or_channel_earns_one_line_with_its_name(tmp_path: Path, name: str, written: str) -> None:
    (line,) = told(refusal(tmp_path, f'{name}="{written}"\n'))
    assert name in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "wrong", "what_is_allowed"),
    [
        pytest.param("AMBIENT_CHANNELS", "help", ("ids", "commas", "Copy Channel ID"), id="AMBIENT_CHANNELS"),
        pytest.param("HELPERS_CHANNEL", "help", ("one", "id", "Copy Channel ID"), id="HELPERS_CHANNEL"),
        pytest.param("UNASKED_PER_HOUR", "61", ("0", "60"), id="UNASKED_PER_HOUR"),
        pytest.param("ANSWER_FROM", "30", ("50", "99"), id="ANSWER_FROM"),
        pytest.param("UNASKED_FROM", "30", ("60", "99"), id="UNASKED_FROM"),
    ],
)
def test_a_wrong_number_or_channel_is_told_with_what_is_allowed(
    tmp_path: Path, name: str, wrong: str, what_is_allowed: tuple[str, ...]
) -> None:
    (line,) = told(refusal(tmp_path, f"{name}={wrong}\n"))
    assert all(word in line.replace(name, "") for word in what_is_allowed)


@pytest.mark.parametrize(
    "name", ["AMBIENT_CHANNELS", "HELPERS_CHANNEL", "UNASKED_PER_HOUR", "ANSWER_FROM", "UNASKED_FROM"]
)
def test_what_is_allowed_is_not_called_a_list_where_it_is_none(tmp_path: Path, name: str) -> None:
    (line,) = told(refusal(tmp_path, f"{name}=-1\n"))
    assert "one of" not in line


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"DISCORD_TOKEN=caf\xe9\n", id="Latin-1"),
        pytest.param("DISCORD_TOKEN=abc\n".encode("utf-16"), id="UTF-16"),
    ],
)
def test_a_settings_file_that_is_not_utf8_is_told_by_name(tmp_path: Path, content: bytes) -> None:
    (line,) = told(refusal(tmp_path, content))
    assert str(tmp_path / "settings.env") in line


def test_settings_are_never_changed_after_reading() -> None:
    settings = read_settings()
    with pytest.raises(ValidationError):
        settings.encoder = "none"  # type: ignore[misc]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(repr, id="repr"),
        pytest.param(str, id="str"),
        pytest.param(lambda settings: repr(settings.model_dump()), id="dump"),
        pytest.param(Settings.model_dump_json, id="JSON"),
        pytest.param(lambda settings: f"{settings.discord_token}", id="format"),
    ],
)
def test_the_token_is_in_no_picture_of_the_settings(tmp_path: Path, shown: Callable[[Settings], str]) -> None:
    assert not gives_away(shown(with_file(tmp_path, f"DISCORD_TOKEN={TOKEN}\n")))


WRONG_WITH_TOKEN = [
    pytest.param(f"DISCORD_TOKEN={TOKEN}\nLOG_LEVEL=loud\n", id="another setting is wrong"),
    pytest.param(f"LOG_LEVEL={TOKEN}\n", id="pasted into LOG_LEVEL"),
    pytest.param(f"AMBIENT_CHANNELS={TOKEN}\n", id="pasted into AMBIENT_CHANNELS"),
    pytest.param(f"UNASKED_PER_HOUR={TOKEN}\n", id="pasted into UNASKED_PER_HOUR"),
    pytest.param(f"HELPERS_CHANNEL={TOKEN}\n", id="pasted into HELPERS_CHANNEL"),
    pytest.param(f"ANSWER_FROM={TOKEN}\n", id="pasted into ANSWER_FROM"),
    pytest.param(f"UNASKED_FROM={TOKEN}\n", id="pasted into UNASKED_FROM"),
    pytest.param(f"DISCORD_TOKEN={TOKEN}\nENCODER=\n", id="encoder is blank"),
    pytest.param(b"DISCORD_TOKEN=" + TOKEN.encode() + b"\xff\n", id="file is not UTF-8"),
]


@pytest.mark.parametrize("content", WRONG_WITH_TOKEN)
def test_the_token_is_in_no_error(tmp_path: Path, content: str | bytes) -> None:
    error = refusal(tmp_path, content)
    assert not gives_away(repr(error) + " ".join(told(error)))


@pytest.mark.parametrize("content", WRONG_WITH_TOKEN)
def test_the_token_is_in_no_traceback(tmp_path: Path, content: str | bytes) -> None:
    assert not gives_away("".join(traceback.format_exception(refusal(tmp_path, content))))
