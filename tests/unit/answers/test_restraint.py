"""How often it may speak unasked: single cases, and any evening in a few channels."""

import gc
import weakref
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from bot.answers.restraint import HOUR, SAME_ENTRY_AFTER, Hush, Leave, PointTo, Restraint, Shown, Speak

START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CHANNEL, THREAD, OTHER_CHANNEL = 10, 11, 20


def answer(
    message: int,
    *entries: str,
    at: datetime = START,
    place: int = CHANNEL,
    area: int = CHANNEL,
    unasked: bool = True,
    pointer: bool = False,
) -> Shown:
    return Shown(place, area, message, entries, at, unasked, pointer)


@pytest.fixture
def restraint() -> Restraint:
    return Restraint(6)


# One entry in one place


def test_it_may_speak_where_nothing_was_said(restraint: Restraint) -> None:
    assert restraint.leave(CHANNEL, CHANNEL, ["a", "b"], START) == Speak(("a", "b"))


def test_asking_for_leave_is_not_speaking(restraint: Restraint) -> None:
    first = restraint.leave(CHANNEL, CHANNEL, ["a"], START)
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START) == first == Speak(("a",))


def test_the_second_time_it_points_to_the_answer(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == PointTo(1)


def test_the_third_time_it_says_nothing(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "a", at=START + MINUTE, pointer=True))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + 2 * MINUTE) == Hush()


def test_a_pointer_to_one_entry_does_not_hush_another(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "b"))
    restraint.remember(answer(3, "a", pointer=True))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == PointTo(2)


def test_an_answer_that_somebody_asked_for_is_pointed_to_as_well(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a", unasked=False))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == PointTo(1)


def test_of_several_answers_it_points_to_the_latest(restraint: Restraint) -> None:
    for number in (1, 2, 3):
        restraint.remember(answer(number, "a", at=START + number * MINUTE, unasked=False))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + 4 * MINUTE) == PointTo(3)


def test_of_two_entries_it_shows_the_one_that_was_not_shown_yet(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    assert restraint.leave(CHANNEL, CHANNEL, ["a", "b"], START + MINUTE) == Speak(("b",))


def test_new_entries_keep_their_order(restraint: Restraint) -> None:
    restraint.remember(answer(1, "b"))
    assert restraint.leave(CHANNEL, CHANNEL, ["c", "b", "a"], START + MINUTE) == Speak(("c", "a"))


@pytest.mark.parametrize(
    ("later", "leave"),
    [
        pytest.param(SAME_ENTRY_AFTER - SECOND, PointTo(1), id="just before"),
        pytest.param(SAME_ENTRY_AFTER, Speak(("a",)), id="then"),
        pytest.param(SAME_ENTRY_AFTER + SECOND, Speak(("a",)), id="after"),
    ],
)
def test_ten_minutes_later_the_same_entry_is_shown_again(restraint: Restraint, later: timedelta, leave: Leave) -> None:
    assert timedelta(minutes=10) == SAME_ENTRY_AFTER
    restraint.remember(answer(1, "a"))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + later) == leave


@pytest.mark.parametrize("pointed", [MINUTE, SAME_ENTRY_AFTER - SECOND], ids=["soon", "late"])
@pytest.mark.parametrize(
    ("later", "leave"),
    [(SAME_ENTRY_AFTER - SECOND, Hush()), (SAME_ENTRY_AFTER, Speak(("a",)))],
    ids=["just before", "then"],
)
def test_pointing_to_an_answer_does_not_prolong_its_ten_minutes(
    restraint: Restraint, pointed: timedelta, later: timedelta, leave: Leave
) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "a", at=START + pointed, pointer=True))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + later) == leave


def test_an_answer_that_is_shown_again_is_pointed_to_once_again(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "a", at=START + 9 * MINUTE, pointer=True))
    restraint.remember(answer(3, "a", at=START + 10 * MINUTE))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + 11 * MINUTE) == PointTo(3)
    restraint.remember(answer(4, "a", at=START + 11 * MINUTE, pointer=True))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + 12 * MINUTE) == Hush()


@pytest.mark.parametrize(("place", "area"), [(THREAD, CHANNEL), (OTHER_CHANNEL, OTHER_CHANNEL)])
def test_what_was_shown_elsewhere_can_not_be_read_here(restraint: Restraint, place: int, area: int) -> None:
    restraint.remember(answer(1, "a"))
    assert restraint.leave(place, area, ["a"], START + MINUTE) == Speak(("a",))


def test_a_question_from_before_the_answer_points_to_it_as_well(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a", at=START + 5 * SECOND))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START) == PointTo(1)


# Changed and removed answers


def test_an_answer_that_was_changed_shows_its_new_entry_only(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.change(1, ("b",))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == PointTo(1)
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == Speak(("a",))


def test_a_pointer_that_was_changed_into_an_answer_is_pointed_to(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "a", pointer=True))
    restraint.change(2, ("b",))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == PointTo(2)


def test_changing_an_answer_changes_no_other(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "b"))
    restraint.change(1, ("c",))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == PointTo(2)


