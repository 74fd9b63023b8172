"""Complaints, errors and outcomes as a person reads them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fluent.syntax import ast as fluent
from fluent.syntax import parse

from bot.answers.decision import AMBIENT, DIRECT, Policy
from bot.answers.outcome import Answer, Assessment, Candidate, Outcome, Reason, Silence, Stage, Suggestion
from bot.errors import BotError, Complaint, KnowledgeError, SettingsError
from bot.knowledge import Knowledge
from bot.words.catalogue import FOLDER, words
from bot.words.sentences import complaint_line, error_line, explanation

FILE = Path("knowledge/faq.yaml")
SAMPLES: dict[str, Mapping[str, str | int]] = {
    "file-missing": {},
    "file-unreadable": {"reason": "Permission denied"},
    "file-not-utf8": {},
    "file-empty": {"key": "entries"},
    "file-shape": {"key": "entries"},
    "category-shape": {"written": "Trouble Shooting"},
    "yaml-syntax": {"reason": "found unexpected end of stream"},
    "yaml-character": {"code": "U+0000"},
    "yaml-too-deep": {},
    "yaml-alias": {},
    "yaml-key": {},
    "yaml-tag": {"tag": "!x"},
    "key-twice": {"key": "answer", "first": 5},
    "key-missing": {"key": "answer"},
    "key-unknown": {"key": "anwser", "guess": "answer", "known": "id, answer"},
    "not-text": {"key": "answer"},
    "not-text-but": {"key": "answer", "written": "no", "kind": "truth"},
    "not-list": {"key": "alternatives"},
    "not-date": {"key": "checked"},
    "not-keys": {"key": "entries", "known": "id, answer"},
    "id-shape": {"written": "the second"},
    "empty": {"key": "answer"},
    "too-long": {"key": "question", "length": 2500, "most": 2000},
    "wrong": {"key": "answer", "reason": "int_type"},
    "id-twice": {"id": "first", "first": 2},
    "answer-too-long": {"length": 951, "most": 950},
    "question-too-long": {"length": 101, "most": 100},
    "related-missing": {"id": "third"},
    "related-self": {"id": "second"},
    "no-words": {"text": "?!"},
    "phrasing-in-two": {"text": "why", "other": "first", "first": 3},
    "phrasing-twice": {"text": "why", "first": 3},
    "silenced-phrasing": {"text": "why"},
    "phrasings-alike": {"text": "why", "first": 3},
    "alternatives-few": {"count": 2, "wanted": 25},
}
UNSAID = {("not-text-but", "kind"), ("key-unknown", "known"), ("related-self", "id")}
"""Details that choose the words, or that another one makes needless."""


def complaint_ids() -> set[str]:
    """The ids of the catalogue's section on knowledge files."""
    sections: dict[str, set[str]] = {}
    title = ""
    for entry in parse((FOLDER / "en.ftl").read_text(encoding="utf-8")).body:
        if isinstance(entry, fluent.GroupComment):
            title = entry.content or ""
        elif isinstance(entry, fluent.Message):
            sections.setdefault(title, set()).add(entry.id.name)
    return sections["Knowledge files: one line for each complaint"] - {"complaint-at"}


def told(problem: str, details: Mapping[str, str | int], entry: str | None = None, line: int | None = 9) -> str:
    return complaint_line(words(), Complaint(FILE, line, problem, details, entry))


def test_every_complaint_of_the_catalogue_is_tried_here() -> None:
    assert complaint_ids() == set(SAMPLES)


@pytest.mark.parametrize("problem", SAMPLES)
def test_every_complaint_begins_with_file_line_and_entry(problem: str) -> None:
    assert told(problem, SAMPLES[problem], "second").startswith(f"{FILE}:9: entry “second”: ")


@pytest.mark.parametrize("problem", SAMPLES)
def test_every_complaint_outside_an_entry_names_none(problem: str) -> None:
    assert not told(problem, SAMPLES[problem]).startswith(f"{FILE}:9: entry “")


@pytest.mark.parametrize("problem", SAMPLES)
def test_every_complaint_tells_its_details(problem: str) -> None:
    said = told(problem, SAMPLES[problem])
    shown = [f"{v:,}" if isinstance(v, int) else v for k, v in SAMPLES[problem].items() if (problem, k) not in UNSAID]
    assert [value for value in shown if value not in said] == []


@pytest.mark.parametrize("problem", SAMPLES)
def test_every_complaint_is_one_line_whatever_its_details(problem: str) -> None:
    details = {
        name: f"a\n\t{value}\r\nb" if isinstance(value, str) else value for name, value in SAMPLES[problem].items()
    }
    assert len(told(problem, details).splitlines()) == 1


@pytest.mark.parametrize("problem", SAMPLES)
def test_every_complaint_can_be_told_with_empty_details(problem: str) -> None:
    details = {name: "" if isinstance(value, str) else 0 for name, value in SAMPLES[problem].items()}
    assert told(problem, details)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("truth", "true or false"), ("number", "a number"), ("date", "a date"), ("nothing", "nothing")],
)
def test_what_yaml_took_a_text_for_is_said(kind: str, said: str) -> None:
    assert f"YAML reads x as {said}; put it" in told("not-text-but", {"key": "answer", "written": "x", "kind": kind})


