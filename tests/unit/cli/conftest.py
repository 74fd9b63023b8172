"""The command line as a user runs it: a process of its own, with its own folders and no settings but those given."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

SETTINGS = ("DISCORD_TOKEN", "KNOWLEDGE_DIR", "ENCODER", "LOG_LEVEL")
PATIENCE = 60.0


@dataclass(frozen=True)
class Finished:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


class CommandLine:
    """Runs `python -m bot` in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.state = folder / "state"

    def __call__(self, *arguments: str | Path, typed: str | bytes = "", **settings: str) -> Finished:
        return self.python("-m", "bot", *map(str, arguments), typed=typed, settings=settings)

    def python(self, *arguments: str, typed: str | bytes = "", settings: Mapping[str, str] | None = None) -> Finished:
        ended = subprocess.run(
            [sys.executable, *arguments],
            input=typed.encode() if isinstance(typed, str) else typed,
            capture_output=True,
            cwd=self.folder,
            env=self._environment() | dict(settings or {}),
            timeout=PATIENCE,
            check=False,
        )
        return Finished(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        folders = {"XDG_CACHE_HOME": str(self.cache), "XDG_STATE_HOME": str(self.state)}
        return inherited | folders | {"ENCODER": "none", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def bot(tmp_path: Path) -> CommandLine:
    folder = tmp_path / "empty"
    folder.mkdir()
    return CommandLine(folder)