def test_nothing_points_to_an_answer_that_is_gone(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.forget(1)
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == Speak(("a",))


def test_with_the_later_answer_gone_it_points_to_the_earlier(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a", unasked=False))
    restraint.remember(answer(2, "a", unasked=False))
    restraint.forget(2)
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == PointTo(1)


def test_an_answer_that_is_gone_still_counts_for_the_hour() -> None:
    restraint = Restraint(1)
    restraint.remember(answer(1, "a"))
    restraint.forget(1)
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == Hush()


def test_changing_or_forgetting_what_nobody_knows_is_fine(restraint: Restraint) -> None:
    restraint.remember(answer(1, "a"))
    restraint.change(2, ("b",))
    restraint.forget(3)
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == PointTo(1)


# The hour


@pytest.mark.parametrize("most", [1, 2, 6])
def test_after_so_many_unasked_answers_it_is_silent(most: int) -> None:
    restraint = Restraint(most)
    for number in range(most):
        assert isinstance(restraint.leave(CHANNEL, CHANNEL, [f"e{number}"], START), Speak)
        restraint.remember(answer(number, f"e{number}"))
    assert restraint.leave(CHANNEL, CHANNEL, ["new"], START + MINUTE) == Hush()


def test_with_a_limit_of_none_it_never_speaks() -> None:
    assert Restraint(0).leave(CHANNEL, CHANNEL, ["a"], START) == Hush()


@pytest.mark.parametrize(
    ("later", "leave"),
    [
        pytest.param(HOUR - SECOND, Hush(), id="just before"),
        pytest.param(HOUR, Speak(("b",)), id="then"),
        pytest.param(HOUR + SECOND, Speak(("b",)), id="after"),
    ],
)
def test_an_hour_later_it_may_speak_again(later: timedelta, leave: Leave) -> None:
    restraint = Restraint(1)
    restraint.remember(answer(1, "a"))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + later) == leave


def test_a_pointer_counts_for_the_hour() -> None:
    restraint = Restraint(2)
    restraint.remember(answer(1, "a"))
    restraint.remember(answer(2, "a", pointer=True))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == Hush()


def test_it_does_not_even_point_when_enough_was_said() -> None:
    restraint = Restraint(1)
    restraint.remember(answer(1, "a"))
    assert restraint.leave(CHANNEL, CHANNEL, ["a"], START + MINUTE) == Hush()


def test_answers_that_somebody_asked_for_do_not_count_for_the_hour() -> None:
    restraint = Restraint(1)
    for number in range(5):
        restraint.remember(answer(number, "a", unasked=False))
    assert restraint.leave(CHANNEL, CHANNEL, ["b"], START + MINUTE) == Speak(("b",))


@pytest.mark.parametrize("place", [THREAD, CHANNEL], ids=["thread", "channel"])
def test_threads_count_to_their_channel(place: int) -> None:
    restraint = Restraint(2)
    restraint.remember(answer(1, "a", place=CHANNEL))
    restraint.remember(answer(2, "b", place=THREAD))
    assert restraint.leave(place, CHANNEL, ["c"], START + MINUTE) == Hush()


def test_another_channel_has_an_hour_of_its_own() -> None:
    restraint = Restraint(1)
    restraint.remember(answer(1, "a"))
    assert restraint.leave(OTHER_CHANNEL, OTHER_CHANNEL, ["b"], START + MINUTE) == Speak(("b",))


def test_answers_that_were_remembered_out_of_order_all_count_until_their_hour_is_over() -> None:
    restraint = Restraint(2)
    for number, minutes in enumerate([50, 0, 20]):
        restraint.remember(answer(number, f"e{number}", at=START + minutes * MINUTE))
    leaves = [restraint.leave(CHANNEL, CHANNEL, ["new"], START + minutes * MINUTE) for minutes in (79, 110)]
    assert leaves == [Hush(), Speak(("new",))]


# Memory


class Watched(Shown):
    """Something shown whose memory can be watched."""


class Watch:
    """Tells how many of the answers that were handed over are still held."""

    def __init__(self) -> None:
        self._handed: list[weakref.ref[Watched]] = []

    def new(self, area: int, at: datetime, *, unasked: bool = True) -> Watched:
        shown = Watched(area, area, len(self._handed), ("a",), at, unasked)
        self._handed.append(weakref.ref(shown))
        return shown

    @property
    def held(self) -> int:
        gc.collect()
        return sum(one() is not None for one in self._handed)


@pytest.mark.parametrize("unasked", [True, False], ids=["unasked", "asked"])
@pytest.mark.parametrize("channels", [1, 300], ids=["one channel", "many channels"])
def test_no_more_than_an_hour_of_traffic_is_held(channels: int, unasked: bool) -> None:
    restraint, watch = Restraint(6), Watch()
    for minute in range(600):
        restraint.remember(watch.new(minute % channels, START + minute * MINUTE, unasked=unasked))
    assert 0 < watch.held <= 61


def test_asking_for_leave_lets_the_hour_before_go(restraint: Restraint) -> None:
    watch = Watch()
    for minute in range(30):
        restraint.remember(watch.new(CHANNEL, START + minute * MINUTE))
    restraint.leave(CHANNEL, CHANNEL, ["b"], START + 2 * HOUR)
    assert watch.held == 0


def test_asking_for_leave_in_many_places_leaves_nothing_behind(restraint: Restraint) -> None:
    gc.collect()
    before = len(gc.get_objects())
    for channel in range(5000):
        restraint.leave(channel, channel, ["a"], START)
    gc.collect()
    assert len(gc.get_objects()) < before + 1000


# Any evening

LIMIT = 3
PLACES = {10: 10, 11: 10, 12: 10, 20: 20}
"""Three places in one area, one in another."""

ENTRIES = ("a", "b", "c", "d")
places = st.sampled_from(sorted(PLACES))
asked_for = st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=2, unique=True)


