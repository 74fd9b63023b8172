"""Words as people type them: typing errors and shorthand mended, and the language a message is in.

A word is mended only when nobody would write it on purpose: it stands neither in the phrasings nor among the words of
English (frequencies of 160,000 forms in subtitles, from pyspellchecker), and the message is English as far as it goes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from unicodedata import category, normalize

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from bot.text import QUOTES, comparable, words

ENGLISH = "en"
"""The other languages that are recognised are those of `languages.txt`."""

REAL_FROM = 20
"""Occurrences in the subtitles from which on a word counts as written on purpose: rarer ones are mostly slips."""

COMMON_FROM = 3_000
"""... and from which on it is common enough to be what a slip was meant for."""

MENDED_FROM = 4
TWO_EDITS_FROM = 8
"""Letters of a word from which on one edit, and two, still leave it recognisable."""

UNHEARD = 1e-6
"""The share of a word that a language does not have."""

SURER = 2.0
"""Log odds by which another language must beat English."""

SHORTHAND = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "bc": "because",
    "cuz": "because",
    "coz": "because",
    "bcuz": "because",
    "thx": "thanks",
    "ty": "thanks",
    "idk": "i dont know",
    "rn": "right now",
    "wdym": "what do you mean",
    "diff": "difference",
    "recs": "recommendations",
    "recc": "recommend",
    "ppl": "people",
    "smth": "something",
    "sth": "something",
    "b4": "before",
    "gud": "good",
    "wut": "what",
    "wat": "what",
    "dunno": "dont know",
    "tho": "though",
    "thru": "through",
    "nite": "night",
}
"""What chat shortens, in full. A word that the phrasings use themselves is left as it is."""

SENTENCE_MARKS = frozenset(".!?:;")

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:'[^\W_]+)*")


@cache
def english() -> dict[str, int]:
    """How often each English word was counted, without apostrophes."""
    counted = SpellChecker(language=ENGLISH).word_frequency.dictionary
    return {_folded(word): int(count) for word, count in counted.items()}


def _folded(word: str) -> str:
    """A word as `words` gives it."""
    return (word if word.isascii() else comparable(word)).replace("'", "")


@cache
def _english_total() -> int:
    return sum(english().values())


@cache
def _languages() -> dict[str, dict[str, float]]:
    """By language, its commonest words with the logarithm of their share among all words."""
    found: dict[str, dict[str, float]] = {}
    for line in files(__package__).joinpath("languages.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, word, millionths = line.split()
            found.setdefault(language, {})[word] = log(float(millionths) / 1e6)
    return found


def language_of(terms: Sequence[str]) -> str:
    """The language that a message's words are most likely from; English unless another one is clearly likelier."""
    telling = [term for term in terms if term.isalpha()]
    unheard = log(UNHEARD)
    odds = {language: sum(shares.get(term, unheard) for term in telling) for language, shares in _languages().items()}
    odds[ENGLISH] += sum(_rarer_english(term) - unheard for term in telling if term not in _languages()[ENGLISH])
    best = max(odds, key=lambda language: odds[language])
    is_foreign = any(term in _languages()[best] and term not in _languages()[ENGLISH] for term in telling)
    return best if is_foreign and odds[best] > odds[ENGLISH] + SURER else ENGLISH


def _rarer_english(term: str) -> float:
    """The logarithm of the share of an English word that is not among the commonest."""
    return log(max(english().get(term, 0) / _english_total(), UNHEARD))


class Speller:
    """Mends words against the phrasings' own words first, and common English after them."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.counts = Counter(terms)
        self._by_initial = _by_initial(self.counts)
        self.mend = lru_cache(maxsize=65_536)(self._mend)

    def knows(self, term: str) -> bool:
        """Whether a word stands in the phrasings or is real English."""
        return term in self.counts or english().get(term, 0) >= REAL_FROM

    def mended(self, text: str) -> str:
        """A text with its slips mended and its shorthand written out, for an encoder to read.

        A text in another language is left alone, and so is one most of whose words are unknown.
        """
        terms = words(text)
        known = sum(self.knows(term) or term in SHORTHAND for term in terms)
        if 2 * known <= len(terms) or all(self.mend(t) == t for t in terms) or language_of(terms) != ENGLISH:
            return text
        plain = normalize("NFC", text.translate(QUOTES))
        whole = "".join(character for character in plain if category(character) != "Cf")
        return _WORD.sub(self._mended_match, whole)

    def terms(self, text: str) -> list[str]:
        """The words of a text, mended as in `mended`; shorthand may become several."""
        terms = words(text)
        mended = [self.mend(term) for term in terms]
        if mended == terms or language_of(terms) != ENGLISH:
            return terms
        return [part for term in mended for part in term.split()]

    def _mended_match(self, found: re.Match[str]) -> str:
        (term, *rest) = words(found.group()) or [""]
        mended = self.mend(term)
        return found.group() if rest or mended == term or _is_name(found) else mended

    def _mend(self, term: str) -> str:
        """The word that was meant, or the word itself; shorthand in full may be several words."""
        if term in self.counts:
            return term
        if term in SHORTHAND:
            return SHORTHAND[term]
        if len(term) < MENDED_FROM or not term.isalpha() or english().get(term, 0) >= REAL_FROM:
            return term
        allowed = 2 if len(term) >= TWO_EDITS_FROM else 1
        return self._nearest(term, self._by_initial, allowed) or self._nearest(term, _common_by_initial(), 1) or term

    def _nearest(self, term: str, by_initial: dict[str, list[str]], allowed: int) -> str | None:
        found = process.extract(
            term,
            by_initial.get(term[0], []),
            scorer=OSA.distance,
            processor=None,
            score_cutoff=allowed,
            limit=8,
        )
        if not found:
            return None
        return min(found, key=lambda f: (f[1], -self.counts[f[0]], -english().get(f[0], 0), f[0]))[0]


@cache
def _common_by_initial() -> dict[str, list[str]]:
    return _by_initial(word for word, count in english().items() if count >= COMMON_FROM)


def _is_name(found: re.Match[str]) -> bool:
    """Whether a word is written like a name: with a capital and small letters, within a sentence."""
    before = found.string[: found.start()].rstrip()
    begins = not before or before[-1] in SENTENCE_MARKS or found.string[len(before) : found.start()].count("\n") > 0
    return found.group()[0].isupper() and found.group()[1:].islower() and not begins


def _by_initial(terms: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in sorted(terms):
        if term.isalpha():
            found.setdefault(term[0], []).append(term)
    return found
