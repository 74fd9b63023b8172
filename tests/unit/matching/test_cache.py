"""The cache: everything is worked out once, and a lost, torn or unwritable file costs time only."""

import io
import json
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bot.matching import cache as cache_module
from bot.matching.cache import KEEP_AT_ONCE, WEIGHTS_MOST, Cache
from bot.matching.confidence import Chance, Judge, as_plain
from bot.matching.evidence import Weights
from bot.matching.lexical import Floats
from tests.conftest import LetterEncoder

TEXTS = ("one side is quiet", "clean my iems", "which adapter", "burn-in")
KEY = "0123456789abcdef"


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
    numbers = np.random.default_rng(0)

    def some(size: int) -> Floats:
        return numbers.normal(size=size).astype(np.float32)

    right, meant, sure = (Chance(some(size), some(size), some(size), 0.1 * size) for size in (3, 6, 6))
    return Judge(("words", "letters"), some(4), some(4), some(4), right, meant, sure)


@pytest.fixture(params=["dense", "sparse"])
def weights(request: pytest.FixtureRequest) -> Weights:
    numbers = np.random.default_rng(0)
    dense = (numbers.normal(size=(40, 5)) * (numbers.random((40, 5)) < 0.2)).astype(np.float32)
    return dense if request.param == "dense" else sparse.csr_array(dense)


def as_array(weights: Weights | None) -> Floats:
    assert weights is not None
    return np.asarray(weights.todense() if isinstance(weights, sparse.csr_array) else weights)


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
    other = LetterEncoder("others")
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


def test_beyond_so_many_only_the_embeddings_in_use_are_kept(
    folder: Path, encoder: LetterEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "ROWS_MOST", 5)
    Cache(folder).embeddings(encoder, TEXTS)
    Cache(folder).embeddings(encoder, ["new", "newer", TEXTS[0]])
    encoder.embedded.clear()
    Cache(folder).embeddings(encoder, ["new", "newer", *TEXTS])
    assert sorted(encoder.embedded) == sorted(TEXTS[1:])


# The judges


