"""Advice on sound knowledge: phrasings that count once, entries with too few of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.curation.report import ALTERNATIVES_WANTED, advice
from bot.errors import Complaint, Severity
from bot.knowledge import Knowledge, load_files
from bot.words.catalogue import words
from bot.words.sentences import complaint_line

FIRST = ("one", "two", "three", "four", "five", "six")
SECOND = ("seven", "eight", "nine", "ten", "eleven")
DIFFERENT = [f"{a} {b} {a}{b}" for a in FIRST for b in SECOND][:ALTERNATIVES_WANTED]
DEAD = "the left side is completely dead"
ALIKE = "left side is completely dead"


def knowledge_of(folder: Path, *entries: tuple[str, Sequence[str]]) -> Knowledge:
    """Entries by question and alternatives; each phrasing stands in a line of its own."""
    text = "entries:\n"
    for number, (question, alternatives) in enumerate(entries):
        items = "".join(f'      - "{alternative}"\n' for alternative in alternatives) or "      []\n"
        text += f'  - id: e{number}\n    question: "{question}"\n    answer: "x"\n    alternatives:\n{items}'
    file = folder / "faq.yaml"
    file.write_text(text, encoding="utf-8")
    return load_files(file, None)


def found(knowledge: Knowledge) -> list[Complaint]:
    return list(advice(knowledge))


def alike(knowledge: Knowledge) -> list[tuple[int | None, object]]:
    return [(c.line, c.details["first"]) for c in advice(knowledge) if c.problem == "phrasings-alike"]


def counted(knowledge: Knowledge) -> list[object]:
    return [c.details["count"] for c in advice(knowledge) if c.problem == "alternatives-few"]


def test_an_entry_with_enough_different_alternatives_needs_nothing(tmp_path: Path) -> None:
    assert found(knowledge_of(tmp_path, ("Why is it quiet?", DIFFERENT))) == []


def test_an_entry_with_one_alternative_less_needs_more(tmp_path: Path) -> None:
    assert counted(knowledge_of(tmp_path, ("Why is it quiet?", DIFFERENT[1:]))) == [ALTERNATIVES_WANTED - 1]


def test_an_entry_without_alternatives_has_none(tmp_path: Path) -> None:
    assert counted(knowledge_of(tmp_path, ("Why is it quiet?", []))) == [0]


def test_an_alternative_like_another_counts_once(tmp_path: Path) -> None:
    assert counted(knowledge_of(tmp_path, ("Q a?", [DEAD, ALIKE, "x y z"]))) == [2]


def test_an_alternative_like_the_question_does_not_count(tmp_path: Path) -> None:
    assert counted(knowledge_of(tmp_path, ("Why is it quiet?", ["why is it so quiet", "no sound"]))) == [1]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(ALIKE, id="a word less"),
        pytest.param("completely dead is the left side", id="another order"),
        pytest.param("the left side is completely daed", id="a typing error"),
    ],
)
def test_phrasings_alike_are_told_with_both_lines(tmp_path: Path, second: str) -> None:
    assert alike(knowledge_of(tmp_path, ("Why?", [DEAD, "x y z", second]))) == [(8, 6)]


def test_a_phrasing_like_two_others_is_told_once_with_the_first(tmp_path: Path) -> None:
    same = [DEAD, ALIKE, "the left side is completely daed"]
    assert alike(knowledge_of(tmp_path, ("Why?", same))) == [(7, 6), (8, 6)]


def test_phrasings_of_two_entries_are_not_compared(tmp_path: Path) -> None:
    entries = ("Why?", [DEAD]), ("How?", [ALIKE])
    assert alike(knowledge_of(tmp_path, *entries)) == []


def test_advice_follows_the_order_of_the_file(tmp_path: Path) -> None:
    entries = ("Why?", [DEAD, ALIKE]), ("How?", []), ("When?", DIFFERENT)
    assert [(c.entry, c.problem) for c in advice(knowledge_of(tmp_path, *entries))] == [
        ("e0", "phrasings-alike"),
        ("e0", "alternatives-few"),
        ("e1", "alternatives-few"),
    ]


def test_advice_is_never_a_mistake(small_knowledge: Knowledge) -> None:
    assert {c.severity for c in advice(small_knowledge)} == {Severity.WARNING}


def test_an_entry_that_needs_more_is_told_with_file_line_and_count(tmp_path: Path) -> None:
    knowledge = knowledge_of(tmp_path, ("Why?", ["no sound", "x y"]))
    told = "entry “e0”: 2 different alternatives; 25 or more find more questions"
    assert complaint_line(words(), found(knowledge)[0]) == f"{knowledge.file}:3: {told}"


def test_a_single_alternative_is_told_as_one(tmp_path: Path) -> None:
    (complaint,) = found(knowledge_of(tmp_path, ("Why?", ["no sound"])))
    assert "one different alternative; " in complaint_line(words(), complaint)


def test_phrasings_alike_are_told_with_a_remedy(tmp_path: Path) -> None:
    knowledge = knowledge_of(tmp_path, ("Why?", [DEAD, ALIKE]))
    told = f"“{ALIKE}” says almost the same as line 6 and counts once; replace it by something different"
    assert complaint_line(words(), found(knowledge)[0]) == f"{knowledge.file}:7: entry “e0”: {told}"


def test_advice_without_known_lines_still_names_the_entry(small_knowledge: Knowledge) -> None:
    unplaced = Knowledge(small_knowledge.faq)
    assert [c.entry for c in advice(unplaced)] == [entry.id for entry in small_knowledge.faq.entries]
