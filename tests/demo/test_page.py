"""The demo: the real bot in a simulated Discord, as a page on this machine."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord
from simcord.preview import Preview

from bot.answers.desk import Desk
from bot.demo import page
from bot.demo.page import _furnished, serve
from bot.discord_app.app import Assistant
from bot.errors import SettingsError
from bot.settings import Manners
from bot.words.catalogue import words

MakeDesk = Callable[..., Desk]
StartDemo = Callable[..., subprocess.Popen[str]]

ADDRESS = re.compile(r"http://(?P<host>[^/:]+):(?P<port>\d+)/#\S+")
PATIENCE_SECONDS = 30.0

TINY_FAQ = """\
entries:
  - id: one-side-quiet
    question: "Why is one side quiet?"
    alternatives: ["the left earpiece is dead"]
    answer: "Swap the cable sides first."
  - id: burn-in
    question: "Is burn-in real?"
    alternatives: ["will they sound better after a while"]
    answer: "Not audibly."
"""
TINY_SILENCE = """\
messages:
  - "good morning everyone"
"""

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


def not_told(line: str) -> None:
    """For a demo that must not come to say anything: it ends there."""
    raise AssertionError(line)


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@dataclass(frozen=True)
class Ended:
    """How a demo ended, what it printed, and what lay in its folder then."""

    code: int
    lines: list[str]
    port: int
    folder: set[str]


@pytest.fixture(scope="module")
def start_demo() -> Iterator[StartDemo]:
    """Starts `python -m bot demo` on words alone, with nothing of this machine's; whatever still runs is killed."""
    started: list[tuple[subprocess.Popen[str], threading.Timer]] = []

    def start(folder: Path, port: int = 0) -> subprocess.Popen[str]:
        process = popen(folder, port)
        watch = threading.Timer(PATIENCE_SECONDS, process.kill)
        watch.start()
        started.append((process, watch))
        return process

    yield start
    for process, watch in started:
        watch.cancel()
        process.kill()
        process.communicate()


