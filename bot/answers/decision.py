"""What to do about an assessment: one function, and a policy for each way of being asked."""

from dataclasses import dataclass, replace

import numpy as np

from bot.answers.outcome import Answer, Assessment, Candidate, Outcome, Reason, Silence, Stage, Suggestion
from bot.matching.confidence import chance_of
from bot.matching.lexical import Floats
from bot.settings import ANSWER_FROM, UNASKED_FROM, Manners

CANDIDATES_MOST = 5
EXACT_CONFIDENCE = 0.99
"""The chance given to an entry that has the very words that were typed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When to speak, in terms of the chance that the entry is the right one to show."""

    overheard: bool
    """Whether nobody asked the bot."""
    answer_from: float
    """Answer from this confidence on."""
    lead: float
    """... if the best is ahead of the second by this much."""
    suggest_from: float | None
    """Ask back if the best is at least so likely; None: never ask back."""
    outside_odds: float = 0.0
    """Log of how much likelier a message is not for the FAQ here than among the texts the weights were learned from."""
    suggest_also_from: float = 0.05
    """Entries beside the best that are suggested with it."""
    suggest_most: int = 3


PART_ANSWER_FROM = 0.9
PART_LEAD = 0.3
"""One of several questions is answered beside another only if it is sure by itself: alone, a part says less."""
ANSWERS_MOST = 2
"""Answers in one reply."""

DIRECT = Policy(overheard=False, answer_from=ANSWER_FROM / 100, lead=0.1, suggest_from=0.15, outside_odds=-2.5)
"""Asked by name: few such messages are not meant for the FAQ, and a wrong answer is put right by asking again."""

AMBIENT = Policy(overheard=True, answer_from=UNASKED_FROM / 100, lead=0.15, suggest_from=None)
"""Overheard: speaking out of turn is worse than missing a question."""


def policies(manners: Manners) -> tuple[Policy, Policy]:
    """What to do when asked, and when nobody asked, as boldly as the host wants it."""
    return (
        replace(DIRECT, answer_from=manners.answer_from / 100),
        replace(AMBIENT, answer_from=manners.unasked_from / 100),
    )


def decide(assessment: Assessment, policy: Policy) -> Outcome:
    """The outcome for a text under a policy. Pure: the same assessment and policy give the same outcome."""
    if assessment.stage is Stage.GATE:
        return Silence(Reason.EVERYDAY)
    candidates, outside = weighed(assessment, policy)
    if not assessment.question:
        return Silence(Reason.EMPTY, candidates)
    if assessment.silenced and policy.suggest_from is None:
        return Silence(Reason.SILENCED, candidates)
    several = () if assessment.exact else _several(assessment, policy)
    if several:
        return Answer(several, candidates)
    best, second = candidates[0], candidates[1].confidence if len(candidates) > 1 else 0.0
    doubt = assessment.doubts.get(best.entry)
    if doubt is None and best.confidence >= policy.answer_from and best.confidence - second >= policy.lead:
        return Answer((best.entry,), candidates)
    close = 2 * second > best.confidence
    reason = doubt or (Reason.OUTSIDE if best.confidence <= outside else Reason.CLOSE if close else Reason.UNSURE)
    if policy.suggest_from is not None and best.confidence >= policy.suggest_from:
        beside = [c.entry for c in candidates[1 : policy.suggest_most] if c.confidence >= policy.suggest_also_from]
        return Suggestion((best.entry, *beside), reason, candidates)
    return Silence(reason, candidates)


def _several(assessment: Assessment, policy: Policy) -> tuple[str, ...]:
    """The entries for a message that asks several questions, if at least two of them have an answer of their own."""
    strict = replace(
        policy,
        outside_odds=max(policy.outside_odds, 0.0),
        answer_from=max(policy.answer_from, PART_ANSWER_FROM),
        lead=max(policy.lead, PART_LEAD),
        suggest_from=None,
    )
    outcomes = [decide(part, strict) for part in assessment.parts]
    found = dict.fromkeys(outcome.entries[0] for outcome in outcomes if isinstance(outcome, Answer))
    return tuple(found)[:ANSWERS_MOST] if len(found) > 1 else ()


def weighed(
    assessment: Assessment, policy: Policy, *, most: int = CANDIDATES_MOST
) -> tuple[tuple[Candidate, ...], float]:
    """The best candidates with their confidence under a policy, and the chance that none of the entries is meant.

    The first few come with their nearest phrasing and their evidence.
    """
    chances = _chances(assessment, policy)
    if assessment.exact is not None:
        exact = assessment.entries.index(assessment.exact)
        chances = chances * (1 - EXACT_CONFIDENCE)
        chances[exact] = EXACT_CONFIDENCE
    order = np.argsort(-chances, kind="stable")[:most]
    explains = assessment.explains
    return tuple(
        Candidate(
            assessment.entries[number],
            float(chances[number]),
            explains.nearest(int(number)) if explains and place < CANDIDATES_MOST else "",
            explains.parts(int(number)) if explains and place < CANDIDATES_MOST else {},
        )
        for place, number in enumerate(order)
    ), max(1 - float(chances.sum()), 0.0)


def meant_chance(assessment: Assessment, policy: Policy) -> float:
    """The chance that a message is for the FAQ at all, where it was said."""
    # Whoever asks the bot means the FAQ, unless the words are about anything but that.
    odds = max(policy.outside_odds, 0.0) if assessment.everyday else policy.outside_odds
    return chance_of(assessment.meant - odds)


def _chances(assessment: Assessment, policy: Policy) -> Floats:
    """The chance of each entry to be the right one to show, the chance that none is meant taken off."""
    best = float(assessment.shares.max())
    if policy.overheard:
        whole = min(assessment.sure / max(best, 1e-9), 1 / max(float(assessment.shares.sum()), 1e-9))
        return np.asarray(np.minimum(assessment.shares * whole, assessment.sure), np.float32)
    return np.asarray(assessment.shares * meant_chance(assessment, policy), np.float32)
