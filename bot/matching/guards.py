"""What no score tells: a question that is a phrasing of an entry but for the one word that turns its meaning.

Words and meaning both call "how do I not clean them" near "how do I clean them", "which cable" near "which eartips",
"the Aria 2" near "the Aria". A doubt does not move any score: it keeps the bot from answering outright.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rapidfuzz.distance import OSA

from bot.matching.lexical import Lookalikes, stem
from bot.matching.ranker import Corpus
from bot.matching.spelling import SHORTHAND, english
from bot.text import words


class Doubt(StrEnum):
    """What sets a question apart from the phrasing it otherwise repeats."""

    NEGATED = "negated"
    SWAPPED = "swapped"
    RENUMBERED = "renumbered"


NEGATIONS = frozenset({"not", "no", "never", "without", "nor", "none"})
"""Words that turn a sentence around."""

CONTRACTED = {
    f"{verb}nt": verb
    for verb in ("do", "does", "did", "could", "would", "should", "must", "need", "is", "are", "was", "were")
} | {"cant": "can", "cannot": "can", "wont": "will", "aint": "is", "havent": "have", "hasnt": "has", "hadnt": "had"}
"""Verbs with a "not" grown onto them, without apostrophes."""

OR_NOT = frozenset({"not", "no", "nah", "nope"})
"""After an "or" at the end, these turn nothing around."""

COMMON_FROM = 200_000
"""Occurrences in English from which on a word is nobody's subject: "her" has 4.9 million, "cable" 18 thousand."""

SAME_FROM = 92.0
"""From this token sort ratio on, two texts are the same but for what was left out of them."""

WORDS_LEAST, WORDS_MOST = 3, 25
"""Words of a question that may repeat a phrasing: shorter ones have too little to repeat, longer ones never do."""


@dataclass(frozen=True)
class _Key:
    """The phrasings of one key: their stems, and what they are without negations and without numbers."""

    stems: list[list[str]]
    turned: list[bool]
    """Whether a phrasing's negations turn it around."""
    plain: Lookalikes
    numbers: list[frozenset[str]]
    nameless: Lookalikes


class Guards:
    """Compares a question with the phrasings of the entry that it would be answered with."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def _keys(self) -> list[_Key]:
        texts: list[list[list[str]]] = [[] for _ in self._corpus.keys]
        for (_, text), owner in zip(self._corpus.phrasings, self._corpus.owners, strict=False):
            texts[int(owner)].append(_read(text))
        return [_key(terms) for terms in texts]

    @cached_property
    def _used(self) -> dict[str, Counter[int]]:
        """How many of each key's phrasings use a stem."""
        found: dict[str, Counter[int]] = defaultdict(Counter)
        for number, key in enumerate(self._keys):
            for stems in key.stems:
                for word in set(stems):
                    found[word][number] += 1
        return dict(found)

    def doubt(self, question: str, key: int) -> Doubt | None:
        """Why a question should not be answered outright by the key with this number."""
        asked = _read(question)
        if not WORDS_LEAST <= len(asked) <= WORDS_MOST:
            return None
        known = self._keys[key]
        if _is_negated(asked, known):
            return Doubt.NEGATED
        if _is_renumbered(asked, known):
            return Doubt.RENUMBERED
        return Doubt.SWAPPED if self._is_swapped(asked, key, known) else None

    def _is_swapped(self, asked: list[str], key: int, known: _Key) -> bool:
        """Whether one word was put for another that only other keys' phrasings use."""
        mine = [stem(term) for term in asked]
        for stems in known.stems:
            if len(stems) == len(mine):
                other = [(a, b) for a, b in zip(mine, stems, strict=True) if a != b]
                if len(other) == 1 and self._is_of_others(*other[0], key):
                    return True
        return False

    def _is_of_others(self, word: str, instead_of: str, key: int) -> bool:
        if word in SHORTHAND or english().get(word, 0) >= COMMON_FROM or OSA.distance(word, instead_of) <= 1:
            return False
        used = self._used.get(word)
        return used is not None and key not in used and sum(used.values()) > 1


def _read(text: str) -> list[str]:
    """The words of a text, contractions parted, "or not" at the end left out, decimal commas as points."""
    terms: list[str] = []
    for term in words(text):
        terms += [CONTRACTED[term], "not"] if term in CONTRACTED else [term.replace(",", ".")]
    return terms[:-2] if len(terms) > 1 and terms[-2] == "or" and terms[-1] in OR_NOT else terms


def _key(terms: list[list[str]]) -> _Key:
    numbers = [frozenset(filter(_has_digit, row)) for row in terms]
    return _Key(
        [[stem(term) for term in row] for row in terms],
        [_is_turned(row) for row in terms],
        Lookalikes.of_terms(_without_negations(row) for row in terms),
        numbers,
        Lookalikes.of_terms([t for t in row if t not in mine] for row, mine in zip(terms, numbers, strict=True)),
    )


def _is_negated(asked: list[str], known: _Key) -> bool:
    """Whether phrasings say the same, but all of them the other way round."""
    ways = {known.turned[position] for position in known.plain.of_words(_without_negations(asked), SAME_FROM)}
    return ways == {not _is_turned(asked)}


def _is_renumbered(asked: list[str], known: _Key) -> bool:
    """Whether phrasings say the same, but all of them with other numbers."""
    numbers = frozenset(filter(_has_digit, asked))
    plain = [term for term in asked if term not in numbers]
    if len(plain) < WORDS_LEAST - 1:
        return False
    others = [known.numbers[position] for position in known.nameless.of_words(plain, SAME_FROM)]
    return bool(others) and all(other != numbers for other in others)


def _without_negations(terms: list[str]) -> list[str]:
    return [term for term in terms if term not in NEGATIONS]


def _is_turned(terms: list[str]) -> bool:
    return sum(term in NEGATIONS for term in terms) % 2 == 1


def _has_digit(term: str) -> bool:
    return any(character.isdigit() for character in term)
