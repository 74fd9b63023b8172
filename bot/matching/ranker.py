"""Ranks keys for a text. It sees phrasings and keys, never an FAQ entry: anything with names can be found with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.matching.confidence import Judge, learn
from bot.matching.evidence import ABSENT, Evidence, Whole, ridge, ridge_of_vectors
from bot.matching.lexical import Floats, LexicalSpace

WORDS_PENALTY = 0.5
MEANING_PENALTY = 2.0
"""Damping of the two ridge regressions; flat optimum, measured between 0.3 and 5."""

FOLDS = 5
"""Parts the texts are dealt into for learning; each is judged by models that have not seen it."""

NOVEL_SHARE = 0.25
"""Without a background: weight of "none of them" among all that is learned from, by phrasings of left-out keys."""


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


@dataclass(frozen=True)
class Ranking:
    """What a ranker makes of one text: a utility for each key and for "none of them" (see `confidence`)."""

    keys: tuple[str, ...]
    utilities: Floats
    outside: float
    evidence: Mapping[str, Floats]
    """By kind of likeness: shape (keys + 1, PARTS), the last row for the background."""
    similarities: Mapping[str, Floats]
    """By kind of likeness: to each text of the corpus, shape (texts,)."""
    corpus: "Corpus"

    def nearest(self, number: int) -> str:
        """The phrasing of a key that comes nearest, all kinds of likeness taken together."""
        group = np.flatnonzero(self.corpus.owners == number)
        together = sum((near[group] for near in self.similarities.values()), np.zeros(len(group), np.float32))
        return self.corpus.texts[int(group[np.argmax(together)])]

    def parts(self, number: int) -> dict[str, tuple[float, ...]]:
        """The evidence for a key, by kind of likeness."""
        return {kind: tuple(float(part) for part in evidence[number]) for kind, evidence in self.evidence.items()}


@dataclass(frozen=True)
class _Kind:
    """One kind of likeness over the whole corpus."""

    gram: Floats
    vectors: Floats | None
    """Where there are vectors, their products are the gram and the ridge is solved in their dimensions."""

    def evidence(self, owners: Whole, columns: int, rows: Whole) -> Evidence:
        """Evidence from the chosen rows of the corpus only."""
        gram = self.gram[np.ix_(rows, rows)] if len(rows) < len(self.gram) else self.gram
        if self.vectors is None:
            weights = ridge(gram, owners[rows], columns, WORDS_PENALTY)
        else:
            weights = ridge_of_vectors(self.vectors[rows], owners[rows], columns, MEANING_PENALTY)
        return Evidence(gram, weights, owners[rows])


def _kept(kind: _Kind | None) -> _Kind:
    if kind is None:
        raise ValueError("a ranker that has forgotten cannot be learned from")
    return kind


class WordsRanker:
    """Ranks by words alone: ready within seconds, needs no encoder."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.columns = len(corpus.keys) + 1
        self.space = LexicalSpace(corpus.texts)
        matrix = self.space.matrix(corpus.texts)
        self._by_feature = matrix.T.tocsr()
        self._kind: _Kind | None = _Kind(np.asarray((matrix @ self._by_feature).todense(), np.float32), None)
        self._evidence = self._kind.evidence(corpus.owners, self.columns, np.arange(len(corpus.texts)))

    def kinds(self) -> dict[str, _Kind]:
        """What learning needs. Raises ValueError once it was forgotten."""
        return {"words": _kept(self._kind)}

    def forget(self) -> None:
        """Give back the memory that only learning needs: a number for every pair of texts."""
        self._kind = None

    def similarities(self, text: str) -> Floats:
        """Similarity to each text of the corpus, shape (1, texts)."""
        return np.asarray((self.space.matrix([text]) @ self._by_feature).todense(), np.float32)

    def evidence(self, similarities: Floats) -> Floats:
        return self._evidence.of(similarities)

    def rank(self, text: str, judge: Judge) -> Ranking:
        near = self.similarities(text)
        return _judged(self.corpus, {"words": near}, {"words": self.evidence(near)}, judge)


