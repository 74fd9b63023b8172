"""An FAQ loads whole or not at all; what no single value shows is told for all entries at once."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import Complaint, KnowledgeError, Severity
from bot.knowledge import load_knowledge
from bot.knowledge.faq import ANSWER_MAX, QUESTION_MAX, TOLERATED, Entry, Faq, load_faq

SHIPPED = Path(__file__).parents[3] / "knowledge"
BUTTON_ID_MAX = 100
"""Characters that Discord allows in the id of a component."""

Write = Callable[..., Path]
Complaints = Callable[..., tuple[Complaint, ...]]
Line = Callable[[Complaint], str]

ANSWER = 'answer: "The second."'
QUESTION = 'question: "What comes then?"'
ALTERNATIVES = 'alternatives: ["and after that"]'


QUESTIONS = st.text("abc ?!.é", min_size=1, max_size=8).filter(str.strip)


class Mistake(NamedTuple):
    """A replacement in the sound FAQ, and what is said about it."""

    old: str
    new: str
    problem: str
    line: int
    remedy: str
    entry: str = "second"


def related(ids: str) -> tuple[str, str]:
    return ANSWER, f"{ANSWER}\n    related:\n      - {ids}"


MISTAKES = {
    "id used twice": Mistake(
        "id: second", "id: first", "id-twice", 6, "“first” is already used in line 2; choose another", "first"
    ),
    "answer too long": Mistake(
        ANSWER,
        f'answer: "{"x" * (ANSWER_MAX + 1)}"',
        "answer-too-long",
        9,
        "the answer has 951 characters; shorten it to 950 or fewer",
    ),
    "question too long": Mistake(
        QUESTION,
        f'question: "{"x" * (QUESTION_MAX + 1)}"',
        "question-too-long",
        7,
        "the question has 101 characters; shorten it to 100 or fewer",
    ),
    "related to nothing": Mistake(
        *related("third"), "related-missing", 11, "“third”, but there is no such entry; correct or remove it"
    ),
    "related in another case": Mistake(*related("First"), "related-missing", 11, "“First”, but there is no such entry"),
    "related to itself": Mistake(*related("second"), "related-self", 11, "names the entry itself; remove it"),
    "question without a word": Mistake(QUESTION, 'question: "?!"', "no-words", 7, "“?!” has no word in it"),
    "alternative without a word": Mistake(
        ALTERNATIVES, 'alternatives: ["and then", "👍"]', "no-words", 8, "no word in it that could be compared"
    ),
    "question of another entry": Mistake(
        QUESTION, 'question: "Is it first?"', "phrasing-in-two", 7, "also stands in entry “first” (line 3); keep it"
    ),
    "alternative of another entry": Mistake(
        ALTERNATIVES, 'alternatives: ["THE first one!"]', "phrasing-in-two", 8, "“THE first one!” also stands in entry"
    ),
    "alternative that is another's question": Mistake(
        ALTERNATIVES, 'alternatives: ["is it first"]', "phrasing-in-two", 8, "where its answer fits best"
    ),
}
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
EACH = [pytest.param(mistake, id=name) for name, mistake in MISTAKES.items()]
FORGIVEN = [pytest.param(mistake, id=name) for name, mistake in MISTAKES.items() if mistake.problem in TOLERATED]
UNFORGIVEN = [pytest.param(mistake, id=name) for name, mistake in MISTAKES.items() if mistake.problem not in TOLERATED]


@pytest.mark.parametrize("mistake", EACH)
def test_each_mistake_is_told_once(spoiled: Complaints, mistake: Mistake) -> None:
    assert [c.problem for c in spoiled(mistake.old, mistake.new)] == [mistake.problem]


@pytest.mark.parametrize("mistake", EACH)
def test_each_mistake_is_told_with_file_line_and_entry(
    spoiled: Complaints, line: Line, tmp_path: Path, mistake: Mistake
) -> None:
    told = line(spoiled(mistake.old, mistake.new)[0])
    assert told.startswith(f"{tmp_path / 'faq.yaml'}:{mistake.line}: entry “{mistake.entry}”: ")


@pytest.mark.parametrize("mistake", EACH)
def test_each_mistake_is_told_with_its_remedy(spoiled: Complaints, line: Line, mistake: Mistake) -> None:
    assert mistake.remedy in line(spoiled(mistake.old, mistake.new)[0])


def test_all_mistakes_between_values_are_told_at_once(refused: Complaints, sound: str) -> None:
    text = sound.replace("id: second", "id: first").replace("What comes then?", "?").replace("Yes.", "x" * 951)
    text += "    related: [first, third]\n"
    assert {(c.problem, c.line) for c in refused(text)} == {
        ("answer-too-long", 5),
        ("id-twice", 6),
        ("no-words", 7),
        ("related-self", 10),
        ("related-missing", 10),
    }


def test_mistakes_of_every_kind_are_told_at_once(refused: Complaints, sound: str) -> None:
    text = sound.replace('"Yes."', '"Yes."\n    answer: "No."').replace('"The second."', "no")
    text += '  - id: first\n    question: "And then?"\n    alternatives: []\n    answer: "Third."\n'
    assert {(c.problem, c.line) for c in refused(text)} == {("key-twice", 6), ("not-text-but", 10), ("id-twice", 11)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(ANSWER, f'{ANSWER}\n    answer: "Third."', id="doubled key"),
        pytest.param(ANSWER, 'answer: !x "Third."', id="tag"),
        pytest.param(ANSWER, f"{ANSWER}\n    [related]: x", id="key that is no word"),
    ],
)
def test_what_yaml_must_not_say_names_its_entry(spoiled: Complaints, old: str, new: str) -> None:
    assert [c.entry for c in spoiled(old, new)] == ["second"]


@pytest.mark.parametrize("length", [1, ANSWER_MAX], ids=["shortest", "longest"])
def test_an_answer_within_bounds_loads(write: Write, sound: str, length: int) -> None:
    loaded = load_faq(write(sound.replace("The second.", "x" * length)))
    assert len(loaded.faq.by_id["second"].answer) == length


def test_a_question_of_the_greatest_length_loads(write: Write, sound: str) -> None:
    question = "x" * QUESTION_MAX
    assert load_faq(write(sound.replace("What comes then?", question))).faq.by_id["second"].question == question


def test_an_answer_is_kept_word_for_word(write: Write, sound: str) -> None:
    answer = "answer: |-\n      **Yes.**\n\n      - “one”\n        two  \n"
    loaded = load_faq(write(sound.replace(ANSWER + "\n", answer)))
    assert loaded.faq.by_id["second"].answer == "**Yes.**\n\n- “one”\n  two  "


def test_every_key_of_an_entry_is_read(write: Write, sound: str) -> None:
    more = "category: basics\n    not_for: [a b]\n    related: [first]\n    sources: [s]\n    unverified: [u]\n"
    entry = load_faq(write(f"{sound}    {more}    checked: 2026-01-31\n")).faq.by_id["second"]
    assert entry == Entry(
        id="second",
        category="basics",
        question="What comes then?",
        alternatives=("and after that",),
        not_for=("a b",),
        answer="The second.",
        related=("first",),
        sources=("s",),
        unverified=("u",),
        checked=date(2026, 1, 31),
    )


def test_the_phrasings_are_the_question_and_then_the_alternatives(write: Write, sound: str) -> None:
    assert load_faq(write(sound)).faq.by_id["first"].phrasings == ("Is it first?", "the first one")


def test_what_an_answer_is_not_for_is_no_phrasing(write: Write, sound: str) -> None:
    text = sound.replace(ANSWER, f'{ANSWER}\n    not_for: ["is it first", "the first one"]')
    assert load_faq(write(text)).warnings == ()


def test_entries_keep_the_order_of_the_file(write: Write, sound: str) -> None:
    assert [entry.id for entry in load_faq(write(sound)).faq.entries] == ["first", "second"]


def test_a_loaded_entry_is_never_changed(write: Write, sound: str) -> None:
    entry = load_faq(write(sound)).faq.entries[0]
    with pytest.raises(ValidationError):
        entry.answer = "No."  # type: ignore[misc]


def test_each_phrasing_has_its_line(write: Write, sound: str) -> None:
    text = sound.replace(ALTERNATIVES, 'alternatives:\n      - "and after that"\n\n      - "and then"')
    assert load_faq(write(text)).lines == {
        ("first", 0): 3,
        ("first", 1): 4,
        ("second", 0): 7,
        ("second", 1): 9,
        ("second", 2): 11,
    }


def test_a_phrasing_repeated_in_its_entry_is_only_a_warning(write: Write, sound: str) -> None:
    (warning,) = load_faq(
        write(sound.replace('["and after that"]', '["and after that", "What comes, then?"]'))
    ).warnings
    assert (warning.problem, warning.line, warning.severity) == ("phrasing-twice", 8, Severity.WARNING)


def test_a_repeated_phrasing_is_told_with_entry_and_remedy(write: Write, line: Line, sound: str) -> None:
    loaded = load_faq(write(sound.replace('["and after that"]', '["and after that", "What comes, then?"]')))
    told = "entry “second”: “What comes, then?” already stands in line 7; remove one of the two"
    assert line(loaded.warnings[0]).endswith(told)


def test_warnings_do_not_hide_among_mistakes(refused: Complaints, sound: str) -> None:
    text = sound.replace('["the first one"]', '["the first one", "is it first"]').replace("The second.", "x" * 951)
    assert {c.severity for c in refused(text)} == {Severity.ERROR}


@pytest.mark.parametrize("mistake", FORGIVEN)
def test_another_faq_loads_in_spite_of_it(write: Write, sound: str, mistake: Mistake) -> None:
    loaded = load_faq(write(sound.replace(mistake.old, mistake.new)), tolerant=True)
    assert [(c.problem, c.severity) for c in loaded.warnings] == [(mistake.problem, Severity.WARNING)]


@pytest.mark.parametrize("mistake", UNFORGIVEN)
def test_another_faq_is_refused_for_it_as_well(write: Write, sound: str, mistake: Mistake) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_faq(write(sound.replace(mistake.old, mistake.new)), tolerant=True)
    assert [(c.problem, c.severity) for c in caught.value.complaints] == [(mistake.problem, Severity.ERROR)]


def test_another_faq_with_four_mistakes_that_are_tolerated_loads_whole(write: Write, sound: str) -> None:
    text = (
        sound.replace("Yes.", "x" * 951).replace("What comes then?", "y" * 101).replace("and after that", "is it first")
    )
    loaded = load_faq(write(text.replace("the first one", "...")), tolerant=True)
    assert len(loaded.warnings) == len(TOLERATED)
    assert len(loaded.faq.entries) == 2


def test_another_faq_needs_no_more_than_question_alternatives_and_answer(write: Write, sound: str) -> None:
    assert load_faq(write(sound), tolerant=True).warnings == ()


@settings(deadline=None, max_examples=100)
@given(QUESTIONS, QUESTIONS.map(str.upper))
def test_whatever_two_questions_say_a_refusal_has_a_line_and_an_entry(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str
) -> None:
    keys = 'alternatives: []\n    answer: "x"\n'
    file = tmp_path_factory.getbasetemp() / "questions.yaml"
    text = f'entries:\n  - id: a\n    question: "{one}"\n    {keys}  - id: b\n    question: "{other}"\n    {keys}'
    file.write_text(text, encoding="utf-8")
    try:
        complaints = load_faq(file).warnings
    except KnowledgeError as error:
        complaints = error.complaints
    assert all((c.line, c.entry) in {(3, "a"), (7, "b")} for c in complaints)


# Codes and categories


def entry(id_: str, category: str | None = None) -> Entry:
    return Entry(id=id_, category=category, question="What?", alternatives=(), answer="That.")


def faq_of(*entries: Entry) -> Faq:
    return Faq(entries=entries)


@given(IDS)
@settings(deadline=None)
def test_a_code_has_eight_small_letters_and_digits_whatever_the_id(id_: str) -> None:
    assert re.fullmatch(r"[a-z2-7]{8}", entry(id_).code)


@pytest.mark.parametrize(("id_", "code"), [("burn-in", "657tdeiv"), ("a", "6tqwt6ho"), ("x" * 64, "vnwfo6il")])
def test_a_code_never_changes_because_buttons_of_old_messages_carry_it(id_: str, code: str) -> None:
    assert entry(id_).code == code


def test_a_code_depends_on_the_id_only() -> None:
    other = Entry(id="a", category="b", question="Who?", alternatives=("they",), answer="Them.", related=("c",))
    assert other.code == entry("a").code


def test_two_thousand_ids_that_are_much_alike_have_two_thousand_codes() -> None:
    ids = [f"{stem}-{number}" for stem in ("entry", "Entry") for number in range(1000)]
    faq = faq_of(*map(entry, ids))
    assert len(faq.by_code) == 2000
    assert [faq.by_code[one.code].id for one in faq.entries] == ids


def test_every_entry_that_we_ship_has_a_code_of_its_own() -> None:
    faq = load_knowledge(SHIPPED).faq
    assert set(faq.by_code.values()) == set(faq.entries)
    assert len(faq.by_code) == len(faq.entries)


def test_several_codes_fit_into_the_id_of_one_button() -> None:
    assert len(" ".join(entry(f"{number}" * 64).code for number in range(8))) <= BUTTON_ID_MAX


def test_entries_stand_under_their_categories_in_the_order_of_the_file() -> None:
    faq = faq_of(entry("a", "sound"), entry("b", "care"), entry("c", "sound"))
    assert [(name, [one.id for one in group]) for name, group in faq.by_category.items()] == [
        ("sound", ["a", "c"]),
        ("care", ["b"]),
    ]


def test_entries_without_a_category_stand_last_under_an_empty_name() -> None:
    faq = faq_of(entry("a"), entry("b", "sound"), entry("c"), entry("d", "care"))
    assert [(name, [one.id for one in group]) for name, group in faq.by_category.items()] == [
        ("sound", ["b"]),
        ("care", ["d"]),
        ("", ["a", "c"]),
    ]


def test_an_faq_without_categories_has_one_group() -> None:
    assert list(faq_of(entry("a"), entry("b")).by_category) == [""]


def test_every_entry_that_we_ship_stands_in_exactly_one_category() -> None:
    faq = load_knowledge(SHIPPED).faq
    listed = [one.id for group in faq.by_category.values() for one in group]
    assert sorted(listed) == sorted(faq.by_id)


@given(st.lists(st.sampled_from([None, "care", "sound", "cables"]), min_size=1, max_size=12))
@settings(deadline=None)
def test_whatever_the_categories_none_is_empty_and_nothing_is_lost_or_listed_twice(
    categories: list[str | None],
) -> None:
    faq = faq_of(*(entry(f"e{number}", category) for number, category in enumerate(categories)))
    assert all(faq.by_category.values())
    assert all((one.category or "") == name for name, group in faq.by_category.items() for one in group)
    assert sorted(one.id for group in faq.by_category.values() for one in group) == sorted(faq.by_id)
