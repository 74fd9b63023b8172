"""`python -m bench`: how often the bot is right and how often it speaks out of turn, beside the usual fuzzy ratios."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from rapidfuzz import fuzz, process, utils

from bench.yardstick import Figures, measure, questions
from bot.answers.desk import Desk
from bot.cli.build import build_desk
from bot.knowledge import Knowledge, load_knowledge
from bot.matching.cache import Cache
from bot.settings import read_settings

Scorer = Callable[..., float]


@click.command(help=__doc__)
@click.option("--knowledge", type=click.Path(path_type=Path), default=Path("knowledge"), metavar="DIR")
@click.option("--missed", is_flag=True, help="Also print every question whose first candidate is another entry.")
def main(knowledge: Path, missed: bool) -> None:
    loaded = load_knowledge(knowledge)
    click.echo(f"{len(questions())} questions written without sight of the FAQ's phrasings; shares in percent\n")
    click.echo(f"{'':28}top-1  top-3  helped  wrong | overheard: right  wrong  out of turn | ms a question")
    for name, scorer in (("rapidfuzz WRatio", fuzz.WRatio), ("rapidfuzz token_set_ratio", fuzz.token_set_ratio)):
        top1, top3, milliseconds = _fuzzy(loaded, scorer)
        click.echo(f"{name:28}{top1:5.1f}  {top3:5.1f}{'':45}{milliseconds:20.2f}")
    with tempfile.TemporaryDirectory() as folder:
        words_only = Desk(loaded, Cache(Path(folder)), lambda: None)
        words_only.prepare()
        _report("words alone", words_only)
    both = build_desk(loaded, read_settings())
    both.prepare(lambda done, total: click.echo(f"\rembedding {done} of {total}", nl=False, err=True))
    figures = _report("words and meaning", both)
    click.echo(
        "\nspoke out of turn, by kind: " + ", ".join(f"{k} {a}/{b}" for k, (a, b) in figures.spoke_by_kind.items())
    )
    if missed:
        for text, wanted, found in figures.missed:
            click.echo(f"  {wanted} -> {found}: {text}")


def _report(name: str, desk: Desk) -> Figures:
    figures = measure(desk)
    started = time.perf_counter()
    for question in questions():
        desk.assess(question.text)
    milliseconds = 1000 * (time.perf_counter() - started) / len(questions())
    click.echo(
        f"{name:28}{figures.top1:5.1f}  {figures.top3:5.1f}  {figures.helped:6.1f}  {figures.wrong:5.1f} |"
        f"{figures.overheard:17.1f}  {figures.overheard_wrong:5.1f}  {figures.spoke:11.1f} | {milliseconds:13.2f}"
    )
    return figures


def _fuzzy(knowledge: Knowledge, scorer: Scorer) -> tuple[float, float, float]:
    """Top-1 and top-3 of the entry with the most alike phrasing, and milliseconds a question: what most bots do."""
    phrasings = [(entry.id, phrasing) for entry in knowledge.faq.entries for phrasing in entry.phrasings]
    texts = [utils.default_process(text) for _, text in phrasings]
    started = time.perf_counter()
    first = third = 0
    for question in questions():
        found = process.extract(utils.default_process(question.text), texts, scorer=scorer, limit=60)
        order = list(dict.fromkeys(phrasings[number][0] for _, _, number in found))
        first += order[:1] == [question.entry]
        third += question.entry in order[:3]
    count = len(questions())
    return 100 * first / count, 100 * third / count, 1000 * (time.perf_counter() - started) / count


if __name__ == "__main__":
    main()
