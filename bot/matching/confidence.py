"""From evidence to probabilities: a few small models, learned from the knowledge itself.

Which key: each gets a utility, a weighted sum of its evidence, and its share of the exponentials (a conditional logit,
McFadden 1974). How sure: three logistic regressions say how likely the best key is the right one given that the
message is for the FAQ at all (`right`), how likely it is for the FAQ (`meant`), and both at once (`sure`). All weights
are those that make the knowledge's own phrasings most probable, each judged by evidence that has seen neither it nor
its cluster. Messages that are not for the FAQ are the silence list; without one, phrasings of entries left out whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from bot.matching.evidence import ABSENT, PARTS, Whole
from bot.matching.lexical import Floats

START = 0.5
"""The weight of each part of the evidence before anything is learned."""

DECAY = 1e-2
"""Penalty on moving a key's weights away from the start; without it, a small FAQ would be learned by heart."""

CHANCE_DECAY = 1e-3
"""The same for the three chances."""

LEARNED_LEAST = 5
"""Phrasings that could be found without themselves, from which on something is learned from them."""

OUTSIDE_SHARE = 0.3
"""Weight of messages that are not for the FAQ among all that is learned from, however long the silence list is: a list
that grows must teach what to let pass, not to be shy."""

NEVER = -10.0
"""Log odds of what is out of the question."""

Doubles = NDArray[np.float64]


def chance_of(log_odds: float) -> float:
    """The probability that log odds mean."""
    return float(_expit(np.float64(log_odds)))


def _expit(log_odds: Doubles | np.float64) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))), np.float64)


@dataclass(frozen=True)
class Chance:
    """A logistic regression: log odds of something from a few numbers of shape (texts, inputs)."""

    centre: Floats
    spread: Floats
    weights: Floats
    bias: float

    def log_odds(self, inputs: Floats) -> Floats:
        return np.asarray((inputs - self.centre) / self.spread @ self.weights + self.bias, np.float32)


@dataclass(frozen=True)
class Verdict:
    """What the evidence amounts to for one text."""

    shares: Floats
    """The chance of each key, given that the message is for the FAQ; they sum to 1 or less."""
    meant: float
    """Log odds that the message is for the FAQ, as often as among the texts the weights were learned from."""
    sure: float
    """The chance that the message is for the FAQ and the best key right, where nobody asked the bot."""


@dataclass(frozen=True)
class Judge:
    """Learned weights for some kinds of evidence together.

    `centre` and `spread` put each part of the evidence on one scale, taken over the keys: shape (kinds * PARTS,).
    """

    kinds: tuple[str, ...]
    centre: Floats
    spread: Floats
    key_weights: Floats
    right: Chance
    meant: Chance
    sure: Chance

    def verdict(self, evidence: Mapping[str, Floats], barred: Whole) -> Verdict:
        """The verdict on one text. `evidence` has shape (keys + 1, PARTS) for each kind; `barred` keys are out."""
        together = np.concatenate([evidence[kind] for kind in self.kinds], axis=1)[None]
        shares = np.zeros(together.shape[1] - 1, np.float32)
        open_keys = np.setdiff1d(np.arange(len(shares)), barred)
        if not len(open_keys):
            return Verdict(shares, meant=NEVER, sure=0.0)
        together = together[:, np.append(open_keys, -1)]
        utilities = _utilities(together, self.centre, self.spread, self.key_weights)
        right = chance_of(float(self.right.log_odds(_margins(utilities))[0]))
        shares[open_keys] = _shares(utilities[0], right)
        with_background = len(self.meant.weights) > len(self.kinds)
        spoken = _spoken_for(together, utilities, len(self.kinds), background=with_background)
        meant, sure = (float(chance.log_odds(spoken)[0]) for chance in (self.meant, self.sure))
        return Verdict(shares, meant, chance_of(sure))


def _utilities(evidence: Floats, centre: Floats, spread: Floats, weights: Floats) -> Floats:
    return np.asarray((evidence[:, :-1] - centre) / spread @ weights, np.float32)


def _margins(utilities: Floats) -> Floats:
    """What tells how clear a choice is: the lead over the second, over all, and the best utility itself."""
    ordered = np.sort(utilities, axis=1)
    best = ordered[:, -1]
    second = ordered[:, -2] if ordered.shape[1] > 1 else best - 20
    crowd = np.log(np.exp(utilities - best[:, None]).sum(1))
    return np.stack([best - second, -crowd, best], axis=1)


