"""What a member sees of a message: titles, and what can be pressed."""

from collections.abc import Iterable, Iterator

from tests.loopback.world import Json, Message


def title(message: Message) -> str | None:
    """The question that an answer says it answers."""
    return message.embeds[0].get("title") if message.embeds else None


def titles(messages: Iterable[Message]) -> list[str | None]:
    return [title(message) for message in messages]


def _pressable(message: Message) -> Iterator[Json]:
    for row in message.components:
        yield from row.get("components", ())


def all_ids(message: Message) -> list[str]:
    """The ids of all buttons and selects."""
    return [component["custom_id"] for component in _pressable(message)]


def id_below(message: Message, start: str) -> str:
    """The id of the button or select whose id begins so; nothing if there is none."""
    return next((name for name in all_ids(message) if name.startswith(start)), "")


def named(message: Message, label: str) -> str:
    """The id of the button that says this."""
    (found,) = [component["custom_id"] for component in _pressable(message) if component.get("label") == label]
    return str(found)