class Evening(RuleBasedStateMachine):
    """Members ask, answers change and go, the bot restarts; what stands where is written down beside it."""

    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.restraint = Restraint(LIMIT)
        self.now = START
        self.said: list[Shown] = []
        self.changed: set[int] = set()
        self.target: dict[int, int] = {}

    @rule(minutes=st.integers(1, 25))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(target=messages, place=places, entries=asked_for)
    def somebody_asks_everybody(self, place: int, entries: list[str]) -> object:
        standing = [s for s in self.said if s.place == place and self.now - s.at < SAME_ENTRY_AFTER]
        about = [s for s in standing if set(s.entries) & set(entries)]
        answers = [s for s in about if not s.pointer]
        known = {entry for shown in answers for entry in shown.entries}
        is_pointed_to = bool(answers) and any(s.pointer and s.at >= answers[-1].at for s in about)
        leave = self.restraint.leave(place, PLACES[place], entries, self.now)
        match leave:
            case Speak(entries=new):
                assert new == tuple(entry for entry in entries if entry not in known) != ()
                return self._says(place, new, unasked=True)
            case PointTo(message=message):
                assert set(entries) <= known
                assert message == answers[-1].message
                assert not is_pointed_to
                pointer = self._says(place, tuple(entries), unasked=True, pointer=True)
                self.target[pointer] = message
                return pointer
            case Hush():
                spoken = [s for s in self._within_the_hour(PLACES[place]) if s.unasked]
                assert len(spoken) >= LIMIT or (is_pointed_to and set(entries) <= known)
                return multiple()

    @rule(target=messages, place=places, entries=asked_for)
    def somebody_asks_the_bot(self, place: int, entries: list[str]) -> int:
        return self._says(place, tuple(entries), unasked=False)

    @rule(message=messages, entries=asked_for)
    def an_answer_is_put_right(self, message: int, entries: list[str]) -> None:
        self.restraint.change(message, tuple(entries))
        self._rewrite(message, tuple(entries))

    @rule(message=consumes(messages))
    def an_answer_is_removed(self, message: int) -> None:
        self.restraint.forget(message)
        self._rewrite(message, ())

    @rule()
    def the_bot_restarts(self) -> None:
        self.restraint = Restraint(LIMIT)
        for shown in self.said:
            if self.now - shown.at <= HOUR:
                self.restraint.remember(shown)

    @invariant()
    def never_more_than_the_limit_in_any_hour(self) -> None:
        for area in set(PLACES.values()):
            times = [s.at for s in self.said if s.area == area and s.unasked]
            assert all(later - earlier >= HOUR for earlier, later in zip(times, times[LIMIT:], strict=False))

    @invariant()
    def never_the_same_entry_shown_twice_in_a_place_within_ten_minutes(self) -> None:
        told = [s for s in self._told if not s.pointer and self.now - s.at < SAME_ENTRY_AFTER]
        counts = Counter((s.place, entry) for s in told for entry in s.entries)
        assert all(count == 1 for count in counts.values())

    @invariant()
    def never_two_pointers_about_an_entry_to_one_answer(self) -> None:
        pointers = [s for s in self._told if s.pointer]
        counts = Counter((self.target[s.message], entry) for s in pointers for entry in s.entries)
        assert all(count == 1 for count in counts.values())

    @property
    def _told(self) -> list[Shown]:
        """What was said unasked and nobody has changed since, be it there and back."""
        return [s for s in self.said if s.unasked and s.message not in self.changed]

    def _says(self, place: int, entries: tuple[str, ...], *, unasked: bool, pointer: bool = False) -> int:
        shown = Shown(place, PLACES[place], len(self.said) + 1, entries, self.now, unasked, pointer)
        self.said.append(shown)
        self.restraint.remember(shown)
        return shown.message

    def _rewrite(self, message: int, entries: tuple[str, ...]) -> None:
        self.changed.add(message)
        old = self.said[message - 1]
        self.said[message - 1] = Shown(old.place, old.area, message, entries, old.at, old.unasked)

    def _within_the_hour(self, area: int) -> list[Shown]:
        return [s for s in self.said if s.area == area and self.now - s.at < HOUR]


Evening.TestCase.settings = settings(deadline=None, max_examples=150, stateful_step_count=40)
TestAnyEvening = Evening.TestCase
