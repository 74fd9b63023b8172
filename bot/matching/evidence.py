"""Evidence: how much an entry's phrasings, taken together, speak for a text.

One kind of likeness (shared words, or nearness of meaning) goes in as similarities to every known text; out come three
numbers for each key and for the background. Pooling over an entry's phrasings beats its nearest phrasing alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from bot.matching.lexical import Floats

Whole = NDArray[np.int64]

PARTS = 3
"""Numbers a key gets from each kind of likeness: ridge regression, mean of its best three, its centroid."""

BEST = 3

ABSENT = -1.0
"""The evidence for a key that has no phrasing at all."""


def ridge(gram: Floats, owners: Whole, columns: int, penalty: float) -> Floats:
    """Kernel ridge regression of "belongs to key k" on similarities: weights of shape (texts, columns)."""
    damped = gram + np.float32(penalty) * np.eye(len(gram), dtype=np.float32)
    factor = linalg.cho_factor(damped, lower=True, overwrite_a=True, check_finite=False)
    solved: Any = linalg.cho_solve(factor, _targets(owners, columns), check_finite=False)
    return np.asarray(solved, np.float32)


def ridge_of_vectors(vectors: Floats, owners: Whole, columns: int, penalty: float) -> Floats:
    """The same where similarities are products of short vectors: solved in few dimensions (Woodbury's identity)."""
    targets = _targets(owners, columns)
    small = vectors.T @ vectors + np.float32(penalty) * np.eye(vectors.shape[1], dtype=np.float32)
    inner = linalg.solve(small, vectors.T @ targets, assume_a="pos", check_finite=False)
    return np.asarray((targets - vectors @ inner) / np.float32(penalty), np.float32)


def _targets(owners: Whole, columns: int) -> Floats:
    targets = np.zeros((len(owners), columns), np.float32)
    targets[np.arange(len(owners)), owners] = 1
    return targets


class Evidence:
    """What similarities to known texts say for each key. `owners` has each text's key as a number."""

    def __init__(self, gram: Floats, weights: Floats, owners: Whole) -> None:
        self._weights = weights
        columns = weights.shape[1]
        groups = [np.flatnonzero(owners == key) for key in range(columns)]
        self._groups = groups
        self._present = np.array([len(group) > 0 for group in groups])
        # Keys have tens of phrasings, the background thousands of messages: one padded table for the keys only.
        self._table = _padded(groups[:-1], len(owners))
        membership = np.zeros((len(owners), columns), np.float32)
        for key, group in enumerate(groups):
            if len(group):
                length = float(np.sqrt(max(gram[np.ix_(group, group)].mean(), 1e-9)))
                membership[group, key] = 1 / (len(group) * length)
        self._centroids = membership

    def of(self, similarities: Floats) -> Floats:
        """Evidence of shape (texts, keys + 1, PARTS) from similarities of shape (texts, known texts)."""
        result = np.empty((len(similarities), len(self._groups), PARTS), np.float32)
        result[..., 0] = similarities @ self._weights
        result[..., 1] = self._best(similarities)
        result[..., 2] = similarities @ self._centroids
        result[:, ~self._present, 1:] = ABSENT
        return result

    def _best(self, similarities: Floats) -> Floats:
        padded = np.concatenate([similarities, np.full((len(similarities), 1), -np.inf, np.float32)], axis=1)
        best = np.full((len(similarities), len(self._groups)), ABSENT, np.float32)
        if self._table.size:
            best[:, :-1] = _mean_of_best(padded[:, self._table])
        if len(self._groups[-1]):
            best[:, -1] = _mean_of_best(similarities[:, self._groups[-1]])
        return best


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
