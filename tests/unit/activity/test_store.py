"""What outlives a restart, on real SQLite files: what is kept, for how long, and what happens when the file fails."""

import asyncio
import logging
import resource
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.activity.store import FILE, KEPT, TIDIED_EVERY, Activity, Feedback, Reply
from bot.answers.restraint import HOUR, Hush, PointTo, Restraint, Shown, Speak

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CHANNEL, THREAD, OTHER_CHANNEL = 10, 11, 12
QUESTION, ANSWER = 1000, 2000
MEMBER = 987_654_321_987_654_321
GREATEST_ID = 2**63 - 1

Open = Callable[..., Awaitable[Activity]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE


@pytest.fixture
async def open_store(file: Path) -> AsyncIterator[Open]:
    """Open a store on a file; all are closed at the end."""
    stores = []

    async def opened(on: Path | None = file, now: datetime = NOW) -> Activity:
        store = Activity(on)
        stores.append(store)
        await store.open(now)
        return store

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def store(open_store: Open) -> Activity:
    return await open_store()


@pytest.fixture
def restart(open_store: Open) -> Callable[[Activity], Awaitable[Activity]]:
    """The store that the next run of the bot has."""

    async def closed_and_opened(store: Activity) -> Activity:
        await store.close()
        return await open_store()

    return closed_and_opened


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that hardly waits for another process."""
    monkeypatch.setattr("bot.activity.store.BUSY_SECONDS", 0.01)


def shown(
    message: int = ANSWER,
    *entries: str,
    place: int = CHANNEL,
    area: int = CHANNEL,
    at: datetime = NOW,
    unasked: bool = True,
    pointer: bool = False,
) -> Shown:
    return Shown(place, area, message, entries or ("cleaning",), at, unasked, pointer)


async def note(
    store: Activity, kind: Feedback, answer: int, *entries: str, at: datetime = NOW, chosen: str = ""
) -> None:
    await store.note(kind, answer, entries, guild=1, channel=CHANNEL, at=at, chosen=chosen)


def reply(
    answer: int = ANSWER,
    *entries: str,
    channel: int = CHANNEL,
    unasked: bool = True,
    chosen: bool = False,
    removed: bool = False,
) -> Reply:
    """What is known of an answer that `shown` has described."""
    return Reply(answer, channel, () if removed else entries or ("cleaning",), unasked, chosen, removed)


def rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


@contextmanager
def held(file: Path, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another process has the file to itself."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(begin)
        yield


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow, as on a full disk: the system refuses each write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Answers and their questions


@pytest.mark.parametrize("unasked", [True, False], ids=["unasked", "asked"])
@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "found"])
async def test_an_answer_is_remembered_with_its_question(store: Activity, unasked: bool, chosen: bool) -> None:
    given = shown(ANSWER, "cleaning", "burn-in", place=THREAD, unasked=unasked)
    await store.remember(QUESTION, given, chosen=chosen)
    (found,) = await store.replies_to(QUESTION)
    assert found == reply(ANSWER, "cleaning", "burn-in", channel=THREAD, unasked=unasked, chosen=chosen)


async def test_a_question_that_was_not_answered_has_no_reply(store: Activity) -> None:
    await store.remember(QUESTION, shown())
    assert await store.replies_to(QUESTION + 1) == []


async def test_all_answers_to_a_question_are_known_oldest_first(store: Activity) -> None:
    await store.remember(QUESTION, shown(ANSWER + 1, "burn-in", unasked=False))
    await store.remember(QUESTION + 1, shown(ANSWER + 2))
    await store.remember(QUESTION, shown(ANSWER, "cleaning"))
    assert await store.replies_to(QUESTION) == [reply(ANSWER), reply(ANSWER + 1, "burn-in", unasked=False)]


async def test_an_answer_that_is_remembered_twice_is_one(store: Activity) -> None:
    for _ in range(2):
        await store.remember(QUESTION, shown())
    assert await store.replies_to(QUESTION) == [reply()]
    assert await store.shown_since(NOW - HOUR) == [shown()]


async def test_a_changed_answer_has_its_new_entries_and_no_other_answer_has(store: Activity) -> None:
    await store.remember(QUESTION, shown(ANSWER, "cleaning"))
    await store.remember(QUESTION, shown(ANSWER + 1, "cleaning"))
    await store.remember(QUESTION + 1, shown(ANSWER + 2, "cleaning"))
    await store.change(ANSWER, ["burn-in", "adapters"], chosen=False)
    replies = [*await store.replies_to(QUESTION), *await store.replies_to(QUESTION + 1)]
    assert replies == [reply(ANSWER, "burn-in", "adapters"), reply(ANSWER + 1), reply(ANSWER + 2)]


@pytest.mark.parametrize("before", [True, False], ids=["was chosen", "was found"])
@pytest.mark.parametrize("chosen", [True, False], ids=["by a person", "with its question"])
async def test_a_changed_answer_is_a_persons_choice_if_a_person_changed_it(
    store: Activity, before: bool, chosen: bool
) -> None:
    await store.remember(QUESTION, shown(), chosen=before)
    await store.change(ANSWER, ["burn-in"], chosen=chosen)
    assert await store.replies_to(QUESTION) == [reply(ANSWER, "burn-in", chosen=chosen)]


async def test_a_pointer_that_was_changed_into_an_answer_is_none_any_more(store: Activity) -> None:
    await store.remember(QUESTION, shown(pointer=True))
    await store.change(ANSWER, ["burn-in"], chosen=False)
    assert await store.shown_since(NOW - HOUR) == [shown(ANSWER, "burn-in")]


async def test_a_question_whose_answer_is_gone_still_counts_as_answered(store: Activity) -> None:
    await store.remember(QUESTION, shown(place=THREAD, unasked=False), chosen=True)
    await store.remember(QUESTION, shown(ANSWER + 1))
    await store.forget(ANSWER)
    gone = reply(channel=THREAD, unasked=False, chosen=True, removed=True)
    assert await store.replies_to(QUESTION) == [gone, reply(ANSWER + 1)]


async def test_an_answer_that_is_gone_can_be_changed_no_more(store: Activity) -> None:
    await store.remember(QUESTION, shown())
    await store.forget(ANSWER)
    await store.change(ANSWER, ["burn-in"], chosen=False)
    assert await store.replies_to(QUESTION) == [reply(removed=True)]
    assert [one.entries for one in await store.shown_since(NOW - HOUR)] == [()]


async def test_an_answer_that_is_gone_does_not_come_back_by_being_remembered(store: Activity) -> None:
    await store.remember(QUESTION, shown())
    await store.forget(ANSWER)
    await store.remember(QUESTION, shown())
    assert await store.replies_to(QUESTION) == [reply(removed=True)]


async def test_about_some_messages_the_answers_are_known_whether_they_are_questions_or_answers(store: Activity) -> None:
    for number in range(4):
        await store.remember(QUESTION + number, shown(ANSWER + number))
    await store.remember(QUESTION, shown(ANSWER + 9, "burn-in"))
    await store.forget(ANSWER + 1)
    assert await store.replies_about({QUESTION, ANSWER + 1, ANSWER + 3, QUESTION + 3, 1}) == [
        (QUESTION, reply(ANSWER)),
        (QUESTION + 1, reply(ANSWER + 1, removed=True)),
        (QUESTION + 3, reply(ANSWER + 3)),
        (QUESTION, reply(ANSWER + 9, "burn-in")),
    ]


@pytest.mark.parametrize("messages", [set(), {1, 2}], ids=["none", "unknown"])
async def test_about_messages_that_have_no_answer_nothing_is_known(store: Activity, messages: set[int]) -> None:
    await store.remember(QUESTION, shown())
    assert await store.replies_about(messages) == []


@pytest.mark.parametrize("chosen", [True, False])
async def test_whether_a_person_chose_an_answer_is_known_also_after_a_restart(
    chosen: bool, store: Activity, restart
) -> None:
    await store.remember(QUESTION, shown(), chosen=chosen)
    await store.remember(QUESTION + 1, shown(ANSWER + 1), chosen=not chosen)
    await store.change(ANSWER + 1, ["burn-in"], chosen=chosen)
    after = await restart(store)
    assert [await after.is_chosen(answer) for answer in (ANSWER, ANSWER + 1)] == [chosen, chosen]


async def test_nobody_chose_an_answer_that_nobody_knows(store: Activity) -> None:
    assert not await store.is_chosen(ANSWER)


@pytest.mark.parametrize("addressed", [True, False])
async def test_whether_an_answer_says_whom_it_is_for_is_known_also_after_a_change_and_a_restart(
    store: Activity, restart, addressed: bool
) -> None:
    await store.remember(QUESTION, shown(), addressed=addressed)
    await store.remember(QUESTION, shown(ANSWER + 1), addressed=not addressed)
    await store.change(ANSWER, ["burn-in"], chosen=True)
    assert await store.is_addressed(ANSWER) is addressed
    assert await (await restart(store)).is_addressed(ANSWER) is addressed


async def test_an_answer_that_nobody_knows_says_not_whom_it_is_for(store: Activity) -> None:
    await store.remember(QUESTION, shown(), addressed=True)
    assert not await store.is_addressed(QUESTION)


async def test_changing_and_forgetting_an_answer_that_nobody_knows_changes_nothing(store: Activity) -> None:
    await store.remember(QUESTION, shown())
    await store.change(ANSWER + 1, ["burn-in"], chosen=True)
    await store.forget(ANSWER + 1)
    assert await store.replies_to(QUESTION) == [reply()]
    assert await store.shown_since(NOW - HOUR) == [shown()]


async def test_what_was_shown_comes_oldest_first(store: Activity) -> None:
    given = [shown(ANSWER + number, at=NOW - number * MINUTE) for number in (1, 3, 0, 2)]
    for number, one in enumerate(given):
        await store.remember(QUESTION + number, one)
    assert await store.shown_since(NOW - HOUR) == sorted(given, key=lambda one: one.at)


async def test_what_was_shown_before_is_left_out(store: Activity) -> None:
    await store.remember(QUESTION, shown(ANSWER, at=NOW - HOUR - timedelta(microseconds=1)))
    await store.remember(QUESTION + 1, shown(ANSWER + 1, at=NOW - HOUR))
    assert await store.shown_since(NOW - HOUR) == [shown(ANSWER + 1, at=NOW - HOUR)]


async def test_what_was_said_and_removed_shows_nothing_but_was_said(store: Activity) -> None:
    await store.remember(QUESTION, shown(place=THREAD))
    await store.forget(ANSWER)
    assert await store.shown_since(NOW - HOUR) == [Shown(THREAD, CHANNEL, ANSWER, (), NOW, unasked=True)]


async def test_a_moment_is_the_same_in_every_time_zone(store: Activity) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-11)))
    await store.remember(QUESTION, shown(at=there))
    (found,) = await store.shown_since(there)
    assert found.at == NOW
    assert found.at.tzinfo is UTC


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.builds(
            Shown,
            st.integers(0, GREATEST_ID),
            st.integers(0, GREATEST_ID),
            st.integers(1, GREATEST_ID),
            st.lists(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"), max_size=5).map(tuple),
            st.timedeltas(timedelta(0), HOUR).map(lambda ago: NOW - ago),
            st.booleans(),
            st.booleans(),
        ),
        max_size=6,
        unique_by=(lambda one: one.at, lambda one: one.message),
    )
)
def test_whatever_was_shown_is_the_same_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory, given: list[Shown]
) -> None:
    async def remembered() -> list[Shown]:
        file = tmp_path_factory.mktemp("any") / FILE
        before, after = Activity(file), Activity(file)
        await before.open(NOW)
        for number, one in enumerate(given):
            await before.remember(number, one)
        await before.close()
        await after.open(NOW)
        try:
            return await after.shown_since(NOW - HOUR)
        finally:
            await after.close()

    assert asyncio.run(remembered()) == sorted(given, key=lambda one: one.at)


# Restarts


async def test_an_answer_survives_a_restart(store: Activity, restart) -> None:
    await store.remember(QUESTION, shown(ANSWER, "cleaning", "burn-in", unasked=False), chosen=True)
    after = await restart(store)
    assert await after.replies_to(QUESTION) == [reply(ANSWER, "cleaning", "burn-in", unasked=False, chosen=True)]


async def test_a_change_and_a_removal_survive_a_restart(store: Activity, restart) -> None:
    for number in (0, 1):
        await store.remember(QUESTION + number, shown(ANSWER + number))
    await store.change(ANSWER, ["burn-in"], chosen=True)
    await store.forget(ANSWER + 1)
    after = await restart(store)
    assert await after.replies_to(QUESTION) == [reply(ANSWER, "burn-in", chosen=True)]
    assert await after.replies_to(QUESTION + 1) == [reply(ANSWER + 1, removed=True)]


async def test_feedback_survives_a_restart(store: Activity, restart) -> None:
    await note(store, Feedback.OTHER, ANSWER, "cleaning", chosen="burn-in")
    assert await (await restart(store)).feedback() == [(ANSWER, "cleaning", Feedback.OTHER, "burn-in")]


async def test_a_mute_survives_a_restart_with_its_end(store: Activity, restart) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    assert (await restart(store)).muted_until([CHANNEL], NOW) == NOW + HOUR


async def test_a_lifted_mute_stays_lifted_after_a_restart(store: Activity, restart) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    await store.unmute(CHANNEL)
    assert (await restart(store)).muted_until([CHANNEL], NOW) is None


async def test_a_members_wish_to_be_left_alone_survives_a_restart(store: Activity, restart) -> None:
    await store.leave_alone(MEMBER)
    after = await restart(store)
    assert after.is_left_alone(MEMBER)
    assert not after.is_left_alone(MEMBER + 1)


async def test_a_member_who_came_back_is_back_after_a_restart(store: Activity, restart) -> None:
    await store.leave_alone(MEMBER)
    await store.welcome_back(MEMBER)
    assert not (await restart(store)).is_left_alone(MEMBER)


async def test_a_missing_permission_is_no_news_after_a_restart(store: Activity, restart) -> None:
    await store.is_news(CHANNEL, ["send_messages"])
    assert not await (await restart(store)).is_news(CHANNEL, ["send_messages"])


async def test_a_permission_that_was_given_back_may_be_news_again_after_a_restart(store: Activity, restart) -> None:
    await store.is_news(CHANNEL, ["send_messages"])
    await store.is_news(CHANNEL, [])
    assert await (await restart(store)).is_news(CHANNEL, ["send_messages"])


async def test_a_process_that_was_killed_loses_nothing_that_was_written(store: Activity, open_store: Open) -> None:
    await store.remember(QUESTION, shown())
    assert await store.leave_alone(MEMBER)
    after = await open_store()  # the first one was never closed
    assert after.is_left_alone(MEMBER)
    assert await after.replies_to(QUESTION) == [reply()]


async def test_the_hour_goes_on_counting_after_a_restart(store: Activity, restart) -> None:
    await store.remember(QUESTION, shown(ANSWER, "cleaning", at=NOW - 2 * MINUTE))
    await store.remember(QUESTION + 1, shown(ANSWER + 1, "cleaning", at=NOW - MINUTE, pointer=True))
    await store.remember(QUESTION + 2, shown(ANSWER + 2, "burn-in", place=THREAD, at=NOW - MINUTE))
    four, three = Restraint(4), Restraint(3)
    for one in await (await restart(store)).shown_since(NOW - HOUR):
        four.remember(one)
        three.remember(one)
    assert four.leave(CHANNEL, CHANNEL, ["cleaning"], NOW) == Hush()
    assert four.leave(THREAD, CHANNEL, ["burn-in"], NOW) == PointTo(ANSWER + 2)
    assert four.leave(CHANNEL, CHANNEL, ["adapters"], NOW) == Speak(("adapters",))
    assert three.leave(CHANNEL, CHANNEL, ["adapters"], NOW) == Hush()


async def test_ids_as_great_as_discords_can_get_survive(store: Activity, restart) -> None:
    await store.remember(GREATEST_ID, shown(GREATEST_ID, place=GREATEST_ID, area=GREATEST_ID))
    await store.mute(GREATEST_ID, NOW + HOUR)
    await store.leave_alone(GREATEST_ID)
    after = await restart(store)
    assert await after.replies_to(GREATEST_ID) == [reply(GREATEST_ID, channel=GREATEST_ID)]
    assert after.muted_until([GREATEST_ID], NOW) == NOW + HOUR
    assert after.is_left_alone(GREATEST_ID)


@pytest.mark.parametrize("name", ["with space", "what?", "50%20", "#1", "ümläut", "a&b=c", "me@home:1", "'quoted'"])
async def test_the_file_lies_where_it_was_wanted_whatever_its_folder_is_called(
    tmp_path: Path, open_store: Open, name: str
) -> None:
    file = tmp_path / name / FILE
    first = await open_store(file)
    assert await first.leave_alone(MEMBER)
    await first.close()
    assert file.is_file()
    assert (await open_store(file)).is_left_alone(MEMBER)


# How long it is kept


@pytest.fixture
async def old_and_young(open_store: Open) -> Activity:
    """Answers, feedback and mutes of which half is too old at NOW, when it is time to tidy up."""
    store = await open_store(now=NOW - TIDIED_EVERY)
    instant = timedelta(microseconds=1)
    for number, at in enumerate((NOW - KEPT - instant, NOW - KEPT)):
        await store.remember(QUESTION + number, shown(ANSWER + number, at=at))
        await note(store, Feedback.WRONG, ANSWER + number, "cleaning", at=at)
    await store.mute(CHANNEL, NOW - instant)
    await store.mute(OTHER_CHANNEL, NOW + MINUTE)
    return store


def test_what_is_kept_for_a_while_is_kept_for_thirty_days() -> None:
    assert timedelta(days=30) == KEPT


async def test_what_was_kept_for_too_long_is_gone_after_a_restart(old_and_young: Activity, restart) -> None:
    after = await restart(old_and_young)
    assert await after.replies_to(QUESTION) == []
    assert await after.replies_to(QUESTION + 1) == [reply(ANSWER + 1)]
    assert [answer for answer, *_ in await after.feedback()] == [ANSWER + 1]


@pytest.mark.parametrize("end", ["restart", "tidy"])
async def test_what_was_kept_for_too_long_is_not_in_the_file_any_more(
    end: str, old_and_young: Activity, restart, file: Path
) -> None:
    await (restart(old_and_young) if end == "restart" else old_and_young.tidy(NOW))
    tables = {"replies": "answer", "feedback": "answer", "muted_channels": "channel"}
    held_in_file = [rows(file, f"SELECT {column} FROM {table}") for table, column in tables.items()]  # noqa: S608
    assert held_in_file == [[(ANSWER + 1,)], [(ANSWER + 1,)], [(OTHER_CHANNEL,)]]


@pytest.mark.parametrize("before", ["start", "tidy"])
@pytest.mark.parametrize(("later", "is_gone"), [(TIDIED_EVERY - MINUTE, False), (TIDIED_EVERY, True)])
async def test_it_tidies_up_at_most_twice_a_day(
    before: str, later: timedelta, is_gone: bool, store: Activity, file: Path
) -> None:
    assert timedelta(hours=12) == TIDIED_EVERY
    last = NOW if before == "start" else NOW + DAY
    await store.tidy(last)
    await store.remember(QUESTION, shown(at=last - KEPT - MINUTE))
    await store.tidy(last + later)
    assert (rows(file, "SELECT answer FROM replies") == []) is is_gone


async def test_what_is_too_old_stays_until_it_tidies_up(old_and_young: Activity, file: Path) -> None:
    await old_and_young.remember(QUESTION + 2, shown(ANSWER + 2, at=NOW + DAY))
    assert rows(file, "SELECT answer FROM replies ORDER BY answer") == [(ANSWER,), (ANSWER + 1,), (ANSWER + 2,)]


async def test_how_old_something_is_depends_on_the_time_that_is_handed_in(store: Activity, open_store: Open) -> None:
    await store.remember(QUESTION, shown(at=NOW))
    await store.close()
    later = await open_store(now=NOW + KEPT + DAY)
    assert await later.replies_to(QUESTION) == []


async def test_tidying_leaves_requests_for_quiet_that_still_hold(store: Activity, restart) -> None:
    await store.mute(CHANNEL, NOW + 3 * KEPT)
    await store.leave_alone(MEMBER)
    await store.tidy(NOW + 2 * KEPT)
    assert store.muted_until([CHANNEL], NOW) == NOW + 3 * KEPT
    after = await restart(store)
    assert after.muted_until([CHANNEL], NOW) == NOW + 3 * KEPT
    assert after.is_left_alone(MEMBER)


# Feedback


@pytest.mark.parametrize("kind", list(Feedback))
async def test_feedback_is_stored_once_for_each_answer_entry_and_kind(store: Activity, kind: Feedback) -> None:
    await note(store, kind, ANSWER, "cleaning")
    await note(store, kind, ANSWER, "cleaning", at=NOW + MINUTE)
    assert await store.feedback() == [(ANSWER, "cleaning", kind, "")]


async def test_feedback_to_another_answer_entry_or_of_another_kind_is_stored_as_well(store: Activity) -> None:
    await note(store, Feedback.WRONG, ANSWER, "cleaning")
    await note(store, Feedback.WRONG, ANSWER + 1, "cleaning", at=NOW + MINUTE)
    await note(store, Feedback.WRONG, ANSWER, "burn-in", at=NOW + 2 * MINUTE)
    await note(store, Feedback.OUTDATED, ANSWER, "cleaning", at=NOW + 3 * MINUTE)
    assert await store.feedback() == [
        (ANSWER, "cleaning", Feedback.WRONG, ""),
        (ANSWER + 1, "cleaning", Feedback.WRONG, ""),
        (ANSWER, "burn-in", Feedback.WRONG, ""),
        (ANSWER, "cleaning", Feedback.OUTDATED, ""),
    ]


async def test_every_entry_of_an_answer_has_the_feedback(store: Activity) -> None:
    await note(store, Feedback.NOT_HELPFUL, ANSWER, "cleaning", "burn-in")
    assert {entry for _, entry, _, _ in await store.feedback()} == {"cleaning", "burn-in"}


async def test_feedback_half_of_which_is_known_adds_the_other_half(store: Activity) -> None:
    await note(store, Feedback.WRONG, ANSWER, "cleaning")
    await note(store, Feedback.WRONG, ANSWER, "cleaning", "burn-in")
    assert sorted(entry for _, entry, _, _ in await store.feedback()) == ["burn-in", "cleaning"]


async def test_two_entries_that_were_meant_instead_are_both_stored(store: Activity) -> None:
    for chosen in ("burn-in", "adapters", "burn-in"):
        await note(store, Feedback.OTHER, ANSWER, "cleaning", chosen=chosen)
    assert sorted(chosen for *_, chosen in await store.feedback()) == ["adapters", "burn-in"]


async def test_feedback_from_a_direct_message_needs_no_server(store: Activity) -> None:
    await store.note(Feedback.WRONG, ANSWER, ["cleaning"], guild=None, channel=None, at=NOW)
    assert await store.feedback() == [(ANSWER, "cleaning", Feedback.WRONG, "")]


@pytest.mark.parametrize(("guild", "stored"), [(1, (1, CHANNEL)), (None, (None, None))], ids=["server", "direct"])
async def test_where_feedback_was_given_is_stored_unless_that_would_tell_who_it_was(
    store: Activity, file: Path, guild: int | None, stored: tuple[int | None, int | None]
) -> None:
    await store.note(Feedback.WRONG, ANSWER, ["cleaning"], guild=guild, channel=CHANNEL, at=NOW)
    assert rows(file, "SELECT guild, channel FROM feedback") == [stored]


async def test_feedback_about_no_entry_is_none(store: Activity) -> None:
    await note(store, Feedback.WRONG, ANSWER)
    assert await store.feedback() == []


# Quiet on request


@pytest.mark.parametrize(
    ("later", "is_muted"),
    [
        pytest.param(timedelta(0), True, id="at once"),
        pytest.param(HOUR - timedelta(microseconds=1), True, id="just before its end"),
        pytest.param(HOUR, False, id="at its end"),
        pytest.param(2 * HOUR, False, id="after its end"),
    ],
)
async def test_a_mute_lasts_until_its_end(store: Activity, later: timedelta, is_muted: bool) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    assert (store.muted_until([CHANNEL], NOW + later) is not None) is is_muted


async def test_a_channel_that_was_not_muted_is_not(store: Activity) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    assert store.muted_until([OTHER_CHANNEL], NOW) is None


async def test_a_thread_is_muted_with_its_channel_and_until_the_later_end(store: Activity) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    assert store.muted_until([THREAD, CHANNEL], NOW) == NOW + HOUR
    await store.mute(THREAD, NOW + DAY)
    assert store.muted_until([THREAD, CHANNEL], NOW) == NOW + DAY


async def test_a_mute_of_the_thread_that_has_ended_does_not_end_the_channels(store: Activity) -> None:
    await store.mute(THREAD, NOW + MINUTE)
    await store.mute(CHANNEL, NOW + HOUR)
    assert store.muted_until([THREAD, CHANNEL], NOW + 2 * MINUTE) == NOW + HOUR


@pytest.mark.parametrize("again", [MINUTE, DAY], ids=["shorter", "longer"])
async def test_the_last_word_on_a_mute_counts_also_after_a_restart(store: Activity, restart, again: timedelta) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    await store.mute(CHANNEL, NOW + again)
    assert store.muted_until([CHANNEL], NOW) == NOW + again
    assert (await restart(store)).muted_until([CHANNEL], NOW) == NOW + again


async def test_lifting_a_mute_that_is_not_there_is_fine(store: Activity) -> None:
    assert await store.unmute(CHANNEL)


async def test_wanting_to_be_left_alone_twice_is_ended_by_coming_back_once(store: Activity, restart) -> None:
    assert await store.leave_alone(MEMBER)
    assert await store.leave_alone(MEMBER)
    assert await store.welcome_back(MEMBER)
    assert not store.is_left_alone(MEMBER)
    assert not (await restart(store)).is_left_alone(MEMBER)


# Missing permissions


@pytest.mark.parametrize(
    ("reports", "news"),
    [
        pytest.param([["a"], ["a"]], [True, False], id="the same again"),
        pytest.param([["a"], ["a", "b"], ["b"]], [True, True, True], id="another one each time"),
        pytest.param([[]], [False], id="nothing missing is no news"),
        pytest.param([["a"], [], ["a"]], [True, False, True], id="given and taken again"),
    ],
)
async def test_a_missing_permission_is_news_once_until_it_changes(
    store: Activity, reports: list[list[str]], news: list[bool]
) -> None:
    assert [await store.is_news(CHANNEL, missing) for missing in reports] == news


async def test_what_one_channel_lacks_is_news_in_another(store: Activity) -> None:
    await store.is_news(CHANNEL, ["send_messages"])
    assert await store.is_news(OTHER_CHANNEL, ["send_messages"])


async def test_two_messages_at_once_bring_the_news_once(store: Activity) -> None:
    told = await asyncio.gather(*(store.is_news(CHANNEL, ["send_messages"]) for _ in range(20)))
    assert sum(told) == 1


# What can be in the file at all


async def test_the_file_has_room_for_ids_and_times_and_names_of_our_own_only(store: Activity, file: Path) -> None:
    await store.close()
    columns = {
        (table, name, kind.partition("(")[0])
        for (table,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
        for _, name, kind, *_ in rows(file, f"PRAGMA table_info({table})")
    }
    with_text = {
        (table, name) for table, name, kind in columns if kind not in {"BIGINT", "INTEGER", "BOOLEAN", "DATETIME"}
    }
    assert with_text == {
        ("replies", "entries"),
        ("feedback", "entry"),
        ("feedback", "kind"),
        ("feedback", "chosen"),
        ("reported_permissions", "missing"),
    }


async def test_feedback_and_answers_have_no_room_for_a_member(store: Activity, file: Path) -> None:
    await store.close()
    assert [name for _, name, *_ in rows(file, "PRAGMA table_info(feedback)")] == [
        "answer",
        "entry",
        "kind",
        "chosen",
        "guild",
        "channel",
        "at",
    ]
    assert [name for _, name, *_ in rows(file, "PRAGMA table_info(replies)")] == [
        "answer",
        "question",
        "channel",
        "area",
        "entries",
        "unasked",
        "pointer",
        "chosen",
        "addressed",
        "removed",
        "at",
    ]


async def test_a_member_is_in_the_file_only_by_wish_and_gone_after_coming_back(store: Activity, file: Path) -> None:
    await store.leave_alone(MEMBER)
    assert rows(file, "SELECT * FROM members_left_alone") == [(MEMBER,)]
    await store.welcome_back(MEMBER)
    assert rows(file, "SELECT * FROM members_left_alone") == []


# Files that can't be used


def a_folder(file: Path) -> None:
    file.mkdir(parents=True)


def corrupt_bytes(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\x00\xff not a database" * 500)


def a_text(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("AMBIENT_CHANNELS=1\n", encoding="utf-8")


def corrupt_inside(file: Path) -> None:
    """A sound first page, and rubbish after it."""
    fill(file)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def cut_short(file: Path) -> None:
    fill(file)
    file.write_bytes(file.read_bytes()[:5000])


def another_programs(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE replies (id INTEGER PRIMARY KEY, body TEXT)")
        connection.commit()


def a_time_that_is_none(file: Path) -> None:
    fill(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO muted_channels VALUES (13, 'tomorrow')")
        connection.commit()


def a_file_as_folder(file: Path) -> None:
    file.parent.write_bytes(b"")


def read_only(file: Path) -> None:
    """Read-only for SQLite whoever asks: its header names a version of the format that only newer ones write."""
    fill(file)
    content = bytearray(file.read_bytes())
    content[18] = 3
    file.write_bytes(content)


def fill(file: Path) -> None:
    """A sound file of an earlier run."""

    async def earlier() -> None:
        store = Activity(file)
        await store.open(NOW)
        await store.remember(QUESTION, shown())
        await note(store, Feedback.WRONG, ANSWER, "cleaning")
        await store.mute(OTHER_CHANNEL, NOW + HOUR)
        await store.leave_alone(1)
        await store.close()

    asyncio.run(earlier())


UNUSABLE = [
    a_folder,
    corrupt_bytes,
    a_text,
    corrupt_inside,
    cut_short,
    another_programs,
    a_time_that_is_none,
    a_file_as_folder,
]


@pytest.fixture(params=UNUSABLE, ids=lambda spoil: spoil.__name__)
def unusable(request: pytest.FixtureRequest, file: Path) -> Path:
    """A path at which nothing can be kept."""
    request.param(file)
    return file


async def do_everything(store: Activity) -> None:
    await store.remember(QUESTION, shown())
    await store.change(ANSWER, ["burn-in"], chosen=True)
    await note(store, Feedback.WRONG, ANSWER, "burn-in")
    await store.mute(CHANNEL, NOW + HOUR)
    await store.unmute(CHANNEL)
    await store.leave_alone(MEMBER)
    await store.welcome_back(MEMBER)
    await store.is_news(CHANNEL, ["send_messages"])
    await store.replies_to(QUESTION)
    await store.shown_since(NOW - HOUR)
    await store.feedback()
    await store.forget(ANSWER)
    await store.tidy(NOW)


async def test_an_unusable_file_costs_one_line_that_names_it(
    unusable: Path, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(unusable)
    await do_everything(store)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert str(unusable) in record.getMessage()
    assert "\n" not in record.getMessage()
    assert record.exc_info is None


async def test_with_an_unusable_file_everything_works_until_the_end_of_the_run(
    unusable: Path, open_store: Open
) -> None:
    store = await open_store(unusable)
    await store.remember(QUESTION, shown())
    await note(store, Feedback.WRONG, ANSWER, "cleaning")
    await store.mute(CHANNEL, NOW + HOUR)
    await store.leave_alone(MEMBER)
    assert await store.replies_to(QUESTION) == [reply()]
    assert await store.shown_since(NOW - HOUR) == [shown()]
    assert await store.feedback() == [(ANSWER, "cleaning", Feedback.WRONG, "")]
    assert store.muted_until([CHANNEL], NOW) == NOW + HOUR
    assert store.is_left_alone(MEMBER)


async def test_with_an_unusable_file_nothing_is_said_to_survive(unusable: Path, open_store: Open) -> None:
    store = await open_store(unusable)
    told = [
        await store.mute(CHANNEL, NOW + HOUR),
        await store.unmute(CHANNEL),
        await store.leave_alone(MEMBER),
        await store.welcome_back(MEMBER),
    ]
    assert told == [False, False, False, False]


@pytest.mark.parametrize("spoil", [corrupt_bytes, a_text, corrupt_inside, cut_short, read_only])
def test_an_unusable_file_is_left_as_it_was(file: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file)
    before = file.read_bytes()

    async def run() -> None:
        store = Activity(file)
        await store.open(NOW)
        await do_everything(store)
        await store.close()

    asyncio.run(run())
    assert file.read_bytes() == before


# A file that can only be read


@pytest.fixture
def readable(file: Path) -> Path:
    """A file of an earlier run that nobody may write to."""
    read_only(file)
    return file


async def test_a_file_that_can_only_be_read_keeps_what_it_holds(readable: Path, open_store: Open) -> None:
    store = await open_store(readable)
    assert store.muted_until([OTHER_CHANNEL], NOW) == NOW + HOUR
    assert store.is_left_alone(1)
    assert await store.replies_to(QUESTION) == [reply()]
    assert await store.shown_since(NOW - HOUR) == [shown()]
    assert await store.feedback() == [(ANSWER, "cleaning", Feedback.WRONG, "")]


async def test_requests_for_quiet_hold_until_the_end_of_the_run_although_the_file_can_only_be_read(
    readable: Path, open_store: Open
) -> None:
    store = await open_store(readable)
    told = [
        await store.mute(CHANNEL, NOW + HOUR),
        await store.unmute(OTHER_CHANNEL),
        await store.leave_alone(MEMBER),
        await store.welcome_back(1),
    ]
    assert told == [False, False, False, False]
    assert store.muted_until([CHANNEL], NOW) == NOW + HOUR
    assert store.muted_until([OTHER_CHANNEL], NOW) is None
    assert store.is_left_alone(MEMBER)
    assert not store.is_left_alone(1)


async def test_a_file_that_can_only_be_read_is_told_of_once_at_the_start(
    readable: Path, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(readable)
    await store.replies_to(QUESTION)
    await store.feedback()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert str(readable) in record.getMessage()
    assert "\n" not in record.getMessage()
    assert record.exc_info is None


async def test_nothing_fails_although_the_file_can_only_be_read(readable: Path, open_store: Open) -> None:
    await do_everything(await open_store(readable))
    assert rows(readable, "SELECT answer, entries FROM replies") == [(ANSWER, "cleaning")]


async def test_an_empty_file_is_a_new_store(tmp_path: Path, open_store: Open) -> None:
    file = tmp_path / FILE
    await asyncio.to_thread(file.touch)
    assert await (await open_store(file)).leave_alone(MEMBER)


async def test_a_store_without_a_file_says_nothing_and_promises_nothing(
    open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(None)
    assert not await store.leave_alone(MEMBER)
    assert store.is_left_alone(MEMBER)
    await do_everything(store)
    assert caplog.records == []


async def test_feedback_of_a_kind_that_only_a_later_version_knows_hides_none_of_the_rest(
    store: Activity, file: Path
) -> None:
    await note(store, Feedback.WRONG, ANSWER, "cleaning")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE feedback SET kind = 'loved', entry = 'burn-in'")
        connection.commit()
    await note(store, Feedback.WRONG, ANSWER, "cleaning")
    assert await store.feedback() == [(ANSWER, "cleaning", Feedback.WRONG, "")]


# Closing


async def test_closing_waits_for_what_is_under_way(store: Activity, open_store: Open) -> None:
    under_way = [asyncio.create_task(store.remember(QUESTION, shown(ANSWER + number))) for number in range(40)]
    await asyncio.sleep(0)
    await store.close()
    assert all(task.done() for task in under_way)
    after = await open_store()
    assert await after.replies_to(QUESTION) == [reply(ANSWER + number) for number in range(40)]


@pytest.mark.usefixtures("impatient")
async def test_closing_waits_for_a_write_until_that_gives_up_on_a_file_that_is_held(
    store: Activity, file: Path
) -> None:
    with held(file):
        under_way = asyncio.create_task(store.leave_alone(MEMBER))
        await asyncio.sleep(0)
        await store.close()
        assert under_way.done()
        assert not await under_way


async def test_what_comes_after_closing_is_quietly_not_stored(
    store: Activity, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await store.remember(QUESTION, shown())
    await store.close()
    await do_everything(store)
    assert not await store.leave_alone(MEMBER)
    assert not await store.mute(CHANNEL, NOW + HOUR)
    assert await store.replies_to(QUESTION) == []
    assert caplog.records == []
    after = await open_store()
    assert await after.replies_to(QUESTION) == [reply()]
    assert await after.feedback() == []
    assert not after.is_left_alone(MEMBER)
    assert after.muted_until([CHANNEL], NOW) is None


async def test_quiet_still_holds_after_closing(store: Activity) -> None:
    await store.mute(CHANNEL, NOW + HOUR)
    await store.close()
    await store.leave_alone(MEMBER)
    assert store.muted_until([CHANNEL], NOW) == NOW + HOUR
    assert store.is_left_alone(MEMBER)


async def test_a_store_can_be_closed_twice_or_without_having_been_opened(
    store: Activity, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for one in (store, store, Activity(file)):
        await one.close()
    assert caplog.records == []


# Files that fail while it runs


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_process_holds_at_the_start_is_done_without(
    file: Path, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.mkdir()
    with held(file, "BEGIN EXCLUSIVE"):
        store = await open_store()
        assert not await store.leave_alone(MEMBER)
    assert store.is_left_alone(MEMBER)
    (record,) = caplog.records
    assert str(file) in record.getMessage()


@pytest.mark.usefixtures("impatient")
async def test_of_a_file_that_was_held_at_the_start_each_write_tells_whether_it_was_kept(
    store: Activity, open_store: Open, file: Path
) -> None:
    await store.leave_alone(1)
    with held(file):
        late = await open_store()
        assert late.is_left_alone(1)
        assert not await late.mute(CHANNEL, NOW + HOUR)
    assert await late.leave_alone(MEMBER)
    after = await open_store()
    assert (after.is_left_alone(MEMBER), after.muted_until([CHANNEL], NOW)) == (True, None)


@pytest.mark.usefixtures("impatient")
async def test_what_can_not_be_written_holds_in_memory_but_is_not_said_to_survive(
    store: Activity, open_store: Open, file: Path
) -> None:
    with held(file):
        assert not await store.leave_alone(MEMBER)
        assert not await store.mute(CHANNEL, NOW + HOUR)
    assert store.is_left_alone(MEMBER)
    assert store.muted_until([CHANNEL], NOW) == NOW + HOUR
    after = await open_store()
    assert not after.is_left_alone(MEMBER)
    assert after.muted_until([CHANNEL], NOW) is None


@pytest.mark.usefixtures("impatient")
async def test_what_can_not_be_undone_in_the_file_is_not_said_to_survive(store: Activity, file: Path) -> None:
    await store.leave_alone(MEMBER)
    await store.mute(CHANNEL, NOW + HOUR)
    with held(file):
        assert not await store.welcome_back(MEMBER)
        assert not await store.unmute(CHANNEL)
    assert not store.is_left_alone(MEMBER)
    assert store.muted_until([CHANNEL], NOW) is None


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_is_free_again_is_written_again(store: Activity, restart, file: Path) -> None:
    with held(file):
        assert not await store.leave_alone(MEMBER)
    assert await store.leave_alone(MEMBER)
    assert (await restart(store)).is_left_alone(MEMBER)


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_process_writes_can_still_be_read(store: Activity, file: Path) -> None:
    await store.remember(QUESTION, shown())
    with held(file):
        assert await store.replies_to(QUESTION) == [reply()]
        assert await store.shown_since(NOW - HOUR) == [shown()]


@pytest.mark.usefixtures("impatient")
async def test_a_permission_is_no_news_twice_although_the_file_is_held(store: Activity, file: Path) -> None:
    with held(file):
        assert await store.is_news(CHANNEL, ["send_messages"])
        assert not await store.is_news(CHANNEL, ["send_messages"])


@pytest.mark.usefixtures("impatient")
async def test_each_failed_write_costs_one_line_without_any_value(
    store: Activity, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with held(file):
        await store.leave_alone(MEMBER)
    (record,) = caplog.records
    assert str(file) in record.getMessage()
    assert str(MEMBER) not in caplog.text
    assert "\n" not in record.getMessage()
    assert record.exc_info is None


@pytest.mark.usefixtures("impatient")
async def test_feedback_is_written_whole_or_not_at_all(store: Activity, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        refusal = "SELECT RAISE(ABORT, 'no') WHERE NEW.entry = 'burn-in'"
        connection.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON feedback BEGIN {refusal}; END")
        connection.commit()
    await note(store, Feedback.WRONG, ANSWER, "cleaning", "burn-in")
    assert await store.feedback() == []


async def test_a_full_disk_costs_memory_but_never_an_answer(
    store: Activity, caplog: pytest.LogCaptureFixture, file: Path
) -> None:
    await store.remember(QUESTION, shown())
    with full_disk():
        assert not await store.leave_alone(MEMBER)
        await store.remember(QUESTION + 1, shown(ANSWER + 1))
        assert await store.replies_to(QUESTION) == [reply()]
        assert await store.replies_to(QUESTION + 1) == []
    assert store.is_left_alone(MEMBER)
    assert [str(file) in record.getMessage() for record in caplog.records] == [True, True]
    assert str(MEMBER) not in caplog.text


async def test_after_a_full_disk_was_cleared_all_is_kept_again(store: Activity, restart) -> None:
    with full_disk():
        await store.leave_alone(MEMBER)
    assert await store.leave_alone(MEMBER)
    assert (await restart(store)).is_left_alone(MEMBER)


async def test_a_disk_that_is_full_at_the_start_is_no_reason_not_to_start(
    open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with full_disk():
        store = await open_store()
        assert not await store.leave_alone(MEMBER)
        assert store.is_left_alone(MEMBER)
    assert len(caplog.records) == 1


def delete_file(file: Path) -> None:
    for one in file.parent.iterdir():
        one.unlink()


def delete_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


@pytest.mark.parametrize("remove", [delete_file, delete_folder])
async def test_a_deleted_file_is_no_reason_to_fail(store: Activity, file: Path, remove: Callable[[Path], None]) -> None:
    await store.leave_alone(MEMBER)
    remove(file)
    await do_everything(store)
    await store.leave_alone(MEMBER)
    assert store.is_left_alone(MEMBER)


@pytest.mark.parametrize("remove", [delete_file, delete_folder])
async def test_after_the_file_was_deleted_nothing_is_said_to_survive_that_does_not(
    store: Activity, restart, file: Path, remove: Callable[[Path], None]
) -> None:
    remove(file)
    told = await store.leave_alone(MEMBER)
    after = await restart(store)
    assert after.is_left_alone(MEMBER) is told


async def test_spoiled_while_it_runs_it_says_so_and_goes_on(
    store: Activity, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE members_left_alone")
        connection.execute("DROP TABLE replies")
        connection.commit()
    assert not await store.leave_alone(MEMBER)
    assert await store.replies_to(QUESTION) == []
    assert store.is_left_alone(MEMBER)
    assert len(caplog.records) == 2
    assert str(MEMBER) not in caplog.text


# Two stores on one file


async def test_two_stores_on_one_file_read_what_the_other_one_wrote(store: Activity, open_store: Open) -> None:
    other = await open_store()
    await store.remember(QUESTION, shown())
    await note(other, Feedback.WRONG, ANSWER, "cleaning")
    assert await other.replies_to(QUESTION) == await store.replies_to(QUESTION) == [reply()]
    assert await store.feedback() == [(ANSWER, "cleaning", Feedback.WRONG, "")]


async def test_two_stores_that_write_at_once_lose_nothing(store: Activity, open_store: Open, restart) -> None:
    other = await open_store()
    both = [(store, number) for number in range(40)] + [(other, number) for number in range(40, 80)]
    await asyncio.gather(*(one.remember(number, shown(number + 1)) for one, number in both))
    kept = await asyncio.gather(*(one.leave_alone(number) for one, number in both))
    await other.close()
    after = await restart(store)
    assert all(kept)
    assert all(after.is_left_alone(number) for number in range(80))
    assert len(await after.shown_since(NOW - HOUR)) == 80


@pytest.mark.parametrize("count", [2, 6])
async def test_stores_that_are_created_at_once_are_all_usable(open_store: Open, file: Path, count: int) -> None:
    stores = await asyncio.gather(*(open_store() for _ in range(count)))
    assert all([await one.leave_alone(number) for number, one in enumerate(stores)])
    assert sorted(rows(file, "SELECT member FROM members_left_alone")) == [(number,) for number in range(count)]


@pytest.mark.parametrize("kept", [True, False], ids=["in a file", "until the end of the run"])
async def test_two_hundred_questions_at_once_are_all_remembered(open_store: Open, file: Path, kept: bool) -> None:
    store = await open_store(file if kept else None)
    await asyncio.gather(*(store.remember(number, shown(number + 1)) for number in range(200)))
    replies = await asyncio.gather(*(store.replies_to(number) for number in range(200)))
    assert replies == [[reply(number + 1)] for number in range(200)]
