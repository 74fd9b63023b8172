"""`check`: the report on the knowledge files."""

from pathlib import Path

from bot.curation.report import advice
from bot.errors import KnowledgeError
from bot.knowledge import load_knowledge
from bot.words.catalogue import Words
from bot.words.sentences import complaint_line


def check_lines(words: Words, directory: Path) -> tuple[bool, list[str]]:
    """Whether the knowledge is sound, and the report's lines."""
    try:
        knowledge = load_knowledge(directory)
    except KnowledgeError as error:
        lines = [f"{words('severity-error')}: {complaint_line(words, complaint)}" for complaint in error.complaints]
        return False, [*lines, words("check-unsound", errors=len(error.complaints))]
    warnings = [*knowledge.warnings, *advice(knowledge)]
    lines = [f"{words('severity-warning')}: {complaint_line(words, complaint)}" for complaint in warnings]
    phrasings = sum(len(entry.phrasings) for entry in knowledge.faq.entries)
    counts = {"entries": len(knowledge.faq.entries), "phrasings": phrasings, "silences": len(knowledge.silence)}
    return True, [*lines, words("check-sound", **counts, warnings=len(warnings))]
