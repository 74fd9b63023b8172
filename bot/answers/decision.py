"""What to do about an assessment: one function, and a policy for each way of being asked."""

from dataclasses import dataclass, replace

import numpy as np

from bot.answers.outcome import Answer, Assessment, Candidate, Outcome, Reason, Silence, Suggestion
from bot.matching.confidence import probabilities

CANDIDATES_MOST = 5
EXACT_CONFIDENCE = 0.99
"""The chance given to an entry that has the very words that were typed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When to speak, in terms of the chance that the entry is the right one to show."""

    outside_odds: float
    """Log of how much likelier a message is not for the FAQ here than among the texts the weights were learned from."""
    answer_from: float
    """Answer from this confidence on."""
    lead: float
    """... if the best is ahead of the second by this much."""
    suggest_from: float | None
    """Ask back if the best is at least so likely; None: never ask back."""
    suggest_also_from: float = 0.05
    """Entries beside the best that are suggested with it."""
    suggest_most: int = 3


PART_ANSWER_FROM = 0.9
PART_LEAD = 0.3
"""One of several questions is answered beside another only if it is sure by itself: alone, a part says less."""
ANSWERS_MOST = 2
"""Answers in one reply."""

DIRECT = Policy(outside_odds=-1.5, answer_from=0.6, lead=0.1, suggest_from=0.15)
"""Asked by name: few such messages are not meant for the FAQ, and a wrong answer is put right by asking again."""

AMBIENT = Policy(outside_odds=0.0, answer_from=0.95, lead=0.5, suggest_from=None)
"""Overheard: speaking out of turn is worse than missing a question."""


def decide(assessment: Assessment, policy: Policy) -> Outcome:
    """The outcome for a text under a policy. Pure: the same assessment and policy give the same outcome."""
    candidates, outside = weighed(assessment, policy)
    if not assessment.question:
        return Silence(Reason.EMPTY, candidates)
    if assessment.silenced and policy.suggest_from is None:
        return Silence(Reason.SILENCED, candidates)
    several = () if assessment.exact else _several(assessment, policy)
    if several:
        return Answer(several, candidates)
    best, second = candidates[0], candidates[1].confidence if len(candidates) > 1 else 0.0
    if best.confidence >= policy.answer_from and best.confidence - second >= policy.lead:
        return Answer((best.entry,), candidates)
    close = 2 * second > best.confidence
    reason = Reason.OUTSIDE if best.confidence <= outside else Reason.CLOSE if close else Reason.UNSURE
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
    """The best candidates with their confidence under a policy, and the chance that none of the entries is meant."""
    chances, outside = probabilities(assessment.utilities, assessment.outside + policy.outside_odds)
    if assessment.exact is not None:
        exact = assessment.entries.index(assessment.exact)
        chances = chances * (1 - EXACT_CONFIDENCE)
        chances[exact] = EXACT_CONFIDENCE
        outside *= 1 - EXACT_CONFIDENCE
    order = np.argsort(-chances, kind="stable")[:most]
    names = [assessment.entries[number] for number in order]
    return tuple(
        Candidate(name, float(chances[number]), assessment.nearest.get(name, ""), assessment.evidence.get(name, {}))
        for name, number in zip(names, order, strict=True)
    ), outside
