"""The front door of the core: knowledge in, assessments out. Answers on words until meaning is ready.

Each look costs more than the one before it: the gate some 20 microseconds, words a third of a millisecond, an encoder
ten to thirty. Nobody is asked who could not change what happens: an overheard message that is surely none of the FAQ's
goes no further, and a question whose answer is sure is not looked at again.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bot.answers.decision import DIRECT
from bot.answers.outcome import Assessment, Reason, Stage
from bot.knowledge import Knowledge
from bot.matching.cache import FORMAT, Cache, Progress
from bot.matching.confidence import NEVER, Judge, chance_of, rough
from bot.matching.encoder import Encoder
from bot.matching.evidence import Whole
from bot.matching.gate import Gate
from bot.matching.guards import Guards
from bot.matching.learning import Lessons
from bot.matching.lexical import Lookalikes
from bot.matching.ranker import WORDS, Corpus, Look, Ranker, Ranking
from bot.matching.spelling import ENGLISH, language_of
from bot.text import bare, questions, spoken, words

QUESTION_MOST = 4_000
"""Characters of a message that are read: as many as Discord lets a paying member type."""

PARTS_MOST = 4
"""Questions of one message that are looked at one by one."""

NOT_FOR_FROM = 90.0
"""From this likeness on (see `alike`), a question is one of an entry's `not_for` examples."""

SURE_ENOUGH = 0.9
"""From this confidence on, no further encoder is asked about a question that was put to the bot."""

Kinds = tuple[str, ...]


@dataclass(frozen=True)
class _Panel:
    """Who judges at present: replaced as a whole when more was learned."""

    judges: Mapping[Kinds, Judge]
    floors: Mapping[Kinds, float] = field(default_factory=dict)
    """Below this `sure`, an overheard message is looked into no further."""
    encoders: tuple[Encoder, ...] = ()
    gate: Gate | None = None


