"""`feedback`: what members pressed about the answers, for whoever looks after the FAQ."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.activity.store import FILE, Activity
from bot.words.catalogue import Words


async def feedback_lines(words: Words, state_folder: Path) -> list[str]:
    """One line for each entry, the most often complained about first."""
    activity = Activity(state_folder / FILE)
    await activity.open(datetime.now(UTC))
    try:
        pressed = await activity.feedback()
    finally:
        await activity.close()
    counts = Counter((entry, kind, chosen) for _answer, entry, kind, chosen in pressed)
    totals = Counter(entry for _answer, entry, _kind, _chosen in pressed)
    lines = [
        words(
            "feedback-line",
            entry=entry,
            what="; ".join(
                words("feedback-what", kind=kind.value, chosen=chosen, times=times)
                for (name, kind, chosen), times in counts.most_common()
                if name == entry
            ),
        )
        for entry, _ in totals.most_common()
    ]
    return lines or [words("feedback-none")]
