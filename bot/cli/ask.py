"""`ask`: one question for a person, or JSON lines for a program."""

import json
from collections.abc import Callable, Iterable, Iterator

from bot.answers.decision import AMBIENT, DIRECT, Policy, decide
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Outcome, Silence, Suggestion
from bot.errors import BotError
from bot.words.catalogue import Words
from bot.words.sentences import explanation

POLICIES: dict[str, Policy] = {"direct": DIRECT, "ambient": AMBIENT}


def explained(words: Words, desk: Desk, question: str, mode: str) -> Iterator[str]:
    """The lines that tell a person what the bot would do and why."""
    assessment = desk.assess(question)
    outcome = decide(assessment, POLICIES[mode])
    return explanation(words, desk.faq, assessment, outcome, overheard=mode == "ambient")


def answer_lines(desk: Desk, lines: Iterable[str], mode: str, write: Callable[[str], None]) -> None:
    """One JSON object out for each one in. Raises BotError naming the line that is not one."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            outcome = decide(desk.assess(_text(line, number)), POLICIES[mode])
            write(json.dumps(as_json(outcome), ensure_ascii=False))


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
