"""What pydantic refuses is told with file, line, entry and remedy, and everything that is wrong is told at once."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import ValidationError

from bot.errors import Complaint, KnowledgeError
from bot.knowledge.validation import Strict, validate
from bot.knowledge.yaml_file import Place, entry_at, read_yaml

Write = Callable[..., Path]
Complaints = Callable[..., tuple[Complaint, ...]]
Line = Callable[[Complaint], str]


class Shelf(Strict):
    """A model with a value that the knowledge files do not have."""

    books: int


class Mistake(NamedTuple):
    """A replacement in the sound FAQ, and what is said about it."""

    old: str
    new: str
    problem: str
    line: int
    remedy: str
    entry: str | None = "second"


ANSWER = 'answer: "The second."'
QUESTION = 'question: "What comes then?"'
ALTERNATIVES = 'alternatives: ["and after that"]'


def after(more: str) -> tuple[str, str]:
    """The second entry with one more key, in line 10."""
    return ANSWER, f"{ANSWER}\n    {more}"


def guessed(written: str, kind: str) -> Mistake:
    """A text that YAML does not read as one."""
    remedy = f'YAML reads {written} as {kind}; put it in quotes: "{written}"'
    return Mistake(ANSWER, f"answer: {written}", "not-text-but", 9, remedy)


GUESSES = {
    written: guessed(written, kind)
    for written, kind in [
        ("no", "true or false"),
        ("on", "true or false"),
        ("Yes", "true or false"),
        ("off", "true or false"),
        ("true", "true or false"),
        ("1:30", "a number"),
        ("012", "a number"),
        ("0x1F", "a number"),
        ("1_000", "a number"),
        ("0.78", "a number"),
        (".inf", "a number"),
        ("2026-01-01", "a date"),
        ("2026-01-01 10:00:00", "a date"),
        ("null", "nothing"),
        ("~", "nothing"),
    ]
}
LIST_REMEDY = "must be a list: one line for each item, beginning with “- ”"
DATE_REMEDY = "must be a date such as 2026-11-22, without quotes"
ID_REMEDY = "may have letters, digits, “-”, “_” and “.” only, at most 64 of them"
QUOTES_REMEDY = 'must be a text in "double quotes"'
EMPTY_REMEDY = "is empty; write something, or remove it"
OTHERS = {
    "list for a text": Mistake(ANSWER, 'answer: ["x"]', "not-text", 9, QUOTES_REMEDY),
    "keys for a text": Mistake(QUESTION, "question: {x: y}", "not-text", 7, QUOTES_REMEDY),
    "number in a list": Mistake(ALTERNATIVES, 'alternatives: ["x y", 5]', "not-text-but", 8, 'quotes: "5"'),
    "list in a list": Mistake(ALTERNATIVES, "alternatives: [[x]]", "not-text", 8, QUOTES_REMEDY),
    "number for an id": Mistake("id: second", "id: 007", "not-text-but", 6, 'quotes: "007"', None),
    "text for a list": Mistake(ALTERNATIVES, 'alternatives: "x"', "not-list", 8, LIST_REMEDY),
    "blank list": Mistake(ALTERNATIVES, "alternatives:", "not-list", 8, LIST_REMEDY),
    "keys for a list": Mistake(*after("related: {first: x}"), "not-list", 10, LIST_REMEDY),
    "empty text": Mistake(ANSWER, 'answer: ""', "empty", 9, EMPTY_REMEDY),
    "spaces for a text": Mistake(ANSWER, 'answer: " \\n "', "empty", 9, EMPTY_REMEDY),
    "empty block": Mistake(ANSWER, "answer: |-", "empty", 9, EMPTY_REMEDY),
    "empty alternative": Mistake(ALTERNATIVES, 'alternatives: ["x y", ""]', "empty", 8, EMPTY_REMEDY),
    "date in quotes": Mistake(*after('checked: "2026-01-01"'), "not-date", 10, DATE_REMEDY),
    "no such date": Mistake(*after("checked: 2026-02-30"), "not-date", 10, DATE_REMEDY),
    "date with a time": Mistake(*after("checked: 2026-01-01 10:00:00"), "not-date", 10, DATE_REMEDY),
    "year for a date": Mistake(*after("checked: 2026"), "not-date", 10, DATE_REMEDY),
    "id with a space": Mistake("id: second", "id: the second", "id-shape", 6, ID_REMEDY, "the second"),
    "id that begins with a hyphen": Mistake("id: second", 'id: "-x"', "id-shape", 6, ID_REMEDY, "-x"),
    "id with an accent": Mistake("id: second", "id: été", "id-shape", 6, ID_REMEDY, "été"),
    "id too long": Mistake("id: second", f"id: {'x' * 65}", "id-shape", 6, ID_REMEDY, "x" * 65),
    "related with a space": Mistake(*after('related: ["the first"]'), "id-shape", 10, ID_REMEDY),
    "question beyond all bounds": Mistake(
        QUESTION, f'question: "{"x" * 2001}"', "too-long", 7, "has 2,001 characters; at most 2,000 are allowed"
    ),
    "alternative beyond all bounds": Mistake(
        ALTERNATIVES, f'alternatives: ["{"x" * 2001}"]', "too-long", 8, "at most 2,000 are allowed"
    ),
    "answer missing": Mistake(f"    {ANSWER}\n", "", "key-missing", 6, "the key “answer” is missing; add it"),
    "id missing": Mistake("- id: second\n    q", "- q", "key-missing", 6, "the key “id” is missing; add it", None),
    "key mistyped": Mistake(*after('sorces: ["x"]'), "key-unknown", 10, "did you mean “sources”?"),
    "key in capitals": Mistake(*after('Sources: ["x"]'), "key-unknown", 10, "did you mean “sources”?"),
    "key unknown": Mistake(*after('colour: "red"'), "key-unknown", 10, "the keys are: id, category, question, "),
    "key of no letters": Mistake(*after("1: x"), "key-unknown", 10, "the keys are: id, category, question, "),
    "text for an entry": Mistake(*after("\n  - third"), "not-keys", 11, "must have keys of its own: id, cat", None),
    "list for an entry": Mistake(*after("\n  - [third]"), "not-keys", 11, "must have keys of its own: id, cat", None),
}
MISTAKES = [pytest.param(mistake, id=name) for name, mistake in {**GUESSES, **OTHERS}.items()]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_once(spoiled: Complaints, mistake: Mistake) -> None:
    assert [c.problem for c in spoiled(mistake.old, mistake.new)] == [mistake.problem]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_with_file_line_and_entry(
    spoiled: Complaints, line: Line, tmp_path: Path, mistake: Mistake
) -> None:
    told = line(spoiled(mistake.old, mistake.new)[0])
    entry = f"entry “{mistake.entry}”: " if mistake.entry else ""
    assert told.startswith(f"{tmp_path / 'faq.yaml'}:{mistake.line}: {entry}")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_with_its_remedy(spoiled: Complaints, line: Line, mistake: Mistake) -> None:
    assert mistake.remedy in line(spoiled(mistake.old, mistake.new)[0])


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_in_one_line(spoiled: Complaints, line: Line, mistake: Mistake) -> None:
    assert len(line(spoiled(mistake.old, mistake.new)[0]).splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(ANSWER, "answer:", id="text"),
        pytest.param(ALTERNATIVES, "alternatives:\n      - x y\n      -", id="item"),
        pytest.param("id: second", 'id: ""', id="id"),
    ],
)
def test_a_value_left_blank_is_told_as_empty(spoiled: Complaints, line: Line, old: str, new: str) -> None:
    assert EMPTY_REMEDY in line(spoiled(old, new)[0])


@pytest.mark.parametrize("category", ['"Trouble Shooting"', '"c1"', "Basics"])
def test_a_category_of_a_wrong_shape_is_not_called_empty(spoiled: Complaints, category: str) -> None:
    assert [c.problem for c in spoiled(*after(f"category: {category}"))] not in ([], ["empty"])


def test_a_broken_entry_does_not_make_the_list_empty(refused: Complaints) -> None:
    only = 'entries:\n  - id: only\n    question: "Why?"\n    alternatives: []\n    answer: no\n'
    assert [c.problem for c in refused(only)] == ["not-text-but"]


@pytest.mark.parametrize("content", ["", "\n \n", "# nothing yet\n", "---\n", "null\n"])
def test_an_empty_file_is_told_with_how_it_begins(refused: Complaints, line: Line, content: str) -> None:
    (complaint,) = refused(content)
    assert line(complaint).endswith(":1: the file is empty; it should begin with “entries:”")


@pytest.mark.parametrize("content", ["- id: x\n", "just text\n", "5\n"], ids=["list", "text", "number"])
def test_a_file_without_keys_is_told_which_key_it_needs(refused: Complaints, line: Line, content: str) -> None:
    told = line(refused(content)[0])
    assert "entries" in told
    assert "category" not in told


def test_a_mistyped_first_key_is_told_with_the_right_one(refused: Complaints, line: Line, sound: str) -> None:
    told = [line(c) for c in refused(sound.replace("entries:", "entrys:"))]
    assert any("did you mean “entries”?" in one for one in told)


@pytest.mark.parametrize("content", ["entries: []\n", "entries:\n", "entries: none yet\n"])
def test_a_file_without_entries_is_refused(refused: Complaints, content: str) -> None:
    assert [c.details["key"] for c in refused(content)] == ["entries"]


def test_everything_wrong_with_the_values_is_told_at_once(refused: Complaints, sound: str) -> None:
    text = sound.replace('"Yes."', "yes").replace('["and after that"]', '"x"').replace("id: second", "id: the second")
    text += '  - id: third\n    question: "And then?"\n    alternatives: []\n    answer: "Third."\n'
    found = [(c.problem, c.line, c.entry) for c in refused(text)]
    assert found == [
        ("not-text-but", 5, "first"),
        ("id-shape", 6, "the second"),
        ("not-list", 8, "the second"),
    ]


def test_a_wrong_value_behind_a_byte_order_mark_keeps_its_line(refused: Complaints, sound: str) -> None:
    assert refused("\ufeff" + sound.replace('"Yes."', "yes"))[0].line == 5


def test_a_wrong_value_in_a_file_with_windows_line_ends_keeps_its_line(refused: Complaints, sound: str) -> None:
    assert refused(sound.replace('"Yes."', "yes").replace("\n", "\r\n"))[0].line == 5


def test_what_has_no_sentence_of_its_own_is_told_with_the_reason(write: Write, line: Line) -> None:
    with pytest.raises(KnowledgeError) as caught:
        validate(read_yaml(write("books: many\n")), Shelf)
    assert line(caught.value.complaints[0]).endswith(":1: “books” is not valid (int_type)")


def test_a_sound_document_becomes_its_model(write: Write) -> None:
    assert validate(read_yaml(write("books: 5\n")), Shelf) == Shelf(books=5)


@pytest.mark.parametrize("books", ["5", 5.0, True], ids=["text", "fraction", "truth"])
def test_a_strict_model_guesses_nothing(books: object) -> None:
    with pytest.raises(ValidationError):
        Shelf(books=books)  # type: ignore[arg-type]


def test_a_strict_model_is_never_changed() -> None:
    shelf = Shelf(books=5)
    with pytest.raises(ValidationError):
        shelf.books = 6  # type: ignore[misc]


ENTRIES = {"entries": ({"id": "first", "related": ("x",)}, {"id": 5}, {}, "text")}


@pytest.mark.parametrize(
    ("place", "entry"),
    [
        pytest.param(("entries", 0), "first", id="the entry itself"),
        pytest.param(("entries", 0, "related", 0), "first", id="deep in it"),
        pytest.param(("entries", 0, "gone"), "first", id="what is missing in it"),
        pytest.param(("entries", 1, "related"), None, id="id that is no text"),
        pytest.param(("entries", 2, "answer"), None, id="no id"),
        pytest.param(("entries", 3), None, id="no keys"),
        pytest.param(("entries", 4), None, id="beyond the last"),
        pytest.param(("entries",), None, id="the list"),
        pytest.param((), None, id="the file"),
    ],
)
def test_a_place_lies_in_the_entry_whose_id_can_be_read(place: Place, entry: str | None) -> None:
    assert entry_at(ENTRIES, place) == entry
