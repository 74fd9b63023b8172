"""The silence list is read as strictly as the FAQ; a message that stands there twice is only a warning."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Complaint, KnowledgeError, Severity
from bot.knowledge.silence import load_silence

Write = Callable[..., Path]
Line = Callable[[Complaint], str]


def refused(file: Path) -> tuple[Complaint, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_silence(file)
    return caught.value.complaints


def warned(file: Path) -> list[tuple[str, int | None, object]]:
    return [(c.problem, c.line, c.details["first"]) for c in load_silence(file)[1]]


def test_messages_are_kept_as_they_were_written(write: Write) -> None:
    silence, _ = load_silence(write('messages:\n  - "Good MORNING!  👋"\n  - "line\\nline"\n'))
    assert silence.messages == ("Good MORNING!  👋", "line\nline")


def test_a_silence_list_may_have_no_message(write: Write) -> None:
    assert load_silence(write("messages: []\n"))[0].messages == ()


@pytest.mark.parametrize(
    ("content", "problem", "number", "remedy"),
    [
        pytest.param("", "file-empty", 1, "it should begin with “messages:”", id="empty file"),
        pytest.param('mesages: ["x"]\n', "key-unknown", 1, "did you mean “messages”?", id="mistyped key"),
        pytest.param("notes: x\nmessages: []\n", "key-unknown", 1, "the keys are: messages", id="unknown key"),
        pytest.param("messages:\n", "not-list", 1, "one line for each item", id="blank list"),
        pytest.param("messages: hello\n", "not-list", 1, "one line for each item", id="text for the list"),
        pytest.param("messages:\n  - hi\n  - 1:30\n", "not-text-but", 3, 'put it in quotes: "1:30"', id="number"),
        pytest.param("messages:\n  - no\n", "not-text-but", 2, 'put it in quotes: "no"', id="truth"),
        pytest.param("messages:\n  - hi\n  - so: it is\n", "not-text", 3, 'in "double quotes"', id="colon"),
        pytest.param("messages:\n  - hi\n  - ''\n", "empty", 3, "write something, or remove it", id="empty text"),
        pytest.param(f"messages:\n  - {'x' * 2001}\n", "too-long", 2, "at most 2,000 are allowed", id="too long"),
        pytest.param("messages: []\nmessages: []\n", "key-twice", 2, "keep one of the two", id="doubled key"),
        pytest.param("messages:\n  - lol: so: it is\n", "yaml-syntax", 2, "double quotes", id="two colons"),
    ],
)
def test_each_mistake_is_told_with_file_line_and_remedy(
    write: Write, line: Line, content: str, problem: str, number: int, remedy: str
) -> None:
    file = write(content, "silence.yaml")
    told = next(line(c) for c in refused(file) if c.problem == problem)
    assert told.startswith(f"{file}:{number}: ")
    assert remedy in told


def test_everything_wrong_with_the_values_is_told_at_once(write: Write) -> None:
    assert [c.line for c in refused(write("messages:\n  - no\n  - hi\n  - 5\n  - ''\n"))] == [2, 4, 5]


def test_a_list_that_is_no_list_of_keys_is_told_which_key_it_needs(write: Write, line: Line) -> None:
    told = line(refused(write('- "hello"\n'))[0])
    assert "messages" in told
    assert "none" not in told


def test_a_repeated_message_is_warned_of_with_both_lines(write: Write) -> None:
    file = write('messages:\n  - "Hi there"\n  - "who wants pizza"\n  - "hi, there!"\n')
    assert warned(file) == [("phrasing-twice", 4, 2)]


def test_a_repeated_message_does_not_keep_the_list_from_loading(write: Write) -> None:
    silence, warnings = load_silence(write("messages:\n  - hi there\n  - hi there\n"))
    assert len(silence.messages) == 2
    assert {warning.severity for warning in warnings} == {Severity.WARNING}


def test_a_repeated_message_is_told_with_a_remedy(write: Write, line: Line) -> None:
    file = write("messages:\n  - hi there\n  - hi there\n")
    told = line(load_silence(file)[1][0])
    assert told == f"{file}:3: “hi there” already stands in line 2; remove one of the two"


def test_a_message_given_three_times_is_warned_of_twice(write: Write) -> None:
    assert warned(write("messages: \n  - a b\n  - a b\n  - a b\n")) == [
        ("phrasing-twice", 3, 2),
        ("phrasing-twice", 4, 2),
    ]


def test_a_message_repeated_in_one_line_is_warned_of(write: Write) -> None:
    assert warned(write("messages: [hi there, hi there]\n")) == [("phrasing-twice", 1, 1)]


def test_different_messages_without_a_word_are_not_the_same(write: Write) -> None:
    assert warned(write('messages:\n  - "😂"\n  - "👍"\n  - "..."\n')) == []


def test_different_messages_earn_no_warning(write: Write) -> None:
    assert warned(write("messages:\n  - hi there\n  - hi everyone\n")) == []
