"""`python -m bench`: how often the bot is right and how often it speaks out of turn, beside other ways to do it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bench import table
from bench.apart import StoppedError, apart
from bench.examine import ENCODERS, Report, examine, installed, system_names
from bench.growth import Growth, grow
from bench.yardstick import Yard, own, read_folder
from bot.cli.build import cache_folder
from bot.knowledge import Knowledge

LIMIT_SECONDS = 900.0
"""What one system may take for everything."""

GROWTH_QUESTIONS = 60

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--data", type=FOLDER, metavar="DIR", help="Measure on faq.yaml and queries.tsv (negatives.tsv) in DIR.")
@click.option("--knowledge", type=FOLDER, default=Path("knowledge"), metavar="DIR", help="The FAQ without --data.")
@click.option("--only", multiple=True, metavar="NAME", help=f"Only these systems: {', '.join(system_names())}.")
@click.option("--encoder", multiple=True, metavar="NAME", default=ENCODERS, help="Encoders to try, names or folders.")
@click.option("--plots", type=FOLDER, metavar="DIR", help="Draw the curves into DIR.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write all figures to FILE.")
@click.option("--growth", is_flag=True, help="Only time questions, on synthetic FAQs of up to 20,000 phrasings.")
@click.option("--missed", is_flag=True, help="Also print every question whose first candidate is another entry.")
def main(
    data: Path | None,
    knowledge: Path,
    only: tuple[str, ...],
    encoder: tuple[str, ...],
    plots: Path | None,
    json_file: Path | None,
    growth: bool,
    missed: bool,
) -> None:
    loaded, yard = read_folder(data) if data else own(knowledge)
    keys = _chosen(system_names(encoder), only)
    nearest = next(iter(installed(encoder)), None)
    reports = [] if growth else _examine_all(keys, loaded, yard, nearest)
    for line in _told(reports, loaded, yard, missed=missed) if reports else ():
        click.echo(line)
    timed = [question.text for question in yard.questions][:: _step(yard)][:GROWTH_QUESTIONS]
    grown = grow(keys, loaded, timed, nearest, _say) if growth else []
    for line in _growth_lines(grown):
        click.echo(line)
    if json_file:
        found = {"systems": [asdict(report) for report in reports], "growth": [asdict(one) for one in grown]}
        json_file.write_text(json.dumps(found), encoding="utf-8")
    if plots:
        from bench.plots import draw_all

        for file in draw_all(plots, reports, grown):
            _say(f"drew {file}")


def _chosen(names: Sequence[str], only: Sequence[str]) -> list[str]:
    unknown = [name for name in only if name not in names]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: not among {', '.join(names)}", param_hint="--only")
    return [name for name in names if not only or name in only]


def _examine_all(keys: Sequence[str], knowledge: Knowledge, yard: Yard, encoder: str | None) -> list[Report]:
    reports = []
    for key in keys:
        _say(f"{key} …")
        try:
            reports.append(apart(LIMIT_SECONDS, examine, key, knowledge, yard, cache_folder() / "bench", encoder))
        except StoppedError as error:
            _say(f"{key}: left out, {error}")
    return reports


def _told(reports: Sequence[Report], knowledge: Knowledge, yard: Yard, *, missed: bool) -> list[str]:
    entries = knowledge.faq.entries
    head = (
        f"{len(yard.questions)} questions and {len(yard.messages)} messages to stay silent on; "
        f"{len(entries)} entries, {sum(len(entry.phrasings) for entry in entries)} phrasings. Shares in percent.\n"
        "@1 %, @5 %: questions answered rightly at the confidence that lets 1 or 5 % of those messages through\n"
    )
    if not reports:
        return [head]
    found = [head, *table.table(reports), "", *table.by_style(reports), "", *table.by_kind(reports, yard)]
    return [*found, *table.missed(reports)] if missed else found


def _growth_lines(grown: Sequence[Growth]) -> list[str]:
    """Median milliseconds a question by number of phrasings."""
    if not grown:
        return []
    sizes = sorted({size for one in grown for size, _ in one.points})
    lines = ["", "Median ms a question, by phrasings:", f"{'':{table.NAME}}" + "".join(f"{size:>9,}" for size in sizes)]
    for one in grown:
        reached = dict(one.points)
        cells = "".join(f"{reached[size]:9.2f}" if size in reached else f"{'-':>9}" for size in sizes)
        lines.append(f"{one.name:{table.NAME}}{cells}  {one.stopped}".rstrip())
    return lines


def _step(yard: Yard) -> int:
    return max(1, len(yard.questions) // GROWTH_QUESTIONS)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
