"""The front door of the core: knowledge in, assessments out. Answers on words until meaning is ready."""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from bot.answers.outcome import Assessment
from bot.knowledge import Knowledge
from bot.matching.cache import FORMAT, Cache, Progress
from bot.matching.confidence import Judge
from bot.matching.encoder import Encoder
from bot.matching.lexical import Floats, Lookalikes
from bot.matching.ranker import Corpus, MeaningRanker, Ranking, WordsRanker, learn_judge
from bot.text import bare, questions, spoken

QUESTION_MOST = 4_000
"""Characters of a message that are read: as many as Discord lets a paying member type."""

PARTS_MOST = 4
"""Questions of one message that are looked at one by one."""

EXPLAINED = 8
"""Entries, best first, whose nearest phrasing and evidence go into an assessment."""

NOT_FOR_FROM = 90.0
"""From this likeness on (see `alike`), a question is one of an entry's `not_for` examples."""


@dataclass(frozen=True)
class _Words:
    ranker: WordsRanker
    judge: Judge


@dataclass(frozen=True)
class _Meaning:
    ranker: MeaningRanker
    judge: Judge
    encoder: Encoder


class Answerer:
    """Assesses texts against one FAQ, from any number of threads; a new FAQ gets a new Answerer.

    Creating one makes words ready (a few seconds); `learn_meaning` adds the encoder's part and may run meanwhile.
    """

    def __init__(self, knowledge: Knowledge, cache: Cache) -> None:
        self.knowledge = knowledge
        self._cache = cache
        entries = knowledge.faq.entries
        self._corpus = Corpus([(e.id, phrasing) for e in entries for phrasing in e.phrasings], knowledge.silence)
        self._exact = _unambiguous((bare(phrasing), e.id) for e in entries for phrasing in e.phrasings)
        self._silenced = frozenset(bare(message) for message in knowledge.silence)
        self._not_for_owners = [number for number, e in enumerate(entries) for _ in e.not_for]
        self._not_for = Lookalikes([text for e in entries for text in e.not_for])
        ranker = WordsRanker(self._corpus)
        self._words = _Words(ranker, self._judge_for(ranker, "words"))
        self._meaning: _Meaning | None = None
        self._learning = threading.Lock()

    @property
    def with_meaning(self) -> bool:
        return self._meaning is not None

    def learn_meaning(self, encoder: Encoder, progress: Progress | None = None) -> None:
        """Embed what is not embedded yet, learn the weights, and use both from then on. Takes a minute at worst."""
        with self._learning:
            vectors = self._cache.embeddings(encoder, self._corpus.texts, progress)
            ranker = MeaningRanker(self._words.ranker, vectors)
            self._meaning = _Meaning(ranker, self._judge_for(ranker, encoder.name), encoder)
            ranker.forget()

    def settle_for_words(self) -> None:
        """Meaning will not come: give back the memory that only learning it would need."""
        self._words.ranker.forget()

    def assess(self, message: str, *, words_only: bool = False) -> Assessment:
        """What the FAQ has for a message as a member sent it. `words_only` is fast: for autocomplete."""
        said = spoken(message[:QUESTION_MOST])
        parts = questions(said)[:PARTS_MOST] if not words_only else []
        several = tuple(self._assess(part, words_only=False) for part in parts) if len(parts) > 1 else ()
        return replace(self._assess(said, words_only=words_only), parts=several)

    def _assess(self, said: str, *, words_only: bool) -> Assessment:
        same = bare(said)
        question = said if same else ""
        meaning = None if words_only else self._meaning
        ranking = self._ranking(question, meaning)
        best = np.argsort(-ranking.utilities, kind="stable")[:EXPLAINED]
        return Assessment(
            question=question,
            entries=ranking.keys,
            utilities=self._without_not_for(question, ranking),
            outside=ranking.outside,
            exact=self._exact.get(same),
            silenced=same in self._silenced,
            nearest={ranking.keys[number]: ranking.nearest(int(number)) for number in best},
            evidence={ranking.keys[number]: ranking.parts(int(number)) for number in best},
            with_meaning=meaning is not None,
        )

    def _ranking(self, question: str, meaning: _Meaning | None) -> Ranking:
        if meaning is None:
            return self._words.ranker.rank(question, self._words.judge)
        vector = meaning.encoder.embed([question])[0]
        return meaning.ranker.rank(question, vector, meaning.judge)

    def _without_not_for(self, question: str, ranking: Ranking) -> Floats:
        """The utilities, at the bottom for entries one of whose `not_for` examples was asked."""
        barred = [self._not_for_owners[position] for position in self._not_for.of(question, NOT_FOR_FROM)]
        if not barred:
            return ranking.utilities
        utilities = ranking.utilities.copy()
        utilities[barred] = min(float(utilities.min()), ranking.outside) - 10
        return utilities

    def _judge_for(self, ranker: WordsRanker | MeaningRanker, kind: str) -> Judge:
        """The learned weights for this very knowledge, from the cache or learned now."""
        content = hashlib.sha256(f"{FORMAT} {kind}".encode())
        for (key, _), text in zip(self._corpus.phrasings, self._corpus.texts, strict=False):
            content.update(f"{key}\0{text}\0".encode("utf-8", "surrogatepass"))
        for text in self._corpus.background:
            content.update(f"{text}\0".encode("utf-8", "surrogatepass"))
        key = content.hexdigest()[:32]
        judge = self._cache.judge(key)
        if judge is None:
            judge = learn_judge(ranker)
            self._cache.keep_judge(key, judge)
        return judge


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each phrasing's entry, without the phrasings that two entries share (which only other people's FAQs have)."""
    found: dict[str, str] = {}
    shared = set()
    for text, entry in pairs:
        if found.setdefault(text, entry) != entry:
            shared.add(text)
    return {text: entry for text, entry in found.items() if text and text not in shared}