def _spoken_for(evidence: Floats, utilities: Floats, kinds: int, *, background: bool) -> Floats:
    """What tells whether a message is for the FAQ: the best key's evidence by kind, then the background's parts."""
    best = evidence[np.arange(len(evidence)), utilities.argmax(1)]
    for_it = best.reshape(len(evidence), kinds, PARTS).mean(2)
    return np.concatenate([for_it, evidence[:, -1]], axis=1) if background else for_it


def _shares(utilities: Floats, right: float) -> Floats:
    """The best key's chance is what `right` says; the others share the rest by their exponentials.

    Where that would put them before the best, several fit alike, and the exponentials alone say who gets how much.
    """
    weights = np.exp(utilities - utilities.max()).astype(np.float64)
    best = int(weights.argmax())
    others = weights.copy()
    others[best] = 0
    others *= (1 - right) / max(others.sum(), 1e-300)
    if others.max() >= right:
        return np.asarray(weights / weights.sum(), np.float32)
    others[best] = right
    return np.asarray(others, np.float32)


def learn(
    kinds: tuple[str, ...], evidence: Mapping[str, Floats], owners: Whole, novel: Mapping[str, Floats] | None
) -> Judge:
    """The judge that makes the true owners most probable.

    `evidence` has shape (texts, keys + 1, PARTS) for each kind, from models that have not seen the text; an owner equal
    to the number of keys means "none of them". `novel` has the same for phrasings whose keys were left out whole; it
    stands for messages that are not for the FAQ where there are none.
    """
    everything = np.concatenate([evidence[kind] for kind in kinds], axis=2)
    keys = everything.shape[1] - 1
    rows = np.arange(len(owners))
    # A key whose only phrasings were left out could not be found: nothing is to be learned from that.
    asked = np.flatnonzero((owners < keys) & (everything[rows, owners, 1] > ABSENT))
    background = everything[owners == keys]
    with_background = len(background) > 0
    if len(asked) < LEARNED_LEAST:
        return rough(kinds, background=with_background)
    questions = everything[asked]
    centre = questions[:, :keys].mean((0, 1))
    spread = np.maximum(questions[:, :keys].std((0, 1)), 1e-6)
    weights = _key_weights((questions[:, :keys] - centre) / spread, owners[asked])
    utilities = _utilities(questions, centre, spread, weights)
    hits = (utilities.argmax(1) == owners[asked]).astype(np.float64)
    right = _chance(_margins(utilities), hits, np.ones(len(hits)), bounded=3)
    others = background
    if not len(background) and novel is not None:
        others = np.concatenate([novel[kind] for kind in kinds], axis=2)
    if not len(others):
        unlearned = rough(kinds, background=False)
        return Judge(kinds, centre, spread, weights, right, unlearned.meant, unlearned.sure)
    seen = np.concatenate([questions, others])
    inputs = _spoken_for(seen, _utilities(seen, centre, spread, weights), len(kinds), background=with_background)
    each = OUTSIDE_SHARE / (1 - OUTSIDE_SHARE) * len(asked) / len(others)
    share = np.concatenate([np.ones(len(asked)), np.full(len(others), each)])
    none = np.zeros(len(others))
    return Judge(
        kinds,
        centre,
        spread,
        weights,
        right,
        meant=_chance(inputs, np.concatenate([np.ones(len(asked)), none]), share, bounded=len(kinds)),
        sure=_chance(inputs, np.concatenate([hits, none]), share, bounded=len(kinds)),
    )


def _key_weights(scaled: Floats, owners: Whole) -> Floats:
    """The weights under which the owners have the greatest share. Evidence for a key never speaks against it."""
    from scipy import optimize  # takes a fifth of a second, which a start from the cache does not need

    start = np.full(scaled.shape[2], START)
    rows = np.arange(len(owners))
    seen = scaled.astype(np.float64)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        utilities = seen @ weights
        chances = np.exp(utilities - utilities.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        surprise = -np.log(np.maximum(chances[rows, owners], 1e-300)).mean()
        chances[rows, owners] -= 1
        slope = np.einsum("tk,tkp->p", chances, seen) / len(owners)
        away = weights - start
        return float(surprise + DECAY * away @ away), slope + 2 * DECAY * away

    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start))
    return found.x.astype(np.float32)


