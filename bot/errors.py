"""Our own error tree, and the complaints that knowledge files earn: codes, whose sentences live in `bot.words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong in one file.

    `problem` is the id of its sentence in the message catalogue, `details` that sentence's variables.
    `line` counts from 1; `entry` is the id of the entry it stands in, where there is one.
    """

    file: Path
    line: int | None
    problem: str
    details: Mapping[str, str | int] = field(default_factory=dict)
    entry: str | None = None
    severity: Severity = Severity.ERROR


class BotError(Exception):
    """Anything that we raise on purpose: `problem` and `details` as in a Complaint."""

    def __init__(self, problem: str, **details: str | int) -> None:
        super().__init__(problem, details)
        self.problem = problem
        self.details = details


class KnowledgeError(BotError):
    """A knowledge file cannot be used; every reason is in `complaints`."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("knowledge-more", count=len(complaints))
        self.complaints = complaints


class SettingsError(BotError):
    """A setting is missing or wrong; the operator has to put it right."""


class EncoderUnavailable(BotError):  # noqa: N818 - a state of the machine, named for what it is
    """The encoder that was asked for is not installed or its files are not sound."""
