"""The project's own questions: where they lie, and the figures that a matcher earns on them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.answers.decision import AMBIENT, DIRECT, decide
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Assessment, Suggestion

FOLDER = Path(__file__).parent.parent / "tests" / "content"


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    entry: str
    style: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something nobody wants answered when it is overheard."""

    text: str
    kind: str


def questions() -> list[Question]:
    return [Question(**row) for row in yaml.safe_load((FOLDER / "questions.yaml").read_text("utf-8"))["questions"]]


def messages() -> list[Message]:
    return [Message(**row) for row in yaml.safe_load((FOLDER / "silence.yaml").read_text("utf-8"))["messages"]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in percent. See README, "How good is it?", for what each one means."""

    top1: float
    top3: float
    helped: float
    wrong: float
    overheard: float
    overheard_wrong: float
    spoke: float
    spoke_by_kind: dict[str, tuple[int, int]]
    """How often it spoke out of turn, and out of how many, by kind of message."""
    missed: list[tuple[str, str, str]]
    """Questions whose first candidate is another entry: text, entry wanted, entry found."""


def measure(desk: Desk) -> Figures:
    """What the bot at its default settings does with the project's questions."""
    asked = [(question, desk.assess(question.text)) for question in questions()]
    others = [(message, desk.assess(message.text)) for message in messages()]
    direct = [decide(assessment, DIRECT) for _, assessment in asked]
    heard = [decide(assessment, AMBIENT) for _, assessment in asked]
    wanted = [question.entry for question, _ in asked]
    orders = [[candidate.entry for candidate in outcome.candidates] for outcome in direct]
    answered = [isinstance(o, Answer) and o.entries == (want,) for o, want in zip(direct, wanted, strict=True)]
    suggested = [isinstance(o, Suggestion) and want in o.entries for o, want in zip(direct, wanted, strict=True)]
    right_heard = [isinstance(o, Answer) and o.entries == (want,) for o, want in zip(heard, wanted, strict=True)]
    spoke = [(message.kind, _speaks(assessment)) for message, assessment in others]
    return Figures(
        top1=_share([order[:1] == [want] for order, want in zip(orders, wanted, strict=True)]),
        top3=_share([want in order[:3] for order, want in zip(orders, wanted, strict=True)]),
        helped=_share([a or s for a, s in zip(answered, suggested, strict=True)]),
        wrong=_share([isinstance(o, Answer) and not a for o, a in zip(direct, answered, strict=True)]),
        overheard=_share(right_heard),
        overheard_wrong=_share([isinstance(o, Answer) and not r for o, r in zip(heard, right_heard, strict=True)]),
        spoke=_share([loud for _, loud in spoke]),
        spoke_by_kind=_by_kind(spoke),
        missed=[
            (question.text, question.entry, order[0])
            for (question, _), order in zip(asked, orders, strict=True)
            if order and order[0] != question.entry
        ],
    )


def _speaks(assessment: Assessment) -> bool:
    return isinstance(decide(assessment, AMBIENT), Answer)


def _share(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits)


def _by_kind(spoke: Sequence[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    total = Counter(kind for kind, _ in spoke)
    loud = Counter(kind for kind, speaks in spoke if speaks)
    return {kind: (loud[kind], count) for kind, count in sorted(total.items())}
