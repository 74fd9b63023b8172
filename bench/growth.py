"""How a question's time grows with the FAQ: synthetic FAQs of rising size, put together from the project's own words.

Phrasings get vectors drawn by lot, because embedding them says nothing about the time that a question takes later;
each question is embedded in earnest.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from bench.apart import StoppedError, apart
from bench.examine import NEAREST, is_ours, our_name, phrasings_of, prepared
from bench.figures import percentile
from bench.rivals import RIVALS, Nearest, Rival
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry, Faq
from bot.matching.encoder import Encoder, open_encoders
from bot.matching.lexical import Floats
from bot.text import bare, words

SIZES = (500, 1_000, 2_500, 5_000, 10_000, 20_000)
"""Phrasings."""

PER_ENTRY = 20
TOPIC_FROM = 3
"""Phrasings of the real FAQ whose words make up one synthetic entry."""

LIMIT_SECONDS = 240.0
"""What learning and asking may take at one size; a system that needs longer stops there."""

WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Growth:
    """Median milliseconds a question at each size (phrasings) that it reached, and why it went no further."""

    key: str
    name: str
    points: list[tuple[int, float]]
    stopped: str


class Drawn:
    """An encoder whose phrasings' vectors are drawn by lot, the same ones each time."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.languages = encoder.languages
        self._dimensions = encoder.embed(["?"]).shape[1]

    @property
    def name(self) -> str:
        return f"drawn-{self._encoder.name}"

    def embed(self, texts: Sequence[str]) -> Floats:
        if len(texts) < 2:
            return self._encoder.embed(texts)
        seed = int.from_bytes(hashlib.sha256("\0".join(texts).encode()).digest()[:8], "big")
        rows = np.random.default_rng(seed).standard_normal((len(texts), self._dimensions), np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def synthetic(knowledge: Knowledge, phrasings: int, seed: int = 1) -> Knowledge:
    """An FAQ of so many phrasings, 20 to an entry; an entry's are drawn from the words of a few real phrasings."""
    chance = random.Random(seed)  # noqa: S311 - the same FAQ each time
    real = [text for _, text in phrasings_of(knowledge)]
    used: set[str] = set()
    entries = []
    for number in range(phrasings // PER_ENTRY):
        topic = [word for text in chance.sample(real, TOPIC_FROM) for word in words(text)]
        texts = [_fresh(topic, real, used, chance) for _ in range(PER_ENTRY)]
        entries.append(Entry(id=f"e{number}", question=texts[0], alternatives=tuple(texts[1:]), answer="."))
    return Knowledge(Faq(entries=tuple(entries)), knowledge.silence)


def _fresh(topic: list[str], real: list[str], used: set[str], chance: random.Random) -> str:
    """A phrasing as long as a real one, two thirds of the topic's words, that no entry has yet."""
    while True:
        other = words(chance.choice(real))
        text = " ".join(chance.choice(topic if chance.random() < 2 / 3 else other) for _ in other)
        if bare(text) and bare(text) not in used:
            used.add(bare(text))
            return text


def grow(
    keys: Sequence[str],
    knowledge: Knowledge,
    asked: Sequence[str],
    encoder: str | None,
    say: Callable[[str], None],
    sizes: Sequence[int] = SIZES,
) -> list[Growth]:
    """Every system at every size it can take. `asked`: the questions to time; `encoder`: of "embeddings alone"."""
    made = {size: synthetic(knowledge, size) for size in sizes}
    return [_grow(key, made, asked, encoder, say) for key in keys]


def _grow(
    key: str, made: dict[int, Knowledge], asked: Sequence[str], encoder: str | None, say: Callable[[str], None]
) -> Growth:
    points: list[tuple[int, float]] = []
    for size, knowledge in made.items():
        try:
            median = apart(LIMIT_SECONDS, median_ms, key, knowledge, list(asked), encoder)
        except (StoppedError, MemoryError) as error:
            reason = f"{str(error) or 'out of memory'} at {size:,}"
            say(f"growth: {key}: {reason}")
            return Growth(key, _name(key, encoder), points, reason)
        say(f"growth: {key} at {size} phrasings: {median:.2f} ms")
        points.append((size, median))
    return Growth(key, _name(key, encoder), points, "")


def _name(key: str, encoder: str | None) -> str:
    if key in RIVALS:
        return RIVALS[key]().name
    return our_name(key) if is_ours(key) else f"{encoder} embeddings alone"


def median_ms(key: str, knowledge: Knowledge, asked: Sequence[str], encoder: str | None) -> float:
    """Milliseconds a question, one at a time, once a few have been asked."""
    if is_ours(key):
        with prepared(key, knowledge, _drawn) as (desk, _):
            return _median(desk.assess, asked)
    rival: Rival = Nearest(encoder or "", _drawn(encoder or "")) if key == NEAREST else RIVALS[key]()
    rival.learn(phrasings_of(knowledge), list(knowledge.silence))
    return _median(rival.rank, asked)


def _median(ask: Callable[[str], object], asked: Sequence[str]) -> float:
    milliseconds = []
    warm_up = asked[:WARM_UP]
    for text in [*warm_up, *asked]:
        started = perf_counter()
        ask(text)
        milliseconds.append(1000 * (perf_counter() - started))
    return percentile(milliseconds[len(warm_up) :], 50)


def _drawn(name: str) -> Drawn:
    (encoder,) = open_encoders(name)
    return Drawn(encoder)
