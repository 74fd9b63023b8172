"""The catalogue has every sentence that the bot asks for, asks for every sentence it has, and is sound Fluent."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from fluent.syntax import ast as fluent
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor

from bot.discord_app.quiet import DURATIONS, OFF
from bot.words import catalogue
from bot.words.catalogue import FOLDER, Words, words

SOURCES = Path(catalogue.__file__).parents[1]
RESOURCE = parse((FOLDER / "en.ftl").read_text(encoding="utf-8"))
MESSAGES = {entry.id.name: entry for entry in RESOURCE.body if isinstance(entry, fluent.Message)}

TAKERS = {"say", "words", "member_words", "complain", "warning", "__init__", "Complaint"}
TAKERS |= {"BotError", "SettingsError", "EncoderUnavailable"}
"""Whoever takes the id of a sentence, as the first text among what is given by position."""


class Use(NamedTuple):
    """One place in the sources that asks for a sentence; `given` is None where its variables come from elsewhere."""

    where: str
    message: str
    given: frozenset[str] | None


class ByHand(NamedTuple):
    """A sentence whose id the search can't read: the file that asks for it, and what stands there of the id."""

    file: str
    written: str
    message: str


BY_HAND = [
    *(
        ByHand("discord_app/helping.py", name, name)
        for name in ("no-message", "cannot-read", "nothing-in-message", "nothing-for-message")
    ),
    *(
        ByHand("discord_app/under_answer.py", name, name)
        for name in ("menu-private", "menu-private-no-others", "menu-no-others")
    ),
    *(ByHand("discord_app/quiet.py", "duration-", f"duration-{value}") for value in (*DURATIONS, OFF)),
]


class Variables(Visitor):
    """Collects the variables of a message, with the values that its selectors tell apart."""

    def __init__(self, message: fluent.Message) -> None:
        self.found: dict[str, list[str]] = {}
        self.visit(message)

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802 - the visitor's name
        self.found.setdefault(node.id.name, [])

    def visit_SelectExpression(self, node: fluent.SelectExpression) -> None:  # noqa: N802 - the visitor's name
        keys = [getattr(variant.key, "name", getattr(variant.key, "value", "")) for variant in node.variants]
        self.found.setdefault(node.selector.id.name, []).extend(keys)
        self.generic_visit(node)


def variables(message: str) -> dict[str, list[str]]:
    return Variables(MESSAGES[message]).found


def literals(node: ast.expr) -> list[str]:
    """The names that an expression may stand for: ids of sentences, keys of their variables."""
    match node:
        case ast.Constant(value=str(text)) if re.fullmatch("[a-z]+(-[a-z0-9]+)*", text):
            return [text]
        case ast.IfExp(body=body, orelse=otherwise):
            return literals(body) + literals(otherwise)
        case _:
            return []


