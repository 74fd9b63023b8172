"""JSON Schemas made from the models, for editors that complete and check YAML."""

import json
from pathlib import Path

from bot.knowledge.faq import Faq
from bot.knowledge.silence import Silence
from bot.knowledge.validation import Strict

FOLDER = "schema"
MODELS: dict[str, type[Strict]] = {"faq": Faq, "silence": Silence}


def schema_text(name: str) -> str:
    """The schema of a file, as it is written to `schema/<name>.schema.json` beside the knowledge files."""
    return json.dumps(MODELS[name].model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schemas(directory: Path) -> list[Path]:
    """Write all schemas for the knowledge files of a directory."""
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in MODELS:
        file = folder / f"{name}.schema.json"
        file.write_text(schema_text(name), encoding="utf-8")
        written.append(file)
    return written
