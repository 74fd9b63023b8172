"""The silence list: messages the bot must not answer when nobody asked it."""

from pathlib import Path

from pydantic import Field

from bot.errors import Complaint, Severity
from bot.knowledge.faq import Text
from bot.knowledge.validation import Strict, validate
from bot.knowledge.yaml_file import read_yaml
from bot.text import bare


class Silence(Strict):
    """The whole file."""

    messages: tuple[Text, ...] = Field(
        description="One message a line, as a member would write it; moderators add what the bot should have let pass."
    )


def load_silence(file: Path) -> tuple[Silence, tuple[Complaint, ...]]:
    """Read and check a silence list; the complaints are warnings. Raises KnowledgeError as `load_faq` does."""
    document = read_yaml(file)
    silence = validate(document, Silence)
    first_lines: dict[str, int] = {}
    warnings = []
    for position, message in enumerate(silence.messages):
        line = document.mark(("messages", position)).line
        first = first_lines.setdefault(bare(message), line)
        if first != line:
            details: dict[str, str | int] = {"text": message, "first": first}
            warnings.append(Complaint(file, line, "phrasing-twice", details, severity=Severity.WARNING))
    return silence, tuple(warnings)
