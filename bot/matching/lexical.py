"""Words and letters: texts as sparse vectors, and how near a text is to each of many phrasings.

The recipe was chosen by measuring (see README, "How good is it?"): stemmed words and word pairs beside letter groups
inside words, TF-IDF weighted; whatever the phrasings have never seen still counts in the length of the question, so
that a message full of foreign words comes near nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from scipy import sparse

from bot.text import bare, words

Floats = NDArray[np.float32]

GRAM_SIZES = (2, 3, 4)
"""Letters in a letter group."""

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def word_features(terms: Sequence[str]) -> Counter[str]:
    """Stems and pairs of neighbouring stems; a pair is written as one, so that "ear buds" meets "earbuds"."""
    stems = [stem(term) for term in terms]
    return Counter(stems + [a + b for a, b in pairwise(stems)])


@lru_cache(maxsize=65_536)
def letter_groups(term: str) -> tuple[str, ...]:
    """Groups of two to four letters of one word, its edges marked."""
    edged = f"<{term}>"
    return tuple(edged[i : i + n] for n in GRAM_SIZES for i in range(len(edged) - n + 1))


def letter_features(terms: Sequence[str]) -> Counter[str]:
    return Counter(group for term in terms for group in letter_groups(term))


def alike(a: str, b: str) -> float:
    """How alike two phrasings are, 0-100, whatever the order of their words."""
    return fuzz.token_sort_ratio(bare(a), bare(b))


def alike_pairs(texts: Sequence[str], likeness: float) -> list[tuple[int, int]]:
    """Positions (earlier, later) of texts at least so alike as `alike` says."""
    plain = [bare(text) for text in texts]
    scores = process.cdist(plain, plain, scorer=fuzz.token_sort_ratio, score_cutoff=likeness)
    return [(int(a), int(b)) for a, b in np.argwhere(scores >= likeness) if a < b]


class Lookalikes:
    """Texts to compare others with as `alike` does, all at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._plain = [bare(text) for text in texts]

    def of(self, text: str, likeness: float) -> list[int]:
        """Positions of the texts that are at least so alike."""
        found = process.extract_iter(
            bare(text), self._plain, scorer=fuzz.token_sort_ratio, processor=None, score_cutoff=likeness
        )
        return [position for _, _, position in found]


class Vocabulary:
    """The words that the phrasings use, to mend typing errors against."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.known = frozenset(terms)
        self._by_initial: dict[str, list[str]] = {}
        for term in sorted(self.known):
            if term.isalpha():
                self._by_initial.setdefault(term[0], []).append(term)

    def mend(self, term: str) -> str:
        """The known word that a mistyped one stands for, or the word itself: one edit from 4 letters on, two from 8."""
        if len(term) < 4 or term in self.known or not term.isalpha():
            return term
        allowed = 2 if len(term) >= 8 else 1
        found = process.extractOne(
            term, self._by_initial.get(term[0], []), scorer=OSA.distance, score_cutoff=allowed, processor=None
        )
        return str(found[0]) if found else term


@dataclass(frozen=True, slots=True)
class SparseRow:
    """One text: positions of its known features and their weights; its full length is 1, unknown features included."""

    columns: NDArray[np.int32]
    weights: Floats


class _Block:
    """One kind of feature with its TF-IDF weights."""

    def __init__(self, bags: Sequence[Counter[str]], offset: int) -> None:
        counts = Counter(feature for bag in bags for feature in bag)
        self.offset = offset
        self.index = {feature: offset + number for number, feature in enumerate(counts)}
        total = len(bags)
        self.rarity = {feature: log((1 + total) / (1 + n)) + 1 for feature, n in counts.items()}
        self.unseen = log(1 + total) + 1

    def row(self, bag: Counter[str]) -> tuple[list[int], list[float]]:
        """Columns and weights of a text's known features, scaled so that all of its features have length 1."""
        weighted = {f: (1 + log(n)) * self.rarity.get(f, self.unseen) for f, n in bag.items()}
        norm = sum(w * w for w in weighted.values()) ** 0.5 or 1.0
        known = [(self.index[f], w / norm) for f, w in weighted.items() if f in self.index]
        return [c for c, _ in known], [w for _, w in known]


class LexicalSpace:
    """A vector space made from phrasings; every text has a place in it.

    The two blocks have equal say: the product of two rows is the mean of their word and their letter cosine.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        terms = [words(text) for text in texts]
        self.vocabulary = Vocabulary(term for row in terms for term in row)
        self._words = _Block([word_features(row) for row in terms], 0)
        self._letters = _Block([letter_features(row) for row in terms], len(self._words.index))
        self.width = len(self._words.index) + len(self._letters.index)

    def row(self, text: str) -> SparseRow:
        terms = [self.vocabulary.mend(term) for term in words(text)]
        columns: list[int] = []
        weights: list[float] = []
        for block, bag in ((self._words, word_features(terms)), (self._letters, letter_features(terms))):
            block_columns, block_weights = block.row(bag)
            columns += block_columns
            weights += block_weights
        half = np.float32(0.5**0.5)
        return SparseRow(np.array(columns, np.int32), np.array(weights, np.float32) * half)

    def matrix(self, texts: Sequence[str]) -> sparse.csr_array:
        """One row a text, shape (texts, width)."""
        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0] + [len(row.columns) for row in rows])
        columns = np.concatenate([row.columns for row in rows]) if rows else np.zeros(0, np.int32)
        weights = np.concatenate([row.weights for row in rows]) if rows else np.zeros(0, np.float32)
        return sparse.csr_array((weights, columns, ends), shape=(len(rows), self.width))