def callee(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call() as inner:  # words()("...")
            return callee(inner)
        case _:
            return ""


def given(call: ast.Call, after: int) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    match call.args[after:]:
        case [ast.Dict(keys=keys), *_]:
            return frozenset(name for key in keys if key for name in literals(key))
        case [ast.Name(), *_]:
            return None
        case _:
            return None if None in names else frozenset(name for name in names if name)


def chosen_before(tree: ast.Module) -> Iterator[tuple[ast.Call, list[str]]]:
    """The calls of takers that are given a variable, with the ids that its function puts into that variable."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        nodes = list(ast.walk(function))
        put = {
            target.id: literals(node.value)
            for node in nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in nodes:
            if isinstance(call, ast.Call) and callee(call) in TAKERS and call.args:
                yield call, put.get(getattr(call.args[0], "id", ""), [])


def uses_in(file: Path) -> Iterator[Use]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for call, chosen in chosen_before(tree):
        yield from (Use(f"{file.relative_to(SOURCES)}:{call.lineno}", text, given(call, 1)) for text in chosen)
    for node in ast.walk(tree):
        where = f"{file.relative_to(SOURCES)}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.AnnAssign(target=ast.Name(id="LABELS" | "SENTENCES"), value=ast.Dict(values=labels)):
                yield from (Use(where, text, frozenset()) for label in labels for text in literals(label))
            case ast.Call(args=args) if callee(node) in TAKERS:
                position = next((number for number, arg in enumerate(args) if literals(arg)), None)
                if position is not None:
                    yield from (Use(where, text, given(node, position + 1)) for text in literals(args[position]))
            case ast.Return(value=ast.Tuple(elts=[chosen, ast.Dict(keys=keys)])):
                names = frozenset(name for key in keys if key for name in literals(key))
                yield from (Use(where, text, names) for text in literals(chosen))


USES = [use for file in sorted(SOURCES.rglob("*.py")) for use in uses_in(file)]


TO_MEMBERS = [
    *("nothing-found", "nothing-said", "answered-privately", "entry-gone", "went-wrong", "not-kept"),
    *("nothing-found-alone", "option-not-found"),
    *(
        "menu",
        "menu-unasked",
        "menu-private",
        "menu-no-others",
        "not-yours",
        "not-yours-but",
        "told",
        "answer-changed",
        "removed",
        "not-removed",
    ),
    *("choose", "posted", "nothing-in-message", "nothing-for-message", "message-not-here", "no-message"),
    *("posted-privately", "cannot-read", "topics-unknown"),
    *("entry-unknown", "unasked-off", "unasked-on", "unasked-footer"),
]
LABELS = [name for name in MESSAGES if name.startswith("button-")]
LABELS += ["topics-all", "topics-back", "topics-earlier", "topics-later"]
PLACEHOLDERS = [name for name in MESSAGES if name.startswith("select-")] + ["topics-choose", "topics-read"]


def renderings(message: str) -> Iterator[str]:
    """A message with each combination of what its selectors tell apart."""
    known = variables(message)
    for chosen in product(*([*keys, "7"] for keys in known.values())):
        values = {name: int(value) if value.isdigit() else value for name, value in zip(known, chosen, strict=True)}
        yield words()(message, **values)


def test_the_search_finds_where_sentences_are_used() -> None:
    assert {"nothing-found", "cli-words-only", "key-twice", "id-twice", "file-missing", "setting-wrong"} <= {
        use.message for use in USES
    }


def test_the_catalogue_has_no_junk() -> None:
    assert [entry.content for entry in RESOURCE.body if isinstance(entry, fluent.Junk)] == []


def test_the_catalogue_has_no_id_twice() -> None:
    ids = [entry.id.name for entry in RESOURCE.body if isinstance(entry, fluent.Message)]
    assert sorted(ids) == sorted(set(ids))


def test_every_message_has_a_sentence() -> None:
    assert [name for name, message in MESSAGES.items() if message.value is None] == []


def test_every_sentence_that_is_asked_for_exists() -> None:
    assert [use for use in USES if use.message not in MESSAGES] == []


def test_every_sentence_is_asked_for() -> None:
    asked_for = {use.message for use in USES} | {message for _, _, message in BY_HAND}
    assert sorted(set(MESSAGES) - asked_for) == []


@pytest.mark.parametrize("listed", BY_HAND, ids=lambda listed: listed.message)
def test_what_is_listed_by_hand_stands_in_its_file_and_nowhere_for_the_search(listed: ByHand) -> None:
    tree = ast.parse((SOURCES / listed.file).read_text(encoding="utf-8"))
    assert listed.written in {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert listed.message not in {use.message for use in USES}


def test_every_sentence_that_is_listed_by_hand_exists() -> None:
    assert {message for _, _, message in BY_HAND} <= set(MESSAGES)


def test_every_sentence_is_given_its_variables() -> None:
    known = [use for use in USES if use.given is not None and use.message in MESSAGES]
    assert [use for use in known if not set(variables(use.message)) <= (use.given or set())] == []


@pytest.mark.parametrize("message", MESSAGES)
def test_every_sentence_can_be_said_in_all_its_forms(message: str) -> None:
    assert all(sentence.strip() for sentence in renderings(message))


@pytest.mark.parametrize("message", MESSAGES)
def test_no_sentence_shows_its_inner_workings(message: str) -> None:
    assert not [sentence for sentence in renderings(message) if re.search(r"[{}$\u2068\u2069]|->", sentence)]


@pytest.mark.parametrize("message", [name for name in MESSAGES if name.endswith("-description")])
def test_a_command_s_description_fits_discord(message: str) -> None:
    assert 1 <= len(words()(message)) <= 100


@pytest.mark.parametrize("message", [name for name in MESSAGES if re.fullmatch("(command|option)-[a-z]+", name)])
def test_a_command_s_name_is_one_that_discord_takes(message: str) -> None:
    assert re.fullmatch(r"[-_\w]{1,32}", words()(message))
    assert words()(message) == words()(message).lower()


def test_the_context_menu_s_name_is_one_that_discord_takes() -> None:
    assert 1 <= len(words()("menu-answer")) <= 32


@pytest.mark.parametrize("message", [name for name in MESSAGES if name.startswith("duration-")])
def test_the_name_of_a_choice_fits_discord(message: str) -> None:
    assert 1 <= len(words()(message)) <= 100


@pytest.mark.parametrize("message", LABELS)
def test_a_button_s_label_fits_on_a_phone_and_discord(message: str) -> None:
    assert 1 <= len(words()(message)) <= 38


@pytest.mark.parametrize("message", PLACEHOLDERS)
def test_a_select_s_placeholder_fits_discord(message: str) -> None:
    assert 1 <= len(words()(message)) <= 100


@pytest.mark.parametrize("message", TO_MEMBERS)
def test_a_sentence_to_members_is_short_and_kind(message: str) -> None:
    assert len(words()(message)) <= 150
    assert not re.search(r"error|exception|invalid", words()(message), re.IGNORECASE)


def test_an_unknown_id_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        words()("never-written")


def test_a_missing_variable_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError, match="cli-demo-open"):
        words()("cli-demo-open")


def test_a_language_that_nobody_wrote_is_an_error_of_the_programmer() -> None:
    with pytest.raises(FileNotFoundError):
        Words("xx")


def test_a_variable_stands_in_its_sentence_as_it_is() -> None:
    assert (
        words()("cli-demo-open", url="http://127.0.0.1:1/{x}")
        == "The demo is at http://127.0.0.1:1/{x} (Ctrl-C ends it)"
    )


@pytest.mark.parametrize(("count", "said"), [(1, "one command"), (0, "0 commands"), (2, "2 commands")])
def test_a_count_is_said_in_its_plural(count: int, said: str) -> None:
    assert said in words()("cli-synced", count=count)


@pytest.mark.parametrize(
    ("warnings", "ending"), [(0, ": sound."), (1, ": sound, with one warning."), (2, ": sound, with 2 warnings.")]
)
def test_a_sound_report_ends_with_its_warnings(warnings: int, ending: str) -> None:
    assert words()("check-sound", entries=1, phrasings=2, silences=3, warnings=warnings).endswith(ending)


def test_a_language_is_read_once() -> None:
    assert words("en") is words("en")
