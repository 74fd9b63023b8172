"""The cache: everything is worked out once, and a lost, torn or unwritable file costs time only."""

import io
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.matching.cache import KEEP_AT_ONCE, Cache
from bot.matching.confidence import Judge
from bot.matching.lexical import Floats
from tests.conftest import LetterEncoder

TEXTS = ("one side is quiet", "clean my iems", "which adapter", "burn-in")
KEY = "0123456789abcdef"


class OtherEncoder(LetterEncoder):
    """The same vectors under another name."""

    name = "others"


class MortalEncoder(LetterEncoder):
    """Dies, as a process may, when it has embedded so many texts."""

    def __init__(self, dies_after: int) -> None:
        super().__init__()
        self._dies_after = dies_after

    def embed(self, texts: Sequence[str]) -> Floats:
        if len(self.embedded) + len(texts) > self._dies_after:
            raise KeyboardInterrupt
        return super().embed(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


@pytest.fixture
def encoder() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """A folder that can't be made, since a file stands in its way."""
    (tmp_path / "file").write_text("here first")
    return tmp_path / "file" / "cache"


@pytest.fixture
def judge() -> Judge:
    chance = np.random.default_rng(0)
    return Judge(*(chance.normal(size=size).astype(np.float32) for size in (3, 3, 3, 7)))


def packed(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def plain_array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_text_is_embedded_once_only(folder: Path, encoder: LetterEncoder) -> None:
    first = Cache(folder).embeddings(encoder, TEXTS)
    second = Cache(folder).embeddings(encoder, TEXTS)
    assert sorted(encoder.embedded) == sorted(TEXTS)
    assert np.array_equal(first, second)


def test_only_the_new_text_is_embedded(folder: Path, encoder: LetterEncoder) -> None:
    Cache(folder).embeddings(encoder, TEXTS)
    encoder.embedded.clear()
    Cache(folder).embeddings(encoder, (*TEXTS, "something new"))
    assert encoder.embedded == ["something new"]


def test_a_text_that_left_and_came_back_is_not_embedded_again(folder: Path, encoder: LetterEncoder) -> None:
    for texts in (TEXTS, TEXTS[:2], TEXTS):
        Cache(folder).embeddings(encoder, texts)
    assert len(encoder.embedded) == len(TEXTS)


def test_a_repeated_text_is_embedded_once(folder: Path, encoder: LetterEncoder) -> None:
    found = Cache(folder).embeddings(encoder, ["twice", "once", "twice"])
    assert sorted(encoder.embedded) == ["once", "twice"]
    assert np.array_equal(found[0], found[2])


def test_the_rows_stand_in_the_order_of_the_texts(folder: Path, encoder: LetterEncoder) -> None:
    texts = [f"{'long ' * (number % 7)}text {number}" for number in range(80)]
    found = Cache(folder).embeddings(encoder, texts)
    assert np.allclose(found, LetterEncoder().embed(texts), atol=1e-6)


def test_kept_rows_stand_in_the_order_of_the_texts(folder: Path, encoder: LetterEncoder) -> None:
    Cache(folder).embeddings(encoder, TEXTS)
    found = Cache(folder).embeddings(encoder, TEXTS[::-1])
    assert np.allclose(found, LetterEncoder().embed(TEXTS[::-1]), atol=1e-6)


def test_no_texts_have_no_rows(folder: Path, encoder: LetterEncoder) -> None:
    assert len(Cache(folder).embeddings(encoder, [])) == 0


def test_two_encoders_keep_their_vectors_apart(folder: Path, encoder: LetterEncoder) -> None:
    other = OtherEncoder()
    Cache(folder).embeddings(encoder, TEXTS)
    Cache(folder).embeddings(other, TEXTS)
    assert len(other.embedded) == len(TEXTS)


def test_a_text_that_is_not_unicode_is_kept_like_any_other(folder: Path, encoder: LetterEncoder) -> None:
    for _ in range(2):
        Cache(folder).embeddings(encoder, ["half \ud83d", "nul \0"])
    assert len(encoder.embedded) == 2


def test_nothing_lies_beside_the_kept_embeddings(folder: Path, encoder: LetterEncoder) -> None:
    Cache(folder).embeddings(encoder, TEXTS)
    assert only_file(folder).suffix == ".npz"


def test_a_killed_start_loses_only_what_was_not_written_yet(folder: Path) -> None:
    texts = [str(number) for number in range(KEEP_AT_ONCE + 200)]
    with pytest.raises(KeyboardInterrupt):
        Cache(folder).embeddings(MortalEncoder(dies_after=KEEP_AT_ONCE + 100), texts)
    again = LetterEncoder()
    Cache(folder).embeddings(again, texts)
    assert len(again.embedded) == 200


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda sound: sound[: len(sound) // 2], id="torn in the middle"),
        pytest.param(lambda sound: sound[:-1], id="its last byte missing"),
        pytest.param(lambda sound: sound[:120] + bytes(40) + sound[160:], id="a hole in it"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"not at all what it should be", id="garbage"),
        pytest.param(lambda _: plain_array(), id="an array alone"),
        pytest.param(lambda _: packed(digests=np.zeros((2, 16), np.uint8)), id="vectors missing"),
        pytest.param(
            lambda _: packed(digests=np.zeros((2, 16), np.uint8), vectors=np.zeros((3, 32))), id="a row too many"
        ),
    ],
)
def test_a_broken_file_is_made_anew_with_a_warning(
    folder: Path, encoder: LetterEncoder, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    sound = Cache(folder).embeddings(encoder, TEXTS)
    file = only_file(folder)
    file.write_bytes(damage(file.read_bytes()))
    assert np.array_equal(Cache(folder).embeddings(encoder, TEXTS), sound)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_file_that_was_made_anew_is_read_again(folder: Path, encoder: LetterEncoder) -> None:
    Cache(folder).embeddings(encoder, TEXTS)
    only_file(folder).write_bytes(b"garbage")
    Cache(folder).embeddings(encoder, TEXTS)
    encoder.embedded.clear()
    Cache(folder).embeddings(encoder, TEXTS)
    assert encoder.embedded == []


def test_a_first_start_warns_of_nothing(folder: Path, encoder: LetterEncoder, caplog: pytest.LogCaptureFixture) -> None:
    Cache(folder).embeddings(encoder, TEXTS)
    assert caplog.records == []


def test_embeddings_that_cannot_be_kept_are_still_returned(blocked: Path, encoder: LetterEncoder) -> None:
    found = Cache(blocked).embeddings(encoder, TEXTS)
    assert np.allclose(found, LetterEncoder().embed(TEXTS), atol=1e-6)


def test_a_folder_that_cannot_be_written_earns_a_warning(
    blocked: Path, encoder: LetterEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    Cache(blocked).embeddings(encoder, TEXTS)
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert "next start takes longer" in caplog.text


def test_progress_rises_to_all_texts(folder: Path, encoder: LetterEncoder) -> None:
    told: list[tuple[int, int]] = []
    texts = [f"text {number}" for number in range(100)]
    Cache(folder).embeddings(encoder, texts, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (100, 100)


def test_progress_counts_what_was_kept_as_done(folder: Path, encoder: LetterEncoder) -> None:
    told: list[tuple[int, int]] = []
    Cache(folder).embeddings(encoder, TEXTS)
    Cache(folder).embeddings(encoder, (*TEXTS, "new"), lambda done, total: told.append((done, total)))
    assert told == [(5, 5)]


def test_no_progress_is_told_where_all_is_kept(folder: Path, encoder: LetterEncoder) -> None:
    told: list[tuple[int, int]] = []
    Cache(folder).embeddings(encoder, TEXTS)
    Cache(folder).embeddings(encoder, TEXTS, lambda done, total: told.append((done, total)))
    assert told == []


def test_a_judge_comes_back_as_it_was_kept(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert all(np.array_equal(getattr(found, name), getattr(judge, name)) for name in Judge.__dataclass_fields__)


def test_a_judge_comes_back_in_the_numbers_it_was_learned_in(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert found.key_weights.dtype == np.float32


def test_another_key_has_another_judge(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge)
    assert Cache(folder).judge("another") is None


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"text"', "{}", '{"centre": [1.0]}', '{"centre": "x"}', '{"unknown": []}', "\xff"],
    ids=repr,
)
def test_a_judge_that_cannot_be_read_is_no_judge(folder: Path, judge: Judge, content: str) -> None:
    Cache(folder).keep_judge(KEY, judge)
    only_file(folder).write_text(content, encoding="latin-1")
    assert Cache(folder).judge(KEY) is None


def test_a_judge_that_cannot_be_kept_only_earns_a_warning(
    blocked: Path, judge: Judge, caplog: pytest.LogCaptureFixture
) -> None:
    Cache(blocked).keep_judge(KEY, judge)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