def popen(folder: Path, port: int) -> subprocess.Popen[str]:
    knowledge = folder / "knowledge"
    knowledge.mkdir()
    (knowledge / "faq.yaml").write_text(TINY_FAQ, encoding="utf-8")
    (knowledge / "silence.yaml").write_text(TINY_SILENCE, encoding="utf-8")
    places = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_STATE_HOME": str(folder / "state")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port), "--knowledge", str(knowledge)],
        cwd=folder,
        env={**os.environ, **places, "ENCODER": "none", "PYTHONUNBUFFERED": "1"},
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture(scope="module")
def demo(start_demo: StartDemo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that runs on a free port, to look at."""
    return Demo(start_demo(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="module", params=[signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def ended(request: pytest.FixtureRequest, start_demo: StartDemo, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A demo on a port of our choice that was ready and was then told to stop."""
    folder, port = tmp_path_factory.mktemp("ended"), free_port()
    demo = Demo(start_demo(folder, port))
    demo.read_until_said(say("cli-words-only"))
    code = demo.stop(request.param)
    return Ended(code, demo.lines, port, {entry.name for entry in folder.iterdir()})


@pytest.fixture(scope="module")
def refused(start_demo: StartDemo, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A demo on a port that somebody else has."""
    folder = tmp_path_factory.mktemp("refused")
    with taken_port() as port:
        process = start_demo(folder, port)
        _, complaint = process.communicate()
    return Ended(process.returncode, complaint.splitlines(), port, set())


@asynccontextmanager
async def simulated(make_desk: MakeDesk, tmp_path: Path, *, overhear: bool = False) -> AsyncIterator[Preview]:
    """The demo's server, people and page, without the process around them."""
    desk = make_desk()
    desk.prepare()
    client = Assistant(desk, tmp_path / "state", Manners(patience=page.PATIENCE_SECONDS))
    async with simcord.run(client) as env:
        try:
            async with await _furnished(env, client, 0, overhear) as preview:
                yield preview
        finally:
            await client.services.activity.close()  # the simulation does not close the client


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to humans before it answers unasked."""
    monkeypatch.setattr(page, "PATIENCE_SECONDS", 0.0)


async def answers(preview: Preview, *texts: str) -> list[discord.Message]:
    """What the bot says to the demo's member, after its greeting."""
    member, _ = preview.viewers
    for text in texts:
        await member.send(preview.channel, text)
    return [message for message in preview.channel.history()[1:] if message.author.bot]


def labels(message: discord.Message) -> list[str | None]:
    rows = [row.children for row in message.components if isinstance(row, discord.ActionRow)]
    return [child.label for row in rows for child in row if isinstance(child, discord.Button)]


def test_it_prints_an_address_on_this_machine(demo: Demo) -> None:
    assert demo.address["host"] == "127.0.0.1"
    assert demo.lines[-1] == say("cli-demo-open", url=demo.address[0])


def test_a_page_is_served_at_its_address(demo: Demo) -> None:
    with urllib.request.urlopen(demo.address[0], timeout=10) as served:  # noqa: S310 - our own address
        assert (served.status, served.headers.get_content_type()) == (200, "text/html")


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_no_other_address_serves_it(host: str, demo: Demo) -> None:
    assert (reachable("127.0.0.1", demo.port), reachable(host, demo.port)) == (True, False)


def test_it_takes_the_port_that_it_is_told(ended: Ended) -> None:
    assert f"http://127.0.0.1:{ended.port}/" in "\n".join(ended.lines)


def test_told_to_stop_it_ends_with_exit_code_0(ended: Ended) -> None:
    assert ended.code == 0


def test_told_to_stop_it_says_that_it_has_ended(ended: Ended) -> None:
    assert ended.lines[-1] == say("cli-demo-ended")


def test_told_to_stop_it_ends_without_complaints(ended: Ended) -> None:
    assert [line for line in ended.lines if "Traceback" in line or "Error" in line or "Warning" in line] == []


def test_when_it_has_ended_its_port_is_free(ended: Ended) -> None:
    assert not reachable("127.0.0.1", ended.port)


def test_it_says_that_it_answers_on_words_alone(ended: Ended) -> None:
    assert say("cli-words-only") in ended.lines


def test_without_an_encoder_it_does_not_promise_meaning(ended: Ended) -> None:
    assert say("cli-words-for-now") not in ended.lines


def test_it_writes_into_its_cache_folder_only(ended: Ended) -> None:
    assert ended.folder == {"cache", "knowledge"}


def test_a_taken_port_ends_it_with_the_exit_code_of_a_wrong_setting(refused: Ended) -> None:
    assert refused.code == 2


def test_a_taken_port_ends_it_with_a_clear_line(refused: Ended) -> None:
    assert "--port" in refused.lines[-1]
    assert [line for line in refused.lines if "Traceback" in line] == []


def test_the_line_about_a_taken_port_has_the_port_as_it_was_typed(refused: Ended) -> None:
    assert str(refused.port) in refused.lines[-1]


def test_a_taken_port_is_a_settings_error(make_desk: MakeDesk) -> None:
    with taken_port() as port, pytest.raises(SettingsError) as raised:
        serve(make_desk(), port=port, open_browser=False, tell=not_told)
    assert (raised.value.problem, str(raised.value.details["port"])) == ("cli-demo-port", str(port))


async def test_the_member_is_greeted(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (greeting,) = preview.channel.history()
    assert greeting.content == say("demo-welcome")


async def test_the_page_shows_the_bot_under_its_own_name(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        shown = json.dumps(await preview.snapshot())
    assert (say("demo-bot") in shown, "TestBot" in shown) == (True, False)


async def test_a_question_without_a_mention_is_answered(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (answer,) = await answers(preview, "the left earpiece is dead")
    assert [embed.title for embed in answer.embeds] == ["Why is one side quiet?"]


async def test_a_question_outside_the_faq_is_told_that_nothing_was_found(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (answer,) = await answers(preview, "who wants pizza?")
    assert answer.content == say("nothing-found")


async def test_its_commands_are_there_to_be_tried(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        member, _ = preview.viewers
        assert sorted(member.available_commands(preview.channel)) == ["answer", "ask", "topics", "unasked"]


async def test_the_moderator_has_quiet_besides(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        member, moderator = preview.viewers
        theirs = set(moderator.available_commands(preview.channel))
        assert theirs - set(member.available_commands(preview.channel)) == {"quiet"}


async def test_an_answer_can_be_put_right(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        (answer,) = await answers(preview, "the left earpiece is dead")
    assert labels(answer) == [say("button-not-meant")]


async def test_an_answer_follows_the_edit_of_its_question(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path) as preview:
        member, _ = preview.viewers
        question = await member.send(preview.channel, "the left earpiece is dead")
        await member.edit(question, "Is burn-in real?")
        answer = preview.channel.history()[-1]
    assert [embed.title for embed in answer.embeds] == ["Is burn-in real?"]


async def test_the_lounge_greets_with_words_of_its_own(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path, overhear=True) as preview:
        (greeting,) = preview.channel.history()
    assert greeting.content == say("demo-welcome-lounge")


@pytest.mark.usefixtures("at_once")
async def test_in_the_lounge_a_question_to_nobody_is_answered_quietly(make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path, overhear=True) as preview:
        (answer,) = await answers(preview, "Why is one side quiet?")
    assert ([embed.title for embed in answer.embeds], labels(answer)) == (
        ["Why is one side quiet?"],
        [say("button-not-helpful")],
    )
    assert answer.flags.suppress_notifications


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("chatter", ["what a game last night", "who wants pizza?", "my new cable looks great"])
async def test_in_the_lounge_chatter_is_left_alone(chatter: str, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with simulated(make_desk, tmp_path, overhear=True) as preview:
        assert await answers(preview, chatter) == []


@pytest.mark.usefixtures("at_once")
async def test_in_the_lounge_the_same_question_gets_answer_then_pointer_then_nothing(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with simulated(make_desk, tmp_path, overhear=True) as preview:
        said = await answers(preview, *["Why is one side quiet?"] * 3)
    assert [len(message.embeds) for message in said] == [1, 0]
    assert said[0].jump_url in said[1].content


async def test_messages_in_the_demo_carry_todays_date(make_desk: MakeDesk, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    async with simulated(make_desk, tmp_path) as preview:
        (greeting,) = preview.channel.history()
    assert before < greeting.created_at < datetime.now(UTC) + timedelta(seconds=5)


async def test_the_simulated_clock_goes_on(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "TICK_SECONDS", 0.001)
    async with simcord.run(Assistant(make_desk(), tmp_path / "state")) as env:
        before = env.now()
        ticking = asyncio.ensure_future(page._keep_time(env))
        await asyncio.sleep(0.05)
        ticking.cancel()
        await env.bot.services.activity.close()
    assert env.now() > before
