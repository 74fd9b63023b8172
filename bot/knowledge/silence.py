"""The silence list: messages the bot must not answer when nobody asked it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

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


def load_silence(file: Path, owners: Mapping[str, str] = MappingProxyType({})) -> tuple[Silence, tuple[Complaint, ...]]:
    """Read and check a silence list; the complaints are warnings. Raises KnowledgeError as `load_faq` does.

    `owners` has the entry of each phrasing in its bare form: none of them should be silenced.
    """
    document = read_yaml(file)
    silence = validate(document, Silence)
    places: dict[str, int] = {}
    warnings = []
    for position, message in enumerate(silence.messages):
        line = document.mark(("messages", position)).line
        first = places.setdefault(bare(message) or message, position)
        if first != position:
            details: dict[str, str | int] = {"text": message, "first": document.mark(("messages", first)).line}
            warnings.append(Complaint(file, line, "phrasing-twice", details, severity=Severity.WARNING))
        owner = owners.get(bare(message))
        if owner:
            about: dict[str, str | int] = {"text": message}
            warnings.append(Complaint(file, line, "silenced-phrasing", about, owner, Severity.WARNING))
    return silence, tuple(warnings)
