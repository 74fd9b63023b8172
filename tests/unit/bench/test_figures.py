"""The arithmetic of the benchmark, against values worked out by hand."""

import pytest

from bench.figures import (
    NOTHING,
    Asked,
    Bin,
    by_style,
    calibration,
    calibration_error,
    curve,
    percentile,
    ranking,
    right_at,
    share,
)


def asked(score: float, *order: str, wanted: str = "a", style: str = "plain") -> Asked:
    return Asked(wanted, style, order, score)


FOUR = [asked(0.9, "a", "b"), asked(0.8, "b", "a"), asked(0.5, "a"), asked(0.2, "c", "b", "d", "a")]


def test_the_share_of_nothing_is_nothing() -> None:
    assert share([]) == 0.0


def test_top_1_and_top_3_look_at_the_order_only() -> None:
    found = ranking(FOUR, [0.1])
    assert (found.top1, found.top3) == (50.0, 75.0)


def test_without_messages_to_stay_silent_on_there_is_no_cut_and_no_curve() -> None:
    found = ranking(FOUR, [])
    assert (found.right_at_1, found.right_at_5, found.curve) == (None, None, [])


def test_the_cut_lets_no_more_than_its_share_through() -> None:
    noise = [0.6] + [0.1] * 99
    # One in a hundred may pass: the cut is at the second loudest. None may pass: it is at the loudest.
    assert right_at(FOUR, noise, 0.01) == 50.0
    assert right_at(FOUR, noise, 0.0) == 25.0


def test_messages_of_the_same_score_pass_together_or_not_at_all() -> None:
    assert right_at(FOUR, [0.6] * 10 + [0.0] * 90, 0.05) == 25.0


def test_a_message_for_which_nothing_was_found_passes_no_cut() -> None:
    assert right_at([asked(NOTHING)], [NOTHING], 0.0) == 0.0
    assert right_at([asked(0.1, "a")], [NOTHING] * 100, 0.01) == 100.0


def test_the_curve_has_a_point_for_each_cut() -> None:
    assert curve(FOUR, [0.6, 0.3, 0.3, 0.05]) == [(0.0, 25.0), (25.0, 50.0), (75.0, 50.0), (100.0, 50.0)]


def test_the_curve_never_lets_through_what_has_no_score() -> None:
    assert curve(FOUR, [0.6, NOTHING])[-1] == (50.0, 50.0)


def test_the_curve_passes_through_the_figures_at_a_cut() -> None:
    noise = [number / 100 for number in range(100)]
    best = max(right for false, right in curve(FOUR, noise) if false <= 5)
    assert best == right_at(FOUR, noise, 0.05)


def test_bins_hold_what_was_said_and_what_was_right() -> None:
    bins = calibration([(0.05, False), (0.91, True), (0.95, False), (1.0, True)])
    assert [b.count for b in bins] == [1, 3]
    assert bins[1] == Bin(pytest.approx((0.91 + 0.95 + 1.0) / 3), pytest.approx(2 / 3), 3)


def test_the_calibration_error_weighs_bins_by_their_questions() -> None:
    bins = [Bin(said=0.9, right=0.7, count=3), Bin(said=0.2, right=0.2, count=1)]
    assert calibration_error(bins) == pytest.approx(0.15)


def test_the_calibration_error_of_nothing_is_nothing() -> None:
    assert calibration_error([]) == 0.0


def test_styles_are_counted_apart() -> None:
    found = by_style([asked(1, "a"), asked(1, "b", "a", style="typo"), asked(1, "b", style="typo")])
    assert [(style, f.count, f.top1, f.top3) for style, f in found.items()] == [
        ("plain", 1, 100.0, 100.0),
        ("typo", 2, 0.0, 50.0),
    ]


def test_the_median_lies_in_the_middle() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
