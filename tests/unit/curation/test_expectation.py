"""What the knowledge may be expected to do, from assessments made by hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.answers.decision import AMBIENT, DIRECT
from bot.answers.outcome import Assessment
from bot.curation.expectation import IDLE_FROM, NEEDY_BELOW, STOLEN_LEAST, TOLD_MOST, Report, expectation
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry, Faq

KEYS = ("a", "b", "c")
SURE, UNSURE, NEVER = 0.97, 0.4, 0.01


def entry(name: str, phrasings: int) -> Entry:
    texts = [f"{name} {number}" for number in range(phrasings)]
    return Entry(id=name, question=texts[0], alternatives=tuple(texts[1:]), answer="x")


def knowledge(*counts: int) -> Knowledge:
    names = zip(KEYS, counts, strict=False)
    return Knowledge(Faq(entries=tuple(entry(name, count) for name, count in names)), ("hello", "bye"))


def tried(text: str, found: str, *, share: float = SURE, sure: float = SURE) -> Assessment:
    """As if the text had been found to be an entry's."""
    shares = np.full(len(KEYS), (1 - share) / len(KEYS), np.float32)
    shares[KEYS.index(found)] = share
    return Assessment(text, KEYS, shares, meant=5.0, sure=sure)


def report(known: Knowledge, assessments: Sequence[Assessment]) -> Report:
    return expectation(known, list(enumerate(assessments)), DIRECT, AMBIENT)


def test_all_found_and_sure_is_all_right() -> None:
    found = report(knowledge(2, 1), [tried("1", "a"), tried("2", "a"), tried("3", "b")])
    assert (found.expected.first, found.expected.answered, found.expected.overheard) == (100, 100, 100)
    assert (found.expected.wrong, found.expected.overheard_wrong) == (0, 0)
    assert found.examined == 3


def test_what_goes_to_another_entry_is_wrong_only_where_it_would_be_answered() -> None:
    surely = report(knowledge(1, 1), [tried("1", "b"), tried("2", "b")])
    unsurely = report(knowledge(1, 1), [tried("1", "b", share=UNSURE, sure=UNSURE), tried("2", "b")])
    assert (surely.expected.wrong, surely.expected.overheard_wrong) == (50, 50)
    assert (unsurely.expected.wrong, unsurely.expected.overheard_wrong) == (0, 0)
    assert unsurely.expected.first == 50


def test_a_silence_message_that_would_be_answered_is_out_of_turn() -> None:
    found = report(knowledge(1), [tried("1", "a"), tried("hello", "a"), tried("bye", "a", sure=NEVER)])
    assert found.expected.out_of_turn == 50
    assert found.examined == 1


def test_without_a_silence_list_nothing_is_said_about_it() -> None:
    assert report(knowledge(1), [tried("1", "a")]).expected.out_of_turn is None


@pytest.mark.parametrize("stolen", [STOLEN_LEAST - 1, STOLEN_LEAST])
def test_a_theft_is_told_from_three_phrasings_on(stolen: int) -> None:
    texts = [tried(f"stolen text {n}", "b") for n in range(stolen)] + [tried("mine", "a")] * (5 - stolen)
    thefts = report(knowledge(5), texts).thefts
    assert [(t.entry, t.rival, t.count, t.of) for t in thefts] == ([("a", "b", 3, 5)] if stolen == STOLEN_LEAST else [])


def test_the_example_of_a_theft_is_the_shortest() -> None:
    texts = [tried("rather long", "b"), tried("short", "b"), tried("also longer", "b")]
    assert report(knowledge(3), texts).thefts[0].example == "short"


@pytest.mark.parametrize(("found", "needy"), [(6, True), (7, False)])
def test_an_entry_most_of_whose_phrasings_are_not_found_needs_more(found: int, needy: bool) -> None:
    texts = [tried("x", "a")] * found + [tried("missed", "b")] * (10 - found)
    told = report(knowledge(10), texts).needy
    assert [(n.entry, n.example) for n in told] == ([("a", "missed")] if needy else [])
    assert NEEDY_BELOW == 70


def test_what_is_surely_found_without_itself_adds_nothing() -> None:
    sure = replace(tried("x", "a", share=0.999), meant=20.0)
    unsure = replace(sure, shares=np.array([IDLE_FROM - 0.01, 0.001, 0.001], np.float32))
    elsewhere = tried("y", "b", share=0.999)
    assert report(knowledge(3), [sure, unsure, elsewhere]).idle == 1


def test_only_the_worst_are_told() -> None:
    names = [f"e{n}" for n in range(TOLD_MOST + 2)]
    known = Knowledge(Faq(entries=tuple(entry(name, 3) for name in names)))
    keys = tuple(names)
    texts = []
    for number, _ in enumerate(names):
        shares = np.zeros(len(keys), np.float32)
        shares[(number + 1) % len(keys)] = SURE
        texts += [Assessment("x", keys, shares, meant=5.0, sure=SURE)] * 3
    found = report(known, texts)
    assert len(found.thefts) == len(found.needy) == TOLD_MOST


def test_nothing_examined_is_a_report_all_the_same() -> None:
    assert report(knowledge(1), []).examined == 0
