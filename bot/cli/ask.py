"""`ask`: one question for a person, or JSON lines for a program."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.answers.decision import Policy, decide, weighed
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Outcome, Silence, Suggestion
from bot.errors import BotError
from bot.words.catalogue import Words
from bot.words.sentences import explanation

EVERYDAY_MOST = 0.05
"""The confidence that programs are told at most where everyday chat was turned away: who looks closer finds less."""


def explained(words: Words, desk: Desk, question: str, policy: Policy) -> Iterator[str]:
    """The lines that tell a person what the bot would do and why."""
    assessment = desk.assess(question, overheard=policy.overheard)
    return explanation(words, desk.faq, assessment, decide(assessment, policy), policy)


def answer_lines(desk: Desk, lines: Iterable[str], policy: Policy, write: Callable[[str], None]) -> None:
    """One JSON object out for each one in. Raises BotError naming the line that is not one."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            write(json.dumps(_answered(desk, _text(line, number), policy), ensure_ascii=False))


def _answered(desk: Desk, text: str, policy: Policy) -> dict[str, object]:
    outcome = decide(desk.assess(text, overheard=policy.overheard), policy)
    if isinstance(outcome, Silence) and not outcome.candidates:
        # Nothing was compared where everyday chat was turned away; a program is told the ranking all the same.
        found, _ = weighed(desk.assess(text, words_only=True), policy)
        least = min(EVERYDAY_MOST / max(found[0].confidence, EVERYDAY_MOST), 1.0)
        outcome = replace(outcome, candidates=tuple(replace(c, confidence=c.confidence * least) for c in found))
    return as_json(outcome)


def _text(line: str, number: int) -> str:
    try:
        text = json.loads(line)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text = None
    if not isinstance(text, str):
        raise BotError("cli-line-not-json", line=number)
    return text


def as_json(outcome: Outcome) -> dict[str, object]:
    """An outcome for programs: what was decided, the entries to show, and the ranking behind it."""
    answers = list(outcome.entries) if isinstance(outcome, Answer) else []
    ranking = [{"entry": c.entry, "confidence": round(c.confidence, 6)} for c in outcome.candidates]
    return {
        "outcome": _name(outcome),
        "entry": answers[0] if answers else None,
        "answers": answers,
        "confidence": ranking[0]["confidence"] if ranking else 0.0,
        "candidates": ranking,
    }


def _name(outcome: Outcome) -> str:
    match outcome:
        case Answer():
            return "answer"
        case Suggestion():
            return "suggest"
        case Silence():
            return "silent"
