"""What a moderator should know about sound knowledge: phrasings that add nothing, entries that need more."""

from collections.abc import Iterator

from bot.errors import Complaint, Severity
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry
from bot.matching.lexical import alike_pairs

ALIKE_FROM = 90.0
"""From this token sort ratio on, two phrasings count as one."""

ALTERNATIVES_WANTED = 25
"""So many different alternatives find most of the ways members put a question; measured (see README)."""


def advice(knowledge: Knowledge) -> Iterator[Complaint]:
    """Warnings on every entry, in the file's order."""
    for entry in knowledge.faq.entries:
        yield from _entry_advice(knowledge, entry)


def _entry_advice(knowledge: Knowledge, entry: Entry) -> Iterator[Complaint]:
    def warning(position: int, problem: str, **details: str | int) -> Complaint:
        line = knowledge.lines.get((entry.id, position))
        return Complaint(knowledge.file, line, problem, details, entry.id, Severity.WARNING)

    repeated = {later: earlier for earlier, later in reversed(alike_pairs(entry.phrasings, ALIKE_FROM))}
    for later, earlier in sorted(repeated.items()):
        first = knowledge.lines.get((entry.id, earlier), 0)
        yield warning(later, "phrasings-alike", text=entry.phrasings[later], first=first)
    different = len(entry.alternatives) - len(repeated)
    if different < ALTERNATIVES_WANTED:
        yield warning(0, "alternatives-few", count=different, wanted=ALTERNATIVES_WANTED)
