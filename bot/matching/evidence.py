"""Evidence: how much an entry's phrasings, taken together, speak for a text.

One kind of likeness (shared words, or nearness of meaning) gives two numbers for each key and for the background: what
ridge regression of "belongs to this key" predicts, and how near the key's best three texts are. The first weighs every
feature by what it tells apart, common words included: "my", "anyone" and "fixed" part questions from remarks. The
second keeps a rare way to put things from being drowned by the common ones.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bot.matching.lexical import Floats, LexicalSpace

Whole = NDArray[np.int64]

Weights = Floats | sparse.csr_array
"""What a regression has learned, shape (features, columns)."""

PARTS = 2
"""Numbers a key gets from each kind of likeness: ridge regression, mean of its best three."""

RIDGE, NEAREST = range(PARTS)

BEST = 3

ABSENT = -1.0
"""The nearness of a key that has no text at all."""

WORDS_PENALTY = 0.5
MEANING_PENALTY = 2.0
"""Damping of the two ridge regressions; flat optimum, measured between 0.3 and 5."""

STEPS = 16
FIRST_STEPS = 6
"""Steps of conjugate gradients for words: with 16 as right as solved exactly, with 6 nearly, in a third of the time."""

DENSE_MOST = 30_000_000
"""Features times keys up to which the words' ridge regression is worked out: beyond, each key's centroid stands for it,
which is as good where keys are many (BANKING77, StackFAQ) and takes no more memory than the texts themselves."""

SAME_CLUSTER = 0.6
"""Cosine of words from which on two texts of one owner belong to one cluster, left out of learning together."""

AT_ONCE = 512
"""Texts that are compared with all others at once: bounds the memory while learning."""


class Likeness(Protocol):
    """One kind of likeness over all texts of a corpus."""

    @property
    def kind(self) -> str: ...

    def learned(self, owners: Whole, columns: int, rows: Whole | None = None) -> Weights:
        """A ridge regression of ownership on the rows (default: all), to be handed to `predicted`."""

    def predicted(self, learned: Weights, rows: Whole) -> Floats:
        """What a regression says of the corpus's own rows, shape (rows, columns)."""

    def nearness(self, rows: Whole) -> Floats:
        """How near the corpus's own rows are to each of its texts, shape (rows, texts)."""


class WordsLikeness:
    """By shared words, word pairs and letter groups."""

    kind = "words"

    def __init__(self, space: LexicalSpace, steps: int = STEPS) -> None:
        self.space = space
        self._steps = steps
        self._rare: tuple[sparse.csr_array, sparse.csr_array] | None = None

    def learned(self, owners: Whole, columns: int, rows: Whole | None = None) -> Weights:
        """Weights of shape (features, columns); sparse where they are centroids."""
        texts = self.space.matrix if rows is None else self.space.matrix[rows]
        targets = _targets(owners if rows is None else owners[rows], columns)
        if self.space.width * columns > DENSE_MOST:
            return _centroids(texts, sparse.csr_array(targets))
        by_feature = texts.T.tocsr()
        return np.asarray(by_feature @ _ridge(texts, by_feature, targets, WORDS_PENALTY, self._steps), np.float32)

    def predicted(self, learned: Weights, rows: Whole) -> Floats:
        found = self.space.matrix[rows] @ learned
        return np.asarray(found.todense() if isinstance(found, sparse.csr_array) else found, np.float32)

    def nearness(self, rows: Whole) -> Floats:
        if self._rare is None:
            rare = self.space.rare()
            self._rare = rare, rare.T.tocsr()
        texts, by_feature = self._rare
        return np.asarray((texts[rows] @ by_feature).todense(), np.float32)

    def forget(self) -> None:
        """Give back what only learning needs."""
        self._rare = None


class MeaningLikeness:
    """By an encoder's vectors, one of shape (dimensions,) for each text; each relative to the mean of all texts.

    Encoders crowd all texts into one corner of their space; what tells them apart is where they lie in it.
    """

    def __init__(self, kind: str, vectors: Floats) -> None:
        self.kind = kind
        self._centre = vectors.mean(0)
        self.vectors = self.placed(vectors)

    def placed(self, vectors: Floats) -> Floats:
        moved = vectors - self._centre
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9), np.float32)

    def learned(self, owners: Whole, columns: int, rows: Whole | None = None) -> Floats:
        """Weights of shape (dimensions, columns)."""
        texts = self.vectors if rows is None else self.vectors[rows]
        targets = _targets(owners if rows is None else owners[rows], columns)
        damped = texts.T @ texts + np.float32(MEANING_PENALTY) * np.eye(texts.shape[1], dtype=np.float32)
        return np.asarray(np.linalg.solve(damped, texts.T @ targets), np.float32)

    def predicted(self, learned: Weights, rows: Whole) -> Floats:
        return np.asarray(self.vectors[rows] @ learned, np.float32)

    def nearness(self, rows: Whole) -> Floats:
        return np.asarray(self.vectors[rows] @ self.vectors.T, np.float32)


