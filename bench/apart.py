"""Work in a process of its own: its memory starts clean, and it can be stopped when it takes too long."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


ENDING_SECONDS = 10.0
"""For a process that has handed back its result, to tidy up."""


class StoppedError(Exception):
    """It took too long, or its process died."""


def apart(seconds: float, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What `work` returns or raises in a fresh process. Raises StoppedError after so many seconds."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_hand_back, args=(there, work, given, named), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise StoppedError(f"took longer than {seconds:.0f} s")
        result: Result | Exception = here.recv()
        process.join(ENDING_SECONDS)
    except EOFError:
        raise StoppedError("its process died") from None
    finally:
        process.terminate()
        process.join()
        here.close()
    if isinstance(result, Exception):
        raise result
    return result


def _hand_back(pipe: Connection, work: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        pipe.send(work(*given, **named))
    except Exception as error:
        pipe.send(error)
