"""Other ways to find an FAQ's entry, each used the way its own documentation shows."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import Stemmer
from rapidfuzz import fuzz, process, utils

from bot.matching.encoder import Encoder

Phrasings = list[tuple[str, str]]
"""Entry and text."""

Ranked = list[tuple[str, float]]
"""Entries and scores, best first; what was not found is left out."""

BEST = 10
"""Entries that a search has to return."""

PHRASINGS_READ = 100
"""Phrasings, best first, among which rapidfuzz's best entries are looked for."""

OUTSIDE = ""
"""The class of messages that belong to no entry."""

TERM = re.compile(r"\w+")


class Rival(Protocol):
    """A way to find entries. `background` is what nobody wants answered; most have no use for it."""

    @property
    def name(self) -> str: ...

    def learn(self, phrasings: Phrasings, background: list[str]) -> None: ...

    def rank(self, text: str) -> Ranked: ...


class Fuzzy:
    """rapidfuzz: the entry with the most alike phrasing."""

    def __init__(self, name: str, scorer: Callable[..., float]) -> None:
        self.name = f"rapidfuzz {name}"
        self._scorer = scorer

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        del background
        self._keys = [key for key, _ in phrasings]
        self._texts = [utils.default_process(text) for _, text in phrasings]

    def rank(self, text: str) -> Ranked:
        asked = utils.default_process(text)
        found = process.extract(asked, self._texts, scorer=self._scorer, limit=PHRASINGS_READ)
        best: dict[str, float] = {}
        for _, score, number in found:
            best.setdefault(self._keys[number], score)
        return list(best.items())


class Bm25:
    """bm25s: one document for each entry, stemmed, English stop words."""

    name = "BM25 (bm25s)"

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        import bm25s  # type: ignore[import-untyped]

        del background
        self._tokenize: Any = bm25s.tokenize
        self._stemmer = Stemmer.Stemmer("english")
        self._keys, documents = _documents(phrasings)
        self._index: Any = bm25s.BM25()
        self._index.index(self._tokens(documents), show_progress=False)

    def rank(self, text: str) -> Ranked:
        tokens = self._tokens([text])
        if not tokens.vocab:
            return []
        numbers, scores = self._index.retrieve(tokens, k=min(BEST, len(self._keys)), show_progress=False)
        return [(self._keys[n], float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if s > 0]

    def _tokens(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - bm25s has no types
        return self._tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)


class Tantivy:
    """tantivy, the search engine: one document for each entry, its English stemmer."""

    name = "tantivy"

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        import tantivy

        del background
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("entry", stored=True, tokenizer_name="raw")
        schema.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer()
        for key, text in zip(*_documents(phrasings), strict=True):
            writer.add_document(tantivy.Document(entry=key, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def rank(self, text: str) -> Ranked:
        # Words only, in lower case: what else members type is the query language's.
        query = self._index.parse_query(" ".join(TERM.findall(text.lower())), ["text"])
        found = self._searcher.search(query, BEST).hits
        return [(self._searcher.doc(place)["entry"][0], float(score or 0)) for score, place in found]


class Fts5:
    """SQLite's full-text search with the Porter stemmer: one row for each entry, ordered by bm25()."""

    name = "SQLite FTS5"

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        del background
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE faq USING fts5(entry UNINDEXED, text, tokenize='porter unicode61')"
        )
        self._database.executemany("INSERT INTO faq VALUES (?, ?)", zip(*_documents(phrasings), strict=True))
        self._database.execute("INSERT INTO faq(faq) VALUES ('optimize')")

    def rank(self, text: str) -> Ranked:
        query = " OR ".join(f'"{term}"' for term in TERM.findall(text))
        if not query:
            return []
        command = "SELECT entry, -bm25(faq) FROM faq WHERE faq MATCH ? ORDER BY bm25(faq) LIMIT ?"
        return list(self._database.execute(command, (query, BEST)))


class Regression:
    """scikit-learn: TF-IDF of words and letter groups, logistic regression; the background is a class of its own."""

    name = "TF-IDF + logistic regression"

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from sklearn.pipeline import make_pipeline, make_union  # type: ignore[import-untyped]

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._model: Any = make_pipeline(make_union(words, letters), LogisticRegression(C=10, max_iter=1000))
        texts = [text for _, text in phrasings] + background
        self._model.fit(texts, [key for key, _ in phrasings] + [OUTSIDE] * len(background))
        self._keys = list(self._model.classes_)

    def rank(self, text: str) -> Ranked:
        chances = self._model.predict_proba([text])[0]
        best = np.argsort(-chances)[: BEST + 1]
        return [(self._keys[number], float(chances[number])) for number in best if self._keys[number] != OUTSIDE]


class Nearest:
    """Embeddings alone: the entry whose phrasing has the nearest vector."""

    def __init__(self, name: str, encoder: Encoder) -> None:
        self.name = f"{name} embeddings alone"
        self._encoder = encoder

    def learn(self, phrasings: Phrasings, background: list[str]) -> None:
        del background
        order = sorted(range(len(phrasings)), key=lambda number: phrasings[number][0])
        keys = [phrasings[number][0] for number in order]
        self._starts = [at for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key]
        self._keys = [keys[at] for at in self._starts]
        self._vectors = self._encoder.embed([phrasings[number][1] for number in order])

    def rank(self, text: str) -> Ranked:
        nearness = np.maximum.reduceat(self._vectors @ self._encoder.embed([text])[0], self._starts)
        return [(self._keys[number], float(nearness[number])) for number in np.argsort(-nearness)[:BEST]]


RIVALS: Mapping[str, Callable[[], Rival]] = {
    "wratio": lambda: Fuzzy("WRatio", fuzz.WRatio),
    "token-set": lambda: Fuzzy("token_set_ratio", fuzz.token_set_ratio),
    "bm25": Bm25,
    "tantivy": Tantivy,
    "fts5": Fts5,
    "tfidf": Regression,
}
"""Those that need no encoder, by the name that `--only` takes."""


def _documents(phrasings: Phrasings) -> tuple[list[str], list[str]]:
    """The entries, and all phrasings of each as one text."""
    texts: dict[str, list[str]] = {}
    for key, text in phrasings:
        texts.setdefault(key, []).append(text)
    return list(texts), ["\n".join(found) for found in texts.values()]
