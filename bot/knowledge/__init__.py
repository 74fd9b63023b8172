"""What we know: YAML files into frozen, validated values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Complaint, KnowledgeError
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
        silence = load_silence(silence_file, _owners(loaded.faq) if loaded else {}) if silence_file else None
    except KnowledgeError as error:
        complaints += error.complaints
    if loaded is None or complaints:
        raise KnowledgeError(tuple(complaints))
    messages, warnings = (silence[0].messages, silence[1]) if silence else ((), ())
    return Knowledge(loaded.faq, messages, loaded.warnings + warnings, loaded.lines, faq_file)


def _owners(faq: Faq) -> dict[str, str]:
    """The entry of each phrasing that has a word in it, by its bare form."""
    pairs = ((bare(phrasing), entry.id) for entry in faq.entries for phrasing in entry.phrasings)
    return {text: entry for text, entry in pairs if text}
