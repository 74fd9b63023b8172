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
from scipy import sparse

from bot.matching.spelling import Speller
from bot.text import bare, words

Floats = NDArray[np.float32]

GRAM_SIZES = (2, 3, 4)
"""Letters in a letter group."""

RARE_MOST = 600
"""Texts that a feature may stand in and still tell one phrasing from another. More common ones tell kinds of messages
apart (see `evidence`), but would make looking for the nearest phrasing as slow as there are phrasings."""

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def letter_groups(term: str) -> list[str]:
    """Groups of two to four letters of one word, its edges marked."""
    edged = f"<{term}>"
    return [edged[i : i + n] for n in GRAM_SIZES for i in range(len(edged) - n + 1)]


def alike(a: str, b: str) -> float:
    """How alike two phrasings are, 0-100, whatever the order of their words."""
    return fuzz.token_sort_ratio(bare(a), bare(b))


def alike_pairs(texts: Sequence[str], likeness: float) -> list[tuple[int, int]]:
    """Positions (earlier, later) of texts at least so alike as `alike` says."""
    plain = [bare(text) for text in texts]
    scores = process.cdist(plain, plain, scorer=fuzz.token_sort_ratio, score_cutoff=likeness)
    return [(int(a), int(b)) for a, b in np.argwhere(scores >= likeness) if a < b]


def in_order(terms: Iterable[str]) -> str:
    """Words in alphabetical order: their plain ratio is then the token sort ratio."""
    return " ".join(sorted(terms))


class Lookalikes:
    """Texts to compare others with as `alike` does, all at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sorted = [in_order(words(text)) for text in texts]

    @classmethod
    def of_terms(cls, texts: Iterable[Iterable[str]]) -> "Lookalikes":
        """The same from texts that are words already."""
        made = cls(())
        made._sorted = [in_order(terms) for terms in texts]
        return made

    def of(self, text: str, likeness: float) -> list[int]:
        """Positions of the texts that are at least so alike."""
        return self.of_words(words(text), likeness)

    def of_words(self, terms: Iterable[str], likeness: float) -> list[int]:
        """The same for a text that is words already."""
        if not self._sorted:
            return []
        scores = process.cdist([in_order(terms)], self._sorted, scorer=fuzz.ratio, score_cutoff=likeness)[0]
        return [int(position) for position in np.flatnonzero(scores >= likeness)]


@dataclass(frozen=True, slots=True)
class SparseRow:
    """One text: positions of its known features and their weights; its full length is 1, unknown features included."""

    columns: NDArray[np.int32]
    weights: Floats


class _Block:
    """One kind of feature, numbered from `offset` on, with how rare each of them is."""

    def __init__(self, counts: sparse.csr_array, offset: int) -> None:
        total = counts.shape[0]
        self.offset = offset
        self.width = counts.shape[1]
        found = np.bincount(counts.indices, minlength=self.width)
        self.rarity = (np.log((1 + total) / (1 + found)) + 1).astype(np.float32)
        self.unseen = log(1 + total) + 1

    def matrix(self, counts: sparse.csr_array) -> sparse.csr_array:
        """TF-IDF rows of length 1 for the very texts that the block was made from."""
        weighted = counts.astype(np.float32)
        weighted.data = (1 + np.log(weighted.data)) * self.rarity[weighted.indices]
        squares = np.add.reduceat(np.append(weighted.data**2, 0), weighted.indptr[:-1])
        squares[np.diff(weighted.indptr) == 0] = 1
        weighted.data /= np.repeat(np.sqrt(squares), np.diff(weighted.indptr)).astype(np.float32)
        return weighted

    def row(self, known: NDArray[np.int64], unknown: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Columns and weights of a text's known features, scaled so that all of its features have length 1."""
        columns, counts = np.unique(known, return_counts=True)
        weights = (1 + np.log(counts)) * self.rarity[columns]
        squares = float(weights @ weights)
        if unknown:
            squares += self.unseen**2 * sum((1 + log(n)) ** 2 for n in Counter(unknown).values())
        return columns + self.offset, np.asarray(weights / (squares**0.5 or 1.0), np.float32)


