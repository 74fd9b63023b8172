"""Helpers' tools: posting a chosen entry, and answering a message from the FAQ."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.decision import decide
from bot.answers.outcome import Answer, Outcome, Reason, Silence, Suggestion
from bot.discord_app.addressing import is_from_a_person
from bot.discord_app.asking import entry_of_choice, fitting_choices
from bot.discord_app.components import Interaction, kept_at_the_edge
from bot.discord_app.render import CHOICE_MOST, Parts, message_link, options
from bot.discord_app.responding import is_hushed_here, respond, thought_over
from bot.discord_app.services import Services, member_words, services_of
from bot.discord_app.under_answer import answer_parts, next_candidates
from bot.knowledge.faq import Entry, Faq
from bot.text import spoken
from bot.words.catalogue import words

LOOKED_BACK = 20
"""Messages in which /answer looks for the last one of a member."""

LINK = re.compile(
    r"(?:https?://(?:\w+\.)?discord(?:app)?\.com/channels/(?:[0-9]+|@me)/(?P<channel>[0-9]+)/)?(?P<id>[0-9]{15,20})"
)
POST = re.compile(r"post:(?P<asker>[0-9]{1,20}):(?P<member>[0-9]{1,20}):(?P<message>[0-9]{1,20}):(?P<ping>[01])")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom an answer is for: 0 and None stand for nobody in particular.

    The asker may change and remove it, the member is named above it, and it answers the message.
    """

    asker: int
    member: int | None = None
    message: int | None = None
    ping: bool = False


class PostSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=POST):
    """Which entry answers a message: the chosen one is posted for all to see."""

    def __init__(self, to: Recipient, entries: Sequence[Entry] = ()) -> None:
        name = f"post:{to.asker}:{to.member or 0}:{to.message or 0}:{to.ping:d}"
        super().__init__(
            discord.ui.Select(custom_id=name, placeholder=words()("select-post"), options=options(entries))
        )
        self.to = to

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        asker, member, message = (int(match[name]) for name in ("asker", "member", "message"))
        return cls(Recipient(asker, member or None, message or None, match["ping"] == "1"))

    @kept_at_the_edge
    async def callback(self, interaction: Interaction) -> None:
        services = services_of(interaction)
        entry = services.desk.faq.by_id.get(self.item.values[0])
        if entry is None:
            await interaction.response.send_message(member_words(interaction)("entry-gone"), ephemeral=True)
            return
        await interaction.response.defer()
        parts = answer_parts(services.desk.faq, [entry.id], [], self.to.asker)
        refusal = await post_for(interaction, services, parts, self.to, chosen=True)
        done = "posted-privately" if is_hushed_here(services, interaction) else "posted"
        await interaction.edit_original_response(content=refusal or member_words(interaction)(done), view=None)


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
        chosen = _entry_named(faq, entry) if entry is not None else None
        if entry is not None and chosen is None:
            await respond(interaction, self.services, Parts(say("entry-unknown")), private=True)
            return
        target: discord.Message | None = None
        if message is not None or chosen is None:
            found = await thought_over(interaction, self._find(interaction, message), private=True)
            if isinstance(found, str):
                await respond(interaction, self.services, Parts(say(found)), private=True)
                return
            target = found
        if chosen is None and target is not None:
            await self._answer_from_faq(interaction, target, member, ping=ping)
        elif chosen is not None:
            to = _recipient(interaction, target, member, ping=ping)
            parts = answer_parts(faq, [chosen.id], [], to.asker)
            await post(interaction, self.services, parts, to, chosen=True)

    @answer.autocomplete("entry")
    async def fitting(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await fitting_choices(self.services, typed)

    async def _find(self, interaction: Interaction, wanted: str | None) -> discord.Message | str:
        """The message that is meant, only ever from the channel that the command is used in; else what to say."""
        place = interaction.channel
        if not isinstance(place, discord.abc.Messageable):
            return "message-not-here"
        try:
            if wanted is None:
                latest = [
                    m
                    async for m in place.history(limit=LOOKED_BACK)
                    if is_from_a_person(m) and m.author != interaction.user and spoken(m.content)
                ]
                return latest[0] if latest else "no-message"
            number = _message_id(interaction, wanted)
            return await place.fetch_message(number) if number else "message-not-here"
        except discord.HTTPException:  # not there, not readable, or no id that Discord could have given
            return "no-message" if wanted is None else "message-not-here"

    async def _answer_from_faq(
        self,
        interaction: Interaction,
        message: discord.Message,
        member: discord.Member | None = None,
        *,
        ping: bool = False,
    ) -> None:
        say, faq = member_words(interaction), self.services.desk.faq
        to = _recipient(interaction, message, member, ping=ping)
        # Privately, for a chooser must not be seen by all; an answer for all follows as a message of its own.
        outcome = await thought_over(interaction, self._outcome(message), private=True)
        match outcome:
            case Answer(entries=entries, candidates=candidates):
                parts = answer_parts(faq, entries, next_candidates(candidates, entries), to.asker)
                refusal = await post_for(interaction, self.services, parts, to)
                if refusal is not None:
                    await respond(interaction, self.services, Parts(refusal), private=True)
            case Suggestion(entries=entries):
                view = discord.ui.View(timeout=None)
                view.add_item(PostSelect(to, [faq.by_id[name] for name in entries]))
                await respond(interaction, self.services, Parts(say("choose"), view=view), private=True)
            case Silence(reason=reason):
                await respond(interaction, self.services, Parts(say(self._nothing(message, reason))), private=True)

    def _nothing(self, message: discord.Message, reason: Reason) -> str:
        if reason is not Reason.EMPTY:
            return "nothing-for-message"
        # A command's own message is always shown to us; one that was fetched only with the intent.
        hidden = not (message.content or message.attachments or message.embeds or message.stickers)
        return "cannot-read" if hidden and not self.client.intents.message_content else "nothing-in-message"

    async def _outcome(self, message: discord.Message) -> Outcome:
        return decide(await self.services.desk.assess_soon(message.content), self.services.asked)


def _recipient(
    interaction: Interaction, message: discord.Message | None, member: discord.Member | None, *, ping: bool
) -> Recipient:
    """The member that was named, else the message's author; a webhook is nobody who could be addressed."""
    author = message.author.id if message is not None and message.webhook_id is None else None
    named = member.id if member is not None else author
    return Recipient(named or interaction.user.id, named, message.id if message is not None else None, ping)


async def post_for(
    interaction: Interaction, services: Services, parts: Parts, to: Recipient, *, chosen: bool = False
) -> str | None:
    """Post an answer to a message unless it has one or is gone; then returns what to tell whoever wanted it."""
    say = member_words(interaction)
    if to.message is None:
        await post(interaction, services, parts, to, chosen=chosen)
        return None
    async with services.replies.lock(to.message):
        if services.replies.is_deleted(to.message):
            return say("message-not-here")
        earlier = [reply for reply in await services.activity.replies_to(to.message) if not reply.removed]
        if earlier:
            return say("answered-already", link=_link(interaction, earlier[-1].answer))
        await post(interaction, services, parts, to, chosen=chosen)
        return None


async def post(
    interaction: Interaction, services: Services, parts: Parts, to: Recipient, *, chosen: bool = False
) -> None:
    """Post an answer, addressed to a member and linked to a message. Pings only when asked to."""
    link = _link(interaction, to.message) if to.message else "none"
    name = f"<@{to.member}>" if to.member else "none"
    content = words()("addressed", member=name, link=link) if to.member or to.message else None
    hushed = is_hushed_here(services, interaction)
    if hushed:
        content = "\n".join([member_words(interaction)("posted-privately"), *([content] if content else [])])
    allowed = discord.AllowedMentions.none()
    if to.ping and to.member:
        allowed = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(to.member)])
    await respond(
        interaction,
        services,
        replace(parts, content=content),
        private=hushed,
        question=to.message,
        chosen=chosen,
        addressed=content is not None,
        allowed_mentions=allowed,
    )


def _link(interaction: Interaction, message: int) -> str:
    return message_link(interaction.guild_id, interaction.channel_id, message)


def _entry_named(faq: Faq, typed: str) -> Entry | None:
    """The entry of a choice that was offered, or of an id that was typed."""
    return entry_of_choice(faq, typed) or faq.by_id.get(typed.strip())


def _message_id(interaction: Interaction, wanted: str | None) -> int | None:
    """The id in a link or typed alone, if it is of the channel that the command is used in."""
    match = LINK.fullmatch((wanted or "").strip())
    if match is None or (match["channel"] and int(match["channel"]) != interaction.channel_id):
        return None
    return int(match["id"])
