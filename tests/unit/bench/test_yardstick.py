"""Reading what to measure with, and what the bot's decisions are counted as."""

from pathlib import Path

import pytest

from bench import yardstick
from bench.yardstick import Double, Message, Question, Yard, measure, put, read_folder
from bot.answers.desk import Desk
from bot.knowledge import Knowledge
from bot.matching.cache import Cache


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of tests/content."""
    monkeypatch.setattr(yardstick, "FOLDER", tmp_path)
    yardstick._content.cache_clear()
    yield tmp_path
    yardstick._content.cache_clear()


def test_a_folder_of_somebody_elses_is_read(data: Path) -> None:
    knowledge, yard = read_folder(data)
    assert [entry.id for entry in knowledge.faq.entries][:2] == ["refund", "opening-hours"]
    assert len(knowledge.silence) == 4
    assert yard.questions[1] == Question('say "wifi password pls', "wifi", "slang")
    assert yard.messages == [Message("that match was great", "chatter"), Message("my car is blue", "remark")]


def test_styles_negatives_and_silence_may_be_missing(data: Path) -> None:
    (data / "queries.tsv").write_text("text\ttopic_id\nwifi?\twifi\n", encoding="utf-8")
    (data / "negatives.tsv").unlink()
    (data / "silence.yaml").unlink()
    knowledge, yard = read_folder(data)
    assert yard == Yard([Question("wifi?", "wifi", "-")], [])
    assert knowledge.silence == ()


def test_rows_are_found_by_their_key_in_any_file(content: Path) -> None:
    (content / "one.yaml").write_text('reports: [{text: "it broke", entry: a}]\nremarks: [{text: "nice"}]\n')
    (content / "two.yaml").write_text(
        'foreign: [{text: "kaputt", entry: a, language: de}]\ndouble: [{text: "a? b?", entries: [a, b]}]\n'
        'everyday: [{text: "soup", topic: cooking}]\nmessages: [{text: "hi", kind: chatter}]\n'
    )
    yard = yardstick.own_yard()
    assert [(q.text, q.style) for q in yard.others] == [("it broke", "report, asks nothing"), ("kaputt", "in de")]
    assert [(m.text, m.kind) for m in yard.messages] == [("hi", "chatter"), ("nice", "remark")]
    assert yard.doubles == [Double("a? b?", ("a", "b"))]
    assert yard.everyday == [Message("soup", "cooking")]
    assert yard.questions == []


@pytest.fixture
def desk(tmp_path: Path, tiny: tuple[Knowledge, Yard]) -> Desk:
    found = Desk(tiny[0], Cache(tmp_path / "cache"), list)
    found.prepare()
    return found


def test_a_very_phrasing_is_right_in_every_way(desk: Desk) -> None:
    figures = measure(desk, Yard([Question("Where is my refund?", "refund", "-")], []))
    assert (figures.top1, figures.top3, figures.helped, figures.wrong) == (100, 100, 100, 0)
    assert figures.calibration_error == pytest.approx(1.0)
    assert figures.missed == []


def test_a_wrong_label_makes_a_wrong_answer(desk: Desk) -> None:
    figures = measure(desk, Yard([Question("Where is my refund?", "dogs", "-")], []))
    assert (figures.top1, figures.helped, figures.wrong, figures.overheard) == (0, 0, 100, 0)
    assert figures.missed == [("Where is my refund?", "dogs", "refund")]


def test_speaking_out_of_turn_is_counted_by_kind(desk: Desk) -> None:
    heard = [Message("Are dogs allowed?", "bait"), Message("lol nice one", "chatter"), Message("see you", "chatter")]
    figures = measure(desk, Yard([Question("wifi?", "wifi", "-")], heard, everyday=heard[1:]))
    assert figures.spoke_by_kind == {"bait": (1, 1), "chatter": (0, 2)}
    assert figures.spoke == pytest.approx(100 / 3)
    assert figures.everyday == (0, 2)


def test_half_an_answer_to_two_questions_is_told_from_a_wrong_one(desk: Desk) -> None:
    asked = [Double("Where is my refund?", ("refund", "dogs")), Double("Where is my refund?", ("wifi", "dogs"))]
    figures = measure(desk, Yard([Question("wifi?", "wifi", "-")], [], doubles=asked))
    assert figures.doubles == (0, 1, 1, 2)


def test_a_question_is_put_as_a_ranking(desk: Desk) -> None:
    (found,) = put(desk, [Question("Are dogs allowed?", "dogs", "plain")])
    assert found.right
    assert 0.9 < found.score <= 1
