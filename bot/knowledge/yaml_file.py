"""YAML into plain values, keeping where each value stands, so that every complaint can name its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import Complaint, KnowledgeError

Place = tuple[str | int, ...]
"""The way to a value: keys and positions, outermost first."""

PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp"))
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

    def mark(self, place: Place) -> Mark:
        """The mark of a place, or of the nearest thing around it that was written."""
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]


def read_yaml(file: Path) -> Document:
    """Parse a file. Raises KnowledgeError when it cannot be read, is not YAML, or uses what we do not allow."""
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
        node = yaml.compose(text, Loader=Loader)
        return _Reader(file).read(node)
    except yaml.YAMLError as error:
        raise KnowledgeError((_syntax_complaint(file, text, error),)) from None
    except RecursionError:
        raise KnowledgeError((Complaint(file, None, "yaml-too-deep"),)) from None


def _syntax_complaint(file: Path, text: str, error: yaml.YAMLError) -> Complaint:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
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

    def __init__(self, file: Path) -> None:
        self.file = file
        self.marks: dict[Place, Mark] = {}
        self.complaints: list[Complaint] = []
        self.seen: set[int] = set()
        self.scalars = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node | None) -> Document:
        self.marks[()] = Mark(1)
        value = self.value(node, ()) if node is not None else None
        if self.complaints:
            raise KnowledgeError(tuple(self.complaints))
        return Document(self.file, value, self.marks)

    def value(self, node: yaml.Node, place: Place) -> object:
        line = node.start_mark.line + 1
        if id(node) in self.seen:  # an alias leads to the very node it repeats
            self.complain(line, "yaml-alias")
            return None
        self.seen.add(id(node))
        self.marks[place] = Mark(line, node.value if isinstance(node, yaml.ScalarNode) else None)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*place, index)) for index, item in enumerate(node.value))
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        result: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(line, "yaml-key")
                continue
            key = key_node.value
            if key in result:
                self.complain(line, "key-twice", key=key, first=first_lines[key])
                continue
            first_lines[key] = line
            result[key] = self.value(value_node, (*place, key))
            # A missing or unknown key is reported where the key stands, which a long text begins below.
            self.marks[(*place, key)] = Mark(line, self.marks.get((*place, key), Mark(line)).written)
        return result

    def scalar(self, node: yaml.Node) -> object:
        if node.tag not in PLAIN_TAGS:
            self.complain(node.start_mark.line + 1, "yaml-tag", tag=node.tag)
            return None
        try:
            return self.scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):  # a timestamp such as 2026-13-45
            return str(node.value)

    def complain(self, line: int, problem: str, **details: str | int) -> None:
        self.complaints.append(Complaint(self.file, line, problem, details))
