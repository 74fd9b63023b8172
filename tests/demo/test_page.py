"""The demo: the real bot in a simulated Discord, as a page on this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import simcord
from simcord import Env, MemberActor
from simcord.preview import Preview

from bot.answers.desk import Desk
from bot.demo.page import _furnished, serve
from bot.discord_app.app import Assistant
from bot.errors import SettingsError
from bot.words.catalogue import words

ADDRESS = re.compile(r"http://(?P<host>[^/:]+):(?P<port>\d+)/#\S+")
PATIENCE_SECONDS = 30.0

say = words()


class Demo:
    """A running `python -m bot demo`: what it printed, and where its page is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.address = self._read_until(ADDRESS)
        self.port = int(self.address["port"])

    def _read_until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            if found := pattern.search(line):
                return found
        raise AssertionError(f"ended without {pattern.pattern}: {self.lines}")

    def read_until_said(self, sentence: str) -> None:
        self._read_until(re.compile(re.escape(sentence)))

    def stop(self, with_signal: signal.Signals) -> int:
        """Its exit code."""
        self.process.send_signal(with_signal)
        assert self.process.stderr is not None
        self.lines += self.process.stderr.read().splitlines()
        return self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.fixture
def start_demo(small_folder: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `python -m bot demo` on words alone, with nothing of this machine's; whatever still runs is killed."""
    started: list[subprocess.Popen[str]] = []
    place = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")}
    environment = {**os.environ, **place, "ENCODER": "none", "PYTHONUNBUFFERED": "1"}

    def start(port: int = 0) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port), "--knowledge", str(small_folder)]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        started.append(process)
        threading.Timer(PATIENCE_SECONDS, process.kill).start()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def demo(start_demo: Callable[..., subprocess.Popen[str]]) -> Demo:
    return Demo(start_demo())
