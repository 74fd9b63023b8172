"""Outcomes into what Discord shows. Pure: values in, embeds and texts out; Discord's limits are kept here."""

import discord

from bot.knowledge.faq import Entry

EMBED_TITLE_MOST = 256
EMBED_DESCRIPTION_MOST = 4096
BUTTON_LABEL_MOST = 80
CHOICE_MOST = 100
CHOICES_MOST = 25

COLOUR = discord.Colour(0x3BA99C)


def clip(text: str, most: int) -> str:
    """The text, cut between words where it can be and marked with an ellipsis, at most so many characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_space = cut.rsplit(" ", 1)[0]
    return (at_space if len(at_space) > most // 2 else cut).rstrip() + "…"


def answer_embed(entry: Entry) -> discord.Embed:
    """An entry's answer, word for word, under the question it answers."""
    return discord.Embed(
        title=clip(entry.question, EMBED_TITLE_MOST),
        description=clip(entry.answer, EMBED_DESCRIPTION_MOST),
        colour=COLOUR,
    )


def button_label(entry: Entry) -> str:
    return clip(entry.question, BUTTON_LABEL_MOST)


def choice_name(entry: Entry) -> str:
    return clip(entry.question, CHOICE_MOST)
