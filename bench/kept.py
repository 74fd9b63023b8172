"""An encoder that embeds the same phrasings once, and remembers what it cost."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.matching.encoder import Encoder
from bot.matching.lexical import Floats


class KeptEncoder:
    """Keeps the vectors of texts that are embedded several at once (phrasings), in a file between runs.

    A single text (a question) is embedded anew each time. What the kept vectors took when they were worked out is
    told by `close`: with it, a run that finds them reports the same learning time as one that does not.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self.languages = encoder.languages
        self._file = folder / f"{encoder.name}.npz"
        self._kept = _read(self._file)
        self._seconds_spared = 0.0

    @property
    def name(self) -> str:
        return self._encoder.name

    def embed(self, texts: Sequence[str]) -> Floats:
        if len(texts) < 2:
            return self._encoder.embed(texts)
        digests = [_digest(text) for text in texts]
        self._seconds_spared += sum(self._kept[digest][1] for digest in set(digests) if digest in self._kept)
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._kept}
        if missing:
            started = perf_counter()
            rows = self._encoder.embed(list(missing.values()))
            each = (perf_counter() - started) / len(missing)
            self._kept |= {digest: (row, each) for digest, row in zip(missing, rows, strict=True)}
        return np.stack([self._kept[digest][0] for digest in digests])

    def close(self) -> float:
        """Write the vectors down and let go of them. Returns the seconds that earlier ones have spared this run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        rows, seconds = zip(*self._kept.values(), strict=True) if self._kept else ((), ())
        np.savez(self._file, digests=list(self._kept), vectors=np.array(rows, np.float32), seconds=np.array(seconds))
        self._kept = {}
        return self._seconds_spared


def _read(file: Path) -> dict[str, tuple[Floats, float]]:
    if not file.exists():
        return {}
    with np.load(file) as found:
        rows = zip(found["vectors"], found["seconds"], strict=True)
        return {
            str(digest): (row, float(seconds)) for digest, (row, seconds) in zip(found["digests"], rows, strict=True)
        }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
