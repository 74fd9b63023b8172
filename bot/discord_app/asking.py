"""The ways to ask directly: a mention, a reply to the bot, a direct message, and /ask."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers.decision import CANDIDATES_MOST, decide, weighed
from bot.answers.outcome import Answer, Outcome, Reason, Silence, Suggestion
from bot.discord_app.addressing import Addressed, addressed, is_from_a_person
from bot.discord_app.errors import apologise_in_reply
from bot.discord_app.permissions import Place
from bot.discord_app.render import CHOICES_MOST, Parts, choice_name
from bot.discord_app.responding import is_hushed_here, respond, thought_over
from bot.discord_app.services import Services, member_words
from bot.discord_app.suggestions import suggestion_view
from bot.discord_app.under_answer import answer_parts, next_candidates
from bot.knowledge.faq import Entry, Faq
from bot.text import words as word_list
from bot.words.catalogue import Words, words

QUESTION_MOST = 1000
"""Characters of /ask's question."""


class Asking(commands.Cog):
    """Takes the words, asks the core, shows the outcome."""

    def __init__(self, client: discord.Client, services: Services) -> None:
        self.client = client
        self.services = services

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if not is_from_a_person(message):
            return
        how = addressed(message, self.client.user, self.services.own_channels)
        if (
            how is None
            or self.services.is_muted(message.channel, message.created_at)
            or not self.services.replies.take(message.id)
        ):
            return
        async with self.services.replies.lock(message.id):
            await self.answer(message, how)

    async def answer(self, message: discord.Message, how: Addressed) -> None:
        """Answer a message that was said to the bot. The caller holds the message's lock."""
        try:
            parts = await self.parts_for(message, how)
            if parts is not None:
                await self.services.replies.post(message, parts)
        except Exception:
            await apologise_in_reply(message)
            raise

    async def parts_for(self, message: discord.Message, how: Addressed) -> Parts | None:
        """What to reply, if anything: "thanks!" in passing needs no "nothing found"."""
        assessment = await self.services.desk.assess_soon(message.content)
        outcome = decide(assessment, self.services.asked)
        if how is Addressed.IN_PASSING and isinstance(outcome, Silence) and "?" not in assessment.question:
            return None
        return reply_parts(words(), self.services, outcome, message.author.id, message.channel)

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
        hushed = is_hushed_here(self.services, interaction) and not private
        private = private or hushed
        outcome = await thought_over(interaction, self._outcome(question), private=private)
        say = member_words(interaction)
        parts = reply_parts(say, self.services, outcome, interaction.user.id, interaction.channel)
        if hushed and parts.entries:
            parts = replace(parts, content=say("posted-privately"))
        await respond(interaction, self.services, parts, private=private or isinstance(outcome, Silence))

    async def _outcome(self, question: str) -> Outcome:
        """For a choice that was offered, the entry it stands for, whatever its question looks like."""
        offered = entry_of_choice(self.services.desk.faq, question)
        if offered is not None:
            return Answer((offered.id,), ())
        return decide(await self.services.desk.assess_soon(question), self.services.asked)

    @ask.autocomplete("question")
    async def matching_questions(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The questions that fit what is typed so far, best first; before anything is typed, the FAQ's first ones."""
        return await fitting_choices(self.services, typed)


def entry_of_choice(faq: Faq, typed: str) -> Entry | None:
    """The entry that was offered under this name."""
    return next((entry for entry in faq.entries if choice_name(entry) == typed), None)


async def fitting_choices(services: Services, typed: str) -> list[app_commands.Choice[str]]:
    """What to offer while somebody types, at most as many as Discord shows."""
    names = [choice_name(entry) for entry in await _fitting_entries(services, typed)]
    return [app_commands.Choice(name=name, value=name) for name in names]


async def _fitting_entries(services: Services, typed: str) -> list[Entry]:
    faq = services.desk.faq
    if not typed.strip():
        return list(faq.entries[:CHOICES_MOST])
    if not services.desk.is_ready:  # Discord waits three seconds for choices, and the words can be sent as they are
        return []
    assessment = await services.desk.assess_soon(typed, words_only=True)
    candidates, _outside = weighed(assessment, services.asked, most=len(faq.entries))
    ranked = [faq.by_id[candidate.entry] for candidate in candidates]
    titled = [entry for entry in ranked if has_in_title(entry, typed)]
    return list(dict.fromkeys([*titled, *ranked[:CANDIDATES_MOST]]))[:CHOICES_MOST]


def has_in_title(entry: Entry, typed: str) -> bool:
    """Whether all that was typed are beginnings of words of the entry's question."""
    title = word_list(entry.question)
    return all(any(word.startswith(part) for word in title) for part in word_list(typed))


def reply_parts(say: Words, services: Services, outcome: Outcome, asker: int, place: Place) -> Parts:
    """What to show for an outcome when asked directly."""
    faq = services.desk.faq
    match outcome:
        case Answer(entries=entries, candidates=candidates):
            return answer_parts(faq, entries, next_candidates(candidates, entries), asker)
        case Suggestion(entries=entries):
            view = suggestion_view([faq.by_id[name] for name in entries], asker)
            return Parts(say("did-you-mean", count=len(entries)), view=view)
        case Silence(reason=Reason.EMPTY):
            return Parts(say("nothing-said"))
        case Silence():
            return Parts(services.nothing_found(say, place))
