"""Telling whoever started the bot how far it has got ready, once for every shell."""

from collections.abc import Callable

from bot.words.catalogue import Words

Tell = Callable[[str], None]
"""Shows one line to the person or the log behind the command."""


def tenths(words: Words, tell: Tell) -> Callable[[int, int], None]:
    """Progress (done, total) as a line for each tenth of the way; with every encoder it begins anew."""
    told: set[int] = set()

    def progress(done: int, total: int) -> None:
        tenth = 10 * done // total
        if tenth < max(told, default=0):
            told.clear()
        if tenth not in told:
            told.add(tenth)
            tell(words("cli-learning", done=done, total=total))

    return progress


def while_answering(words: Words, tell: Tell) -> tuple[Callable[[int, int], None], Callable[[bool], None]]:
    """For a desk that opens: progress, led by what it can do meanwhile, and what it can do in the end."""
    further = tenths(words, tell)
    begun: list[bool] = []

    def progress(done: int, total: int) -> None:
        if not begun:
            begun.append(True)
            tell(words("cli-words-for-now"))
        further(done, total)

    def finished(with_meaning: bool) -> None:
        tell(words("cli-words-and-meaning" if with_meaning else "cli-words-only"))

    return progress, finished