class LexicalSpace:
    """A vector space made from texts; every text has a place in it.

    The two blocks have equal say: the product of two rows is the mean of their word and their letter cosine.
    `matrix` has one row of shape (width,) for each text.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        terms = [words(text) for text in texts]
        self.speller = Speller(term for row in terms for term in row)
        self._words_index: dict[str, int] = {}
        self._letters_index: dict[str, int] = {}
        self._letters_of: dict[str, NDArray[np.int64]] = {}
        word_counts = _counted([self._word_features(row) for row in terms])
        letter_counts = self._letter_counts(terms)
        self._words = _Block(word_counts, 0)
        self._letters = _Block(letter_counts, self._words.width)
        self.width = self._words.width + self._letters.width
        half = np.float32(0.5**0.5)
        blocks = [self._words.matrix(word_counts) * half, self._letters.matrix(letter_counts) * half]
        self.matrix: sparse.csr_array = sparse.hstack(blocks, format="csr", dtype=np.float32)
        self._rare = self._rare_features()

    def row(self, text: str) -> SparseRow:
        """The place of any text."""
        terms = self.speller.terms(text)
        stems = [stem(term) for term in terms]
        named = stems + [a + b for a, b in pairwise(stems)]
        known = [self._words_index[name] for name in named if name in self._words_index]
        unknown = [name for name in named if name not in self._words_index] if len(known) < len(named) else []
        word_columns, word_weights = self._words.row(np.array(known, np.int64), unknown)
        seen = [self._letters_of[term] for term in terms if term in self._letters_of]
        unseen: list[str] = []
        for term in terms:
            if term not in self._letters_of:
                groups = letter_groups(term)
                seen.append(np.array([self._letters_index[g] for g in groups if g in self._letters_index], np.int64))
                unseen += [g for g in groups if g not in self._letters_index]
        letters = np.concatenate(seen) if seen else np.zeros(0, np.int64)
        letter_columns, letter_weights = self._letters.row(letters, unseen)
        half = np.float32(0.5**0.5)
        return SparseRow(
            np.concatenate([word_columns, letter_columns]).astype(np.int32),
            np.concatenate([word_weights, letter_weights]) * half,
        )

    def near(self, row: SparseRow) -> Floats:
        """How near each of the space's texts is, by the features that are rare enough to tell, shape (texts,)."""
        starts, ends, texts, weights = self._rare
        lengths = ends[row.columns] - starts[row.columns]
        total = int(lengths.sum())
        if not total:
            return np.zeros(self.matrix.shape[0], np.float32)
        # All postings of the row's features in one go: where each feature's own begin, less what came before them.
        steps = np.repeat(starts[row.columns] - np.cumsum(lengths) + lengths, lengths)
        places = steps + np.arange(total)
        each = weights[places] * np.repeat(row.weights, lengths)
        return np.bincount(texts[places], each, self.matrix.shape[0]).astype(np.float32)

    def rare(self) -> sparse.csr_array:
        """The matrix without the features that too many texts have."""
        counts = np.bincount(self.matrix.indices, minlength=self.width)
        kept = self.matrix.copy()
        kept.data = np.where(counts[kept.indices] <= RARE_MOST, kept.data, 0).astype(np.float32)
        kept.eliminate_zeros()
        return kept

    def _rare_features(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], Floats]:
        by_feature = self.rare().T.tocsr()
        pointers = by_feature.indptr.astype(np.int64)
        return pointers[:-1], pointers[1:], by_feature.indices.astype(np.int32), by_feature.data

    def _word_features(self, terms: Sequence[str]) -> list[int]:
        """Stems and pairs of neighbouring stems; a pair is written as one, so that "ear buds" meets "earbuds"."""
        stems = [stem(term) for term in terms]
        index = self._words_index
        return [index.setdefault(name, len(index)) for name in stems + [a + b for a, b in pairwise(stems)]]

    def _letter_counts(self, terms: Sequence[Sequence[str]]) -> sparse.csr_array:
        """Letter groups of each text, by way of the distinct words: each word is taken apart once."""
        vocabulary = {term: number for number, term in enumerate(self.speller.counts)}
        index = self._letters_index
        rows = []
        for term in vocabulary:
            groups = [index.setdefault(group, len(index)) for group in letter_groups(term)]
            self._letters_of[term] = np.array(groups, np.int64)
            rows.append(groups)
        by_text = _counted([[vocabulary[term] for term in row] for row in terms], len(vocabulary))
        return sparse.csr_array(by_text @ _counted(rows, len(index)))


def _counted(rows: Sequence[Sequence[int]], width: int | None = None) -> sparse.csr_array:
    """How often each feature stands in each row, shape (rows, width)."""
    ends = np.cumsum([0] + [len(row) for row in rows])
    columns = np.fromiter((c for row in rows for c in row), np.int32, int(ends[-1]))
    if width is None:
        width = int(columns.max()) + 1 if len(columns) else 0
    counts = sparse.csr_array((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))
    counts.sum_duplicates()
    return counts
