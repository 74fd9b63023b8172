"""`python -m bench.cost`: milliseconds on one thread of one processor, and what the first look turns away."""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean
from time import perf_counter

import click

from bench.apart import apart
from bench.examine import BOTH, ENCODERS, WORDS, kept_encoder, our_name, prepared, system_names
from bench.figures import percentile, share
from bench.yardstick import Message, everyday, messages, questions
from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.cli.build import cache_folder
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.faq import Entry, Faq

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LIMIT_SECONDS = 900.0

PHRASINGS = 2_500
TURNED_AWAY_MS = 0.15
"""What turning a message away may take."""

MESSAGES = 1_000
EVERYDAY_SHARE, SILENCE_SHARE = 0.90, 0.07
"""Of the overheard messages; the rest are questions."""

WARM_UP = 5
GATE = "gate"


@dataclass(frozen=True, slots=True)
class Heard:
    """An overheard message: what kind it was, at which stage it was settled, and the milliseconds that took."""

    kind: str
    stage: str
    milliseconds: float


@click.command(help=__doc__)
@click.option("--knowledge", type=click.Path(path_type=Path), default=Path("knowledge"), metavar="DIR")
@click.option(
    "--only", multiple=True, metavar="NAME", help=f"Of {WORDS}, {', '.join(ENCODERS)}, {BOTH}; otherwise all installed."
)
def main(knowledge: Path, only: tuple[str, ...]) -> None:
    cut = cut_evenly(load_knowledge(knowledge), PHRASINGS)
    count = sum(len(entry.phrasings) for entry in cut.faq.entries)
    click.echo(f"one thread, {count} phrasings of {len(cut.faq.entries)} entries, silence list of {len(cut.silence)}")
    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"  # libraries read it as they are loaded: in the new process
    for key in [name for name in (WORDS, *ENCODERS, BOTH) if name in (only or system_names())]:
        for line in apart(LIMIT_SECONDS, cost, key, cut):
            click.echo(line)


def cost(key: str, knowledge: Knowledge) -> list[str]:
    """What one of our systems costs, as lines of text. Binds its process to one processor."""
    _one_processor()
    with prepared(key, knowledge, lambda name: kept_encoder(name, cache_folder() / "bench")) as (desk, seconds):
        asked = _asked_line([question.text for question in questions()], desk)
        return ["", f"{our_name(key)}: learned in {seconds:.1f} s", asked, heard_line(overhear(desk, mixed()))]


def _one_processor() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def cut_evenly(knowledge: Knowledge, most: int) -> Knowledge:
    """The same entries with at most so many phrasings in all, taken one from each entry in turn; silence list whole."""
    kept = {entry.id: 1 for entry in knowledge.faq.entries}
    turns = (entry for place in range(1, most) for entry in knowledge.faq.entries if place < len(entry.phrasings))
    for entry in islice(turns, max(most - len(kept), 0)):
        kept[entry.id] += 1
    return replace(
        knowledge, faq=Faq(entries=tuple(_shortened(entry, kept[entry.id]) for entry in knowledge.faq.entries))
    )


def _shortened(entry: Entry, phrasings: int) -> Entry:
    return entry.model_copy(update={"alternatives": entry.alternatives[: phrasings - 1]})


def _asked_line(texts: Sequence[str], desk: Desk) -> str:
    for text in texts[:WARM_UP]:
        desk.assess(text)
    milliseconds = [_timed(desk, text)[0] for text in texts]
    return (
        f"  asked: median {percentile(milliseconds, 50):.2f} ms, 95th percentile {percentile(milliseconds, 95):.2f} ms"
    )


def _timed(desk: Desk, text: str, *, overheard: bool = False) -> tuple[float, Assessment]:
    started = perf_counter()
    assessment = desk.assess(text, overheard=True) if overheard else desk.assess(text)
    return 1000 * (perf_counter() - started), assessment


def mixed(seed: int = 1) -> list[Message]:
    """What a busy channel says, shuffled. Kinds: everyday, silence, question; rows repeat as often as it takes."""
    chance = random.Random(seed)  # noqa: S311 - the same mix each time
    from_elsewhere = [m.text for m in everyday()]
    talk = from_elsewhere or [m.text for m in messages() if m.kind == "chatter"]
    quiet = [m.text for m in messages() if from_elsewhere or m.kind != "chatter"]
    parts = {
        "everyday": (talk, round(MESSAGES * EVERYDAY_SHARE)),
        "silence": (quiet, round(MESSAGES * SILENCE_SHARE)),
        "question": ([q.text for q in questions()], round(MESSAGES * (1 - EVERYDAY_SHARE - SILENCE_SHARE))),
    }
    found = []
    for kind, (texts, count) in parts.items():
        shuffled = chance.sample(texts, len(texts))
        found += [Message(text, kind) for text in islice(cycle(shuffled), count)]
    chance.shuffle(found)
    return found


def overhear(desk: Desk, mix: Sequence[Message]) -> list[Heard]:
    heard = []
    for message in mix:
        milliseconds, assessment = _timed(desk, message.text, overheard=True)
        heard.append(Heard(message.kind, str(assessment.stage), milliseconds))
    return heard


def heard_line(heard: Sequence[Heard]) -> str:
    """Shares in percent. "Turned away" is what the gate settled; "within" counts those that it settled fast enough."""
    quick = share([h.stage == GATE and h.milliseconds <= TURNED_AWAY_MS for h in heard])
    turned_away = share([h.stage == GATE for h in heard])
    lost = share([h.stage == GATE for h in heard if h.kind == "question"])
    stages = ", ".join(f"{stage} {sum(h.stage == stage for h in heard)}" for stage in sorted({h.stage for h in heard}))
    return (
        f"  overheard: mean {fmean(h.milliseconds for h in heard):.2f} ms; turned away at the gate {turned_away:.1f} %,"
        f" within {TURNED_AWAY_MS} ms {quick:.1f} %; of the questions turned away there {lost:.1f} %\n"
        f"  settled at: {stages} of {len(heard)}"
    )


if __name__ == "__main__":
    main()
