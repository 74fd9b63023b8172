"""Helpers' tools: posting a chosen entry, and answering a message from the FAQ."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.decision import DIRECT, decide
from bot.answers.outcome import Answer, Outcome, Reason, Silence, Suggestion
from bot.discord_app.addressing import is_from_a_person
from bot.discord_app.asking import fitting_entries
from bot.discord_app.buttons import Interaction, answer_parts, kept_at_the_edge, next_candidates
from bot.discord_app.render import CHOICE_MOST, Parts, choice_name, options
from bot.discord_app.responding import is_muted_here, respond, thought_over
from bot.discord_app.services import Services, member_words, services_of
from bot.knowledge.faq import Entry, Faq
from bot.text import spoken
from bot.words.catalogue import words

LOOKED_BACK = 20
"""Messages in which /answer looks for the last one of a member."""

LINK = re.compile(
    r"(?:https?://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d+|@me)/(?P<channel>\d+)/)?(?P<id>\d{15,20})"
)
POST = re.compile(r"post:(?P<author>[0-9]{1,20}):(?P<message>[0-9]{1,20})")


class PostSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=POST):
    """Which entry answers a message: the chosen one is posted for all to see."""

    def __init__(self, author: int, message: int, entries: tuple[Entry, ...] = ()) -> None:
        chooser: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=f"post:{author}:{message}", placeholder=words()("select-post"), options=options(entries)
        )
        super().__init__(chooser)
        self.author, self.message = author, message

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        return cls(int(match["author"]), int(match["message"]))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        services = services_of(interaction)
        entry = services.desk.faq.by_id.get(self.item.values[0])
        if entry is None:
            await interaction.response.send_message(member_words(interaction)("entry-gone"), ephemeral=True)
            return
        await interaction.response.edit_message(content=member_words(interaction)("posted"), view=None)
        parts = answer_parts(services.desk.faq, [entry.id], [], self.author)
        await post_for(interaction, services, parts, self.author, self.message)


class Helping(commands.Cog):
    def __init__(self, client: commands.Bot, services: Services) -> None:
        self.client = client
        self.services = services
        self.menu = app_commands.ContextMenu(name=words()("menu-answer"), callback=self.answer_message)
        self.menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
        self.menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)

    async def cog_load(self) -> None:
        self.client.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        self.client.tree.remove_command(self.menu.name, type=self.menu.type)

    async def answer_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """The context menu: what the FAQ says to a message."""
        await self._answer_from_faq(interaction, message)

    @app_commands.command(name=words()("command-answer"), description=words()("command-answer-description"))
    @app_commands.rename(
        entry=words()("option-entry"),
        message=words()("option-message"),
        member=words()("option-member"),
        ping=words()("option-ping"),
    )
    @app_commands.describe(
        entry=words()("option-entry-description"),
        message=words()("option-message-description"),
        member=words()("option-member-description"),
        ping=words()("option-ping-description"),
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def answer(
        self,
        interaction: discord.Interaction,
        entry: app_commands.Range[str, 1, CHOICE_MOST] | None = None,
        message: app_commands.Range[str, 1, 200] | None = None,
        member: discord.Member | None = None,
        ping: bool = False,
    ) -> None:
        say, faq = member_words(interaction), self.services.desk.faq
        if entry is None:
            found = await thought_over(interaction, self._find(interaction, message), private=True)
            if isinstance(found, str):
                await respond(interaction, self.services, Parts(say(found)), private=True)
            else:
                await self._answer_from_faq(interaction, found)
            return
        chosen = _entry_named(faq, entry)
        number = _message_id(interaction, message)
        if chosen is None or (message is not None and number is None):
            problem = "entry-unknown" if chosen is None else "message-not-here"
            await respond(interaction, self.services, Parts(say(problem)), private=True)
            return
        parts = answer_parts(faq, [chosen.id], [], member.id if member else interaction.user.id)
        await post_for(interaction, self.services, parts, member.id if member else None, number, ping=ping)

    @answer.autocomplete("entry")
    async def fitting(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        entries = await fitting_entries(self.services, typed)
        return [app_commands.Choice(name=choice_name(entry), value=choice_name(entry)) for entry in entries]

    async def _find(self, interaction: Interaction, wanted: str | None) -> discord.Message | str:
        """The message that is meant, only ever from the channel that the command is used in; else what to say."""
        place = interaction.channel
        if not isinstance(place, discord.abc.Messageable):
            return "message-not-here"
        try:
            if wanted is None:
                latest = [
                    m async for m in place.history(limit=LOOKED_BACK) if is_from_a_person(m) and spoken(m.content)
                ]
                return latest[0] if latest else "no-message"
            number = _message_id(interaction, wanted)
            return await place.fetch_message(number) if number else "message-not-here"
        except (discord.NotFound, discord.Forbidden):
            return "message-not-here"

    async def _answer_from_faq(self, interaction: Interaction, message: discord.Message) -> None:
        say, faq, asker = member_words(interaction), self.services.desk.faq, message.author.id
        earlier = await self.services.activity.reply_to(message.id)
        if earlier is not None and earlier.answer is not None:
            link = f"https://discord.com/channels/{interaction.guild_id}/{earlier.channel}/{earlier.answer}"
            await respond(interaction, self.services, Parts(say("answered-already", link=link)), private=True)
            return
        private = is_muted_here(self.services, interaction)
        outcome = await thought_over(interaction, self._outcome(message), private=private)
        match outcome:
            case Answer(entries=entries, candidates=candidates):
                parts = answer_parts(faq, entries, next_candidates(candidates, entries), asker)
                await post_for(interaction, self.services, parts, asker, message.id, private=private)
            case Suggestion(entries=entries):
                view = discord.ui.View(timeout=None)
                view.add_item(PostSelect(asker, message.id, tuple(faq.by_id[name] for name in entries)))
                await respond(interaction, self.services, Parts(say("choose"), view=view), private=True)
            case Silence(reason=reason):
                nothing = say("nothing-in-message") if reason is Reason.EMPTY else say("nothing-for-message")
                await respond(interaction, self.services, Parts(nothing), private=True)

    async def _outcome(self, message: discord.Message) -> Outcome:
        return decide(await self.services.desk.assess_soon(message.content), DIRECT)


async def post_for(
    interaction: Interaction,
    services: Services,
    parts: Parts,
    member: int | None,
    message: int | None,
    *,
    ping: bool = False,
    private: bool = False,
) -> None:
    """Post an answer, addressed to a member and linked to a message. Pings only when asked to."""
    link = f"https://discord.com/channels/{interaction.guild_id}/{interaction.channel_id}/{message}" if message else ""
    name = f"<@{member}>" if member else ""
    content = words()("addressed", member=name or "none", link=link or "none") if name or link else None
    parts = Parts(content, parts.embeds, parts.view, parts.entries)
    allowed = (
        discord.AllowedMentions(users=[discord.Object(member)]) if ping and member else discord.AllowedMentions.none()
    )
    private = private or is_muted_here(services, interaction)
    await respond(interaction, services, parts, private=private, question=message, allowed_mentions=allowed)


def _entry_named(faq: Faq, typed: str) -> Entry | None:
    """The entry of a choice that was offered, or of an id that was typed."""
    by_choice = {choice_name(entry): entry for entry in faq.entries}
    return by_choice.get(typed) or faq.by_id.get(typed.strip())


def _message_id(interaction: Interaction, wanted: str | None) -> int | None:
    """The id in a link or typed alone, if it is of the channel that the command is used in."""
    match = LINK.fullmatch((wanted or "").strip())
    if match is None or (match["channel"] and int(match["channel"]) != interaction.channel_id):
        return None
    return int(match["id"])