def _chance(inputs: Floats, truth: Doubles, share: Doubles, bounded: int) -> Chance:
    """A logistic regression whose first `bounded` inputs never speak against it, and the others never for it.

    Texts count as `share` says.
    """
    from scipy import optimize  # as above

    centre = inputs.mean(0)
    spread = np.maximum(inputs.std(0), 1e-6)
    # One more text of each kind, in the middle of all: a handful of texts proves nothing certain.
    middle = np.zeros((2, inputs.shape[1]))
    scaled = np.concatenate([(inputs - centre) / spread, middle]).astype(np.float64)
    scaled = np.concatenate([scaled, np.ones((len(scaled), 1))], axis=1)
    truth, share = np.append(truth, [1, 0]), np.append(share, [1, 1])
    share = share / share.sum()

    def loss(parameters: Doubles) -> tuple[float, Doubles]:
        said = _expit(scaled @ parameters)
        surprise = -(share * (truth * np.log(said + 1e-12) + (1 - truth) * np.log(1 - said + 1e-12))).sum()
        weights = np.append(parameters[:-1], 0)
        return float(surprise + CHANCE_DECAY * weights @ weights), scaled.T @ (share * (said - truth)) + (
            2 * CHANCE_DECAY * weights
        )

    start = np.zeros(inputs.shape[1] + 1)
    bounds = [(0, None)] * bounded + [(None, 0)] * (inputs.shape[1] - bounded) + [(-10, 10)]
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Chance(centre.astype(np.float32), spread.astype(np.float32), found[:-1].astype(np.float32), float(found[-1]))


def as_plain(judge: Judge) -> dict[str, object]:
    """A judge as JSON takes it."""
    return {field.name: _plain(getattr(judge, field.name)) for field in fields(judge)}


def _plain(value: object) -> object:
    if isinstance(value, Chance):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value.tolist() if isinstance(value, np.ndarray) else value


def from_plain(plain: Mapping[str, object]) -> Judge:
    """The judge that `as_plain` wrote down. Raises TypeError, KeyError or ValueError if it is none."""

    def array(value: object) -> Floats:
        return np.array(value, np.float32)

    def chance(value: object) -> Chance:
        if not isinstance(value, Mapping):
            raise TypeError("not a chance")
        return Chance(array(value["centre"]), array(value["spread"]), array(value["weights"]), float(value["bias"]))

    kinds = plain["kinds"]
    if not isinstance(kinds, list):
        raise TypeError("not the names of kinds")
    return Judge(
        tuple(str(kind) for kind in kinds),
        array(plain["centre"]),
        array(plain["spread"]),
        array(plain["key_weights"]),
        chance(plain["right"]),
        chance(plain["meant"]),
        chance(plain["sure"]),
    )


def rough(kinds: tuple[str, ...], *, background: bool) -> Judge:
    """A judge before anything was learned, or where there is too little to learn from.

    About what our own FAQ and two others teach: for words alone, and the like for each kind of meaning.
    """

    def array(values: Sequence[float]) -> Floats:
        return np.array(values, np.float32)

    meanings = len(kinds) - 1
    centre = array([0.2] + [0.35] * meanings + ([0.3, 0.14] * len(kinds) if background else []))
    spread = array([0.1] + [0.12] * meanings + ([0.3, 0.05] * len(kinds) if background else []))
    weights = array(
        [1.2 / len(kinds)] * len(kinds) + ([-0.9 / len(kinds), -0.2 / len(kinds)] * len(kinds) if background else [])
    )
    return Judge(
        kinds,
        centre=array([0.01, 0.05] + [0.01, 0.05] * meanings),
        spread=array([0.05, 0.03 if background else 0.1] + [0.05, 0.13] * meanings),
        key_weights=array([0.8 / len(kinds)] * PARTS * len(kinds)),
        right=Chance(array([3.5, -0.5, 7.5]), array([3.4, 0.6, 3.5]), array([1.0, 0.4, 0.1]), 1.0),
        meant=Chance(centre, spread, weights, 1.1),
        sure=Chance(centre, spread, weights, -0.3),
    )
