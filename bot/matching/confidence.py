"""From evidence to a probability: one small model, learned from the knowledge itself.

Each key gets a utility, a weighted sum of its evidence; "none of them" gets one, too, from what speaks for the
background and from how good the best key is. The probability of each is its share of the exponentials: a conditional
logit with an outside option (McFadden 1974). The weights are those that make the knowledge's own phrasings and silence
list most probable, each judged by evidence that has not seen it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from bot.matching.evidence import Whole
from bot.matching.lexical import Floats

START = 0.5
"""The weight of each part of the evidence before anything is learned."""

DECAY = 1e-4
"""Weight of the penalty on moving away from the start; without it, a small FAQ would be learned by heart."""


@dataclass(frozen=True)
class Judge:
    """Learned weights. `centre` and `spread` put each part of the evidence on one scale, taken over the keys."""

    centre: Floats
    spread: Floats
    key_weights: Floats
    outside_weights: Floats

    def utilities(self, evidence: Floats) -> tuple[Floats, Floats]:
        """Utility of every key, shape (texts, keys), and of "none of them", shape (texts,)."""
        scaled = (evidence - self.centre) / self.spread
        return (
            np.asarray(scaled[:, :-1] @ self.key_weights, np.float32),
            np.asarray(_outside(scaled) @ self.outside_weights, np.float32),
        )


def _outside(scaled: Floats) -> Floats:
    """What the utility of "none of them" is made of: the background's evidence, the best of each part, and 1."""
    best = scaled[:, :-1].max(1)
    return np.concatenate([scaled[:, -1], best, np.ones((len(scaled), 1), np.float32)], axis=1)


def learn(evidence: Floats, owners: Whole, weights: Floats) -> Judge:
    """The judge that makes the true owners most probable.

    `evidence` has shape (texts, keys + 1, parts) and comes from models that have not seen the text; an owner equal to
    the number of keys means "none of them"; `weights` tells how much each text counts.
    """
    keys = evidence.shape[1] - 1
    parts = evidence.shape[2]
    centre = evidence[:, :keys].mean((0, 1))
    spread = np.maximum(evidence[:, :keys].std((0, 1)), 1e-6)
    scaled = ((evidence - centre) / spread).astype(np.float64)
    outside = _outside(scaled)
    share = (weights / max(float(weights.sum()), 1e-9)).astype(np.float64)
    rows = np.arange(len(owners))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utilities = np.concatenate(
            [scaled[:, :keys] @ parameters[:parts], (outside @ parameters[parts:])[:, None]], axis=1
        )
        utilities -= utilities.max(1, keepdims=True)
        chances = np.exp(utilities)
        chances /= chances.sum(1, keepdims=True)
        surprise = -(share * np.log(np.maximum(chances[rows, owners], 1e-300))).sum()
        residual = chances
        residual[rows, owners] -= 1
        residual *= share[:, None]
        slope = np.concatenate(
            [np.einsum("tk,tkp->p", residual[:, :keys], scaled[:, :keys]), outside.T @ residual[:, keys]]
        )
        away = parameters - start
        return float(surprise + DECAY * away @ away), slope + 2 * DECAY * away

    start = np.concatenate([np.full(parts, START), np.zeros(outside.shape[1])])
    # Evidence for a key never speaks against it: without this bound, a small FAQ is learned by heart, signs and all.
    bounds = [(0.0, None)] * parts + [(None, None)] * outside.shape[1]
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x.astype(np.float32)
    return Judge(centre.astype(np.float32), spread.astype(np.float32), found[:parts], found[parts:])


def probabilities(utilities: Floats, outside: float) -> tuple[Floats, float]:
    """The chance of each key and of "none of them", for one text."""
    everything = np.append(utilities, outside).astype(np.float64)
    everything = np.exp(everything - everything.max())
    everything /= everything.sum()
    return everything[:-1].astype(np.float32), float(everything[-1])
