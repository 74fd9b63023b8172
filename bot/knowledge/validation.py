"""A parsed document into a frozen model; what pydantic refuses becomes complaints with line, entry and remedy."""

import difflib
from collections.abc import Mapping
from datetime import date
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Complaint, KnowledgeError
from bot.knowledge.yaml_file import Document, Place


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
        found = error.errors(include_url=False)
        raise KnowledgeError(tuple(_complaint(document, model, details) for details in found)) from None


def entry_at(document: Document, place: Place) -> str | None:
    """The id of the entry that a place lies in, as far as it can be read."""
    value = document.value
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


def _complaint(document: Document, model: type[Strict], error: ErrorDetails) -> Complaint:
    place: Place = tuple(error["loc"])
    problem, details = _problem(document, model, place, error)
    entry = entry_at(document, place)
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
            guesses = difflib.get_close_matches(key, _keys(model), n=1)
            return "key-unknown", {"key": key, "guess": guesses[0] if guesses else "", "known": ", ".join(_keys(model))}
        case "string_type":
            written = document.mark(place).written
            if written is None:
                return "not-text", {"key": key}
            return "not-text-but", {"key": key, "written": written, "kind": _kind(error["input"])}
        case "string_too_long":
            return "too-long", {"key": key, "length": len(str(error["input"])), "most": int(limits["max_length"])}
        case "string_too_short" | "string_pattern_mismatch" if key == "id" or key == "related":
            return "id-shape", {"written": str(error["input"])}
        case "string_pattern_mismatch" | "string_too_short" | "too_short":
            return "empty", {"key": key}
        case "tuple_type" | "list_type":
            return "not-list", {"key": key}
        case "date_type" | "date_from_datetime_inexact":
            return "not-date", {"key": key}
        case "model_type" | "dict_type":
            return "not-keys", {"key": key, "known": ", ".join(_keys(model))}
        case other:
            return "wrong", {"key": key, "reason": other}


def _keys(model: type[Strict]) -> list[str]:
    """The keys of a model and of the entries in it, for a remedy."""
    names = list(model.model_fields)
    for field in model.model_fields.values():
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
