"""What stands under an answer: related questions, and a private menu to put the answer right."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import discord

from bot.activity.store import Feedback
from bot.answers.outcome import Candidate
from bot.discord_app.components import (
    Interaction,
    change_message,
    entry_select,
    is_private,
    kept_at_the_edge,
    may_correct,
)
from bot.discord_app.permissions import is_moderator
from bot.discord_app.render import Parts, answer_embed, answer_embeds
from bot.discord_app.services import member_words, services_of
from bot.knowledge.faq import Entry, Faq
from bot.words.catalogue import Words, words

NEXT_MOST = 3
"""Candidates beside the answer that "not what I meant" offers."""
NEXT_FROM = 0.01
"""Less likely ones are none."""
RELATED_MOST = 5

CODES = r"(?:[a-z2-7]{8}\.?)*"
MORE = re.compile(r"more")
MENU = re.compile(rf"menu:(?P<kind>[mh]):(?P<asker>[0-9]{{1,20}}):(?P<shown>{CODES}):(?P<beside>{CODES})")
ABOUT = rf"(?P<asker>[0-9]{{1,20}}):(?P<by>[0-9]{{1,20}}):(?P<private>p?)(?P<answer>[0-9]{{1,20}}):(?P<shown>{CODES})"
OTHER = re.compile(rf"other:{ABOUT}")
TELL = re.compile(rf"tell:(?P<what>wrong|outdated|removed):{ABOUT}")


@dataclass(frozen=True, slots=True)
class About:
    """What a private menu is about: it carries this in the ids of its items.

    `asker` is whom the answer was for, `by` who had it posted by a command if that is who opened the menu, else 0.
    `answer` is its message's id; a private one only its asker sees: it can't be changed or removed from the menu.
    `shown` are the codes of the entries it shows.
    """

    asker: int
    by: int
    answer: int
    shown: tuple[str, ...]
    private: bool = False

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        asker, by, answer = (int(match[name]) for name in ("asker", "by", "answer"))
        return cls(asker, by, answer, tuple(codes_in(match["shown"])), match["private"] == "p")

    def __str__(self) -> str:
        return f"{self.asker}:{self.by}:{'p' if self.private else ''}{self.answer}:{'.'.join(self.shown)}"

    def is_in_hand(self, interaction: Interaction) -> bool:
        """Whether whoever uses the menu may change or remove the answer, now."""
        user = interaction.user.id
        return not self.private and (user in (self.asker, self.by) or is_moderator(interaction.permissions))


class RelatedSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=MORE):
    """Related questions: whoever chooses one reads its answer alone."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        super().__init__(entry_select("more", words()("select-related"), entries))

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls()

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        entry = services_of(interaction).desk.faq.by_id.get(self.item.values[0])
        if entry is None:
            await interaction.response.send_message(member_words(interaction)("entry-gone"), ephemeral=True)
        else:
            await interaction.response.send_message(embed=answer_embed(entry), ephemeral=True)


class MenuButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=MENU):
    """ "Not what I meant" (asked) or "Not helpful" (unasked): opens a private menu to put it right."""

    LABELS: ClassVar[dict[str, str]] = {"m": "button-not-meant", "h": "button-not-helpful"}
    SENTENCES: ClassVar[dict[str, str]] = {"m": "menu", "h": "menu-unasked"}
    MEANINGS: ClassVar[dict[str, Feedback]] = {"m": Feedback.NOT_MEANT, "h": Feedback.NOT_HELPFUL}

    def __init__(self, kind: str, asker: int, shown: Sequence[str], beside: Sequence[str]) -> None:
        codes = f"{'.'.join(shown)}:{'.'.join(beside)}"
        super().__init__(
            discord.ui.Button(
                label=words()(self.LABELS[kind]),
                style=discord.ButtonStyle.secondary,
                custom_id=f"menu:{kind}:{asker}:{codes}",
            )
        )
        self.kind, self.asker, self.shown, self.beside = kind, asker, shown, beside

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(match["kind"], int(match["asker"]), codes_in(match["shown"]), codes_in(match["beside"]))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        say, faq = member_words(interaction), services_of(interaction).desk.faq
        if interaction.message is None:
            return
        private = is_private(interaction.message)
        shown = _entries(faq, self.shown)
        poster = (
            0 if interaction.user.id == self.asker or is_moderator(interaction.permissions) else interaction.user.id
        )
        answer = interaction.message.id
        about = About(self.asker, poster, answer, tuple(self.shown), private)
        view = discord.ui.View(timeout=None)
        tells = [Feedback.WRONG, Feedback.OUTDATED]
        if not may_correct(interaction, self.asker):
            _add_tells(view, tells, replace(about, by=0))
            await interaction.response.send_message(say("not-yours-but"), view=view, ephemeral=True)
            return
        others = [e for e in dict.fromkeys([*_entries(faq, self.beside), *_related(faq, shown)]) if e not in shown]
        if others:
            view.add_item(OtherSelect(about, others))
        _add_tells(view, tells if private else [*tells, Feedback.REMOVED], about)
        sentence = self._sentence(private=private, has_others=bool(others))
        await interaction.response.send_message(say(sentence), view=view, ephemeral=True)
        await note_pressed(interaction, self.MEANINGS[self.kind], answer, shown)

    def _sentence(self, *, private: bool, has_others: bool) -> str:
        """What the menu says: only what can be done there."""
        if private:
            return "menu-private" if has_others else "menu-private-no-others"
        return self.SENTENCES[self.kind] if has_others else "menu-no-others"


class OtherSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=OTHER):
    """The question that was meant instead: the answer turns into its answer."""

    def __init__(self, about: About, entries: Sequence[Entry] = ()) -> None:
        super().__init__(entry_select(f"other:{about}", words()("select-other"), entries))
        self.about = about

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(About.of(match))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        say, services, about = member_words(interaction), services_of(interaction), self.about
        faq = services.desk.faq
        entry, shown = faq.by_id.get(self.item.values[0]), _entries(faq, about.shown)
        if entry is None:
            await interaction.response.send_message(say("entry-gone"), ephemeral=True)
            return
        changed = False
        if about.is_in_hand(interaction) and interaction.channel_id:
            # What Discord does not answer within three seconds, it calls failed; changing may take longer.
            await interaction.response.defer()
            parts = answer_parts(faq, [entry.id], [e.id for e in shown], about.asker)
            changed = await services.replies.change(interaction.channel_id, about.answer, parts, chosen=True)
        content = say("answer-changed") if changed else None
        await change_message(interaction, content=content, embeds=[] if changed else [answer_embed(entry)], view=None)
        await note_pressed(interaction, Feedback.OTHER, about.answer, shown, chosen=entry.id)


class TellButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TELL):
    """In the private menu: tell the moderators what is wrong with an answer, or have it removed."""

    LABELS: ClassVar[dict[Feedback, str]] = {
        Feedback.WRONG: "button-wrong",
        Feedback.OUTDATED: "button-outdated",
        Feedback.REMOVED: "button-remove",
    }

    def __init__(self, what: Feedback, about: About) -> None:
        style = discord.ButtonStyle.danger if what is Feedback.REMOVED else discord.ButtonStyle.secondary
        name = f"tell:{what.value}:{about}"
        super().__init__(discord.ui.Button(label=words()(self.LABELS[what]), style=style, custom_id=name))
        self.what, self.about = what, about

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(Feedback(match["what"]), About.of(match))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        if self.what is Feedback.REMOVED:
            await self._remove(interaction)
            return
        shown = _entries(services_of(interaction).desk.faq, self.about.shown)
        left = discord.ui.View(timeout=None)
        _add_tells(left, [Feedback.REMOVED] if self.about.is_in_hand(interaction) else [], self.about)
        await interaction.response.edit_message(content=member_words(interaction)("told"), view=left)
        await note_pressed(interaction, self.what, self.about.answer, shown)

    async def _remove(self, interaction: Interaction) -> None:
        say, services = member_words(interaction), services_of(interaction)
        if not self.about.is_in_hand(interaction) or not interaction.channel_id:
            await interaction.response.send_message(say("not-yours"), ephemeral=True)
            return
        await interaction.response.defer()
        gone = await services.replies.remove(interaction.channel_id, self.about.answer)
        await change_message(interaction, content=say("removed" if gone else "not-removed"), embeds=[], view=None)
        if gone:
            await note_pressed(interaction, self.what, self.about.answer, _entries(services.desk.faq, self.about.shown))