def test_a_judge_comes_back_as_it_was_kept(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert as_plain(found[0]) == as_plain(judge)


@pytest.mark.parametrize("floor", [0.0, 0.0123456789, 1.0])
def test_the_floor_comes_back_with_its_judge(folder: Path, judge: Judge, floor: float) -> None:
    Cache(folder).keep_judge(KEY, judge, floor)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert found[1] == floor


def test_a_judge_comes_back_in_the_numbers_it_was_learned_in(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert {found[0].key_weights.dtype, found[0].sure.weights.dtype} == {np.dtype(np.float32)}


def test_another_key_has_another_judge(folder: Path, judge: Judge) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    assert Cache(folder).judge("another") is None


def test_a_judge_learned_later_takes_the_place_of_the_first(folder: Path, judge: Judge) -> None:
    for floor in (0.25, 0.5):
        Cache(folder).keep_judge(KEY, judge, floor)
    found = Cache(folder).judge(KEY)
    assert found is not None
    assert found[1] == 0.5


def damaged(judge: Judge, **instead: object) -> str:
    return json.dumps({"judge": {**as_plain(judge), **instead}, "floor": 0.25})


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"text"', "{}", '{"judge": {}}', '{"floor": 0.25}', '{"judge": [], "floor": 0.25}', "\xff"],
    ids=repr,
)
def test_a_judge_that_cannot_be_read_is_no_judge(folder: Path, judge: Judge, content: str) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    only_file(folder).write_text(content, encoding="latin-1")
    assert Cache(folder).judge(KEY) is None


@pytest.mark.parametrize(
    ("part", "instead"),
    [("kinds", "words"), ("kinds", None), ("centre", "x"), ("key_weights", [[1], []]), ("right", []), ("sure", {})],
)
def test_a_judge_with_a_part_that_is_none_is_no_judge(folder: Path, judge: Judge, part: str, instead: object) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    only_file(folder).write_text(damaged(judge, **{part: instead}))
    assert Cache(folder).judge(KEY) is None


@pytest.mark.parametrize("floor", ["null", '"x"', "[]"])
def test_a_judge_without_a_sound_floor_is_no_judge(folder: Path, judge: Judge, floor: str) -> None:
    Cache(folder).keep_judge(KEY, judge, 0.25)
    file = only_file(folder)
    file.write_text(file.read_text().replace('"floor": 0.25', f'"floor": {floor}'))
    assert Cache(folder).judge(KEY) is None


def test_a_judge_that_cannot_be_kept_only_earns_a_warning(
    blocked: Path, judge: Judge, caplog: pytest.LogCaptureFixture
) -> None:
    Cache(blocked).keep_judge(KEY, judge, 0.25)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


# The words' weights


def test_weights_come_back_as_nearly_as_half_precision_keeps_them(folder: Path, weights: Weights) -> None:
    Cache(folder).keep_weights(KEY, weights)
    assert np.allclose(as_array(Cache(folder).weights(KEY)), as_array(weights), rtol=1e-3, atol=1e-6)


def test_weights_come_back_of_the_kind_they_were(folder: Path, weights: Weights) -> None:
    Cache(folder).keep_weights(KEY, weights)
    found = Cache(folder).weights(KEY)
    assert found is not None
    assert (type(found), found.dtype, found.shape) == (type(weights), np.float32, weights.shape)


def test_another_key_has_no_weights(folder: Path, weights: Weights) -> None:
    Cache(folder).keep_weights(KEY, weights)
    assert Cache(folder).weights("another") is None


def test_where_no_weights_were_kept_there_is_nothing_to_warn_of(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Cache(folder).weights(KEY) is None
    assert caplog.records == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda sound: sound[: len(sound) // 2], id="torn in the middle"),
        pytest.param(lambda sound: sound[:-1], id="its last byte missing"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"not at all what it should be", id="garbage"),
        pytest.param(lambda _: plain_array(), id="an array alone"),
        pytest.param(lambda _: packed(data=np.ones(3)), id="its places missing"),
    ],
)
def test_weights_that_are_broken_are_none_with_a_warning(
    folder: Path, weights: Weights, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    Cache(folder).keep_weights(KEY, weights)
    file = only_file(folder)
    file.write_bytes(damage(file.read_bytes()))
    assert Cache(folder).weights(KEY) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_the_weights_of_the_last_few_times_are_kept(folder: Path, weights: Weights) -> None:
    cache = Cache(folder)
    keys = [f"{number:016}" for number in range(WEIGHTS_MOST + 2)]
    for age, key in enumerate(keys):
        cache.keep_weights(key, weights)
        os.utime(folder / f"words-{key}.npz", (age, age))
    assert [key for key in keys if cache.weights(key) is not None] == keys[-WEIGHTS_MOST:]


def test_keeping_the_same_weights_again_drives_no_others_out(folder: Path, weights: Weights) -> None:
    cache = Cache(folder)
    keys = [f"{number:016}" for number in range(WEIGHTS_MOST)]
    for age, key in enumerate(keys):
        cache.keep_weights(key, weights)
        os.utime(folder / f"words-{key}.npz", (age, age))
    cache.keep_weights(keys[-1], weights)
    assert [key for key in keys if cache.weights(key) is not None] == keys


def test_what_is_kept_of_one_sort_leaves_the_others(
    folder: Path, encoder: LetterEncoder, judge: Judge, weights: Weights
) -> None:
    cache = Cache(folder)
    cache.embeddings(encoder, TEXTS)
    cache.keep_judge(KEY, judge, 0.25)
    for number in range(WEIGHTS_MOST + 1):
        cache.keep_weights(f"{number:016}", weights)
    encoder.embedded.clear()
    cache.embeddings(encoder, TEXTS)
    assert (encoder.embedded, cache.judge(KEY) is None) == ([], False)


def test_weights_that_cannot_be_kept_only_earn_a_warning(
    blocked: Path, weights: Weights, caplog: pytest.LogCaptureFixture
) -> None:
    Cache(blocked).keep_weights(KEY, weights)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_several_at_once_may_keep_weights(folder: Path, weights: Weights) -> None:
    keys = [f"{number % 3:016}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: Cache(folder).keep_weights(key, weights), keys))
    assert [key for key in set(keys) if Cache(folder).weights(key) is None] == []
    assert sorted(file.name for file in folder.iterdir()) == sorted({f"words-{key}.npz" for key in keys})
