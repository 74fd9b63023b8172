"""A parsed document into a frozen model; what pydantic refuses becomes complaints with line, entry and remedy."""

import difflib
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Complaint, KnowledgeError
from bot.knowledge.yaml_file import Document, Place, entry_at


class Strict(BaseModel):
    """What every knowledge model has in common: nothing unknown, nothing guessed, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=Strict)


def validate(document: Document, model: type[Model]) -> Model:
    """The document as a model. Raises KnowledgeError with one complaint for each thing that is wrong."""
    if document.value is None:
        raise KnowledgeError((Complaint(document.file, None, "file-empty", {"key": next(iter(model.model_fields))}),))
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        found = _without_consequences([e for e in error.errors(include_url=False) if e["loc"] not in document.refused])
        told = tuple(_complaint(document, model, details) for details in found)
        raise KnowledgeError(document.complaints + told) from None


def _without_consequences(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without "too short" on lists that only lost their items to other mistakes: pydantic counts the sound ones."""
    return [
        error
        for error in found
        if error["type"] != "too_short"
        or not any(other["loc"][: len(error["loc"])] == error["loc"] for other in found if other is not error)
    ]


def _complaint(document: Document, model: type[Strict], error: ErrorDetails) -> Complaint:
    place: Place = tuple(error["loc"])
    problem, details = _problem(document, model, place, error)
    entry = entry_at(document.value, place)
    return Complaint(document.file, document.mark(place).line, problem, details, entry)


def _problem(
    document: Document, model: type[Strict], place: Place, error: ErrorDetails
) -> tuple[str, dict[str, str | int]]:
    key = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "key-missing", {"key": key}
        case "extra_forbidden":
            known = _keys(model, place[:-1])
            guesses = difflib.get_close_matches(key, known, n=1)
            return "key-unknown", {"key": key, "guess": guesses[0] if guesses else "", "known": ", ".join(known)}
        case "string_type":
            written = document.mark(place).written
            if not written:
                return "not-text" if written is None else "empty", {"key": key}
            return "not-text-but", {"key": key, "written": written, "kind": _kind(error["input"])}
        case "string_too_long":
            return "too-long", {"key": key, "length": len(str(error["input"])), "most": int(limits["max_length"])}
        case "string_pattern_mismatch" if str(error["input"]).strip():
            return "category-shape" if key == "category" else "id-shape", {"written": str(error["input"])}
        case "string_pattern_mismatch" | "too_short":
            return "empty", {"key": key}
        case "tuple_type" | "list_type":
            return "not-list", {"key": key}
        case "date_type" | "date_from_datetime_inexact":
            return "not-date", {"key": key}
        case "model_type" | "dict_type" if not place:
            return "file-shape", {"key": next(iter(model.model_fields))}
        case "model_type" | "dict_type":
            return "not-keys", {"key": key, "known": ", ".join(_keys(model, place))}
        case other:
            return "wrong", {"key": key, "reason": other}


def _keys(model: type[Strict], place: Place) -> list[str]:
    """The keys that a model has at a place, for a remedy."""
    names = list(model.model_fields)
    for field in model.model_fields.values() if place else ():
        for inner in getattr(field.annotation, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, Strict):
                names = list(inner.model_fields)
    return names


def _kind(value: object) -> str:
    """What YAML took a value for: the variable of the `not-text-but` sentence."""
    match value:
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case date():
            return "date"
        case _:
            return "nothing"