class Answerer:
    """Assesses texts against one FAQ, from any number of threads; a new FAQ gets a new Answerer.

    Creating one makes words ready (about a second); `learn` does the rest and may run meanwhile.
    """

    def __init__(self, knowledge: Knowledge, cache: Cache) -> None:
        self.knowledge = knowledge
        self._cache = cache
        entries = knowledge.faq.entries
        self._corpus = Corpus([(e.id, phrasing) for e in entries for phrasing in e.phrasings], knowledge.silence)
        self._key = _content_key(self._corpus)
        self._exact = _unambiguous((bare(phrasing), e.id) for e in entries for phrasing in e.phrasings)
        self._silenced = frozenset(bare(message) for message in knowledge.silence)
        self._not_for_owners = [number for number, e in enumerate(entries) for _ in e.not_for]
        self._not_for = Lookalikes([text for e in entries for text in e.not_for])
        kept = cache.weights(self._key)
        self._refined = kept is not None
        self._ranker = Ranker(self._corpus, kept)
        self._guards = Guards(self._corpus)
        self._learning = threading.Lock()
        kept_judge = self._kept_judge((WORDS,))
        unlearned = rough((WORDS,), background=bool(knowledge.silence))
        self._panel = _Panel({(WORDS,): kept_judge[0] if kept_judge else unlearned})

    @property
    def with_meaning(self) -> bool:
        return bool(self._panel.encoders)

    def learn(self, encoders: Sequence[Encoder], progress: Progress | None = None) -> None:
        """Learn the words' weights, embed what is not embedded yet, and use each as soon as it is there."""
        with self._learning:
            if not self._refined:
                self._ranker.refine_words()
                self._cache.keep_weights(self._key, self._ranker.words_weights)
                self._refined = True
            lessons = _Teacher(self._ranker)
            self._judge_with((), lessons)
            for count, encoder in enumerate(encoders, 1):
                vectors = self._cache.embeddings(encoder, self._corpus.texts, progress)
                self._ranker.add_meaning(encoder.name, vectors)
                self._judge_with(tuple(encoders[:count]), lessons)
            self._ranker.forget()
            self._panel = replace(self._panel, gate=Gate([text for _, text in self._corpus.phrasings]))

    def examine(self) -> Iterator[tuple[int, Assessment]]:
        """Texts of the knowledge by their number, phrasings first, each as if it and its likes did not stand there.

        A large FAQ is examined by a sample. Takes some ten seconds before the first.
        """
        panel = self._panel
        kinds = _kinds(panel.encoders)
        lessons = Lessons(self._ranker)
        for kind in kinds:
            lessons.take_in(self._ranker.likenesses[kind])
        stage = Stage.MEANING if len(kinds) > 1 else Stage.WORDS
        for number, verdict in zip(lessons.judged, lessons.verdicts(panel.judges[kinds]), strict=True):
            text = self._corpus.texts[number]
            shares, keys = verdict.shares, self._corpus.keys
            yield int(number), Assessment(text, keys, shares, verdict.meant, verdict.sure, stage=stage, kinds=kinds)

    def _judge_with(self, encoders: tuple[Encoder, ...], teacher: "_Teacher") -> None:
        """Take these encoders into the panel, with judges for every set of kinds that may come up."""
        everything = _kinds(encoders)
        panels = [everything[:count] for count in range(1, len(everything) + 1)]
        polyglots = _kinds(e for e in encoders if e.languages is None)
        if polyglots not in panels:
            panels.append(polyglots)
        judged = {
            kinds: self._kept_judge(kinds, everything) or self._taught(kinds, everything, teacher) for kinds in panels
        }
        self._panel = replace(
            self._panel,
            judges={kinds: judge for kinds, (judge, _) in judged.items()},
            floors={kinds: floor for kinds, (_, floor) in judged.items()},
            encoders=encoders,
        )

    def _taught(self, kinds: Kinds, everything: Kinds, teacher: "_Teacher") -> tuple[Judge, float]:
        judge = teacher.judge(kinds)
        floor = teacher.floor(judge, everything)
        self._cache.keep_judge(self._judge_key(kinds, everything), judge, floor)
        return judge, floor

    def _kept_judge(self, kinds: Kinds, everything: Kinds = (WORDS,)) -> tuple[Judge, float] | None:
        return self._cache.judge(self._judge_key(kinds, everything))

    def _judge_key(self, kinds: Kinds, everything: Kinds) -> str:
        return hashlib.sha256(f"{self._key} {kinds} {everything}".encode()).hexdigest()[:32]

    def assess(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        """What the FAQ has for a message as a member sent it.

        `words_only` is fast: for autocomplete. `overheard`: nobody asked, so that hardly anything needs a second look.
        """
        said = spoken(message[:QUESTION_MOST])
        panel = self._panel
        everyday = panel.gate is not None and self._is_everyday(said, panel.gate)
        if overheard and everyday:
            return self._turned_away(said)
        whole = self._assess(said, panel, words_only=words_only, overheard=overheard)
        whole = replace(whole, everyday=everyday)
        if words_only or (overheard and whole.sure < panel.floors.get(whole.kinds, 0.0)):
            return whole
        parts = questions(said)[:PARTS_MOST]
        if len(parts) < 2:
            return whole
        return replace(whole, parts=tuple(self._assess(p, panel, words_only=False, overheard=False) for p in parts))

    def _is_everyday(self, said: str, gate: Gate) -> bool:
        """Whether a message's words are those of everyday chat. What stands in the FAQ never is."""
        return not gate.lets_pass(said) and (same := bare(said)) != "" and same not in self._exact

    def _turned_away(self, said: str) -> Assessment:
        keys = self._corpus.keys
        return Assessment(
            said, keys, np.zeros(len(keys), np.float32), meant=NEVER, sure=0.0, everyday=True, stage=Stage.GATE
        )

    def _assess(self, said: str, panel: _Panel, *, words_only: bool, overheard: bool) -> Assessment:
        same = bare(said)
        question = said if same else ""
        exact = self._exact.get(same)
        barred = self._barred(question)
        looks = {WORDS: self._ranker.by_words(question)}
        ranking = self._ranker.rank(looks, panel.judges[(WORDS,)], barred)
        read_as = ""
        if panel.encoders and not words_only and exact is None and question:
            read_as = self._ranker.space.speller.mended(question)
            ranking = self._by_meaning(question, read_as, ranking, panel, barred, overheard=overheard)
        keys = self._corpus.keys
        best = int(ranking.verdict.shares.argmax())
        doubt = None if exact else self._guards.doubt(question, best)
        return Assessment(
            question=question,
            entries=keys,
            shares=ranking.verdict.shares,
            meant=ranking.verdict.meant,
            sure=ranking.verdict.sure,
            exact=exact,
            silenced=same in self._silenced,
            stage=Stage.MEANING if len(ranking.looks) > 1 else Stage.WORDS,
            doubts={keys[best]: Reason(doubt)} if doubt else {},
            barred=tuple(keys[number] for number in barred),
            kinds=tuple(ranking.looks),
            read_as=read_as if read_as != question else "",
            explains=ranking,
        )

    def _by_meaning(
        self, question: str, read_as: str, ranking: Ranking, panel: _Panel, barred: Whole, *, overheard: bool
    ) -> Ranking:
        """Ask one encoder after the other as long as it may still change what happens."""
        looks: dict[str, Look] = dict(ranking.looks)
        encoders = [e for e in panel.encoders if _understands(e, self._language(question, panel))]
        for encoder in encoders:
            if self._is_settled(ranking, panel, overheard=overheard):
                break
            vector = encoder.embed([read_as])[0]
            looks[encoder.name] = self._ranker.by_meaning(encoder.name, vector)
            judge = panel.judges.get(tuple(looks))
            if judge is not None:
                ranking = self._ranker.rank(dict(looks), judge, barred)
        return ranking

    def _language(self, question: str, panel: _Panel) -> str:
        """Which language a question is in, where some encoder does not understand them all."""
        return ENGLISH if all(e.languages is None for e in panel.encoders) else language_of(words(question))

    @staticmethod
    def _is_settled(ranking: Ranking, panel: _Panel, *, overheard: bool) -> bool:
        kinds, verdict = tuple(ranking.looks), ranking.verdict
        if overheard:
            return verdict.sure < panel.floors.get(kinds, 0.0)
        chance = float(verdict.shares.max()) * chance_of(verdict.meant - DIRECT.outside_odds)
        return len(kinds) > 1 and chance >= SURE_ENOUGH

    def _barred(self, question: str) -> Whole:
        """Entries one of whose `not_for` examples was asked."""
        found = {self._not_for_owners[position] for position in self._not_for.of(question, NOT_FOR_FROM)}
        return np.array(sorted(found), np.int64)


class _Teacher:
    """Lessons that are only held when something has to be learned."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._lessons: Lessons | None = None
        self._taken: set[str] = set()
        self._judges: dict[Kinds, Judge] = {}

    def judge(self, kinds: Kinds) -> Judge:
        if kinds not in self._judges:
            self._judges[kinds] = self._with(kinds).judge(kinds)
        return self._judges[kinds]

    def floor(self, judge: Judge, everything: Kinds) -> float:
        if judge.kinds == everything:
            return 0.0
        return self._with(everything).floor(judge, self.judge(everything))

    def _with(self, kinds: Kinds) -> Lessons:
        lessons = self._lessons = self._lessons or Lessons(self._ranker)
        for kind in kinds:
            if kind not in self._taken:
                lessons.take_in(self._ranker.likenesses[kind])
                self._taken.add(kind)
        return lessons


def _kinds(encoders: Iterable[Encoder]) -> Kinds:
    return (WORDS, *(encoder.name for encoder in encoders))


def _understands(encoder: Encoder, language: str) -> bool:
    return encoder.languages is None or language in encoder.languages


def _content_key(corpus: Corpus) -> str:
    """Names everything that was learned from this very corpus."""
    content = hashlib.sha256(f"{FORMAT} {len(corpus.phrasings)}".encode())
    for key, text in corpus.phrasings:
        content.update(f"{key}\0{text}\0".encode("utf-8", "surrogatepass"))
    for text in corpus.background:
        content.update(f"{text}\0".encode("utf-8", "surrogatepass"))
    return content.hexdigest()[:32]


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each phrasing's entry, without the phrasings that two entries share (which only other people's FAQs have)."""
    found: dict[str, str] = {}
    shared = set()
    for text, entry in pairs:
        if found.setdefault(text, entry) != entry:
            shared.add(text)
    return {text: entry for text, entry in found.items() if text and text not in shared}
