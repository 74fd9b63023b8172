"""What to measure with: the project's own questions or another folder's, and the figures that the bot earns on them."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from bench.figures import Asked, Bin, calibration, calibration_error, share
from bot.answers.decision import AMBIENT, DIRECT, decide
from bot.answers.outcome import Answer, Assessment, Suggestion
from bot.knowledge import FAQ_FILE, SILENCE_FILE, Knowledge, load_files, load_knowledge

FOLDER = Path(__file__).parent.parent / "tests" / "content"
QUERIES_FILE, NEGATIVES_FILE = "queries.tsv", "negatives.tsv"


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


@dataclass(frozen=True, slots=True)
class Double:
    """A message that asks two things."""

    text: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Yard:
    """Everything that a system is measured with. The main figures come from `questions` and `messages`."""

    questions: list[Question]
    messages: list[Message]
    others: list[Question] = field(default_factory=list)
    """Harder ones, shown by style only: problems told without asking, questions in other languages."""
    doubles: list[Double] = field(default_factory=list)
    everyday: list[Message] = field(default_factory=list)
    """From communities that have nothing to do with the FAQ's subject."""


def questions() -> list[Question]:
    return [Question(**row) for row in _rows("questions")]


def messages() -> list[Message]:
    kinds = [
        Message(row["text"], kind) for key, kind in (("remarks", "remark"), ("near", "near-miss")) for row in _rows(key)
    ]
    return [Message(**row) for row in _rows("messages")] + kinds


def reports() -> list[Question]:
    """Problems told by somebody who asks nothing."""
    return [Question(row["text"], row["entry"], "report, asks nothing") for row in _rows("reports")]


def foreign() -> list[Question]:
    return [Question(row["text"], row["entry"], f"in {row['language']}") for row in _rows("foreign")]


def doubles() -> list[Double]:
    return [Double(row["text"], tuple(row["entries"])) for row in _rows("double")]


def everyday() -> list[Message]:
    return [Message(row["text"], row.get("topic", "everyday")) for row in _rows("everyday")]


def _rows(key: str) -> list[dict[str, Any]]:
    return list(_content().get(key, ()))


@cache
def _content() -> dict[str, list[dict[str, Any]]]:
    """The rows under each key, whichever of the folder's files they stand in."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for key, rows in yaml.safe_load(file.read_text("utf-8")).items():
            found.setdefault(key, []).extend(rows)
    return found


def own_yard() -> Yard:
    return Yard(questions(), messages(), reports() + foreign(), doubles(), everyday())


def read_folder(folder: Path) -> tuple[Knowledge, Yard]:
    """Somebody else's FAQ with labelled questions: faq.yaml and queries.tsv, if there also silence.yaml, negatives.tsv.

    queries.tsv has the columns text, topic_id and perhaps style; negatives.tsv text and perhaps kind.
    """
    silence, negatives = folder / SILENCE_FILE, folder / NEGATIVES_FILE
    knowledge = load_files(folder / FAQ_FILE, silence if silence.exists() else None, tolerant=True)
    asked = [Question(row["text"], row["topic_id"], row.get("style") or "-") for row in _table(folder / QUERIES_FILE)]
    others = _table(negatives) if negatives.exists() else []
    return knowledge, Yard(asked, [Message(row["text"], row.get("kind") or "-") for row in others])


def own(knowledge: Path) -> tuple[Knowledge, Yard]:
    return load_knowledge(knowledge), own_yard()


def _table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))


@dataclass(frozen=True, slots=True)
class Figures:
    """What the bot does at its default settings. Shares in percent; see README, "How good is it?"."""

    top1: float
    top3: float
    helped: float
    wrong: float
    overheard: float
    overheard_wrong: float
    spoke: float
    """Of the messages that nobody wants answered; 0 where there are none."""
    spoke_by_kind: dict[str, tuple[int, int]]
    """How often it spoke out of turn, and out of how many, by kind of message."""
    missed: list[tuple[str, str, str]]
    """Questions whose first candidate is another entry: text, entry wanted, entry found."""
    calibration_error: float
    """Expected calibration error of the first candidate's confidence when asked directly, in percentage points."""
    bins: list[Bin]
    doubles: tuple[int, int, int, int]
    """Messages that ask two things: answered both, one and nothing else, something wrong, and how many there are."""
    everyday: tuple[int, int]
    """Everyday messages it would have answered, and how many there are."""


