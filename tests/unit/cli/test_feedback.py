"""`feedback`: what members pressed, as the host reads it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.activity.store import FILE, Activity, Feedback
from bot.cli.feedback import feedback_lines
from bot.words.catalogue import words

say = words()
NOW = datetime.now(UTC)


async def pressed(folder: Path, *presses: tuple[int, str, Feedback, str]) -> None:
    store = Activity(folder / FILE)
    await store.open(NOW)
    for answer, entry, kind, chosen in presses:
        await store.note(kind, answer, [entry], guild=1, channel=2, at=NOW, chosen=chosen)
    await store.close()


async def test_without_presses_it_says_so(tmp_path: Path) -> None:
    assert await feedback_lines(say, tmp_path) == [say("feedback-none")]


async def test_the_entry_that_was_pressed_most_comes_first(tmp_path: Path) -> None:
    wrong = Feedback.WRONG
    await pressed(tmp_path, (1, "burn-in", wrong, ""), (2, "cleaning", wrong, ""), (3, "cleaning", wrong, ""))
    assert [line.split(":")[0] for line in await feedback_lines(say, tmp_path)] == ["cleaning", "burn-in"]


async def test_each_kind_is_told_with_how_often_it_was_pressed(tmp_path: Path) -> None:
    await pressed(
        tmp_path,
        (1, "cleaning", Feedback.OUTDATED, ""),
        (2, "cleaning", Feedback.OUTDATED, ""),
        (2, "cleaning", Feedback.OTHER, "burn-in"),
    )
    outdated = say("feedback-what", kind=Feedback.OUTDATED.value, chosen="", times=2)
    other = say("feedback-what", kind=Feedback.OTHER.value, chosen="burn-in", times=1)
    assert await feedback_lines(say, tmp_path) == [say("feedback-line", entry="cleaning", what=f"{outdated}; {other}")]


async def test_every_kind_has_words_of_its_own() -> None:
    told = {say("feedback-what", kind=kind.value, chosen="burn-in", times=1) for kind in Feedback}
    assert len(told) == len(Feedback)
