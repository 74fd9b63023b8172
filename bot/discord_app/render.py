"""Outcomes into what Discord shows. Pure: values in, embeds and texts out; Discord's limits are kept here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.knowledge.faq import Entry

CONTENT_MOST = 2000
EMBED_TITLE_MOST = 256
EMBED_DESCRIPTION_MOST = 4096
EMBEDS_MOST_TOGETHER = 6000
BUTTON_LABEL_MOST = 80
CHOICE_MOST = 100
CHOICES_MOST = 25

COLOUR = discord.Colour(0x3BA99C)


@dataclass(frozen=True)
class Parts:
    """A message as it is sent, or as an earlier one is changed into; `entries` are the ids whose answers it shows.

    `is_pointer`: it does not show them itself but says where they stand.
    """

    content: str | None = None
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.View | None = None
    entries: tuple[str, ...] = ()
    is_pointer: bool = False

    def to_send(self) -> dict[str, Any]:
        """The keyword arguments of discord.py's `send`."""
        view = {} if self.view is None else {"view": self.view}
        return {"content": self.content, "embeds": list(self.embeds), **view}

    def to_edit(self) -> dict[str, Any]:
        """The keyword arguments of discord.py's `edit`: what is not there is taken away."""
        return {"content": self.content, "embeds": list(self.embeds), "view": self.view}

    def without_embeds(self) -> "Parts":
        """The same in plain text, for where embeds are not shown."""
        texts = [text for text in (self.content, *map(_plain, self.embeds)) if text]
        return replace(self, content=clip("\n\n".join(texts), CONTENT_MOST), embeds=())


def _plain(embed: discord.Embed) -> str:
    footer = f"-# {embed.footer.text}" if embed.footer.text else ""
    return "\n".join(part for part in (f"**{embed.title}**" if embed.title else "", embed.description, footer) if part)


def message_link(guild: int | None, channel: int | None, message: int) -> str:
    """The address of a message; direct messages have no guild."""
    return f"https://discord.com/channels/{guild or '@me'}/{channel}/{message}"


def clip(text: str, most: int) -> str:
    """The text, cut between words where it can be and marked with an ellipsis, at most so many characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_space = cut.rsplit(" ", 1)[0]
    return (at_space if len(at_space) > most // 2 else cut).rstrip() + "…"


def answer_embed(entry: Entry, *, most: int = EMBED_DESCRIPTION_MOST) -> discord.Embed:
    """An entry's answer, word for word, under the question it answers."""
    return discord.Embed(
        title=clip(entry.question, EMBED_TITLE_MOST),
        description=clip(entry.answer, most),
        colour=COLOUR,
    )


def answer_embeds(entries: Sequence[Entry], footer: str = "") -> tuple[discord.Embed, ...]:
    """Several answers in one message, within what Discord allows them together; the footer stands under the last."""
    each = EMBEDS_MOST_TOGETHER // max(1, len(entries)) - EMBED_TITLE_MOST - len(footer)
    embeds = tuple(answer_embed(entry, most=min(each, EMBED_DESCRIPTION_MOST)) for entry in entries)
    if footer:
        embeds[-1].set_footer(text=footer)
    return embeds


def button_label(entry: Entry) -> str:
    return clip(entry.question, BUTTON_LABEL_MOST)


def choice_name(entry: Entry) -> str:
    return clip(entry.question, CHOICE_MOST)


def options(entries: Sequence[Entry]) -> list[discord.SelectOption]:
    """Entries as the options of a select; what they stand for is the entry's id."""
    return [discord.SelectOption(label=choice_name(entry), value=entry.id) for entry in entries[:CHOICES_MOST]]
