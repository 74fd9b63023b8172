"""Buttons that work after a restart: all they need stands in their ids."""

import re
from collections.abc import Sequence
from typing import Any, Protocol, Self, cast

import discord

from bot.answers.desk import Desk
from bot.discord_app.errors import apologise
from bot.discord_app.render import answer_embed, button_label
from bot.knowledge.faq import Entry
from bot.words.catalogue import words

PICK = re.compile(r"pick:(?P<asker>[0-9]{1,20}):(?P<entry>[A-Za-z0-9._-]{1,64})")


class HasDesk(Protocol):
    """What a button needs of the client that it belongs to."""

    desk: Desk


class PickButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=PICK):
    """One of the entries of "did you mean": its asker's press turns the message into the answer."""

    def __init__(self, asker: int, entry: str, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=f"pick:{asker}:{entry}")
        )
        self.asker = asker
        self.entry = entry

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction,
        _item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(int(match["asker"]), match["entry"])

    async def callback(self, interaction: discord.Interaction) -> None:
        try:
            await self._show(interaction)
        except Exception as error:  # discord.py would keep it to itself
            await apologise(interaction, error)

    async def _show(self, interaction: discord.Interaction) -> None:
        say = words()
        # The FAQ as it is now: a button may outlive its entry.
        entry = cast("HasDesk", interaction.client).desk.faq.by_id.get(self.entry)
        if entry is None:
            await interaction.response.send_message(say("entry-gone"), ephemeral=True)
        elif interaction.user.id == self.asker:
            await interaction.response.edit_message(content=None, embed=answer_embed(entry), view=None)
        else:
            await interaction.response.send_message(
                say("answered-privately"), embed=answer_embed(entry), ephemeral=True
            )


def suggestion_view(entries: Sequence[Entry], asker: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for entry in entries:
        view.add_item(PickButton(asker, entry.id, button_label(entry)))
    return view
