"""The front desk: hands questions to the current answerer off the event loop, and gets the answerer ready meanwhile."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bot.answers.answerer import Answerer
from bot.answers.outcome import Assessment
from bot.errors import BotError
from bot.knowledge import Knowledge
from bot.knowledge.faq import Faq
from bot.matching.cache import Cache, Progress
from bot.matching.encoder import Encoder

THREADS = 4
"""Questions that are assessed at once; the rest wait their turn."""

log = logging.getLogger(__name__)


class Desk:
    """Answers questions from any number of members at once.

    `open` returns at once and gets ready in a thread: words first, then meaning. Whoever asks too early waits.
    """

    def __init__(self, knowledge: Knowledge, cache: Cache, find_encoders: Callable[[], Sequence[Encoder]]) -> None:
        self.knowledge = knowledge
        self._cache = cache
        self._find_encoders = find_encoders
        self._answerer: Answerer | None = None
        self._failure: BaseException | None = None
        self._words_ready = threading.Event()
        # Threads of its own: questions that wait for the words must not take those that the network needs.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="assess")
        # What completes while somebody types takes milliseconds and must not queue behind whole assessments.
        self._quick_thread = ThreadPoolExecutor(1, thread_name_prefix="complete")

    @property
    def faq(self) -> Faq:
        return self.knowledge.faq

    def open(self, progress: Progress | None = None, finished: Callable[[bool], None] | None = None) -> None:
        """Start getting ready. `finished` is told, in the thread, whether meaning takes part in the end."""
        threading.Thread(target=self._get_ready, args=(progress, finished), name="getting-ready", daemon=True).start()

    def prepare(self, progress: Progress | None = None) -> None:
        """Get ready and return when words and meaning are."""
        self._get_ready(progress, None)
        if self._failure is not None:
            raise self._failure

    def _get_ready(self, progress: Progress | None, finished: Callable[[bool], None] | None) -> None:
        try:
            # Encoders are loaded from the disk while the words are made ready.
            with ThreadPoolExecutor(1, thread_name_prefix="open-encoders") as opener:
                encoders = opener.submit(self._encoders)
                answerer = self._answerer = Answerer(self.knowledge, self._cache)
                self._words_ready.set()
                answerer.learn(encoders.result(), progress)
        except Exception as error:
            self._failure = error
            log.exception("Getting ready failed")
        finally:
            self._words_ready.set()
            if finished:
                finished(self._answerer is not None and self._answerer.with_meaning)

    def _encoders(self) -> Sequence[Encoder]:
        """The encoders there are; none where they will not start, which is told."""
        try:
            return self._find_encoders()
        except BotError as error:
            self._failure = error
            log.error("Answering on words alone: %s %s", error.problem, dict(error.details))  # noqa: TRY400 - one line
            return ()

    @property
    def is_ready(self) -> bool:
        """Whether questions are answered without waiting."""
        return self._answerer is not None

    def assess(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        """As `Answerer.assess`; waits until words are ready. For threads; on the event loop use `assess_soon`."""
        self._words_ready.wait()
        if self._answerer is None:
            raise self._failure or RuntimeError("the desk did not get ready")
        return self._answerer.assess(message, words_only=words_only, overheard=overheard)

    def examine(self) -> Iterator[tuple[int, Assessment]]:
        """As `Answerer.examine`, of a desk that is ready."""
        if self._answerer is None:
            raise self._failure or RuntimeError("the desk did not get ready")
        return self._answerer.examine()

    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        """As `assess`, in a thread: the event loop goes on meanwhile."""
        loop = asyncio.get_running_loop()
        threads = self._quick_thread if words_only else self._threads
        return await loop.run_in_executor(
            threads, partial(self.assess, message, words_only=words_only, overheard=overheard)
        )
