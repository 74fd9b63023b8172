"""The front desk: getting ready in a thread, and what happens to questions that come meanwhile."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pytest

from bot.answers.desk import Desk
from bot.answers.outcome import Stage
from bot.errors import BotError, EncoderUnavailable
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.encoder import Encoder
from bot.matching.lexical import Floats
from tests.conftest import LetterEncoder

PATIENCE = 10.0
QUESTION = "Is burn-in real?"
NEAR = "is burn in really real"
"""Nobody's very words: an encoder is asked about them."""

EVERYDAY = "who wants pizza tonight"
MakeDesk = Callable[..., Desk]
Find = Callable[[], Sequence[Encoder]]
DeskWith = Callable[[Find], Desk]


class GatedEncoder(LetterEncoder):
    """Embeds only while its gate is open; who waits too long gets an error."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.reached = threading.Event()

    def embed(self, texts: Sequence[str]) -> Floats:
        self.reached.set()
        if not self.gate.wait(PATIENCE):
            raise TimeoutError("the gate stayed shut")
        return super().embed(texts)


@pytest.fixture
def gated() -> Iterator[GatedEncoder]:
    encoder = GatedEncoder()
    yield encoder
    encoder.gate.set()


def unavailable() -> Sequence[Encoder]:
    raise EncoderUnavailable("encoder-not-installed", name="letters")


def broken() -> Sequence[Encoder]:
    raise OSError("disk on fire")


@pytest.fixture
def desk_with(tmp_path: Path, small_knowledge: Knowledge) -> DeskWith:
    """A desk with another way to find its encoder."""
    return lambda find: Desk(small_knowledge, Cache(tmp_path / "cache"), find)


def opened(desk: Desk) -> bool:
    """Open a desk, wait until it is wholly ready, and tell what `finished` was told."""
    told: Queue[bool] = Queue()
    desk.open(finished=told.put)
    return told.get(timeout=PATIENCE)


def test_a_prepared_desk_answers_without_waiting(make_desk: MakeDesk) -> None:
    desk = make_desk()
    before = desk.is_ready
    desk.prepare()
    assert (before, desk.is_ready) == (False, True)
    assert desk.assess(QUESTION).exact == "burn-in"


def test_a_desk_without_an_encoder_answers_on_words(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.prepare()
    assert not desk.assess(NEAR).with_meaning


def test_a_desk_with_an_encoder_answers_with_meaning(make_desk: MakeDesk) -> None:
    desk = make_desk(LetterEncoder())
    desk.prepare()
    assert desk.assess(NEAR).with_meaning


def test_autocomplete_can_do_without_the_encoder(make_desk: MakeDesk) -> None:
    desk = make_desk(LetterEncoder())
    desk.prepare()
    assert not desk.assess(NEAR, words_only=True).with_meaning


def test_who_asks_before_words_are_ready_waits_for_the_answer(make_desk: MakeDesk) -> None:
    desk = make_desk()
    with ThreadPoolExecutor(1) as thread:
        early = thread.submit(desk.assess, QUESTION)
        assert not early.done()
        desk.open()
        assert early.result(PATIENCE).exact == "burn-in"


def test_questions_are_answered_on_words_while_meaning_is_learned(make_desk: MakeDesk, gated: GatedEncoder) -> None:
    desk = make_desk(gated)
    desk.open()
    assert gated.reached.wait(PATIENCE)
    assert desk.assess(QUESTION).exact == "burn-in"
    assert not desk.assess(NEAR).with_meaning


def test_questions_are_answered_on_words_while_encoders_are_opened(desk_with: DeskWith) -> None:
    opening, go_on = threading.Event(), threading.Event()

    def find() -> Sequence[Encoder]:
        opening.set()
        assert go_on.wait(PATIENCE)
        return [LetterEncoder()]

    told: Queue[bool] = Queue()
    desk = desk_with(find)
    desk.open(finished=told.put)
    assert opening.wait(PATIENCE)
    early = desk.assess(NEAR).with_meaning
    go_on.set()
    assert told.get(timeout=PATIENCE)
    assert (early, desk.assess(NEAR).with_meaning) == (False, True)


def test_a_desk_with_two_encoders_asks_both(make_desk: MakeDesk) -> None:
    desk = make_desk(LetterEncoder("first"), LetterEncoder("second"))
    desk.prepare()
    assert desk.assess(NEAR, overheard=True).kinds == ("words", "first", "second")


def test_an_overheard_message_is_assessed_as_one(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.prepare()
    assert (desk.assess(EVERYDAY).stage, desk.assess(EVERYDAY, overheard=True).stage) == (Stage.WORDS, Stage.GATE)


async def test_an_overheard_message_is_assessed_as_one_in_a_thread(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await asyncio.to_thread(desk.prepare)
    assert (await desk.assess_soon(EVERYDAY, overheard=True)).stage is Stage.GATE


def test_opening_returns_before_anything_is_learned(make_desk: MakeDesk, gated: GatedEncoder) -> None:
    told: Queue[bool] = Queue()
    make_desk(gated).open(finished=told.put)
    assert told.empty()
    gated.gate.set()
    assert told.get(timeout=PATIENCE)


@pytest.mark.parametrize("encoders", [(), (LetterEncoder(),)], ids=["no encoder", "an encoder"])
def test_it_is_told_at_the_end_whether_meaning_takes_part(make_desk: MakeDesk, encoders: tuple[Encoder, ...]) -> None:
    assert opened(make_desk(*encoders)) is bool(encoders)


def test_the_one_who_opens_hears_of_progress(make_desk: MakeDesk) -> None:
    told: list[tuple[int, int]] = []
    make_desk(LetterEncoder()).prepare(lambda done, total: told.append((done, total)))
    done, total = told[-1]
    assert done == total > 0


@pytest.mark.parametrize("find", [unavailable, broken])
def test_words_work_where_the_encoder_does_not(desk_with: DeskWith, find: Find) -> None:
    desk = desk_with(find)
    desk.open()
    assert desk.assess(QUESTION).exact == "burn-in"
    assert not desk.assess(NEAR).with_meaning


@pytest.mark.parametrize("find", [unavailable, broken])
def test_it_is_told_that_meaning_takes_no_part_where_the_encoder_fails(desk_with: DeskWith, find: Find) -> None:
    told: Queue[bool] = Queue()
    desk_with(find).open(finished=told.put)
    assert told.get(timeout=3) is False


def test_an_encoder_that_fails_while_learning_leaves_words_working(make_desk: MakeDesk) -> None:
    class Failing(LetterEncoder):
        def embed(self, texts: Sequence[str]) -> Floats:
            raise MemoryError(len(texts))

    desk = make_desk(Failing())
    with pytest.raises(MemoryError):
        desk.prepare()
    assert desk.assess(QUESTION).exact == "burn-in"


@pytest.mark.parametrize(("find", "error"), [(unavailable, BotError), (broken, OSError)])
def test_preparing_raises_what_went_wrong(desk_with: DeskWith, find: Find, error: type[Exception]) -> None:
    with pytest.raises(error):
        desk_with(find).prepare()


def test_a_missing_encoder_is_one_line_in_the_log(desk_with: DeskWith, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EncoderUnavailable):
        desk_with(unavailable).prepare()
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
    assert "encoder-not-installed" in record.getMessage()


def test_an_unforeseen_failure_is_in_the_log_with_its_whole_story(
    desk_with: DeskWith, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OSError, match="fire"):
        desk_with(broken).prepare()
    assert "disk on fire" in caplog.text
    assert caplog.records[0].exc_info


async def test_the_event_loop_goes_on_while_a_question_is_assessed(make_desk: MakeDesk, gated: GatedEncoder) -> None:
    gated.gate.set()
    desk = make_desk(gated)
    await asyncio.to_thread(desk.prepare)
    gated.gate.clear()
    gated.reached.clear()
    thinking = asyncio.create_task(desk.assess_soon(NEAR))
    assert await asyncio.to_thread(gated.reached.wait, PATIENCE)
    gated.gate.set()
    assert (await thinking).with_meaning


async def test_the_event_loop_goes_on_while_a_question_waits_for_words(make_desk: MakeDesk) -> None:
    desk = make_desk()
    waiting = asyncio.create_task(desk.assess_soon(QUESTION))
    await asyncio.to_thread(lambda: None)
    assert not waiting.done()
    desk.open()
    assert (await waiting).exact == "burn-in"


async def test_an_answer_soon_is_the_answer_now(make_desk: MakeDesk) -> None:
    desk = make_desk(LetterEncoder())
    await asyncio.to_thread(desk.prepare)
    assert (await desk.assess_soon(NEAR)).shares.tolist() == desk.assess(NEAR).shares.tolist()


def test_many_members_at_once_get_the_answers_each_would_get_alone(make_desk: MakeDesk) -> None:
    desk = make_desk(LetterEncoder())
    desk.prepare()
    questions = [f"{phrasing} perhaps" for entry in desk.faq.entries for phrasing in entry.phrasings] * 4
    with ThreadPoolExecutor(8) as members:
        together = list(members.map(desk.assess, questions))
    alone = [desk.assess(question) for question in questions]
    assert [found.shares.tolist() for found in together] == [found.shares.tolist() for found in alone]
    assert [found.question for found in together] == questions
