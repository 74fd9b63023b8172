"""The command line as a user runs it: a process of its own, with its own folders and no settings but those given."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import entrance
from bot.settings import Settings

SETTINGS = tuple(name.upper() for name in Settings.model_fields)
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
            env=self._inherited() | self.environment(settings or {}),
            timeout=PATIENCE,
            check=False,
        )
        return Finished(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The variables of a run: words alone and folders of its own, unless told otherwise."""
        folders = {"XDG_CACHE_HOME": str(self.cache), "XDG_STATE_HOME": str(self.state)}
        return {"ENCODER": "none", "PYTHONIOENCODING": "utf-8", **folders, **settings}

    def _inherited(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in SETTINGS}


@pytest.fixture
def bot(tmp_path: Path) -> CommandLine:
    folder = tmp_path / "empty"
    folder.mkdir()
    return CommandLine(folder)


@pytest.fixture
def entered(
    bot: CommandLine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Finished]]:
    """Runs a command as `bot` does, through the same entrance but inside this process, which takes far less time."""

    def run(*arguments: str | Path, **settings: str) -> Finished:
        monkeypatch.chdir(bot.folder)
        monkeypatch.setattr(sys, "argv", ["bot", *map(str, arguments)])
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        for name, value in bot.environment(settings).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            entrance()
        printed = capsys.readouterr()
        return Finished(int(ended.value.code or 0), printed.out, printed.err)

    level = logging.getLogger("discord").level
    yield run
    logging.getLogger("discord").setLevel(level)
