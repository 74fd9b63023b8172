"""The demo: the real bot in a simulated Discord, as a page on this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord
from simcord.preview import Preview

from bot.answers.desk import Desk
from bot.demo.page import _furnished, serve
from bot.discord_app.app import Assistant
from bot.errors import SettingsError
from bot.words.catalogue import words

StartDemo = Callable[..., subprocess.Popen[str]]

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
def start_demo(small_folder: Path, tmp_path: Path) -> Iterator[StartDemo]:
    """Starts `python -m bot demo` on words alone, with nothing of this machine's; whatever still runs is killed."""
    started: list[tuple[subprocess.Popen[str], threading.Timer]] = []
    place = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")}
    environment = {**os.environ, **place, "ENCODER": "none", "PYTHONUNBUFFERED": "1"}

    def start(port: int = 0) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "bot",
            "demo",
            "--no-open",
            "--port",
            str(port),
            "--knowledge",
            str(small_folder),
        ]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        watch = threading.Timer(PATIENCE_SECONDS, process.kill)
        watch.start()
        started.append((process, watch))
        return process

    yield start
    for process, watch in started:
        watch.cancel()
        process.kill()
        process.communicate()


@asynccontextmanager
async def simulated(make_desk: Callable[..., Desk], tmp_path: Path) -> AsyncIterator[Preview]:
    """The demo's server, member and page, without the process around them."""
    desk = make_desk()
    desk.prepare()
    client = Assistant(desk, tmp_path / "state")
    async with simcord.run(client) as env, await _furnished(env, client, 0) as preview:
        yield preview


async def answers(preview: Preview, text: str) -> list[discord.Message]:
    """What the bot says to the demo's member, after its greeting."""
    (member,) = preview.viewers
    await member.send(preview.channel, text)
    return [message for message in preview.channel.history()[1:] if message.author.bot]


@pytest.fixture
def demo(start_demo: StartDemo) -> Demo:
    return Demo(start_demo())


def test_it_prints_an_address_on_this_machine(demo: Demo) -> None:
    assert demo.address["host"] == "127.0.0.1"


def test_a_page_is_served_at_its_address(demo: Demo) -> None:
    with urllib.request.urlopen(demo.address[0], timeout=10) as page:  # noqa: S310 - our own address
        assert (page.status, page.headers.get_content_type()) == (200, "text/html")


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_no_other_address_serves_it(host: str, demo: Demo) -> None:
    assert (reachable("127.0.0.1", demo.port), reachable(host, demo.port)) == (True, False)


def test_a_page_that_is_asked_for_by_another_name_is_refused(demo: Demo) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{demo.port}/api/state", headers={"Host": "evil.example"})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310 - our own address
    refused.value.close()
    assert refused.value.code == 403


def test_it_takes_the_port_that_it_is_told(start_demo: StartDemo) -> None:
    port = free_port()
    assert Demo(start_demo(port)).port == port


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_told_to_stop_it_ends_cleanly(stop: signal.Signals, demo: Demo) -> None:
    assert demo.stop(stop) == 0
    assert demo.lines[-1] == say("cli-demo-ended")
    assert [line for line in demo.lines if "Traceback" in line or "Error" in line] == []


def test_when_it_has_ended_its_port_is_free(demo: Demo) -> None:
    demo.stop(signal.SIGINT)
    assert not reachable("127.0.0.1", demo.port)


def test_it_says_that_it_answers_on_words_alone(demo: Demo) -> None:
    demo.read_until_said(say("cli-words-only"))
    assert say("cli-demo-learning") not in demo.lines


def test_it_writes_into_its_cache_folder_only(demo: Demo, tmp_path: Path) -> None:
    demo.read_until_said(say("cli-words-only"))
    demo.stop(signal.SIGINT)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["cache", "knowledge"]


def test_a_taken_port_ends_it_with_one_line(start_demo: StartDemo) -> None:
    with taken_port() as port:
        output, complaint = start_demo(port).communicate()
    assert (output, complaint.splitlines()) == ("", [say("cli-demo-port", port=port)])


def test_a_taken_port_ends_it_with_the_exit_code_of_a_wrong_setting(start_demo: StartDemo) -> None:
    with taken_port() as port:
        process = start_demo(port)
        process.communicate()
    assert process.returncode == 2


def test_a_taken_port_is_a_settings_error(make_desk: Callable[..., Desk]) -> None:
    told: list[str] = []
    with taken_port() as port, pytest.raises(SettingsError) as raised:
        serve(make_desk(), port=port, open_browser=False, tell=told.append)
    assert (raised.value.problem, raised.value.details, told) == ("cli-demo-port", {"port": port}, [])


async def test_the_member_is_greeted_by_the_bot(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (greeting,) = preview.channel.history()
    assert (greeting.content, greeting.author.name) == (say("demo-welcome"), say("demo-bot"))


async def test_a_question_without_a_mention_is_answered(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (answer,) = await answers(preview, "the left earpiece is dead")
    assert [embed.title for embed in answer.embeds] == ["Why is one side quiet?"]


async def test_a_question_outside_the_faq_is_told_that_nothing_was_found(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (answer,) = await answers(preview, "who wants pizza?")
    assert answer.content == say("nothing-found")


async def test_ask_is_there_to_be_tried(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (member,) = preview.viewers
        assert member.available_commands(preview.channel) == ("ask",)


async def test_messages_in_the_demo_carry_todays_date(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    async with simulated(make_desk, tmp_path) as preview:
        (greeting,) = preview.channel.history()
    assert before < greeting.created_at < datetime.now(UTC) + timedelta(seconds=5)