class MeaningRanker:
    """Ranks by words and meaning together."""

    def __init__(self, words: WordsRanker, vectors: Floats) -> None:
        self.words = words
        self.centre = vectors.mean(0)
        centred = self.centred(vectors)
        self._kind: _Kind | None = _Kind(centred @ centred.T, centred)
        self._vectors = centred
        corpus = words.corpus
        self._evidence = self._kind.evidence(corpus.owners, words.columns, np.arange(len(corpus.texts)))

    def kinds(self) -> dict[str, _Kind]:
        """What learning needs. Raises ValueError once it was forgotten."""
        return {**self.words.kinds(), "meaning": _kept(self._kind)}

    def forget(self) -> None:
        """Give back the memory that only learning needs: two numbers for every pair of texts."""
        self._kind = None
        self.words.forget()

    def centred(self, vectors: Floats) -> Floats:
        """Relative to the corpus's mean: encoders of this family crowd all texts into one corner of their space."""
        moved = vectors - self.centre
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)

    def rank(self, text: str, vector: Floats, judge: Judge) -> Ranking:
        by_words = self.words.similarities(text)
        by_meaning = self.centred(vector[None]) @ self._vectors.T
        evidence = {"words": self.words.evidence(by_words), "meaning": self._evidence.of(by_meaning)}
        return _judged(self.words.corpus, {"words": by_words, "meaning": by_meaning}, evidence, judge)


def _judged(corpus: Corpus, near: Mapping[str, Floats], evidence: Mapping[str, Floats], judge: Judge) -> Ranking:
    utilities, outside = judge.utilities(np.concatenate(list(evidence.values()), axis=2))
    return Ranking(
        keys=corpus.keys,
        utilities=utilities[0],
        outside=float(outside[0]),
        evidence={kind: part[0] for kind, part in evidence.items()},
        similarities={kind: row[0] for kind, row in near.items()},
        corpus=corpus,
    )


def learn_judge(ranker: WordsRanker | MeaningRanker, seed: int = 0) -> Judge:
    """Learn how far each part of the evidence is to be trusted, from the corpus itself.

    Texts are dealt into parts, and each part is judged by models made from the others. Where there is no background,
    phrasings of keys that were left out whole stand for messages that belong to none.
    """
    words = ranker.words if isinstance(ranker, MeaningRanker) else ranker
    owners, columns = words.corpus.owners, words.columns
    deal = np.random.default_rng(seed)
    rounds = [(part, part) for part in _dealt(deal.permutation(len(owners)))]
    seen = _left_out(ranker.kinds(), owners, columns, rounds)
    truth = owners[np.concatenate([judged for _, judged in rounds])]
    # A key whose only phrasings were left out could not be found: nothing is to be learned from that.
    findable = seen[np.arange(len(truth)), truth, 1] > ABSENT
    weights = findable.astype(np.float32)
    if len(words.corpus.background) == 0 and columns > 2:
        novel_rounds = [
            (rows := np.flatnonzero(np.isin(owners, part)), rows) for part in _dealt(deal.permutation(columns - 1))
        ]
        novel = _left_out(ranker.kinds(), owners, columns, novel_rounds)
        each = NOVEL_SHARE / (1 - NOVEL_SHARE) * len(truth) / len(novel)
        seen = np.concatenate([seen, novel])
        truth = np.concatenate([truth, np.full(len(novel), columns - 1)])
        weights = np.concatenate([weights, np.full(len(novel), each, np.float32)])
    return learn(seen, truth, weights)


def _dealt(shuffled: Whole) -> list[Whole]:
    return [part for part in np.array_split(shuffled, FOLDS) if len(part)]


def _left_out(kinds: Mapping[str, _Kind], owners: Whole, columns: int, rounds: Sequence[tuple[Whole, Whole]]) -> Floats:
    """Evidence for the judged rows of each round from a model without the left-out rows, in the order of the rounds."""
    found = []
    for left_out, rows in rounds:
        rest = np.setdiff1d(np.arange(len(owners)), left_out)
        parts = [kind.evidence(owners, columns, rest).of(kind.gram[np.ix_(rows, rest)]) for kind in kinds.values()]
        found.append(np.concatenate(parts, axis=2))
    return np.concatenate(found)