async def note_pressed(
    interaction: Interaction, what: Feedback, answer: int, shown: Sequence[Entry], chosen: str = ""
) -> None:
    await services_of(interaction).activity.note(
        what,
        answer,
        [entry.id for entry in shown],
        guild=interaction.guild_id,
        channel=interaction.channel_id,
        at=interaction.created_at,
        chosen=chosen,
    )


def _add_tells(view: discord.ui.View, tells: Iterable[Feedback], about: About) -> None:
    for what in tells:
        view.add_item(TellButton(what, about))


def codes_in(text: str) -> list[str]:
    return [code for code in text.split(".") if code]


def _entries(faq: Faq, codes: Iterable[str]) -> list[Entry]:
    """The entries of these codes that are still in the FAQ."""
    return [faq.by_code[code] for code in codes if code in faq.by_code]


def answer_parts(faq: Faq, shown: Sequence[str], beside: Sequence[str], asker: int) -> Parts:
    """An answer that was asked for: related questions and "not what I meant" come with it."""
    entries = [faq.by_id[name] for name in shown]
    view = discord.ui.View(timeout=None)
    more = [entry for entry in _related(faq, entries) if entry not in entries][:RELATED_MOST]
    if more:
        view.add_item(RelatedSelect(more))
    view.add_item(_menu_button("m", faq, shown, beside, asker))
    return Parts(None, answer_embeds(entries), view, tuple(shown))


def overheard_parts(say: Words, faq: Faq, shown: Sequence[str], beside: Sequence[str], asker: int) -> Parts:
    """An answer that nobody asked for: one button, and how to be left alone."""
    view = discord.ui.View(timeout=None)
    view.add_item(_menu_button("h", faq, shown, beside, asker))
    embeds = answer_embeds([faq.by_id[name] for name in shown], footer=say("unasked-footer"))
    return Parts(None, embeds, view, tuple(shown))


def pointer_parts(say: Words, faq: Faq, shown: Sequence[str], link: str, asker: int) -> Parts:
    """That the answer stands above; with the same button as the answer itself."""
    view = discord.ui.View(timeout=None)
    view.add_item(_menu_button("h", faq, shown, [], asker))
    above = say("answered-above", question=faq.by_id[shown[0]].question, link=link)
    return Parts(above, (), view, tuple(shown), is_pointer=True)


def next_candidates(candidates: Sequence[Candidate], shown: Sequence[str]) -> list[str]:
    """The entries that come next after the ones that are shown, best first."""
    return [c.entry for c in candidates if c.entry not in shown and c.confidence >= NEXT_FROM][:NEXT_MOST]


def _related(faq: Faq, entries: Sequence[Entry]) -> list[Entry]:
    """What readers of these entries may want next, each once."""
    names = dict.fromkeys(name for entry in entries for name in entry.related)
    return [faq.by_id[name] for name in names if name in faq.by_id]


def _menu_button(kind: str, faq: Faq, shown: Sequence[str], beside: Sequence[str], asker: int) -> MenuButton:
    def codes(names: Sequence[str]) -> list[str]:
        return [faq.by_id[name].code for name in names if name in faq.by_id]

    return MenuButton(kind, asker, codes(shown), codes(list(beside)[:NEXT_MOST]))


ITEMS = (RelatedSelect, MenuButton, OtherSelect, TellButton)
