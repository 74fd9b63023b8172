"""Whether an overheard message uses the FAQ's words at all: the quickest look, before any other.

Each word speaks for the FAQ by how much oftener its phrasings use it than everyday chat does (a naive Bayes log odds;
what chat is like is told by our own lines in `everyday.txt` and by how common each word is in English). A message is
worth the mean of its distinct words. Where the line is drawn follows from the phrasings themselves, each judged by
the others.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from math import log

import numpy as np

from bot.matching.lexical import stem
from bot.matching.spelling import english
from bot.text import words

LOST_MOST = 0.01
"""Share of the phrasings that may fall below the line."""

ENGLISH_WEIGHT = 30_000
"""Words of English that the everyday lines are mixed with, and ..."""

PHRASINGS_WEIGHT = 10
"""... that the phrasings are: so that a word they lack by chance does not count as one they would never use."""

FLOOR = 0.05
"""Occurrences that a word has which was never seen."""

AGAINST_MOST, FOR_MOST = -2.0, 6.0
"""Log odds of one word at most: no single word decides."""


@cache
def everyday() -> tuple[str, ...]:
    """Messages from communities that have nothing to do with one another."""
    text = files(__package__).joinpath("everyday.txt").read_text("utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))


@cache
def _english_stems() -> tuple[dict[str, int], int]:
    counts: Counter[str] = Counter()
    for word, count in english().items():
        counts[stem(word)] += count
    return counts, sum(counts.values())


def stems(text: str) -> frozenset[str]:
    """The distinct stems of a text's words."""
    return frozenset(stem(word) for word in words(text))


class Gate:
    """Made from an FAQ's phrasings."""

    def __init__(self, phrasings: Sequence[str]) -> None:
        told = [stems(text) for text in phrasings]
        chat = _counted(map(stems, everyday()))
        counts = _counted(told)
        common, total = _english_stems()
        asked_words, chat_words = sum(counts.values()), sum(chat.values())

        def odds(word: str, here: int) -> float:
            share = common.get(word, 0) / total
            asked = (here + PHRASINGS_WEIGHT * share + FLOOR) / (asked_words + PHRASINGS_WEIGHT)
            elsewhere = (chat[word] + ENGLISH_WEIGHT * share + FLOOR) / (chat_words + ENGLISH_WEIGHT)
            return min(max(log(asked / elsewhere), AGAINST_MOST), FOR_MOST)

        self._odds = {word: odds(word, counts[word]) for word in {*common, *chat, *counts}}
        self._unheard = odds("", 0)
        unseen = {word: odds(word, count - 1) for word, count in counts.items()}
        scores = [_mean(unseen[word] for word in text) for text in told if text]
        self.line = float(np.quantile(scores, LOST_MOST)) if scores else AGAINST_MOST

    def score(self, text: str) -> float:
        """Mean log odds of a text's words; the least there is for a text without any."""
        return _mean(self._odds.get(word, self._unheard) for word in stems(text))

    def lets_pass(self, text: str) -> bool:
        return self.score(text) >= self.line


def _mean(values: Iterable[float]) -> float:
    total, count = 0.0, 0
    for value in values:
        total += value
        count += 1
    return total / count if count else AGAINST_MOST


def _counted(texts: Iterable[frozenset[str]]) -> Counter[str]:
    return Counter(word for text in texts for word in text)
