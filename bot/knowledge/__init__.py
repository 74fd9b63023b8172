"""What we know: YAML files into frozen, validated values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Complaint, KnowledgeError, Severity
from bot.knowledge.faq import Faq, load_faq
from bot.knowledge.silence import load_silence
from bot.text import bare

FAQ_FILE = "faq.yaml"
SILENCE_FILE = "silence.yaml"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that was loaded, with the warnings it earned; `lines` as in `LoadedFaq`, `file` is the FAQ's."""

    faq: Faq
    silence: tuple[str, ...] = ()
    warnings: tuple[Complaint, ...] = ()
    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    file: Path = Path(FAQ_FILE)


def load_knowledge(directory: Path) -> Knowledge:
    """The knowledge of a directory. Raises KnowledgeError with the complaints of all its files together."""
    return load_files(directory / FAQ_FILE, directory / SILENCE_FILE)


def load_files(faq_file: Path, silence_file: Path | None, *, tolerant: bool = False) -> Knowledge:
    """The knowledge of single files; `tolerant` as in `load_faq`."""
    complaints: list[Complaint] = []
    loaded, silence = None, None
    try:
        loaded = load_faq(faq_file, tolerant=tolerant)
    except KnowledgeError as error:
        complaints += error.complaints
    try:
        silence = load_silence(silence_file) if silence_file else None
    except KnowledgeError as error:
        complaints += error.complaints
    if loaded is None or complaints:
        raise KnowledgeError(tuple(complaints))
    messages, warnings = (silence[0].messages, silence[1]) if silence else ((), ())
    both = tuple(_answered_and_silenced(loaded.faq, messages, silence_file))
    return Knowledge(loaded.faq, messages, loaded.warnings + warnings + both, loaded.lines, faq_file)


def _answered_and_silenced(faq: Faq, messages: tuple[str, ...], file: Path | None) -> list[Complaint]:
    owners = {bare(phrasing): entry.id for entry in faq.entries for phrasing in entry.phrasings}
    return [
        Complaint(file or Path(SILENCE_FILE), None, "silenced-phrasing", {"text": message}, owner, Severity.WARNING)
        for message in messages
        if (owner := owners.get(bare(message)))
    ]