def test_an_unknown_key_without_a_guess_lists_the_known_ones() -> None:
    said = told("key-unknown", {"key": "colour", "guess": "", "known": "id, answer"})
    assert said.endswith("there is no key “colour”; the keys are: id, answer")


def test_a_complaint_without_a_line_points_to_the_first() -> None:
    assert told("file-missing", {}, line=None).startswith(f"{FILE}:1: ")


@pytest.mark.parametrize("number", [999, 1000, 12345])
def test_a_line_number_is_written_as_editors_take_it(number: int) -> None:
    assert told("file-not-utf8", {}, line=number).startswith(f"{FILE}:{number}: ")


@pytest.mark.parametrize("problem", ["key-twice", "id-twice", "phrasing-in-two", "phrasing-twice", "phrasings-alike"])
def test_the_other_line_is_written_as_editors_take_it(problem: str) -> None:
    assert "line 4321" in told(problem, {**SAMPLES[problem], "first": 4321})


def test_an_entry_is_named_whatever_its_name() -> None:
    assert "entry “none”" in told("yaml-alias", {}, "none")


def test_braces_in_a_text_stay_braces() -> None:
    assert "“{ $key } {x}”" in told("no-words", {"text": "{ $key } {x}"})


def test_a_knowledge_error_is_its_first_complaint_and_how_many_follow() -> None:
    error = KnowledgeError((Complaint(FILE, 1, "yaml-alias"), *[Complaint(FILE, 2, "yaml-key")] * 2))
    line = error_line(words(), error)
    assert line.startswith(f"{FILE}:1: anchors")
    assert line.endswith("(There are 2 more mistakes: python -m bot check names them all.)")


def test_a_single_mistake_is_just_its_complaint() -> None:
    complaint = Complaint(FILE, 1, "yaml-alias")
    assert error_line(words(), KnowledgeError((complaint,))) == complaint_line(words(), complaint)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(SettingsError("setting-wrong", name="LOG_LEVEL", allowed="DEBUG, INFO"), id="with values"),
        pytest.param(SettingsError("setting-wrong", name="ENCODER", allowed=""), id="without values"),
        pytest.param(SettingsError("setting-token-missing"), id="token"),
        pytest.param(BotError("encoder-broken", name="x", reason="two\nlines"), id="reason of two lines"),
        pytest.param(BotError("cli-line-not-json", line=1234), id="JSON"),
    ],
)
def test_any_other_error_is_one_line(error: BotError) -> None:
    assert len(error_line(words(), error).splitlines()) == 1


def test_the_line_of_standard_input_is_written_as_editors_take_it() -> None:
    assert "line 1234:" in error_line(words(), BotError("cli-line-not-json", line=1234))


def test_a_wrong_setting_tells_what_is_allowed() -> None:
    line = error_line(words(), SettingsError("setting-wrong", name="LOG_LEVEL", allowed="DEBUG, INFO"))
    assert line == words()("setting-wrong", name="LOG_LEVEL", allowed="DEBUG, INFO")
    assert "LOG_LEVEL" in line
    assert "DEBUG, INFO" in line


QUIET = Candidate("one-side-quiet", 0.876, "sound only on\none side", {"words": (0.5, 0.25)})
CLEAN = Candidate("cleaning", 0.05, "wax", {"words": (0.1, 0.15), "minilm": (0.2, 0.25)})
BOTH = (QUIET, CLEAN)
FOUND = Assessment(
    question="why",
    entries=("one-side-quiet", "cleaning"),
    shares=np.array([0.5, 0.5], np.float32),
    meant=0.0,
    sure=0.5,
    stage=Stage.MEANING,
    kinds=("words", "minilm"),
)


def explained(knowledge: Knowledge, outcome: Outcome, found: Assessment = FOUND, policy: Policy = DIRECT) -> list[str]:
    return list(explanation(words(), knowledge.faq, found, outcome, policy))


def questions(knowledge: Knowledge) -> tuple[str, str]:
    return knowledge.faq.by_id["one-side-quiet"].question, knowledge.faq.by_id["cleaning"].question


def test_an_answer_is_explained_with_its_very_words(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Answer(("one-side-quiet",), BOTH))
    entry = small_knowledge.faq.by_id["one-side-quiet"]
    assert lines[:3] == [f"{words()('why-answer')}: {entry.question}", "", entry.answer]


def test_two_answers_are_explained_one_after_the_other(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Answer(("one-side-quiet", "cleaning"), BOTH))
    answers = [line for line in lines if line.startswith(f"{words()('why-answer')}: ")]
    assert answers == [f"{words()('why-answer')}: {question}" for question in questions(small_knowledge)]