class Assesses(Protocol):
    """A desk, or what stands in for one."""

    def assess(self, message: str, *, overheard: bool = False) -> Assessment: ...


def measure(desk: Assesses, yard: Yard | None = None) -> Figures:
    """What the bot at its default settings does; with the project's own questions unless others are given."""
    yard = yard or own_yard()
    asked = [desk.assess(question.text) for question in yard.questions]
    direct = [decide(assessment, DIRECT) for assessment in asked]
    heard = [decide(desk.assess(question.text, overheard=True), AMBIENT) for question in yard.questions]
    wanted = [question.entry for question in yard.questions]
    orders = [[candidate.entry for candidate in outcome.candidates] for outcome in direct]
    answered = [isinstance(o, Answer) and o.entries == (want,) for o, want in zip(direct, wanted, strict=True)]
    suggested = [isinstance(o, Suggestion) and want in o.entries for o, want in zip(direct, wanted, strict=True)]
    right_heard = [isinstance(o, Answer) and o.entries == (want,) for o, want in zip(heard, wanted, strict=True)]
    spoke = [(message.kind, _speaks(desk, message.text)) for message in yard.messages]
    first_right = [order[:1] == [want] for order, want in zip(orders, wanted, strict=True)]
    bins = calibration([(o.candidates[0].confidence, r) for o, r in zip(direct, first_right, strict=True)])
    return Figures(
        top1=share(first_right),
        top3=share([want in order[:3] for order, want in zip(orders, wanted, strict=True)]),
        helped=share([a or s for a, s in zip(answered, suggested, strict=True)]),
        wrong=share([isinstance(o, Answer) and not a for o, a in zip(direct, answered, strict=True)]),
        overheard=share(right_heard),
        overheard_wrong=share([isinstance(o, Answer) and not r for o, r in zip(heard, right_heard, strict=True)]),
        spoke=share([loud for _, loud in spoke]),
        spoke_by_kind=_by_kind(spoke),
        missed=[
            (question.text, question.entry, order[0])
            for question, order in zip(yard.questions, orders, strict=True)
            if order and order[0] != question.entry
        ],
        calibration_error=100 * calibration_error(bins),
        bins=bins,
        doubles=_doubles(desk, yard.doubles),
        everyday=(sum(_speaks(desk, message.text) for message in yard.everyday), len(yard.everyday)),
    )


def put(desk: Assesses, asked: Sequence[Question]) -> list[Asked]:
    """The questions as a ranking sees them: the order when asked directly, the confidence when overheard."""
    return [_put(desk, question) for question in asked]


def _put(desk: Assesses, question: Question) -> Asked:
    order = tuple(candidate.entry for candidate in decide(desk.assess(question.text), DIRECT).candidates)
    return Asked(question.entry, question.style, order, confidence(desk, question.text))


def confidence(desk: Assesses, text: str) -> float:
    """Of the first candidate when overheard; 0 where the message was turned away at the gate."""
    candidates = decide(desk.assess(text, overheard=True), AMBIENT).candidates
    return candidates[0].confidence if candidates else 0.0


def _speaks(desk: Assesses, text: str) -> bool:
    return isinstance(decide(desk.assess(text, overheard=True), AMBIENT), Answer)


def _doubles(desk: Assesses, asked: Sequence[Double]) -> tuple[int, int, int, int]:
    both = one = wrong = 0
    for double in asked:
        outcome = decide(desk.assess(double.text), DIRECT)
        shown, wanted = set(outcome.entries) if isinstance(outcome, Answer) else set(), set(double.entries)
        both += shown == wanted
        one += bool(shown) and shown < wanted
        wrong += not shown <= wanted
    return both, one, wrong, len(asked)


def _by_kind(spoke: Sequence[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    total = Counter(kind for kind, _ in spoke)
    loud = Counter(kind for kind, speaks in spoke if speaks)
    return {kind: (loud[kind], count) for kind, count in sorted(total.items())}
