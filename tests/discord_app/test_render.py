"""Rendering: texts clipped to Discord's limits, members' words as plain characters."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.buttons import PICK, suggestion_view
from bot.discord_app.render import (
    BUTTON_LABEL_MOST,
    CHOICE_MOST,
    EMBED_DESCRIPTION_MOST,
    EMBED_TITLE_MOST,
    answer_embed,
    button_label,
    choice_name,
    clip,
)
from bot.knowledge.faq import Entry

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


async def test_the_longest_ids_fit_into_a_button() -> None:
    view = suggestion_view([entry(name="x" * 64)], asker=2**64 - 1)
    (button,) = view.to_components()[0]["components"]
    assert len(button["custom_id"]) <= 100
    assert PICK.fullmatch(button["custom_id"])
