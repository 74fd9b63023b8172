"""/topics: browse the FAQ by category, and search it. Only the member who asked sees it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.decision import weighed
from bot.discord_app.asking import has_in_title
from bot.discord_app.components import Interaction, kept_at_the_edge
from bot.discord_app.render import CHOICE_MOST, CHOICES_MOST, COLOUR, Parts, answer_embed, choice_name, options
from bot.discord_app.responding import respond, thought_over
from bot.discord_app.services import Services, member_words, services_of
from bot.knowledge.faq import Entry, Faq
from bot.words.catalogue import Words, words

PAGE = 12
"""Questions on a page: what a phone shows without scrolling."""

FOUND_FROM, LISTED_FROM = 0.05, 0.002
"""A search finds something if the best is at least so likely meant; then it lists all that are at least so likely."""

CATEGORY = re.compile(r"topics:category")
QUESTION = re.compile(r"topics:question:(?P<category>[a-z-]{0,40}|\*):(?P<page>[0-9]{1,4})")
TURN = re.compile(r"topics:turn:(?P<way>back|next|home):(?P<category>[a-z-]{0,40}|\*):(?P<page>[0-9]{1,4})")

Listed = TypeVar("Listed")

ALL = "*"
"""In ids, instead of a category: the list of categories."""


class CategorySelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=CATEGORY):
    def __init__(self, choices: Sequence[discord.SelectOption] = ()) -> None:
        super().__init__(
            discord.ui.Select(custom_id="topics:category", placeholder=words()("topics-choose"), options=list(choices))
        )

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls()

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        await show(interaction, self.item.values[0].removeprefix("="), 0)


class QuestionSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=QUESTION):
    def __init__(self, category: str, page: int, entries: Sequence[Entry] = ()) -> None:
        name = f"topics:question:{category}:{page}"
        super().__init__(
            discord.ui.Select(custom_id=name, placeholder=words()("topics-read"), options=options(entries))
        )
        self.category, self.page = category, page

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(match["category"], int(match["page"]))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        say, faq = member_words(interaction), services_of(interaction).desk.faq
        entry = faq.by_id.get(self.item.values[0])
        if entry is None:
            await interaction.response.send_message(say("entry-gone"), ephemeral=True)
            return
        view = discord.ui.View(timeout=None)
        back = say("topics-all" if self.category == ALL else "topics-back")
        view.add_item(TurnButton("back", self.category, self.page, back))
        await interaction.response.edit_message(content=None, embed=answer_embed(entry), view=view)


class TurnButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TURN):
    """Leads to a page of a category, or to the categories."""

    def __init__(self, way: str, category: str, page: int, label: str = "…") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"topics:turn:{way}:{category}:{page}"))
        self.category, self.page = category, page

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(match["way"], match["category"], int(match["page"]))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        await show(interaction, self.category, self.page)


class Topics(commands.Cog):
    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command(name=words()("command-topics"), description=words()("command-topics-description"))
    @app_commands.rename(category=words()("option-category"), search=words()("option-search"))
    @app_commands.describe(category=words()("option-category-description"), search=words()("option-search-description"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def topics(
        self,
        interaction: discord.Interaction,
        category: app_commands.Range[str, 1, CHOICE_MOST] | None = None,
        search: app_commands.Range[str, 1, CHOICE_MOST] | None = None,
    ) -> None:
        say, faq = member_words(interaction), self.services.desk.faq
        if search is not None:
            entries = await thought_over(interaction, self._found(search, category), private=True)
            nothing = replace(categories_parts(say, faq, 0), content=say("topics-nothing"))
            parts = found_parts(say, entries) if entries else nothing
        else:
            named = _category_named(faq, category)
            parts = category_parts(say, faq, named, 0) if named is not None else categories_parts(say, faq, 0)
            if category is not None and named is None:
                parts = replace(parts, content=say("topics-unknown"))
        await respond(interaction, self.services, parts, private=True)

    async def _found(self, search: str, category: str | None) -> list[Entry]:
        """The entries that come nearest to some words, best first; within a category, if one was named."""
        faq = self.services.desk.faq
        within = _category_named(faq, category)
        assessment = await self.services.desk.assess_soon(search)
        if not assessment.question:
            return []
        candidates, _ = weighed(assessment, self.services.asked, most=len(faq.entries))
        if within is not None:  # whoever names a topic wants to see what is in it
            ranked = [faq.by_id[c.entry] for c in candidates]
            return [e for e in ranked if (e.category or "") == within][:PAGE]
        titled = [c.entry for c in candidates if has_in_title(faq.by_id[c.entry], search)]
        likely = [c.entry for c in candidates if c.confidence >= LISTED_FROM and candidates[0].confidence >= FOUND_FROM]
        return [faq.by_id[name] for name in dict.fromkeys([*titled, *likely])][:PAGE]

    @topics.autocomplete("category")
    async def categories(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        say = member_words(interaction)
        names = [category_name(say, category) for category in self.services.desk.faq.by_category]
        fitting = [name for name in names if typed.casefold().strip() in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES_MOST]]


async def show(interaction: Interaction, category: str, page: int) -> None:
    say, faq = member_words(interaction), services_of(interaction).desk.faq
    if category in faq.by_category:
        parts = category_parts(say, faq, category, page)
    else:  # the list of categories, or a category that is gone
        parts = categories_parts(say, faq, page if category == ALL else 0)
    await interaction.response.edit_message(**parts.to_edit())


def category_name(say: Words, category: str) -> str:
    return category.replace("-", " ").capitalize() if category else say("topics-other")


def _category_named(faq: Faq, typed: str | None) -> str | None:
    wanted = (typed or "").casefold().strip()
    return next((c for c in faq.by_category if wanted and wanted in (c, category_name(words(), c).casefold())), None)


def categories_parts(say: Words, faq: Faq, page: int) -> Parts:
    """All categories, with how many questions each has."""
    listed = list(faq.by_category.items())
    page, shown = _page(listed, page, CHOICES_MOST)
    choices = [
        # Discord takes no empty value, and "other" has an empty name.
        discord.SelectOption(
            label=category_name(say, name), value=f"={name}", description=say("topics-count", count=len(e))
        )
        for name, e in shown
    ]
    view = discord.ui.View(timeout=None)
    view.add_item(CategorySelect(choices))
    _add_turns(view, say, ALL, page, len(listed), CHOICES_MOST)
    lines = [say("topics-line", category=category_name(say, name), count=len(entries)) for name, entries in shown]
    embed = discord.Embed(title=say("topics-title"), description="\n".join(lines), colour=COLOUR)
    return Parts(embeds=(embed,), view=view)


def category_parts(say: Words, faq: Faq, category: str, page: int) -> Parts:
    """A category's questions, page by page."""
    entries = faq.by_category[category]
    page, shown = _page(entries, page, PAGE)
    view = discord.ui.View(timeout=None)
    view.add_item(QuestionSelect(category, page, shown))
    _add_turns(view, say, category, page, len(entries), PAGE)
    view.add_item(TurnButton("home", ALL, 0, say("topics-all")))
    pages = -(-len(entries) // PAGE)
    title = say("topics-page", category=category_name(say, category), page=page + 1, pages=pages)
    embed = discord.Embed(title=title, description=_listed(shown), colour=COLOUR)
    return Parts(embeds=(embed,), view=view)


def found_parts(say: Words, entries: Sequence[Entry]) -> Parts:
    """What a search found, best first."""
    view = discord.ui.View(timeout=None)
    if entries:
        view.add_item(QuestionSelect(ALL, 0, entries))
    view.add_item(TurnButton("home", ALL, 0, say("topics-all")))
    embed = discord.Embed(title=say("topics-found"), description=_listed(entries), colour=COLOUR)
    return Parts(embeds=(embed,), view=view)


def _listed(entries: Sequence[Entry]) -> str:
    return "\n".join(f"- {choice_name(entry)}" for entry in entries)


def _page(listed: Sequence[Listed], page: int, size: int) -> tuple[int, Sequence[Listed]]:
    """The page that was asked for, or the last one if the FAQ became shorter meanwhile."""
    page = max(0, min(page, (len(listed) - 1) // size))
    return page, listed[page * size : (page + 1) * size]


def _add_turns(view: discord.ui.View, say: Words, category: str, page: int, count: int, size: int) -> None:
    if page > 0:
        view.add_item(TurnButton("back", category, page - 1, say("topics-earlier")))
    if (page + 1) * size < count:
        view.add_item(TurnButton("next", category, page + 1, say("topics-later")))


ITEMS = (CategorySelect, QuestionSelect, TurnButton)
