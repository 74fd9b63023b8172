"""What no score tells: a question that is a phrasing of an entry but for the one word that turns its meaning.

Words and meaning both call "how do I not clean them" near "how do I clean them", "which cable" near "which eartips",
"the Aria 2" near "the Aria". A doubt does not move any score: it keeps the bot from answering outright.
"""

from collections import Counter, defaultdict
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz

from bot.matching.lexical import stem
from bot.matching.ranker import Corpus
from bot.text import words


class Doubt(StrEnum):
    """What sets a question apart from the phrasing it otherwise repeats."""

    NEGATED = "negated"
    SWAPPED = "swapped"
    RENUMBERED = "renumbered"


NEGATIONS = frozenset({"not", "no", "never", "without", "nor", "none", "cannot", "dont", "doesnt", "didnt", "cant"}) | {
    f"{verb}nt" for verb in ("could", "wo", "would", "is", "are", "was", "should", "ai", "have", "has")
}
"""Words that turn a sentence around, without apostrophes."""

SAME_FROM = 92.0
"""From this token sort ratio on, two texts are the same but for what was left out of them."""

WORDS_LEAST, WORDS_MOST = 3, 25
"""Words of a question that may repeat a phrasing: shorter ones have too little to repeat, longer ones never do."""


class Guards:
    """Compares a question with the phrasings of the entry that it would be answered with."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def _phrasings(self) -> dict[int, list[list[str]]]:
        """The words of each key's phrasings."""
        found: dict[int, list[list[str]]] = defaultdict(list)
        for (_, text), owner in zip(self._corpus.phrasings, self._corpus.owners, strict=False):
            found[int(owner)].append(words(text))
        return found

    @cached_property
    def _used(self) -> dict[str, Counter[int]]:
        """How many of each key's phrasings use a word."""
        found: dict[str, Counter[int]] = defaultdict(Counter)
        for owner, phrasings in self._phrasings.items():
            for terms in phrasings:
                for word in {stem(term) for term in terms}:
                    found[word][owner] += 1
        return dict(found)

    def doubt(self, question: str, key: int) -> Doubt | None:
        """Why a question should not be answered outright by the key with this number."""
        asked = words(question)
        if not WORDS_LEAST <= len(asked) <= WORDS_MOST:
            return None
        phrasings = self._phrasings[key]
        if self._is_negated(asked, phrasings):
            return Doubt.NEGATED
        if self._is_renumbered(asked, phrasings):
            return Doubt.RENUMBERED
        return Doubt.SWAPPED if self._is_swapped(asked, key, phrasings) else None

    @staticmethod
    def _is_negated(asked: list[str], phrasings: list[list[str]]) -> bool:
        """Whether phrasings say the same, but all of them the other way round."""
        plain = [term for term in asked if term not in NEGATIONS]
        negated = (len(asked) - len(plain)) % 2
        ways = {
            (len(terms) - len(rest)) % 2
            for terms in phrasings
            if _same(plain, rest := [term for term in terms if term not in NEGATIONS])
        }
        return ways == {1 - negated}

    @staticmethod
    def _is_renumbered(asked: list[str], phrasings: list[list[str]]) -> bool:
        """Whether phrasings say the same, but all of them with other numbers."""
        numbers = {term for term in asked if _has_digit(term)}
        plain = [term for term in asked if term not in numbers]
        if len(plain) < WORDS_LEAST - 1:
            return False
        others = [
            {term for term in terms if _has_digit(term)}
            for terms in phrasings
            if _same(plain, [term for term in terms if not _has_digit(term)])
        ]
        return bool(others) and all(other != numbers for other in others)

    def _is_swapped(self, asked: list[str], key: int, phrasings: list[list[str]]) -> bool:
        """Whether one word was put for another that only other keys' phrasings use."""
        for terms in phrasings:
            if len(terms) == len(asked):
                other = [stem(a) for a, b in zip(asked, terms, strict=True) if stem(a) != stem(b)]
                if len(other) == 1 and self._is_of_others(other[0], key):
                    return True
        return False

    def _is_of_others(self, word: str, key: int) -> bool:
        used = self._used.get(word)
        return used is not None and key not in used and sum(used.values()) > 1


def _same(one: list[str], other: list[str]) -> bool:
    return abs(len(one) - len(other)) <= 1 and fuzz.token_sort_ratio(" ".join(one), " ".join(other)) >= SAME_FROM


def _has_digit(term: str) -> bool:
    return any(character.isdigit() for character in term)
