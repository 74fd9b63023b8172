"""Whether an overheard message uses the FAQ's words at all: the quickest look, before any other.

Each word speaks for the FAQ by how much oftener its phrasings use it than everyday chat does (a naive Bayes log odds;
what chat is like is told by our own lines in `everyday.txt` and by how common each word is in English). A message is
worth the mean of its distinct words. Where the line is drawn follows from the phrasings themselves, each judged by
the others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from math import log

import numpy as np

from bot.matching.lexical import stem
from bot.matching.spelling import english
from bot.text import words

LOST_MOST = 0.013
"""Share of the phrasings that may fall below the line."""

ENGLISH_WEIGHT = 30_000
"""Words of English that the everyday lines are mixed with, and ..."""

PHRASINGS_WEIGHT = 10
"""... that the phrasings are: so that a word they lack by chance does not count as one they would never use."""

HEARD_FROM = 1_000
"""Occurrences of an English word from which on it is more than `FLOOR` among so many."""

FLOOR = 0.05
"""Occurrences that a word has which was never seen."""

AGAINST_MOST, FOR_MOST = -3.0, 6.0
"""Log odds of one word at most: no single word decides."""


@cache
def everyday() -> tuple[str, ...]:
    """Messages from communities that have nothing to do with one another."""
    text = files(__package__).joinpath("everyday.txt").read_text("utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))


@cache
def _english_shares() -> dict[str, float]:
    """The share of each stem among all words of English."""
    total = sum(english().values())
    shares: defaultdict[str, float] = defaultdict(float)
    for word, count in english().items():
        if count >= HEARD_FROM:
            shares[stem(word)] += count / total
    return shares


def stems(text: str) -> frozenset[str]:
    """The distinct stems of a text's words."""
    return frozenset(stem(word) for word in words(text))


class Gate:
    """Made from an FAQ's phrasings."""

    def __init__(self, phrasings: Sequence[str]) -> None:
        told = [stems(text) for text in phrasings]
        self._chat = _counted(map(stems, everyday()))
        self._asked = _counted(told)
        self._chat_words, self._asked_words = sum(self._chat.values()), sum(self._asked.values())
        self._odds_of = lru_cache(maxsize=65_536)(self._odds)
        unseen = {word: self._odds(word, but=1) for word in self._asked}
        scores = [_mean(unseen[word] for word in text) for text in told if text]
        self.line = float(np.quantile(scores, LOST_MOST)) if scores else AGAINST_MOST

    def _odds(self, word: str, but: int = 0) -> float:
        """How much oftener the phrasings use a word than chat does, `but` so many of them; a natural logarithm."""
        share = _english_shares().get(word, 0.0)
        asked = self._asked[word] - but + PHRASINGS_WEIGHT * share + FLOOR
        chat = self._chat[word] + ENGLISH_WEIGHT * share + FLOOR
        odds = log(asked / (self._asked_words + PHRASINGS_WEIGHT)) - log(chat / (self._chat_words + ENGLISH_WEIGHT))
        return min(max(odds, AGAINST_MOST), FOR_MOST)

    def score(self, text: str) -> float:
        """Mean log odds of a text's words; the least there is for a text without any."""
        return _mean(self._odds_of(word) for word in stems(text))

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
