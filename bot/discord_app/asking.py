"""The ways to ask directly: a mention, a reply to the bot, a direct message, and /ask."""

import asyncio
import logging
import re
from collections.abc import Set
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.decision import DIRECT, decide, weighed
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Outcome, Reason, Silence, Suggestion
from bot.discord_app.buttons import suggestion_view
from bot.discord_app.errors import apologise_in_reply
from bot.discord_app.render import CHOICES_MOST, answer_embed, choice_name
from bot.knowledge.faq import Entry
from bot.words.catalogue import Words, words

PATIENCE_SECONDS = 1.5
"""How long /ask thinks before it asks Discord for more time; Discord gives up after 3 seconds."""

QUESTION_MOST = 1000
"""Characters of /ask's question."""

REPLY_NEEDS_HISTORY = 160002
"""Discord's code for a reply where the bot may not read the history."""

ASKING_TYPES = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""What members write; joins, pins and boosts are messages, too."""

log = logging.getLogger(__name__)


class Asking(commands.Cog):
    """Takes the words, asks the core, shows the outcome. In a channel of its own, everything is said to the bot."""

    def __init__(self, client: discord.Client, desk: Desk, own_channels: Set[int]) -> None:
        self.client = client
        self.desk = desk
        self.own_channels = own_channels

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or message.type not in ASKING_TYPES:
            return
        expects_answer = message.guild is None or self._is_mentioned(message)
        if not (expects_answer or self._is_reply_to_us(message) or message.channel.id in self.own_channels):
            return
        try:
            await self._answer(message, expects_answer=expects_answer)
        except Exception:
            await apologise_in_reply(message)
            raise

    async def _answer(self, message: discord.Message, *, expects_answer: bool) -> None:
        assessment = await self.desk.assess_soon(message.content)
        outcome = decide(assessment, DIRECT)
        if not expects_answer and isinstance(outcome, Silence) and "?" not in assessment.question:
            return  # "thanks!" needs no "nothing found"
        await self._reply(message, reply_parts(words(), self.desk, outcome, message.author.id))

    def _is_mentioned(self, message: discord.Message) -> bool:
        """Whether the mention was typed: a reply's ping is one for Discord, but "thanks!" expects no answer."""
        user = self.client.user
        return user is not None and re.search(rf"<@!?{user.id}>", message.content) is not None

    def _is_reply_to_us(self, message: discord.Message) -> bool:
        reference = message.reference
        answered = reference.resolved if reference else None
        return isinstance(answered, discord.Message) and answered.author == self.client.user

    async def _reply(self, message: discord.Message, parts: dict[str, Any]) -> None:
        # A question deleted meanwhile gets its answer as an ordinary message.
        reference = message.to_reference(fail_if_not_exists=False)
        try:
            await message.channel.send(reference=reference, mention_author=False, **parts)
        except discord.Forbidden as refused:
            if refused.code == REPLY_NEEDS_HISTORY:
                await message.channel.send(**parts)
            else:
                log.warning("Discord refuses the answer in channel %s: %s", message.channel.id, refused.text)
        except discord.NotFound:
            log.info("Channel %s went away before the answer", message.channel.id)

    @app_commands.command(name=words()("command-ask"), description=words()("command-ask-description"))
    @app_commands.rename(question=words()("option-question"), private=words()("option-private"))
    @app_commands.describe(
        question=words()("option-question-description"), private=words()("option-private-description")
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def ask(
        self,
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, QUESTION_MOST],
        private: bool = False,
    ) -> None:
        thinking = asyncio.ensure_future(self._outcome(question))
        await asyncio.wait({thinking}, timeout=PATIENCE_SECONDS)
        if not thinking.done():
            await interaction.response.defer(ephemeral=private)
        outcome = await thinking
        parts = reply_parts(words(), self.desk, outcome, interaction.user.id)
        if interaction.response.is_done():
            await interaction.followup.send(**parts)
        else:
            await interaction.response.send_message(ephemeral=private or isinstance(outcome, Silence), **parts)

    async def _outcome(self, question: str) -> Outcome:
        """For a choice that was offered, the entry it stands for, whatever its question looks like."""
        for entry in self.desk.faq.entries:
            if choice_name(entry) == question:
                return Answer((entry.id,), ())
        return decide(await self.desk.assess_soon(question), DIRECT)

    @ask.autocomplete("question")
    async def matching_questions(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The questions that fit what is typed so far, best first; before anything is typed, the FAQ's first ones."""
        faq = self.desk.faq
        if not typed.strip():
            return [_choice(entry) for entry in faq.entries[:CHOICES_MOST]]
        if not self.desk.is_ready:  # Discord waits three seconds for choices, and the question can be sent as it is
            return []
        candidates, _outside = weighed(await self.desk.assess_soon(typed, words_only=True), DIRECT)
        return [_choice(faq.by_id[candidate.entry]) for candidate in candidates]


def _choice(entry: Entry) -> app_commands.Choice[str]:
    name = choice_name(entry)
    return app_commands.Choice(name=name, value=name)


def reply_parts(say: Words, desk: Desk, outcome: Outcome, asker: int) -> dict[str, Any]:
    """What to send for an outcome when asked directly: the keyword arguments of Discord's send."""
    faq = desk.faq
    match outcome:
        case Answer(entries=entries):
            return {"embeds": [answer_embed(faq.by_id[name]) for name in entries]}
        case Suggestion(entries=entries):
            view = suggestion_view([faq.by_id[name] for name in entries], asker)
            return {"content": say("did-you-mean"), "view": view}
        case Silence(reason=Reason.EMPTY):
            return {"content": say("nothing-said")}
        case Silence():
            return {"content": say("nothing-found")}
