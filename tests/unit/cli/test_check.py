"""`check`: what the report says of sound and of broken knowledge."""

from pathlib import Path

import pytest

from bot.cli.check import check_lines
from bot.words.catalogue import words


def report(folder: Path) -> tuple[bool, list[str]]:
    return check_lines(words(), folder)


def changed(folder: Path, before: str, after: str) -> Path:
    file = folder / "faq.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def line_of(folder: Path, part: str) -> int:
    lines = (folder / "faq.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if part in line)


def test_sound_knowledge_is_called_sound_with_its_counts(small_folder: Path) -> None:
    sound, lines = report(small_folder)
    assert sound
    assert lines[-1].startswith("4 entries, 20 phrasings, 6 messages to stay silent on: sound")


def test_warnings_leave_knowledge_sound(small_folder: Path) -> None:
    sound, lines = report(small_folder)
    assert sound
    assert [line.split(":")[0] for line in lines[:-1]] == ["warning"] * 4


def test_the_last_line_counts_the_warnings_above_it(small_folder: Path) -> None:
    _, lines = report(small_folder)
    assert lines[-1].endswith(f"with {len(lines) - 1} warnings.")


def test_a_mistake_names_file_line_and_entry(small_folder: Path) -> None:
    changed(small_folder, "related: [cleaning]", "related: [claening]")
    sound, lines = report(small_folder)
    where = f"mistake: {small_folder / 'faq.yaml'}:{line_of(small_folder, 'claening')}: entry “one-side-quiet”: "
    assert not sound
    assert lines[0].startswith(where)


def test_all_mistakes_are_told_at_once(small_folder: Path) -> None:
    changed(small_folder, "related: [cleaning]", "related: [one-side-quiet, nowhere]")
    changed(small_folder, "Is burn-in real?", "Why is one side QUIET")
    _, lines = report(small_folder)
    assert len(lines) == 4
    assert lines[-1].startswith("3 mistakes")


def test_mistakes_in_both_files_are_told_together(small_folder: Path) -> None:
    changed(small_folder, "entries:", "entires:")
    (small_folder / "silence.yaml").unlink()
    _, lines = report(small_folder)
    assert {"faq.yaml" in line for line in lines[:-1]} == {True, False}


@pytest.mark.parametrize("missing", ["faq.yaml", "silence.yaml"])
def test_a_missing_file_is_a_mistake(small_folder: Path, missing: str) -> None:
    (small_folder / missing).unlink()
    sound, lines = report(small_folder)
    assert not sound
    assert len(lines) == 2
    assert missing in lines[0]


def test_every_line_of_the_report_is_one_line(small_folder: Path) -> None:
    changed(small_folder, '"wax in the nozzle, what now"', "|\n        one side quiet\n        and more\n")
    changed(small_folder, '"will they sound better after a while"', "|\n        One side quiet\n        and MORE\n")
    _, lines = report(small_folder)
    assert not any("\n" in line for line in lines)
