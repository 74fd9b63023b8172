"""`check`: the report on the knowledge files."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

from bot.answers.decision import policies
from bot.answers.desk import Desk
from bot.curation.expectation import expectation
from bot.curation.report import advice
from bot.errors import KnowledgeError
from bot.knowledge import Knowledge, load_knowledge
from bot.settings import Manners
from bot.words.catalogue import Words
from bot.words.sentences import NOTHING, complaint_line


def check_lines(words: Words, directory: Path) -> tuple[Knowledge | None, list[str]]:
    """The knowledge if it is sound, and what is wrong with it or could be better, line by line."""
    try:
        knowledge = load_knowledge(directory)
    except KnowledgeError as error:
        lines = [f"{words('severity-error')}: {complaint_line(words, complaint)}" for complaint in error.complaints]
        return None, [*lines, words("check-unsound", errors=len(error.complaints))]
    warnings = [*knowledge.warnings, *advice(knowledge)]
    lines = [f"{words('severity-warning')}: {complaint_line(words, complaint)}" for complaint in warnings]
    phrasings = sum(len(entry.phrasings) for entry in knowledge.faq.entries)
    counts = {"entries": len(knowledge.faq.entries), "phrasings": phrasings, "silences": len(knowledge.silence)}
    return knowledge, [*lines, words("check-sound", **counts, warnings=len(warnings))]


def report_lines(words: Words, desk: Desk, manners: Manners) -> Iterator[str]:
    """What the knowledge may be expected to do, by a desk that is ready."""
    report = expectation(desk.knowledge, desk.examine(), *policies(manners))
    shares = {field.name: _percent(getattr(report.expected, field.name)) for field in fields(report.expected)}
    yield words("report-asked", **shares)
    yield words("report-overheard", **shares)
    for theft in report.thefts:
        yield words("report-theft", **asdict(theft))
    for needy in report.needy:
        yield words("report-needy", **(asdict(needy) | {"found": _percent(needy.found)}))
    yield words("report-idle", count=report.idle, of=report.examined)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.1f}"