def test_a_suggestion_is_explained_with_the_questions_it_offers(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Suggestion(("one-side-quiet", "cleaning"), Reason.CLOSE, BOTH))
    assert [line for line in lines if line.startswith("  - ")] == [f"  - {q}" for q in questions(small_knowledge)]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_words_of_its_own(small_knowledge: Knowledge, reason: Reason) -> None:
    why = [explained(small_knowledge, Silence(other, BOTH))[1] for other in Reason]
    assert why.count(explained(small_knowledge, Silence(reason, BOTH))[1]) == 1


@pytest.mark.parametrize("reason", Reason)
def test_a_suggestion_and_a_silence_have_the_same_reason(small_knowledge: Knowledge, reason: Reason) -> None:
    why = words()("why-reason", reason=reason.value)
    assert why in explained(small_knowledge, Suggestion(("cleaning",), reason, BOTH))
    assert why in explained(small_knowledge, Silence(reason, BOTH))


def test_an_answer_is_explained_without_a_reason_against_it(small_knowledge: Knowledge) -> None:
    against = {words()("why-reason", reason=reason.value) for reason in Reason}
    assert not against & set(explained(small_knowledge, Answer(("cleaning",), BOTH)))


def test_silence_when_asked_is_explained_as_nothing_found(small_knowledge: Knowledge) -> None:
    assert explained(small_knowledge, Silence(Reason.OUTSIDE))[0] == words()("why-silence")


def test_silence_when_overheard_is_explained_as_silence(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.OUTSIDE), policy=AMBIENT)
    assert lines[0] == words()("why-silence-ambient")


def test_what_was_turned_away_is_explained_by_its_reason_alone(small_knowledge: Knowledge) -> None:
    turned_away = replace(FOUND, stage=Stage.GATE, kinds=())
    assert explained(small_knowledge, Silence(Reason.EVERYDAY), turned_away, AMBIENT) == [
        words()("why-silence-ambient"),
        words()("why-reason", reason="everyday"),
    ]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        pytest.param({"exact": "cleaning"}, words()("why-exact", entry="cleaning"), id="an exact phrasing"),
        pytest.param({"read_as": "why\nnot"}, words()("why-read-as", text="why not"), id="a slip, on one line"),
        pytest.param({"barred": ("cleaning",)}, words()("why-barred", entry="cleaning"), id="an entry left out"),
        pytest.param({"stage": Stage.WORDS}, words()("why-words-only"), id="no encoder had its say"),
    ],
)
def test_what_was_found_on_the_way_is_explained_only_where_it_was(
    small_knowledge: Knowledge, found: dict[str, Any], line: str
) -> None:
    assert line in explained(small_knowledge, Silence(Reason.OUTSIDE), replace(FOUND, **found))
    assert line not in explained(small_knowledge, Silence(Reason.OUTSIDE))


def test_every_entry_that_was_left_out_is_named(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.OUTSIDE), replace(FOUND, barred=("cleaning", "burn-in")))
    assert [words()("why-barred", entry=name) in lines for name in ("cleaning", "burn-in")] == [True, True]


def test_it_is_explained_what_it_was_compared_by(small_knowledge: Knowledge) -> None:
    assert words()("why-kinds", kinds="words, minilm") in explained(small_knowledge, Silence(Reason.OUTSIDE))


@pytest.mark.parametrize(
    ("policy", "percent"), [(DIRECT, "92"), (AMBIENT, "50")], ids=["asked, where few are not", "overheard"]
)
def test_it_is_explained_how_likely_it_is_for_the_faq_where_it_was_said(
    small_knowledge: Knowledge, policy: Policy, percent: str
) -> None:
    lines = explained(small_knowledge, Silence(Reason.OUTSIDE), policy=policy)
    assert words()("why-outside", percent=percent) in lines


def test_it_is_explained_from_which_confidence_on_it_answers(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.OUTSIDE), policy=replace(DIRECT, answer_from=0.77, lead=0.12))
    assert words()("why-needed", percent="77", lead="12") in lines


def test_nothing_to_rank_is_explained_without_candidates(small_knowledge: Knowledge) -> None:
    heading = f"{words()('why-candidates')}:"
    assert heading not in explained(small_knowledge, Silence(Reason.EMPTY))
    assert heading in explained(small_knowledge, Silence(Reason.EMPTY, BOTH))


def test_a_candidate_is_explained_in_one_line(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.UNSURE, BOTH))
    said = {"percent": " 87.6", "entry": "one-side-quiet", "phrasing": "sound only on one side"}
    assert f"  {words()('why-candidate', **said)}" in lines


def test_evidence_is_explained_by_its_kind(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.UNSURE, BOTH))
    assert [line.strip() for line in lines[-2:]] == [
        words()("why-evidence", kind="words", ridge="0.10", best="0.15"),
        words()("why-evidence", kind="minilm", ridge="0.20", best="0.25"),
    ]


def test_no_line_of_an_explanation_but_the_answer_has_a_line_end(small_knowledge: Knowledge) -> None:
    assert not [line for line in explained(small_knowledge, Silence(Reason.CLOSE, BOTH)) if "\n" in line]
