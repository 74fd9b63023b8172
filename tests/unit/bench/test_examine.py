"""Systems put to the test on five entries, from learning to the printed table. Times are not judged."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from bench import growth
from bench.__main__ import main
from bench.apart import StoppedError, apart
from bench.cost import Heard, cut_evenly, heard_line, mixed, overhear
from bench.examine import examine, phrasings_of, system_names
from bench.growth import PER_ENTRY, Drawn, grow, median_ms, synthetic
from bench.kept import KeptEncoder
from bench.plots import draw_all, spread
from bench.rivals import RIVALS
from bench.yardstick import Message, Yard
from bot.knowledge import Knowledge
from bot.text import bare
from tests.conftest import LetterEncoder


def test_work_apart_hands_back_what_it_returns() -> None:
    assert apart(60, max, 3, 7) == 7


def test_work_apart_hands_back_what_it_raises() -> None:
    with pytest.raises(ValueError, match="broken"):
        apart(60, int, "broken")


def test_work_apart_is_stopped_when_it_takes_too_long() -> None:
    with pytest.raises(StoppedError, match="longer"):
        apart(0.5, time.sleep, 60)


def test_an_encoder_that_is_not_installed_takes_no_part() -> None:
    assert system_names(("no/such/folder",)) == [*RIVALS, "words"]


def test_our_words_are_examined_from_learning_to_figures(tmp_path: Path, tiny: tuple[Knowledge, Yard]) -> None:
    report = examine("words", *tiny, tmp_path)
    assert report.name == "ours, words alone"
    assert report.ranking.top3 == 100
    assert report.figures is not None
    assert set(report.figures.spoke_by_kind) == {"chatter", "remark"}
    assert {style: f.count for style, f in report.styles.items()} == {"plain": 2, "slang": 1}


def test_a_rival_has_no_decisions(tmp_path: Path, tiny: tuple[Knowledge, Yard]) -> None:
    report = examine("fts5", *tiny, tmp_path)
    assert report.ranking.top1 == 100
    assert report.figures is None


def test_the_command_prints_its_table_and_writes_its_files(data: Path, tmp_path: Path) -> None:
    target, pictures = tmp_path / "figures.json", tmp_path / "pictures"
    options = ["--data", str(data), "--only", "words", "--only", "bm25", "--missed"]
    result = CliRunner().invoke(main, [*options, "--json", str(target), "--plots", str(pictures)])
    assert result.exit_code == 0, result.output
    assert "3 questions and 2 messages to stay silent on; 5 entries, 20 phrasings" in result.stdout
    assert [
        line.split("  ")[0] for line in result.stdout.splitlines() if line.startswith(("BM25", "ours, words alone "))
    ]
    assert [system["key"] for system in json.loads(target.read_text())["systems"]] == ["bm25", "words"]
    assert sorted(file.name for file in pictures.iterdir()) == ["bench-reliability.png", "bench-right-false.png"]


def test_an_unknown_system_is_named(data: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(data), "--only", "magic"])
    assert result.exit_code == 2
    assert "magic: not among wratio" in result.output


def test_phrasings_are_embedded_once_and_questions_each_time(tmp_path: Path) -> None:
    letters = LetterEncoder()
    first = KeptEncoder(letters, tmp_path)
    rows = first.embed(["one", "two", "one"])
    assert first.close() == 0
    again = KeptEncoder(letters, tmp_path)
    assert np.array_equal(again.embed(["two", "one"]), rows[[1, 0]])
    assert letters.embedded == ["one", "two"]
    again.embed(["one"])
    assert letters.embedded[-1] == "one"
    assert len(letters.embedded) == 3
    assert again.close() > 0


def test_a_synthetic_faq_has_its_size_and_no_phrasing_twice(tiny: tuple[Knowledge, Yard]) -> None:
    made = synthetic(tiny[0], 100)
    texts = [bare(text) for _, text in phrasings_of(made)]
    assert (len(made.faq.entries), len(texts), len(set(texts))) == (100 // PER_ENTRY, 100, 100)
    assert synthetic(tiny[0], 100).faq == made.faq


def test_drawn_vectors_are_the_same_each_time_and_a_questions_is_true() -> None:
    drawn = Drawn(LetterEncoder())
    assert np.array_equal(drawn.embed(["a", "b"]), drawn.embed(["a", "b"]))
    assert np.array_equal(drawn.embed(["wifi"]), LetterEncoder().embed(["wifi"]))


def test_every_system_can_be_timed_on_a_synthetic_faq(tiny: tuple[Knowledge, Yard]) -> None:
    made = synthetic(tiny[0], 100)
    assert all(median_ms(key, made, ["wifi password?", "dogs"], None) > 0 for key in ("words", "bm25"))


def test_names_beside_lines_are_moved_apart_and_keep_their_order() -> None:
    assert spread([0.5, 0.1, 0.5], 0.1) == pytest.approx([0.45, 0.1, 0.55])
    assert spread([0.9, 0.2], 0.1) == [0.9, 0.2]


def test_nothing_is_drawn_without_figures(tmp_path: Path) -> None:
    assert draw_all(tmp_path / "pictures", [], []) == []


def test_a_cut_faq_keeps_every_entry_and_takes_evenly(tiny: tuple[Knowledge, Yard]) -> None:
    cut = cut_evenly(tiny[0], 12)
    assert [len(entry.phrasings) for entry in cut.faq.entries] == [3, 3, 2, 2, 2]
    assert cut.silence == tiny[0].silence
    assert cut_evenly(tiny[0], 100).faq == tiny[0].faq


def test_the_mix_of_a_busy_channel_is_mostly_everyday_talk() -> None:
    kinds = [message.kind for message in mixed()]
    assert [kinds.count(kind) for kind in ("everyday", "silence", "question")] == [900, 70, 30]


class ThreeStages:
    """Stands in for a desk: settles short messages at the gate, longer ones by words or meaning."""

    def assess(self, message: str, *, overheard: bool = False) -> SimpleNamespace:
        assert overheard
        stages = {1: "gate", 2: "words"}
        return SimpleNamespace(stage=stages.get(len(message.split()), "meaning"))


def test_overheard_messages_are_sorted_by_the_stage_that_settled_them() -> None:
    heard = overhear(
        ThreeStages(), [Message("hi", "everyday"), Message("wifi?", "question"), Message("is it on", "question")]
    )
    assert [(h.kind, h.stage) for h in heard] == [("everyday", "gate"), ("question", "gate"), ("question", "meaning")]


def test_what_the_gate_turned_away_is_told_with_the_questions_among_it() -> None:
    heard = [Heard("everyday", "gate", 0.1), Heard("everyday", "gate", 0.3), Heard("question", "gate", 0.1)]
    line = heard_line([*heard, Heard("question", "words", 3.5)])
    assert "mean 1.00 ms; turned away at the gate 75.0 %, within 0.15 ms 50.0 %" in line
    assert "of the questions turned away there 50.0 %" in line
    assert "settled at: gate 3, words 1 of 4" in line


def test_growth_is_told_size_by_size_and_drawn(tmp_path: Path, tiny: tuple[Knowledge, Yard]) -> None:
    told: list[str] = []
    (found,) = grow(["fts5"], tiny[0], ["wifi password?"], None, told.append, sizes=(40, 80))
    assert [size for size, _ in found.points] == [40, 80]
    assert (found.name, found.stopped, len(told)) == ("SQLite FTS5", "", 2)
    assert [file.name for file in draw_all(tmp_path, [], [found])] == ["bench-growth.png"]


def test_a_system_that_takes_too_long_keeps_the_sizes_it_reached(
    monkeypatch: pytest.MonkeyPatch, tiny: tuple[Knowledge, Yard]
) -> None:
    monkeypatch.setattr(growth, "LIMIT_SECONDS", 0.01)
    (found,) = grow(["fts5"], tiny[0], ["wifi password?"], None, lambda _: None, sizes=(40,))
    assert found.points == []
    assert found.stopped == "took longer than 0 s at 40"
