"""YAML into plain values, keeping where each value stands, so that every complaint can name its line."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import cast

import yaml

from bot.errors import Complaint, KnowledgeError

Place = tuple[str | int, ...]
"""The way to a value: keys and positions, outermost first."""

PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp"))
COLLECTION_TAGS = frozenset({"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
NESTED_MOST = 50
"""Levels of lists and keys that are read: the parser's own recursion ends the process on a few ten thousand."""
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: its line, counted from 1, and for a single value the characters that were written."""

    line: int
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file. Mappings are dicts, sequences tuples; `marks` has the place of every value and of every key."""

    file: Path
    value: object
    marks: Mapping[Place, Mark]
    complaints: tuple[Complaint, ...] = ()
    """What the file uses although we do not allow it."""
    refused: frozenset[Place] = frozenset()
    """Where that stands; the values there are None."""

    def mark(self, place: Place) -> Mark:
        """The mark of a place, or of the nearest thing around it that was written."""
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]


def read_yaml(file: Path) -> Document:
    """Parse a file. Raises KnowledgeError when it cannot be read, is not YAML, or uses what we do not allow."""
    document = read_all(file)
    if document.complaints:
        raise KnowledgeError(document.complaints)
    return document


def read_all(file: Path) -> Document:
    """As `read_yaml`, with what we do not allow in the document's complaints, for others to be added."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise KnowledgeError((Complaint(file, None, "file-missing"),)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError((Complaint(file, line, "file-not-utf8"),)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise KnowledgeError((Complaint(file, None, "file-unreadable", {"reason": reason}),)) from None
    try:
        _refuse_depths(file, text)
        node = yaml.compose(text, Loader=Loader)
        return _Reader(file, text).read(node)
    except yaml.YAMLError as error:
        raise KnowledgeError((_syntax_complaint(file, text, error),)) from None


def entry_at(value: object, place: Place) -> str | None:
    """The id of the entry that a place lies in, as far as it can be read."""
    for step in place:
        if isinstance(value, Mapping) and step in value:
            value = value[cast("str", step)]
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
        if isinstance(value, Mapping) and isinstance(value.get("id"), str):
            return str(value["id"])
    return None


def _refuse_depths(file: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > NESTED_MOST:
                line = text.count("\n", 0, event.start_mark.index) + 1 if event.start_mark else None
                raise KnowledgeError((Complaint(file, line, "yaml-too-deep"),))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _syntax_complaint(file: Path, text: str, error: yaml.YAMLError) -> Complaint:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = text.count("\n", 0, mark.index) + 1 if mark else None
        reason = " ".join(part for part in (error.context, error.problem) if part)
        return Complaint(file, line, "yaml-syntax", {"reason": reason})
    if isinstance(error, yaml.reader.ReaderError):
        # The C and the Python reader count the position differently; the first forbidden character is the same.
        forbidden = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, forbidden.start()) + 1 if forbidden else None
        code = f"U+{ord(forbidden.group()):04X}" if forbidden else "?"
        return Complaint(file, line, "yaml-character", {"code": code})
    return Complaint(file, None, "yaml-syntax", {"reason": str(error).splitlines()[0]})


class _Reader:
    """Walks the parser's nodes once, collecting marks and complaints."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        # The parser's own line numbers count U+2028 and its like as well, which editors do not.
        self.ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
        self.marks: dict[Place, Mark] = {}
        self.complaints: list[tuple[Place, Complaint]] = []
        self.seen: set[int] = set()
        self.scalars = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node | None) -> Document:
        self.marks[()] = Mark(1)
        value = self.value(node, ()) if node is not None else None
        complaints = tuple(replace(complaint, entry=entry_at(value, place)) for place, complaint in self.complaints)
        return Document(self.file, value, self.marks, complaints, frozenset(place for place, _ in self.complaints))

    def line(self, node: yaml.Node) -> int:
        return bisect_right(self.ends, node.start_mark.index) + 1

    def value(self, node: yaml.Node, place: Place) -> object:
        line = self.line(node)
        if id(node) in self.seen:  # an alias leads to the very node it repeats
            self.complain(place, line, "yaml-alias")
            return None
        self.seen.add(id(node))
        self.marks[place] = Mark(line, node.value if isinstance(node, yaml.ScalarNode) else None)
        if not isinstance(node, yaml.ScalarNode) and node.tag not in COLLECTION_TAGS:
            self.complain(place, line, "yaml-tag", tag=node.tag)
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*place, index)) for index, item in enumerate(node.value))
        return self.scalar(node, place)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        result: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = self.line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(place, line, "yaml-key")
                continue
            key = key_node.value
            if key in result:
                self.complain(place, line, "key-twice", key=key, first=first_lines[key])
                continue
            first_lines[key] = line
            result[key] = self.value(value_node, (*place, key))
            # A missing or unknown key is reported where the key stands, which a long text begins below.
            self.marks[(*place, key)] = Mark(line, self.marks.get((*place, key), Mark(line)).written)
        return result

    def scalar(self, node: yaml.Node, place: Place) -> object:
        if node.tag not in PLAIN_TAGS:
            self.complain(place, self.line(node), "yaml-tag", tag=node.tag)
            return None
        try:
            return self.scalars.construct_object(node)
        except (ValueError, LookupError, ArithmeticError, AttributeError, yaml.YAMLError):
            # A timestamp such as 2026-13-45, or an explicit tag that its text does not fit.
            return str(node.value)

    def complain(self, place: Place, line: int, problem: str, **details: str | int) -> None:
        self.complaints.append((place, Complaint(self.file, line, problem, details)))
