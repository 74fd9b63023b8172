"""Every rival finds its way about an easy FAQ; otherwise beating it says nothing."""

from collections.abc import Callable

import pytest

from bench.rivals import RIVALS, Nearest, Rival
from bench.yardstick import Yard
from bot.knowledge import Knowledge
from tests.conftest import LetterEncoder

MAKERS: dict[str, Callable[[], Rival]] = {**RIVALS, "nearest": lambda: Nearest("letters", LetterEncoder())}
EASY = [("parking for my car?", "parking"), ("wifi password", "wifi"), ("refund has not arrived", "refund")]


@pytest.fixture(params=MAKERS)
def rival(request: pytest.FixtureRequest, tiny: tuple[Knowledge, Yard]) -> Rival:
    knowledge, _ = tiny
    found = MAKERS[request.param]()
    phrasings = [(entry.id, phrasing) for entry in knowledge.faq.entries for phrasing in entry.phrasings]
    found.learn(phrasings, list(knowledge.silence))
    return found


@pytest.mark.parametrize(("text", "wanted"), EASY)
def test_an_easy_question_leads_to_its_entry(rival: Rival, text: str, wanted: str) -> None:
    assert rival.rank(text)[0][0] == wanted


def test_each_entry_stands_once_and_scores_fall(rival: Rival) -> None:
    found = rival.rank("where can I park my dog and get the wifi password")
    assert len({key for key, _ in found}) == len(found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize("text", ["", "???", 'AND "NOT (wifi* OR', "zzz qqq", "re-fund: 5^2 ~ [x]", "\0"])
def test_nothing_that_members_type_breaks_it(rival: Rival, text: str) -> None:
    assert len(rival.rank(text)) <= 5


def test_the_regression_knows_what_belongs_to_no_entry(tiny: tuple[Knowledge, Yard]) -> None:
    knowledge, _ = tiny
    rival = RIVALS["tfidf"]()
    rival.learn([(e.id, p) for e in knowledge.faq.entries for p in e.phrasings], list(knowledge.silence))
    assert rival.rank("good morning all")[0][1] < rival.rank("wifi password")[0][1]
