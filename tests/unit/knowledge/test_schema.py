"""The JSON Schemas that editors use are made from the models, and say what the loader says."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.errors import KnowledgeError
from bot.knowledge.faq import load_faq
from bot.knowledge.schema import MODELS, schema_text, write_schemas

SHIPPED = Path(__file__).parents[3] / "knowledge"
NAMES = sorted(MODELS)


def plain(value: object) -> object:
    """A YAML value as JSON has it: dates are texts."""
    match value:
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
        case date():
            return value.isoformat()
        case _:
            return value


def problems(name: str, text: str) -> list[str]:
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(json.loads(schema_text(name)), format_checker=checker)
    return [error.message for error in validator.iter_errors(plain(yaml.safe_load(text)))]


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_schema_is_what_the_models_say(name: str) -> None:
    assert (SHIPPED / "schema" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)


def test_no_other_schema_is_shipped() -> None:
    assert sorted(file.name for file in (SHIPPED / "schema").iterdir()) == [f"{name}.schema.json" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema_text(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_knowledge_keeps_to_its_schema(name: str) -> None:
    assert problems(name, (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_file_tells_editors_its_schema(name: str) -> None:
    first = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schema/{name}.schema.json"


@pytest.mark.parametrize(
    ("name", "right", "typed"),
    [
        ("faq", "    answer:", "    anwser:"),
        ("faq", "    category:", "    categroy:"),
        ("faq", "    related:", "    Related:"),
        ("faq", "entries:", "entires:"),
        ("silence", "messages:", "message:"),
    ],
)
def test_a_mistyped_key_does_not_keep_to_the_schema(name: str, right: str, typed: str) -> None:
    text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    assert problems(name, text.replace(f"\n{right}", f"\n{typed}", 1))


SPOILED = {
    "answer missing": ('    answer: "The second."\n', ""),
    "text read as false": ('"The second."', "no"),
    "text read as a number": ('"The second."', "1:30"),
    "text for a list": ('["and after that"]', '"and after that"'),
    "empty text": ('"and after that"', '" "'),
    "id with a space": ("id: second", "id: the second"),
    "id too long": ("id: second", f"id: {'x' * 65}"),
    "question beyond all bounds": ("What comes then?", "x" * 2001),
    "category in capitals": ('answer: "The second."', 'answer: "x"\n    category: Basics'),
    "no such date": ('answer: "The second."', 'answer: "x"\n    checked: "2026-02-30"'),
    "no list of entries": ("entries:\n", "entries: []\nmore:\n"),
}


@pytest.mark.parametrize(("old", "new"), SPOILED.values(), ids=SPOILED.keys())
def test_what_the_loader_refuses_in_a_value_the_schema_refuses(tmp_path: Path, sound: str, old: str, new: str) -> None:
    file = tmp_path / "faq.yaml"
    file.write_text(sound.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_faq(file)
    assert problems("faq", sound.replace(old, new))


def test_what_the_loader_takes_the_schema_takes(sound: str) -> None:
    assert problems("faq", sound + "    category: basics\n    related: [first]\n    checked: 2026-01-31\n") == []


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_can_explain_every_key(name: str) -> None:
    schema = json.loads(schema_text(name))
    objects = [schema, *schema.get("$defs", {}).values()]
    keys = {key: value for one in objects for key, value in one["properties"].items() if key != "entries"}
    assert [key for key, value in keys.items() if not value.get("description")] == []


def test_schemas_are_written_beside_the_knowledge(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new")
    assert written == [tmp_path / "new" / "schema" / f"{name}.schema.json" for name in MODELS]
    assert [file.read_text(encoding="utf-8") for file in written] == [schema_text(name) for name in MODELS]


def test_schemas_are_written_over_old_ones(tmp_path: Path) -> None:
    write_schemas(tmp_path)[0].write_text("old", encoding="utf-8")
    assert write_schemas(tmp_path)[0].read_text(encoding="utf-8") == schema_text("faq")
