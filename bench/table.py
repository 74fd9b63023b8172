"""The figures as plain text."""

from collections.abc import Iterator, Sequence

from bench.examine import Report
from bench.yardstick import Figures, Yard

NAME = 36
HEAD = (
    f"{'':{NAME}}{'':28}|{'asked':^16}|{'overheard':^27}|{'':6}|{'ms a question':^16}|{'learning':^15}\n"
    f"{'':{NAME}} top-1  top-3   @1 %   @5 % | helped   wrong |  right   wrong out of turn |  ECE | median   95th  |"
    f"{'s':>7}{'MB':>7}"
)


def table(reports: Sequence[Report]) -> Iterator[str]:
    yield HEAD
    for report in reports:
        yield _row(report)


def _row(report: Report) -> str:
    ranked = report.ranking
    ranks = "".join(
        _number(value, 6) + " " for value in (ranked.top1, ranked.top3, ranked.right_at_1, ranked.right_at_5)
    )
    cost = f" {report.median_ms:6.2f} {report.p95_ms:7.2f} |{report.learn_seconds:7.1f}{report.megabytes:7.0f}"
    return f"{report.name:{NAME}}{ranks}| {_ours(report.figures)} |{cost}"


def _ours(figures: Figures | None) -> str:
    if figures is None:
        return f"{'':15}| {'':26}| {'':4}"
    asked = f"{figures.helped:6.1f}  {figures.wrong:6.1f} "
    heard = f"{figures.overheard:6.1f}  {figures.overheard_wrong:6.1f} {figures.spoke:11.1f}"
    return f"{asked}| {heard} | {figures.calibration_error:4.1f}"


def _number(value: float | None, width: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.1f}"


def by_style(reports: Sequence[Report]) -> Iterator[str]:
    """Right entry first, in percent of each style's questions: a row for each style, a column for each system."""
    yield "Right entry first, by style of question:"
    yield f"{'':24}{'n':>5}" + "".join(f"{report.key[:10]:>11}" for report in reports)
    for style, first in reports[0].styles.items():
        values = "".join(f"{report.styles[style].top1:11.1f}" for report in reports)
        yield f"{style[:23]:24}{first.count:5}{values}"


def by_kind(reports: Sequence[Report], yard: Yard) -> Iterator[str]:
    """What only the bot does: speaking out of turn by kind of message, two questions at once, everyday talk."""
    ours = [(report, report.figures) for report in reports if report.figures]
    for report, figures in ours:
        yield f"{report.name}:"
        if yard.messages:
            kinds = ", ".join(f"{kind} {loud}/{count}" for kind, (loud, count) in figures.spoke_by_kind.items())
            yield f"  spoke out of turn: {kinds}"
        if yard.doubles:
            both, one, wrong, count = figures.doubles
            yield f"  two questions at once: both answered {both}/{count}, one {one}, something wrong {wrong}"
        if yard.everyday:
            loud, count = figures.everyday
            yield f"  everyday messages from elsewhere: spoke {loud}/{count}"


def missed(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        if report.figures:
            yield f"{report.name}, first candidate is another entry:"
            for text, wanted, found in report.figures.missed:
                yield f"  {wanted} -> {found}: {text}"
