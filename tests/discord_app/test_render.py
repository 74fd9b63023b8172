"""Rendering: texts clipped to Discord's limits, members' words as plain characters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.activity.store import Feedback
from bot.discord_app import suggestions, topics, under_answer
from bot.discord_app.helping import PostSelect, Recipient
from bot.discord_app.render import (
    BUTTON_LABEL_MOST,
    CHOICE_MOST,
    CONTENT_MOST,
    EMBED_DESCRIPTION_MOST,
    EMBED_TITLE_MOST,
    Parts,
    answer_embed,
    answer_embeds,
    button_label,
    choice_name,
    clip,
    options,
)
from bot.discord_app.suggestions import suggestion_view
from bot.discord_app.topics import TurnButton, categories_parts, category_parts, found_parts
from bot.discord_app.under_answer import About, OtherSelect, TellButton, answer_parts, overheard_parts
from bot.knowledge.faq import Entry, Faq
from bot.words.catalogue import words

LIMITS = st.integers(min_value=1, max_value=60)
TEXTS = st.one_of(st.text(max_size=120), st.text(alphabet="ab ", max_size=120))
quickly = settings(deadline=None, max_examples=200)


def entry(question: str = "Why?", answer: str = "Because.", name: str = "an-entry") -> Entry:
    return Entry(id=name, question=question, alternatives=(), answer=answer)


@quickly
@given(TEXTS, LIMITS)
def test_a_clipped_text_is_never_longer_than_the_limit(text: str, most: int) -> None:
    assert len(clip(text, most)) <= most


@quickly
@given(TEXTS, LIMITS)
def test_a_text_that_fits_is_left_as_it_is(text: str, spare: int) -> None:
    assert clip(text, len(text) + spare - 1) == text


@quickly
@given(TEXTS, LIMITS)
def test_a_cut_text_ends_with_an_ellipsis(text: str, most: int) -> None:
    assert len(text) <= most or clip(text, most).endswith("…")


@quickly
@given(TEXTS, LIMITS)
def test_a_cut_text_is_the_beginning_of_the_text(text: str, most: int) -> None:
    assert len(text) <= most or text.startswith(clip(text, most).removesuffix("…"))


@quickly
@given(TEXTS, LIMITS)
def test_no_space_stands_before_the_ellipsis(text: str, most: int) -> None:
    assert len(text) <= most or not clip(text, most)[:-1].endswith(" ")


@pytest.mark.parametrize(
    ("text", "most", "clipped"),
    [
        pytest.param("one two three", 13, "one two three", id="fits-exactly"),
        pytest.param("one two three", 12, "one two…", id="between-words"),
        pytest.param("onetwothree", 8, "onetwot…", id="no-space-to-cut-at"),
        pytest.param("a bcdefghijklm", 10, "a bcdefgh…", id="a-space-too-early-to-cut-at"),
        pytest.param("one two", 1, "…", id="nothing-but-the-ellipsis"),
        pytest.param("", 1, "", id="empty"),
    ],
)
def test_a_text_is_cut_between_words_where_it_can_be(text: str, most: int, clipped: str) -> None:
    assert clip(text, most) == clipped


@quickly
@given(st.text(min_size=1, max_size=2000), st.text(min_size=1, max_size=9000))
def test_an_embed_of_any_entry_keeps_discords_limits(question: str, answer: str) -> None:
    embed = answer_embed(Entry.model_construct(id="any", question=question, answer=answer))
    assert len(embed.title or "") <= EMBED_TITLE_MOST
    assert len(embed.description or "") <= EMBED_DESCRIPTION_MOST
    assert len(embed) <= 6000


def test_an_answer_that_fits_is_shown_word_for_word() -> None:
    answer = "First line with **bold** and `code`.\n\n- a list\n> a quote ||and a spoiler||"
    assert answer_embed(entry(answer=answer)).description == answer


@pytest.mark.parametrize(("shown", "most"), [(button_label, BUTTON_LABEL_MOST), (choice_name, CHOICE_MOST)])
def test_a_long_question_is_clipped_where_it_is_a_label(shown: Callable[[Entry], str], most: int) -> None:
    assert len(shown(entry(question="why " * 75))) <= most


ASKER = MESSAGE = 2**64 - 1
LONGEST = tuple(
    Entry(
        id=f"{number}".ljust(64, "x"),
        category="c" * 40,
        question="Why?",
        alternatives=(),
        answer="Because.",
        related=("1".ljust(64, "x"),),
    )
    for number in range(1, 13)
)
NAMES = [one.id for one in LONGEST]
CODES = [one.code for one in LONGEST]
FAQ = Faq(entries=LONGEST)
ABOUT = About(ASKER, ASKER, MESSAGE, tuple(CODES[:2]))
TOLD = (Feedback.WRONG, Feedback.OUTDATED, Feedback.REMOVED)


def shown_in(parts: Parts) -> list[Any]:
    assert parts.view is not None
    return list(parts.view.children)


BUILT: dict[str, Callable[[], list[Any]]] = {
    "suggestions": lambda: list(suggestion_view(LONGEST[:3], ASKER).children),
    "an answer": lambda: shown_in(answer_parts(FAQ, NAMES[1:3], NAMES[3:], ASKER)),
    "overheard": lambda: shown_in(overheard_parts(words(), FAQ, NAMES[1:3], NAMES[3:], ASKER)),
    "other": lambda: [OtherSelect(ABOUT, LONGEST)],
    "tell": lambda: [TellButton(what, about) for what in TOLD for about in (ABOUT, replace(ABOUT, private=True))],
    "post": lambda: [PostSelect(Recipient(ASKER, ASKER, MESSAGE, ping=True), LONGEST)],
    "topics": lambda: shown_in(categories_parts(words(), FAQ, 0)),
    "a topic": lambda: shown_in(category_parts(words(), FAQ, "c" * 40, 1)),
    "a turn": lambda: [TurnButton("home", "c" * 40, 9999)],
    "a search": lambda: shown_in(found_parts(words(), LONGEST[:10])),
}
"""All that can be pressed or chosen from, with the longest ids that Discord and the FAQ allow."""


@pytest.mark.parametrize("kind", BUILT)
async def test_the_longest_ids_fit_into_what_is_pressed(kind: str) -> None:
    items = BUILT[kind]()
    assert items
    assert [item.custom_id for item in items if not 1 <= len(item.custom_id) <= 100] == []


@pytest.mark.parametrize("kind", BUILT)
async def test_the_longest_ids_are_understood_when_they_are_pressed(kind: str) -> None:
    assert [item.custom_id for item in BUILT[kind]() if not item.template.fullmatch(item.custom_id)] == []


@pytest.mark.parametrize("kind", BUILT)
async def test_what_is_pressed_is_understood_by_one_kind_of_item_only(kind: str) -> None:
    kinds = (*suggestions.ITEMS, *under_answer.ITEMS, *topics.ITEMS, PostSelect)
    templates = [item.__discord_ui_compiled_template__ for item in kinds]
    for item in BUILT[kind]():
        assert len([one for one in templates if one.fullmatch(item.custom_id)]) == 1


@quickly
@given(st.lists(st.text(min_size=1, max_size=2000), min_size=1, max_size=2), st.text(max_size=300))
def test_answers_together_keep_discords_limits(texts: list[str], footer: str) -> None:
    entries = [Entry.model_construct(id="any", question=text, answer=text * 5) for text in texts]
    embeds = answer_embeds(entries, footer=footer)
    assert len(embeds) == len(texts)
    assert sum(map(len, embeds)) <= 6000
    assert all(len(embed.description or "") <= EMBED_DESCRIPTION_MOST for embed in embeds)


@quickly
@given(st.text(max_size=3000), st.lists(st.text(min_size=1, max_size=2000), max_size=2))
def test_without_embeds_a_message_keeps_discords_limits(content: str, texts: list[str]) -> None:
    embeds = answer_embeds([Entry.model_construct(id="any", question=text, answer=text) for text in texts])
    plain = Parts(content, embeds, entries=("any",)).without_embeds()
    assert (len(plain.content or "") <= CONTENT_MOST, plain.embeds, plain.entries) == (True, (), ("any",))


def test_without_embeds_question_and_answer_are_still_told() -> None:
    plain = Parts(embeds=answer_embeds([entry("Why?", "Because.")], footer="From the FAQ.")).without_embeds()
    assert all(text in (plain.content or "") for text in ("Why?", "Because.", "From the FAQ."))


def test_of_many_entries_a_select_shows_as_many_as_discord_takes() -> None:
    shown = options([entry(f"Why {number}?", name=f"number-{number}") for number in range(30)])
    assert [option.value for option in shown] == [f"number-{number}" for number in range(25)]
