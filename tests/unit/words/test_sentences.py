"""Complaints, errors and outcomes as a person reads them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from fluent.syntax import ast as fluent
from fluent.syntax import parse

from bot.answers.outcome import Answer, Assessment, Candidate, Outcome, Reason, Silence, Suggestion
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


QUIET = Candidate("one-side-quiet", 0.876, "sound only on\none side", {"words": (0.5, 0.25, 1.0)})
CLEAN = Candidate("cleaning", 0.05, "wax", {"words": (0.1, 0.1, 0.1), "meaning": (0.2, 0.2, 0.2)})
BOTH = (QUIET, CLEAN)


def explained(
    knowledge: Knowledge, outcome: Outcome, *, exact: str | None = None, meaning: bool = True, overheard: bool = False
) -> list[str]:
    assessment = Assessment(
        question="why",
        entries=("one-side-quiet", "cleaning"),
        utilities=np.zeros(2, np.float32),
        outside=0.0,
        exact=exact,
        silenced=False,
        nearest={},
        evidence={},
        with_meaning=meaning,
    )
    return list(explanation(words(), knowledge.faq, assessment, outcome, overheard=overheard))


def test_an_answer_is_explained_with_its_very_words(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Answer(("one-side-quiet",), BOTH))
    answer = "Swap the cable sides first, then clean the **nozzle**."
    assert lines[:3] == ["Answer: Why is one side quiet?", "", answer]


def test_two_answers_are_explained_one_after_the_other(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Answer(("one-side-quiet", "cleaning"), BOTH))
    answers = [line for line in lines if line.startswith("Answer: ")]
    assert answers == ["Answer: Why is one side quiet?", "Answer: How do I clean my IEMs?"]


def test_a_suggestion_is_explained_with_the_questions_it_offers(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Suggestion(("one-side-quiet", "cleaning"), Reason.CLOSE, BOTH))
    assert [line for line in lines if line.startswith("  - ")] == [
        "  - Why is one side quiet?",
        "  - How do I clean my IEMs?",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_words_of_its_own(small_knowledge: Knowledge, reason: Reason) -> None:
    why = [explained(small_knowledge, Silence(other, BOTH))[1] for other in Reason]
    assert why.count(explained(small_knowledge, Silence(reason, BOTH))[1]) == 1


def test_silence_when_asked_is_explained_as_nothing_found(small_knowledge: Knowledge) -> None:
    assert explained(small_knowledge, Silence(Reason.OUTSIDE))[0] == "It would say nothing was found"


def test_silence_when_overheard_is_explained_as_silence(small_knowledge: Knowledge) -> None:
    assert explained(small_knowledge, Silence(Reason.OUTSIDE), overheard=True)[0] == "It would stay silent"


def test_an_exact_phrasing_is_explained(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Answer(("cleaning",), BOTH), exact="cleaning")
    assert "These very words are a phrasing of “cleaning”." in lines


@pytest.mark.parametrize("meaning", [True, False])
def test_an_explanation_tells_when_no_encoder_had_its_say(small_knowledge: Knowledge, meaning: bool) -> None:
    lines = explained(small_knowledge, Silence(Reason.OUTSIDE), meaning=meaning)
    assert ("On words alone: no encoder had its say." in lines) is not meaning


def test_nothing_to_rank_is_explained_without_candidates(small_knowledge: Knowledge) -> None:
    assert not [line for line in explained(small_knowledge, Silence(Reason.EMPTY)) if "Candidates" in line]


def test_a_candidate_is_explained_in_one_line(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.UNSURE, BOTH))
    assert "   87.6 % one-side-quiet — nearest phrasing: “sound only on one side”" in lines


def test_evidence_is_explained_by_its_kind(small_knowledge: Knowledge) -> None:
    lines = explained(small_knowledge, Silence(Reason.UNSURE, BOTH))
    assert [line.strip() for line in lines[-2:]] == [
        "words: regression 0.10, best three 0.10, centroid 0.10",
        "meaning: regression 0.20, best three 0.20, centroid 0.20",
    ]


def test_no_line_of_an_explanation_but_the_answer_has_a_line_end(small_knowledge: Knowledge) -> None:
    assert not [line for line in explained(small_knowledge, Silence(Reason.CLOSE, BOTH)) if "\n" in line]
