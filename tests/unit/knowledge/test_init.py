"""The FAQ and the silence list are loaded together, and complained of together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Complaint, KnowledgeError, Severity
from bot.knowledge import Knowledge, load_files, load_knowledge

Write = Callable[..., Path]
Line = Callable[[Complaint], str]

SILENCE = 'messages:\n  - "good morning"\n  - "who wants pizza"\n'


def complaints_on(folder: Path) -> tuple[Complaint, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    return caught.value.complaints


def test_a_folder_is_loaded_with_both_its_files(small_folder: Path) -> None:
    knowledge = load_knowledge(small_folder)
    assert len(knowledge.faq.entries) == 4
    assert "who wants pizza" in knowledge.silence


def test_sound_knowledge_has_no_warnings(small_knowledge: Knowledge) -> None:
    assert small_knowledge.warnings == ()


def test_knowledge_remembers_the_faq_s_file(small_folder: Path, small_knowledge: Knowledge) -> None:
    assert small_knowledge.file == small_folder / "faq.yaml"


def test_knowledge_remembers_where_each_phrasing_stands(small_knowledge: Knowledge) -> None:
    assert small_knowledge.lines["one-side-quiet", 0] == 4
    assert small_knowledge.lines["one-side-quiet", 1] == 6


def test_knowledge_is_never_changed(small_knowledge: Knowledge) -> None:
    with pytest.raises(AttributeError):
        small_knowledge.silence = ()  # type: ignore[misc]


def test_mistakes_in_both_files_are_told_together(write: Write, sound: str) -> None:
    write(sound.replace('"Yes."', "yes"))
    folder = write("messages: [no]\n", "silence.yaml").parent
    assert [(c.file.name, c.problem) for c in complaints_on(folder)] == [
        ("faq.yaml", "not-text-but"),
        ("silence.yaml", "not-text-but"),
    ]


def test_an_empty_folder_is_told_of_both_missing_files(tmp_path: Path) -> None:
    assert [(c.file, c.problem) for c in complaints_on(tmp_path)] == [
        (tmp_path / "faq.yaml", "file-missing"),
        (tmp_path / "silence.yaml", "file-missing"),
    ]


def test_a_sound_faq_without_its_silence_list_is_refused(write: Write, sound: str) -> None:
    assert [c.file.name for c in complaints_on(write(sound).parent)] == ["silence.yaml"]


def test_a_single_faq_needs_no_silence_list(write: Write, sound: str) -> None:
    assert load_files(write(sound), None).silence == ()


def test_a_single_faq_may_have_any_name(write: Write, sound: str) -> None:
    assert load_files(write(sound, "theirs.txt"), None).file.name == "theirs.txt"


def test_another_faq_is_loaded_with_warnings(write: Write, sound: str) -> None:
    knowledge = load_files(write(sound.replace("Yes.", "x" * 951)), None, tolerant=True)
    assert [c.problem for c in knowledge.warnings] == ["answer-too-long"]


def test_another_faq_is_not_tolerated_unasked(write: Write, sound: str) -> None:
    with pytest.raises(KnowledgeError):
        load_files(write(sound.replace("Yes.", "x" * 951)), None)


def test_a_silence_list_is_never_tolerated_with_mistakes(write: Write, sound: str) -> None:
    with pytest.raises(KnowledgeError):
        load_files(write(sound), write("messages: [no]\n", "silence.yaml"), tolerant=True)


def test_warnings_of_both_files_are_kept(write: Write, sound: str) -> None:
    faq = write(sound.replace('["the first one"]', '["the first one", "is it first"]'))
    silence = write("messages: \n  - hi there\n  - hi there\n", "silence.yaml")
    assert [c.file.name for c in load_files(faq, silence).warnings] == ["faq.yaml", "silence.yaml"]


@pytest.fixture
def both(write: Write, sound: str) -> Complaint:
    """The warning on a phrasing that the silence list has, too."""
    silence = write(f'{SILENCE}  - "AND after that..."\n', "silence.yaml")
    (warning,) = load_files(write(sound), silence).warnings
    return warning


def test_a_phrasing_in_the_silence_list_is_a_warning_on_its_entry(both: Complaint) -> None:
    assert (both.problem, both.entry, both.severity) == ("silenced-phrasing", "second", Severity.WARNING)


def test_a_phrasing_in_the_silence_list_is_told_with_the_list_s_line(both: Complaint, line: Line) -> None:
    assert line(both).startswith(f"{both.file.parent / 'silence.yaml'}:4: entry “second”: ")


def test_a_phrasing_in_the_silence_list_is_told_with_a_remedy(both: Complaint, line: Line) -> None:
    told = "the silence list has “AND after that...”, which is a phrasing of this entry; remove it from one of the two"
    assert line(both).endswith(told)


def test_a_message_without_a_word_silences_no_phrasing_without_one(write: Write, sound: str) -> None:
    faq = write(sound.replace("and after that", "..."))
    silence = write('messages: ["👍"]\n', "silence.yaml")
    assert [c.problem for c in load_files(faq, silence, tolerant=True).warnings] == ["no-words"]
