"""A file becomes plain values with their lines, or one complaint for each thing that YAML cannot or must not say."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import Complaint, KnowledgeError
from bot.knowledge.yaml_file import Mark, read_yaml

Write = Callable[..., Path]
Line = Callable[[Complaint], str]
SOFT = settings(deadline=None, max_examples=200)
YAMLISH = st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`#~ \n\t\\0159.=<\u2028é"), max_size=40)
EXPLICIT = ["!!bool maybe", "!!int ''", "!!int x", "!!float ''", "!!float x", "!!timestamp x", "!!null x"]


def complaints_on(file: Path) -> tuple[Complaint, ...]:
    with pytest.raises(KnowledgeError) as caught:
        read_yaml(file)
    return caught.value.complaints


def read_or_refuse(file: Path, content: bytes) -> tuple[Complaint, ...]:
    file.write_bytes(content)
    try:
        read_yaml(file)
    except KnowledgeError as error:
        return error.complaints
    return ()


SYNTAX = [
    pytest.param("a: 1\n\tb: 2\n", 2, id="tab in the indentation"),
    pytest.param("a:\n\t- x\n", 2, id="tab before an item"),
    pytest.param("a: x: y\n", 1, id="second colon"),
    pytest.param("a: 1\n  b: 2\n", 2, id="indented too far"),
    pytest.param("a: 1\nb: [x, y\nc: 2\n", 3, id="bracket left open"),
    pytest.param("a: 1\nb: @you\n", 2, id="at sign first"),
    pytest.param("a: 1\nb: `x`\n", 2, id="backtick first"),
    pytest.param("a: 1\nb: %x\n", 2, id="per cent first"),
    pytest.param('a: 1\nb: "C:\\quiet"\n', 2, id="unknown escape"),
    pytest.param('a: 1\nb: "\\ud800"\n', 2, id="half of a surrogate pair"),
    pytest.param('a: 1\nb: "x" y\n', 2, id="text after quotes"),
    pytest.param("a: 1\nb: *nowhere\n", 2, id="alias of nothing"),
    pytest.param("a: 1\n---\nb: 2\n", 2, id="two documents"),
    pytest.param('a: 1\nb:\n  - "one"\n  - "tw', 4, id="half written"),
]


@pytest.mark.parametrize(("text", "number"), SYNTAX)
def test_what_is_not_yaml_is_told_in_one_complaint(write: Write, text: str, number: int) -> None:
    assert [(c.problem, c.line) for c in complaints_on(write(text))] == [("yaml-syntax", number)]


@pytest.mark.parametrize(("text", "number"), SYNTAX)
def test_what_is_not_yaml_is_told_with_file_line_and_remedy(write: Write, line: Line, text: str, number: int) -> None:
    file = write(text)
    told = line(complaints_on(file)[0])
    assert told.startswith(f"{file}:{number}: ")
    assert "look at the indentation" in told


CHARACTERS = [
    pytest.param("\0", "U+0000", id="NUL"),
    pytest.param("\x07", "U+0007", id="bell"),
    pytest.param("\x1b", "U+001B", id="escape"),
    pytest.param("\x7f", "U+007F", id="delete"),
    pytest.param("\x9f", "U+009F", id="C1 control"),
    pytest.param("\uffff", "U+FFFF", id="not a character"),
]


@pytest.mark.parametrize(("character", "code"), CHARACTERS)
def test_a_character_that_yaml_forbids_is_told_by_its_code(write: Write, character: str, code: str) -> None:
    (complaint,) = complaints_on(write(f'a: 1\nb: "x{character}y"\n'))
    assert (complaint.problem, complaint.details) == ("yaml-character", {"code": code})


@pytest.mark.parametrize(("character", "code"), CHARACTERS)
def test_a_character_that_yaml_forbids_is_told_with_its_line_and_remedy(
    write: Write, line: Line, character: str, code: str
) -> None:
    file = write(f'a: 1\nb: "x{character}y"\n')
    assert (
        line(complaints_on(file)[0]) == f"{file}:2: there is a character that YAML does not allow ({code}); delete it"
    )


@pytest.mark.parametrize(
    ("content", "number"),
    [
        pytest.param('a: 1\nb: "café"\n'.encode("latin-1"), 2, id="Latin-1"),
        pytest.param("a: “x”\n".encode("cp1252"), 1, id="Windows-1252"),
        pytest.param("a: 1\nb: 2\n".encode("utf-16"), 1, id="UTF-16"),
        pytest.param(b"a: 1\r\nb: 2\r\nc: \xff", 3, id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbfa: 1\nb: \xff\n", 2, id="after a byte order mark"),
        pytest.param(b'a: 1\nb: "caf\xc3', 2, id="half written in the middle of a letter"),
        pytest.param(b"a: 1\nb: \xed\xa0\x80\n", 2, id="half of a surrogate pair"),
    ],
)
def test_another_encoding_is_told_with_the_line(write: Write, content: bytes, number: int) -> None:
    assert [(c.problem, c.line) for c in complaints_on(write(content))] == [("file-not-utf8", number)]


def test_another_encoding_is_told_with_a_remedy(write: Write, line: Line) -> None:
    file = write(b"a: \xff\n")
    assert line(complaints_on(file)[0]) == f"{file}:1: this line is not UTF-8 text; save the file as UTF-8"


def test_utf16_without_a_mark_is_not_taken_for_text(write: Write) -> None:
    assert complaints_on(write("a: 1\n".encode("utf-16-le")))[0].problem == "yaml-character"


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path, line: Line) -> None:
    told = line(complaints_on(tmp_path / "faq.yaml")[0])
    assert told.startswith(f"{tmp_path / 'faq.yaml'}:1: there is no such file; create it")


def test_a_folder_in_the_file_s_place_is_told_with_the_reason(tmp_path: Path, line: Line) -> None:
    (complaint,) = complaints_on(tmp_path)
    assert complaint.problem == "file-unreadable"
    assert "directory" in line(complaint)


def test_a_file_below_a_file_is_told_as_unreadable(write: Write) -> None:
    assert complaints_on(write("a: 1\n") / "faq.yaml")[0].problem == "file-unreadable"


def test_a_name_too_long_for_the_disk_is_told_as_unreadable(tmp_path: Path) -> None:
    assert complaints_on(tmp_path / ("x" * 300))[0].problem == "file-unreadable"


ALIASES = [
    pytest.param("a: &x [1]\nb: *x\n", 1, id="of a list"),
    pytest.param("a: &x one\nb: *x\n", 1, id="of a text"),
    pytest.param("a: 1\nb: &x\n  c: 1\nd:\n  <<: *x\n", 2, id="merged"),
    pytest.param("a: &x [*x]\n", 1, id="of what it stands in"),
]


@pytest.mark.parametrize(("text", "_number"), ALIASES)
def test_an_alias_is_refused(write: Write, text: str, _number: int) -> None:
    assert [c.problem for c in complaints_on(write(text))] == ["yaml-alias"]


@pytest.mark.parametrize(("text", "number"), ALIASES)
def test_a_refused_alias_names_the_line_of_its_anchor(write: Write, text: str, number: int) -> None:
    assert complaints_on(write(text))[0].line == number


def test_a_bomb_of_aliases_is_refused_at_once(write: Write) -> None:
    layers = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert {c.problem for c in complaints_on(write("\n".join(["a0: &a0 [x]", *layers])))} == {"yaml-alias"}


def test_a_refused_alias_is_told_with_a_remedy(write: Write, line: Line) -> None:
    assert "write the text out" in line(complaints_on(write("a: &x one\nb: *x\n"))[0])


TAGS = [
    pytest.param("a: 1\nb: !x y\n", "!x", id="of our own"),
    pytest.param("a: 1\nb: !!binary aGk=\n", "tag:yaml.org,2002:binary", id="binary"),
    pytest.param("a: 1\nb: !!python/name:os.system x\n", "tag:yaml.org,2002:python/name:os.system", id="Python"),
    pytest.param("a: 1\nb: !x [y]\n", "!x", id="on a list"),
    pytest.param("a: 1\nb: !x {y: z}\n", "!x", id="on keys"),
    pytest.param("a: 1\nb: !!set {y, z}\n", "tag:yaml.org,2002:set", id="set"),
    pytest.param("a: 1\nb: !!python/object:os.x {y: z}\n", "tag:yaml.org,2002:python/object:os.x", id="Python object"),
]


@pytest.mark.parametrize(("text", "tag"), TAGS)
def test_a_tag_is_refused_with_its_line_and_name(write: Write, text: str, tag: str) -> None:
    assert [(c.problem, c.line, c.details) for c in complaints_on(write(text))] == [("yaml-tag", 2, {"tag": tag})]


def test_a_refused_tag_is_told_with_a_remedy(write: Write, line: Line) -> None:
    assert 'put the text in "double quotes"' in line(complaints_on(write("a: !x y\n"))[0])


@pytest.mark.parametrize("value", EXPLICIT)
def test_a_value_that_belies_its_tag_is_never_an_error_of_python(tmp_path: Path, value: str) -> None:
    assert all(c.line == 1 for c in read_or_refuse(tmp_path / "faq.yaml", f"a: {value}\n".encode()))


def test_a_number_too_large_for_its_kind_is_never_an_error_of_python(tmp_path: Path) -> None:
    endless = "1" + ":00" * 200 + ".5"
    assert all(c.line == 1 for c in read_or_refuse(tmp_path / "faq.yaml", f"a: {endless}\n".encode()))


def test_a_doubled_key_names_both_lines(write: Write, line: Line) -> None:
    file = write("a: 1\nb: 2\na: 3\n")
    assert line(complaints_on(file)[0]) == f"{file}:3: the key “a” was already given in line 1; keep one of the two"


def test_a_key_given_three_times_earns_two_complaints(write: Write) -> None:
    assert [(c.problem, c.line) for c in complaints_on(write("a: 1\na: 2\na: 3\n"))] == [
        ("key-twice", 2),
        ("key-twice", 3),
    ]


def test_a_key_doubled_by_quotes_is_doubled(write: Write) -> None:
    assert complaints_on(write('a: 1\n"a": 2\n'))[0].problem == "key-twice"


def test_the_same_key_in_two_items_is_not_doubled(write: Write) -> None:
    assert read_yaml(write("- a: 1\n- a: 2\n")).value == ({"a": 1}, {"a": 2})


@pytest.mark.parametrize("key", ["? [a, b]\n: 1\n", "? {a: b}\n: 1\n", "[a]: 1\n"], ids=["list", "keys", "short list"])
def test_a_key_that_is_no_word_is_refused(write: Write, key: str) -> None:
    assert [(c.problem, c.line) for c in complaints_on(write(key))] == [("yaml-key", 1)]


def test_a_key_that_is_no_word_is_told_with_a_remedy(write: Write, line: Line) -> None:
    assert "a plain word followed by a colon" in line(complaints_on(write("[a]: 1\n"))[0])


def test_all_that_we_do_not_allow_is_told_at_once(write: Write) -> None:
    text = "a: !x 1\na: 2\nb: &y [1]\nc: *y\n[d]: 3\n"
    found = [(c.problem, c.line) for c in complaints_on(write(text))]
    assert found == [("yaml-tag", 1), ("key-twice", 2), ("yaml-alias", 3), ("yaml-key", 5)]


@pytest.mark.parametrize(
    "deep",
    [
        pytest.param("[" * 3000 + "]" * 3000, id="brackets"),
        pytest.param("{a: " * 3000 + "}" * 3000, id="braces"),
        pytest.param("- " * 3000 + "x", id="hyphens"),
    ],
)
def test_deep_nesting_is_told_as_such(write: Write, line: Line, deep: str) -> None:
    (complaint,) = complaints_on(write(deep))
    assert "no more than three levels" in line(complaint)


@pytest.mark.parametrize("deep", ["[" * 100_000, "- " * 100_000], ids=["brackets", "hyphens"])
def test_very_deep_nesting_does_not_end_the_process(write: Write, deep: str) -> None:
    reading = "import sys, pathlib; from bot.knowledge.yaml_file import read_yaml; read_yaml(pathlib.Path(sys.argv[1]))"
    ended = subprocess.run([sys.executable, "-c", reading, str(write(deep))], capture_output=True, check=False)
    assert b"KnowledgeError" in ended.stderr


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param('"no"', "no", id="quoted"),
        pytest.param("'012'", "012", id="single quotes"),
        pytest.param("plain words", "plain words", id="plain"),
        pytest.param("!!str 12", "12", id="said to be a text"),
        pytest.param("|-\n  one\n  two", "one\ntwo", id="block"),
        pytest.param(">-\n  one\n  two", "one two", id="folded block"),
        pytest.param('"tab\\there"', "tab\there", id="escaped"),
        pytest.param("no", False, id="no"),
        pytest.param("on", True, id="on"),
        pytest.param("1:30", 90, id="1:30"),
        pytest.param("012", 10, id="012"),
        pytest.param("0.78", 0.78, id="0.78"),
        pytest.param("2026-01-01", date(2026, 1, 1), id="date"),
        pytest.param("2026-13-45", "2026-13-45", id="date that is none"),
        pytest.param("", None, id="nothing"),
        pytest.param("[a, b]", ("a", "b"), id="list"),
        pytest.param("{b: c}", {"b": "c"}, id="keys"),
        pytest.param("👍 Ω é", "👍 Ω é", id="beyond ASCII"),
    ],
)
def test_values_are_read_as_yaml_means_them(write: Write, written: str, value: object) -> None:
    read = read_yaml(write(f"a: {written}\n")).value
    assert read == {"a": value}
    assert type(read["a"]) is type(value)


def test_what_was_written_is_kept_beside_what_was_read(write: Write) -> None:
    assert read_yaml(write("a: 012\n")).mark(("a",)) == Mark(1, "012")


@pytest.mark.parametrize(
    ("place", "number"),
    [
        pytest.param(("a",), 1, id="key"),
        pytest.param(("b",), 2, id="key of a block, not the block's first line"),
        pytest.param(("c", 0), 6, id="first item"),
        pytest.param(("c", 1), 7, id="second item"),
        pytest.param(("c", 1, "d"), 7, id="key in an item"),
        pytest.param(("c", 1, "gone"), 7, id="key that is missing in an item"),
        pytest.param(("gone", 5, "x"), 1, id="nothing of it is there"),
    ],
)
def test_a_place_has_its_line_or_that_of_what_is_around_it(
    write: Write, place: tuple[str | int, ...], number: int
) -> None:
    document = read_yaml(write("a: 1\nb: |-\n  one\n  two\nc:\n  - x\n  - d: y\n"))
    assert document.mark(place).line == number


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffa: 1\nb: 2\n".encode(), id="byte order mark"),
        pytest.param(b"a: 1\r\nb: 2\r\n", id="Windows line ends"),
        pytest.param(b"a: 1\nb: 2", id="no last line end"),
        pytest.param(b"%YAML 1.1\n---\na: 1\nb: 2\n...\n", id="marks of a document"),
        pytest.param(b"# a note\n\na: 1 # another\nb: 2\n", id="notes"),
    ],
)
def test_the_same_is_read_however_an_editor_saved_it(write: Write, content: bytes) -> None:
    assert read_yaml(write(content)).value == {"a": 1, "b": 2}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["Unix", "Windows"])
def test_lines_are_counted_alike_for_all_line_ends(write: Write, line_end: str) -> None:
    assert read_yaml(write(line_end.join(["a: 1", "", "b: 2"]).encode())).mark(("b",)).line == 3


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085"], ids=["line", "paragraph", "NEL"])
def test_a_separator_that_no_editor_counts_moves_no_line(write: Write, separator: str) -> None:
    assert read_yaml(write(f'a: "pasted{separator}text"\nb: 1\n')).mark(("b",)).line == 2


@pytest.mark.parametrize("content", ["", "\n\n", "# only a note\n", "---\n", "~\n", "\ufeff"])
def test_a_file_with_nothing_in_it_has_no_value(write: Write, content: str) -> None:
    assert read_yaml(write(content)).value is None


@SOFT
@given(st.one_of(YAMLISH.map(str.encode), st.binary(max_size=60), st.text(max_size=60).map(lambda t: t.encode())))
@example(b"a: =\n")
@example(b"a: <<\n")
@example(b"? ? ?")
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    assert all(c.file == file for c in read_or_refuse(file, content))


@SOFT
@given(YAMLISH)
def test_no_complaint_names_a_line_far_outside_the_file(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    found = read_or_refuse(tmp_path_factory.getbasetemp() / "lines.yaml", content.encode())
    assert all(c.line is None or 1 <= c.line <= len(content.splitlines()) + 1 for c in found)


def test_wherever_a_write_stopped_the_file_is_read_or_refused(tmp_path: Path, sound: str) -> None:
    cut = [read_or_refuse(tmp_path / "faq.yaml", sound.encode()[:end]) for end in range(len(sound))]
    assert {c.problem for found in cut for c in found} == {"yaml-syntax"}
