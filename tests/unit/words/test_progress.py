"""How far the bot has got ready is told in few lines."""

from bot.words.catalogue import words
from bot.words.progress import tenths, while_answering


def test_a_long_way_is_told_in_tenths() -> None:
    told: list[str] = []
    progress = tenths(words(), told.append)
    for done in range(1, 1001):
        progress(done, 1000)
    assert len(told) == 11
    assert "1,000 of 1,000" in told[-1]


def test_what_it_can_do_meanwhile_comes_first_and_once() -> None:
    told: list[str] = []
    progress, _ = while_answering(words(), told.append)
    progress(1, 2)
    progress(2, 2)
    assert [line == words()("cli-words-for-now") for line in told] == [True, False, False]


def test_nothing_to_learn_is_told_by_the_end_alone() -> None:
    told: list[str] = []
    _, finished = while_answering(words(), told.append)
    finished(True)
    assert told == [words()("cli-words-and-meaning")]


def test_where_meaning_takes_no_part_it_says_so() -> None:
    told: list[str] = []
    _, finished = while_answering(words(), told.append)
    finished(False)
    assert told == [words()("cli-words-only")]


def test_a_second_encoder_is_told_of_from_its_beginning() -> None:
    lines: list[str] = []
    progress = tenths(words(), lines.append)
    for done in (50, 100, 10, 100):
        progress(done, 100)
    assert len(lines) == 4
