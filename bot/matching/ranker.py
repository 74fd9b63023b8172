"""Ranks keys for a text. It sees phrasings and keys, never an FAQ entry: anything with names can be found with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from bot.matching.confidence import Judge, Verdict
from bot.matching.evidence import (
    FIRST_STEPS,
    STEPS,
    Groups,
    Likeness,
    MeaningLikeness,
    Weights,
    Whole,
    WordsLikeness,
    evidence_of,
)
from bot.matching.lexical import Floats, LexicalSpace

WORDS = WordsLikeness.kind


@dataclass(frozen=True)
class Corpus:
    """Phrasings with the keys they belong to, and background messages that belong to none."""

    phrasings: Sequence[tuple[str, str]]
    background: Sequence[str] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key, _ in self.phrasings))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return (*(text for _, text in self.phrasings), *self.background)

    @cached_property
    def owners(self) -> Whole:
        """The number of each text's key; the background has the number after the last key."""
        numbers = {key: number for number, key in enumerate(self.keys)}
        owned = [numbers[key] for key, _ in self.phrasings]
        return np.array(owned + [len(self.keys)] * len(self.background), np.int64)

    @cached_property
    def rows(self) -> tuple[Whole, ...]:
        """The rows of each key's phrasings."""
        return tuple(np.flatnonzero(self.owners == number) for number in range(len(self.keys)))

    @property
    def columns(self) -> int:
        """Keys and the background."""
        return len(self.keys) + 1


@dataclass(frozen=True)
class Look:
    """What one kind of likeness has to say about one text."""

    evidence: Floats
    """Shape (keys + 1, PARTS), the last row for the background."""
    near: Floats
    """How near each text of the corpus is, shape (texts,)."""


@dataclass(frozen=True)
class Ranking:
    """What a ranker makes of one text, from the kinds of likeness that were asked so far."""

    corpus: Corpus
    looks: Mapping[str, Look]
    verdict: Verdict

    def nearest(self, number: int) -> str:
        """The phrasing of a key that comes nearest, all kinds of likeness taken together."""
        group = self.corpus.rows[number]
        together = sum((look.near[group] for look in self.looks.values()), np.zeros(len(group), np.float32))
        return self.corpus.texts[int(group[np.argmax(together)])]

    def parts(self, number: int) -> dict[str, tuple[float, ...]]:
        """The evidence for a key, by kind of likeness."""
        return {kind: tuple(float(part) for part in look.evidence[number]) for kind, look in self.looks.items()}


class Ranker:
    """By words at once; by meaning as well for every encoder that was added. Any number of threads may look."""

    def __init__(self, corpus: Corpus, words_weights: Weights | None = None) -> None:
        """`words_weights` are those of `words_weights` from an earlier time, for the very same corpus."""
        self.corpus = corpus
        self.space = LexicalSpace(corpus.texts)
        self._groups = Groups(corpus.owners, corpus.columns)
        self._likenesses: dict[str, Likeness] = {
            WORDS: WordsLikeness(self.space, FIRST_STEPS if words_weights is None else STEPS)
        }
        if words_weights is None:
            words_weights = self._likenesses[WORDS].learned(corpus.owners, corpus.columns)
        self._weights: dict[str, Weights] = {WORDS: words_weights}

    @property
    def likenesses(self) -> Mapping[str, Likeness]:
        return self._likenesses

    @property
    def words_weights(self) -> Weights:
        return self._weights[WORDS]

    def refine_words(self) -> None:
        """Learn the words' weights as well as they can be; the first ones were made in a hurry."""
        refined = WordsLikeness(self.space, STEPS)
        learned = refined.learned(self.corpus.owners, self.corpus.columns)
        # In half precision, as they are kept: the first start gives the very answers of all later ones.
        self._weights[WORDS] = _halved(learned)
        self._likenesses[WORDS] = refined

    def add_meaning(self, kind: str, vectors: Floats) -> None:
        """Take an encoder's vectors of the corpus's texts into account."""
        likeness = MeaningLikeness(kind, vectors)
        self._weights[kind] = likeness.learned(self.corpus.owners, self.corpus.columns)
        self._likenesses[kind] = likeness

    def forget(self) -> None:
        """Give back the memory that only learning needs."""
        words = self._likenesses[WORDS]
        if isinstance(words, WordsLikeness):
            words.forget()

    def by_words(self, text: str) -> Look:
        row = self.space.row(text)
        near = self.space.near(row)
        learned = self._weights[WORDS]
        predicted = row.weights @ learned[row.columns]
        return self._look(np.asarray(predicted, np.float32), near)

    def by_meaning(self, kind: str, vector: Floats) -> Look:
        likeness = self._likenesses[kind]
        if not isinstance(likeness, MeaningLikeness):
            raise TypeError(f"{kind} is not an encoder's")
        placed = likeness.placed(vector)
        return self._look(placed @ self._weights[kind], likeness.vectors @ placed)

    def _look(self, predicted: Floats, near: Floats) -> Look:
        return Look(evidence_of(predicted[None], self._groups.best(near[None]))[0], near)

    def rank(self, looks: Mapping[str, Look], judge: Judge, barred: Whole) -> Ranking:
        """Weigh what was seen; `barred` keys do not stand for election."""
        verdict = judge.verdict({kind: look.evidence for kind, look in looks.items()}, barred)
        return Ranking(self.corpus, looks, verdict)


def _halved(weights: Weights) -> Weights:
    """Weights as half precision has them."""
    if isinstance(weights, sparse.csr_array):
        parts = (weights.data.astype(np.float16).astype(np.float32), weights.indices, weights.indptr)
        return sparse.csr_array(parts, shape=weights.shape)
    return weights.astype(np.float16).astype(np.float32)
