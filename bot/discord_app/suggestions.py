""" "Did you mean": the entries that a question may have meant, as buttons."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Self

import discord

from bot.activity.store import Feedback
from bot.discord_app.components import Interaction, is_private, kept_at_the_edge, may_correct
from bot.discord_app.render import answer_embed, button_label
from bot.discord_app.services import member_words, services_of
from bot.discord_app.under_answer import answer_parts, note_pressed
from bot.knowledge.faq import Entry
from bot.words.catalogue import words

PICK = re.compile(r"pick:(?P<asker>[0-9]{1,20}):(?P<entry>[A-Za-z0-9._-]{1,64})")
NONE = re.compile(r"none:(?P<asker>[0-9]{1,20})")


class PickButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=PICK):
    """One of the entries of "did you mean": its asker's press turns the message into the answer."""

    def __init__(self, asker: int, entry: str, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=f"pick:{asker}:{entry}")
        )
        self.asker = asker
        self.entry = entry

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(int(match["asker"]), match["entry"])

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        say = member_words(interaction)
        services = services_of(interaction)
        # The FAQ as it is now: a button may outlive its entry.
        entry = services.desk.faq.by_id.get(self.entry)
        if entry is None:
            await interaction.response.send_message(say("entry-gone"), ephemeral=True)
        elif interaction.user.id == self.asker:
            beside = [name for name in _picks_in(interaction.message) if name != entry.id]
            parts = answer_parts(services.desk.faq, [entry.id], beside, self.asker)
            await interaction.response.edit_message(**parts.to_edit())
            if interaction.message is not None:
                await services.replies.note_change(interaction.message.id, parts, chosen=True)
                await note_pressed(interaction, Feedback.PICKED, interaction.message.id, [entry])
        else:
            await interaction.response.send_message(
                say("answered-privately"), embed=answer_embed(entry), ephemeral=True
            )


def _picks_in(message: discord.Message | None) -> list[str]:
    ids = [getattr(item, "custom_id", None) or "" for item in _items(message)]
    return [match["entry"] for match in map(PICK.fullmatch, ids) if match]


def _items(message: discord.Message | None) -> Iterable[discord.Component]:
    for row in message.components if message else ():
        yield from row.children if isinstance(row, discord.ActionRow) else ()


class NoneButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=NONE):
    """ "None of these": takes the suggestions away."""

    def __init__(self, asker: int) -> None:
        super().__init__(
            discord.ui.Button(
                label=words()("button-none"), style=discord.ButtonStyle.secondary, custom_id=f"none:{asker}"
            )
        )
        self.asker = asker

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(int(match["asker"]))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        say, services = member_words(interaction), services_of(interaction)
        if not may_correct(interaction, self.asker):
            await interaction.response.send_message(say("not-yours"), ephemeral=True)
            return
        nothing = services.nothing_found(say, interaction.channel)
        faq = services.desk.faq
        offered = [faq.by_id[name] for name in _picks_in(interaction.message) if name in faq.by_id]
        if interaction.user.id != self.asker:
            nothing = say("removed")
        if is_private(interaction.message):
            await interaction.response.edit_message(content=nothing, embeds=[], view=None)
        else:
            await interaction.response.send_message(nothing, ephemeral=True)
        if interaction.message is not None:
            await note_pressed(interaction, Feedback.NONE, interaction.message.id, offered)
        if interaction.message is not None and not is_private(interaction.message):
            await services.replies.remove(interaction.message.channel.id, interaction.message.id)


def suggestion_view(entries: Sequence[Entry], asker: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for entry in entries:
        view.add_item(PickButton(asker, entry.id, button_label(entry)))
    view.add_item(NoneButton(asker))
    return view


ITEMS = (PickButton, NoneButton)
