"""What took long to work out, kept on disk by content: embeddings and learned weights.

A lost or broken file costs time, nothing else.
"""

import hashlib
import io
import json
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from bot.matching.confidence import Judge, as_plain, from_plain
from bot.matching.encoder import Encoder
from bot.matching.evidence import Weights
from bot.matching.lexical import Floats

FORMAT = 7
"""Goes up when a change of ours makes what was kept wrong."""

BATCH = 32
KEEP_AT_ONCE = 1024
"""Embeddings worked out between two writes: what a killed first start loses at most."""

WEIGHTS_MOST = 4
"""Kept weights of the words, about 20 MB each: those of the knowledge as it was lately."""

ROWS_MOST = 100_000
"""Beyond this many kept embeddings only those in use are kept: about 150 MB."""

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
"""Told how many of how many texts are embedded."""


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class Cache:
    """A folder of kept results. Every write is whole or not at all; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def embeddings(self, encoder: Encoder, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """One row for each text, from the disk as far as they are there, shape (texts, dimensions)."""
        file = self._folder / f"embeddings-{encoder.name}.npz"
        kept = self._read_embeddings(file)
        digests = [_digest(text) for text in texts]
        # Alike lengths go together: a batch takes as long as its longest text.
        missing = sorted(
            {d: t for d, t in zip(digests, texts, strict=True) if d not in kept}.items(), key=lambda i: len(i[1])
        )
        unsaved = 0
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            kept.update(zip([d for d, _ in batch], encoder.embed([t for _, t in batch]), strict=True))
            unsaved += len(batch)
            if progress:
                progress(len(texts) - len(missing) + start + len(batch), len(texts))
            if unsaved >= KEEP_AT_ONCE or start + BATCH >= len(missing):
                self._write_embeddings(file, kept, set(digests))
                unsaved = 0
        return np.stack([kept[digest] for digest in digests]) if digests else np.zeros((0, 0), np.float32)

    def judge(self, key: str) -> tuple[Judge, float] | None:
        """The learned weights kept under a key, and the floor learned with them (see `learning.Lessons.floor`)."""
        try:
            found = json.loads((self._folder / f"judge-{key}.json").read_text())
            return from_plain(found["judge"]), float(found["floor"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def keep_judge(self, key: str, judge: Judge, floor: float) -> None:
        kept = {"judge": as_plain(judge), "floor": floor}
        self._write(self._folder / f"judge-{key}.json", json.dumps(kept).encode())

    def weights(self, key: str) -> Weights | None:
        """The words' learned weights kept under a key: an array, a sparse one, or None."""
        try:
            with (self._folder / f"words-{key}.npz").open("rb") as opened:
                found = np.load(opened, allow_pickle=False)
                if "dense" in found:
                    return np.asarray(found["dense"], np.float32)
                parts = (found["data"].astype(np.float32), found["indices"], found["indptr"])
                return sparse.csr_array(parts, shape=tuple(found["shape"]))
        except FileNotFoundError:
            return None
        except Exception as error:  # zipfile and zlib raise their own kinds on a torn file
            log.warning("Kept weights are damaged and will be worked out again: %s", type(error).__name__)
            return None

    def keep_weights(self, key: str, weights: Weights) -> None:
        """Keep them in half precision: they are read at every start."""
        packed = io.BytesIO()
        if isinstance(weights, sparse.csr_array):
            data = weights.data.astype(np.float16)
            np.savez(packed, data=data, indices=weights.indices, indptr=weights.indptr, shape=weights.shape)
        else:
            np.savez(packed, dense=weights.astype(np.float16))
        mine = self._folder / f"words-{key}.npz"
        for old in [file for file in self._newest_last("words-*.npz") if file != mine][: -WEIGHTS_MOST + 1]:
            old.unlink(missing_ok=True)
        self._write(mine, packed.getvalue())

    def _newest_last(self, pattern: str) -> list[Path]:
        try:
            return sorted(self._folder.glob(pattern), key=lambda file: file.stat().st_mtime)
        except OSError:  # another process took one away meanwhile
            return []

    def _read_embeddings(self, file: Path) -> dict[bytes, Floats]:
        try:
            # numpy leaves the file open when it is torn.
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as found:
                return dict(zip((bytes(d) for d in found["digests"]), found["vectors"].astype(np.float32), strict=True))
        except FileNotFoundError:
            return {}
        except Exception as error:  # zipfile and zlib raise their own kinds on a torn file
            log.warning("Kept embeddings are damaged and will be worked out again: %s", type(error).__name__)
            return {}

    def _write_embeddings(self, file: Path, kept: dict[bytes, Floats], used: set[bytes]) -> None:
        rows = kept if len(kept) <= ROWS_MOST else {digest: row for digest, row in kept.items() if digest in used}
        packed = io.BytesIO()
        digests = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 16)
        np.savez(packed, digests=digests, vectors=np.stack(list(rows.values())))
        self._write(file, packed.getvalue())

    def _write(self, file: Path, content: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=file.name)
            try:
                with os.fdopen(descriptor, "wb") as temporary:
                    temporary.write(content)
                Path(name).replace(file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("Nothing can be kept in the cache folder (%s); the next start takes longer.", error.strerror)
