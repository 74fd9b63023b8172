"""The project's own questions keep being answered: figures may rise, not fall below these."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.yardstick import Figures, measure, messages, questions
from bot.answers.desk import Desk
from bot.cli.build import build_desk
from bot.knowledge import load_knowledge
from bot.knowledge.faq import Faq
from bot.matching.cache import Cache
from bot.settings import Settings

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def faq() -> Faq:
    return load_knowledge(KNOWLEDGE).faq


@pytest.fixture(scope="module")
def on_words(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    desk = Desk(load_knowledge(KNOWLEDGE), Cache(tmp_path_factory.mktemp("cache")), list)
    desk.prepare()
    return measure(desk)


@pytest.fixture(scope="module")
def on_both() -> Figures:
    """With the default encoder; embeds everything on a machine that has never done so, which takes a minute or two."""
    desk = build_desk(load_knowledge(KNOWLEDGE), Settings(_env_file=None))
    desk.prepare()
    return measure(desk)


def test_there_are_enough_questions_and_messages() -> None:
    assert len({question.text for question in questions()}) >= 300
    assert len({message.text for message in messages()}) >= 300


def test_every_question_leads_to_an_entry_and_every_entry_has_questions(faq: Faq) -> None:
    assert {question.entry for question in questions()} == set(faq.by_id)


@pytest.mark.parametrize(
    ("figure", "least"),
    [
        (lambda f: f.top1, 91),
        (lambda f: f.helped, 92),
        (lambda f: 100 - f.wrong, 97),
        (lambda f: f.overheard, 35),
        (lambda f: 100 - f.spoke, 99),
    ],
    ids=["top-1", "helped", "not wrong", "answered when overheard", "silent when it should be"],
)
def test_words_alone_keep_their_figures(on_words: Figures, figure: Callable[[Figures], float], least: float) -> None:
    assert figure(on_words) >= least


@pytest.mark.parametrize(
    ("figure", "least"),
    [
        (lambda f: f.top1, 92),
        (lambda f: f.helped, 94),
        (lambda f: 100 - f.wrong, 97),
        (lambda f: f.overheard, 45),
        (lambda f: 100 - f.spoke, 98.5),
    ],
    ids=["top-1", "helped", "not wrong", "answered when overheard", "silent when it should be"],
)
def test_words_and_meaning_keep_their_figures(
    on_both: Figures, figure: Callable[[Figures], float], least: float
) -> None:
    assert figure(on_both) >= least
