"""The FAQ: entries as moderators write them, checked, frozen and trusted from here on."""

from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import Field, ValidationError

from bot.errors import Complaint, KnowledgeError, Severity
from bot.knowledge.validation import Strict, validate
from bot.knowledge.yaml_file import Document, Place, read_all
from bot.text import bare

ANSWER_MAX = 950
"""Characters of an answer: about what a phone shows without scrolling."""

QUESTION_MAX = 100
"""Characters of a question, so that it fits an autocomplete choice, which Discord cuts off there."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="letters, digits, '-', '_', '.'")]
Text = Annotated[str, Field(pattern=r"\S", max_length=2000)]


class Entry(Strict):
    """One item of the FAQ."""

    id: Id = Field(description="The entry's name: never changes once it is in use.")
    category: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")] | None = Field(
        default=None, description="The group it is listed under, one lower-case word."
    )
    question: Text = Field(description="The question in plain words, as the answer's title.")
    alternatives: tuple[Text, ...] = Field(description="Other ways members put it; the more different, the better.")
    not_for: tuple[Text, ...] = Field(
        default=(), description="Questions that sound alike but that this answer does not answer."
    )
    answer: Annotated[str, Field(pattern=r"\S")] = Field(
        description=f"What the bot posts, word for word: Discord's Markdown, at most {ANSWER_MAX} characters."
    )
    related: tuple[Id, ...] = Field(default=(), description="Ids of entries a reader may want next.")
    sources: tuple[Text, ...] = Field(default=(), description="Where the answer's facts come from.")
    unverified: tuple[Text, ...] = Field(default=(), description="Statements of the answer that no source confirms.")
    checked: date | None = Field(default=None, description="When somebody last compared the answer with its sources.")

    @cached_property
    def code(self) -> str:
        """A short name of fixed length, 40 bits of the id's hash: several fit into the id of one Discord button."""
        return b32encode(blake2b(self.id.encode(), digest_size=5).digest()).decode().lower()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and its alternatives: all that a member's words are compared with."""
        return (self.question, *self.alternatives)


class Faq(Strict):
    """The whole file."""

    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def by_code(self) -> dict[str, Entry]:
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def by_category(self) -> dict[str, tuple[Entry, ...]]:
        """The entries of each category in the file's order; those without one stand under an empty name, last."""
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.category is None):
            found.setdefault(entry.category or "", []).append(entry)
        return {category: tuple(entries) for category, entries in found.items()}


@dataclass(frozen=True, slots=True)
class LoadedFaq:
    """A sound FAQ, with the warnings that did not keep it from loading.

    `lines` has the line of each phrasing by entry and position; position 0 is the question.
    """

    faq: Faq
    lines: dict[tuple[str, int], int]
    warnings: tuple[Complaint, ...] = ()


TOLERATED = frozenset({"phrasing-in-two", "answer-too-long", "question-too-long", "no-words"})
"""What is a mistake in our own FAQ but only a warning in one that was written for another purpose."""


def load_faq(file: Path, *, tolerant: bool = False) -> LoadedFaq:
    """Read and check an FAQ. Raises KnowledgeError with every complaint at once.

    `tolerant` is for other people's FAQs: what does not keep an answer from being found is only warned of.
    """
    document = read_all(file)
    refused: tuple[Complaint, ...] = document.complaints
    faq: Faq | None = None
    try:
        faq = validate(document, Faq)
    except KnowledgeError as error:
        refused = error.complaints
    complaints = tuple(_softened(c) if tolerant and c.problem in TOLERATED else c for c in _crosscheck(document))
    errors = refused + tuple(c for c in complaints if c.severity is Severity.ERROR)
    if errors or faq is None:
        raise KnowledgeError(errors)
    lines = {
        (entry.id, position): document.mark(place).line
        for index, entry in enumerate(faq.entries)
        for position, (place, _) in enumerate(_phrasing_places(entry, ("entries", index)))
    }
    return LoadedFaq(faq, lines, complaints)


def _softened(complaint: Complaint) -> Complaint:
    return replace(complaint, severity=Severity.WARNING)


def _sound(document: Document) -> Iterator[tuple[int, Entry]]:
    """The entries that are sound by themselves, whatever is wrong elsewhere, with their positions."""
    entries = document.value.get("entries") if isinstance(document.value, Mapping) else None
    for index, value in enumerate(entries if isinstance(entries, tuple) else ()):
        try:
            yield index, Entry.model_validate(value)
        except ValidationError:
            continue


def _ids(document: Document) -> frozenset[str]:
    """All ids that can be read: a broken entry is there all the same."""
    entries = document.value.get("entries") if isinstance(document.value, Mapping) else None
    found = entries if isinstance(entries, tuple) else ()
    return frozenset(str(value["id"]) for value in found if isinstance(value, Mapping) and "id" in value)


def _crosscheck(document: Document) -> Iterator[Complaint]:
    """What no single value shows: ids and phrasings used twice, ids that lead nowhere, texts too long to show."""
    known = _ids(document)
    ids: dict[str, int] = {}
    owners: dict[str, tuple[str, Place]] = {}
    for index, entry in _sound(document):
        place: Place = ("entries", index)
        complain = partial(_complain, document, entry.id)
        if entry.id in ids:
            yield complain((*place, "id"), "id-twice", id=entry.id, first=ids[entry.id])
        ids.setdefault(entry.id, document.mark((*place, "id")).line)
        yield from _length_complaints(complain, entry, place)
        yield from _related_complaints(complain, entry, place, known)
        yield from _phrasing_complaints(complain, entry, place, owners, document)


class _Complain(Protocol):
    def __call__(
        self, place: Place, problem: str, severity: Severity = Severity.ERROR, **details: str | int
    ) -> Complaint: ...


def _complain(
    document: Document,
    entry: str,
    place: Place,
    problem: str,
    severity: Severity = Severity.ERROR,
    **details: str | int,
) -> Complaint:
    return Complaint(document.file, document.mark(place).line, problem, details, entry, severity)


def _length_complaints(complain: _Complain, entry: Entry, place: Place) -> Iterator[Complaint]:
    if len(entry.answer) > ANSWER_MAX:
        yield complain((*place, "answer"), "answer-too-long", length=len(entry.answer), most=ANSWER_MAX)
    if len(entry.question) > QUESTION_MAX:
        yield complain((*place, "question"), "question-too-long", length=len(entry.question), most=QUESTION_MAX)


def _related_complaints(complain: _Complain, entry: Entry, place: Place, known: frozenset[str]) -> Iterator[Complaint]:
    for position, related in enumerate(entry.related):
        if related not in known:
            yield complain((*place, "related", position), "related-missing", id=related)
        elif related == entry.id:
            yield complain((*place, "related", position), "related-self", id=related)


def _phrasing_complaints(
    complain: _Complain, entry: Entry, place: Place, owners: dict[str, tuple[str, Place]], document: Document
) -> Iterator[Complaint]:
    for where, phrasing in _phrasing_places(entry, place):
        same = bare(phrasing)
        if not same:
            yield complain(where, "no-words", text=phrasing)
            continue
        owner, first = owners.setdefault(same, (entry.id, where))
        line = document.mark(first).line
        if owner != entry.id:
            yield complain(where, "phrasing-in-two", text=phrasing, other=owner, first=line)
        elif first != where:
            yield complain(where, "phrasing-twice", Severity.WARNING, text=phrasing, first=line)


def _phrasing_places(entry: Entry, place: Place) -> Iterator[tuple[Place, str]]:
    yield (*place, "question"), entry.question
    for position, alternative in enumerate(entry.alternatives):
        yield (*place, "alternatives", position), alternative