class Groups:
    """Which texts belong to which key, for the means of the best three. The last column is the background's."""

    def __init__(self, owners: Whole, columns: int) -> None:
        groups = [np.flatnonzero(owners == key) for key in range(columns)]
        self._absent = np.array([len(group) == 0 for group in groups])
        # Keys have tens of phrasings, the background thousands of messages: one padded table for the keys only.
        self._table = _padded(groups[:-1], len(owners))
        self._background = groups[-1]

    def best(self, near: Floats) -> Floats:
        """Mean nearness of each key's best three, shape (texts, columns), from nearness of shape (texts, owners)."""
        padded = np.concatenate([near, np.full((len(near), 1), -np.inf, np.float32)], axis=1)
        best = np.full((len(near), len(self._absent)), ABSENT, np.float32)
        if self._table.size:
            best[:, :-1] = _mean_of_best(padded[:, self._table])
        if len(self._background):
            best[:, -1] = _mean_of_best(near[:, self._background])
        best[:, self._absent] = ABSENT
        return best


def evidence_of(prediction: Floats, best: Floats) -> Floats:
    """Both parts together: shape (texts, columns, PARTS)."""
    return np.stack([prediction, best], axis=2)


def left_out(
    likeness: Likeness, owners: Whole, columns: int, parts: Sequence[Whole], judged: Whole | None = None
) -> Floats:
    """Evidence for the judged rows (default: all) that some part holds, from regressions and texts without that part.

    Shape (judged, columns, PARTS); 0 for rows that no part holds.
    """
    wanted = np.arange(len(owners)) if judged is None else judged
    place = np.full(len(owners), -1)
    place[wanted] = np.arange(len(wanted))
    found = np.zeros((len(wanted), columns, PARTS), np.float32)
    for part in parts:
        rest = np.setdiff1d(np.arange(len(owners)), part)
        learned = likeness.learned(owners, columns, rest)
        groups = Groups(owners[rest], columns)
        for rows in _slices(part[place[part] >= 0]):
            best = groups.best(likeness.nearness(rows)[:, rest])
            found[place[rows]] = evidence_of(likeness.predicted(learned, rows), best)
    return found


def clusters(space: LexicalSpace, owners: Whole) -> Whole:
    """A number for each text; texts of one owner that say nearly the same share theirs."""
    numbers = np.zeros(len(owners), np.int64)
    following = 0
    for owner in np.unique(owners):
        rows = np.flatnonzero(owners == owner)
        mine = space.matrix[rows]
        other = mine.T.tocsr()
        alike = sparse.vstack([(mine[part] @ other) >= SAME_CLUSTER for part in _slices(np.arange(len(rows)))])
        count, found = connected_components(alike, directed=False)
        numbers[rows] = found + following
        following += count
    return numbers


def _slices(rows: Whole) -> Iterator[Whole]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _targets(owners: Whole, columns: int) -> Floats:
    targets = np.zeros((len(owners), columns), np.float32)
    targets[np.arange(len(owners)), owners] = 1
    return targets


def _ridge(
    texts: sparse.csr_array, by_feature: sparse.csr_array, targets: Floats, penalty: float, steps: int
) -> Floats:
    """Kernel ridge regression by conjugate gradients (Hestenes and Stiefel 1952), all columns side by side.

    The kernel is never written out: it would have a number for every pair of texts.
    """
    found = np.zeros_like(targets)
    residual = targets.copy()
    direction = targets.copy()
    length = np.square(residual).sum(0)
    for _ in range(steps):
        moved = texts @ (by_feature @ direction) + np.float32(penalty) * direction
        step = length / np.maximum((direction * moved).sum(0), 1e-12)
        found += step * direction
        residual -= step * moved
        following = np.square(residual).sum(0)
        direction = residual + following / np.maximum(length, 1e-12) * direction
        length = following
    return found


def _centroids(texts: sparse.csr_array, targets: sparse.csr_array) -> sparse.csr_array:
    """Each key's mean text, scaled to length 1: shape (features, columns)."""
    sums = sparse.csc_array(texts.T @ targets)
    lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(0)).ravel())
    return sparse.csr_array(sums @ sparse.diags_array(1 / np.maximum(lengths, 1e-9)).astype(np.float32))


def _padded(groups: Sequence[Whole], filler: int) -> Whole:
    widest = max((len(group) for group in groups), default=0)
    table = np.full((len(groups), max(widest, 1)), filler, np.int64)
    for row, group in enumerate(groups):
        table[row, : len(group)] = group
    return table


def _mean_of_best(values: Floats) -> Floats:
    """Mean of the greatest three along the last axis; of fewer where there are fewer."""
    count = min(BEST, values.shape[-1])
    best = -np.partition(-values, count - 1, axis=-1)[..., :count]
    known = np.isfinite(best)
    total = np.where(known, best, 0).sum(-1)
    return np.asarray(np.where(known.any(-1), total / np.maximum(known.sum(-1), 1), ABSENT), np.float32)
