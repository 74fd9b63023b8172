"""Answering unasked, with good manners: where it was chosen, when it is sure, and after humans had their chance."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

import discord
from discord.ext import commands

from bot.answers.decision import decide
from bot.answers.outcome import Answer, Outcome
from bot.answers.restraint import Hush, PointTo, Speak
from bot.discord_app.addressing import addressed, is_for_everybody, is_from_a_person
from bot.discord_app.permissions import Place, area_of, is_closed, is_moderator
from bot.discord_app.render import Parts, message_link
from bot.discord_app.services import Services
from bot.discord_app.under_answer import next_candidates, overheard_parts, pointer_parts
from bot.text import is_command
from bot.words.catalogue import words

NEW_THREADS_MOST = 1000
"""Threads whose first message is waited for; older ones are given up."""

A_MOMENT = timedelta(seconds=2)


@dataclass(eq=False)
class Waiting:
    """A question that was overheard and may be answered soon, unless that is over: a human answered, or it changed."""

    message: discord.Message
    over: bool = False


class Overhearing(commands.Cog):
    """Listens in the channels chosen for it. What is said there is compared and dropped."""

    def __init__(self, client: discord.Client, services: Services) -> None:
        self.client = client
        self.services = services
        self._waiting: dict[int, Waiting] = {}
        self._new_threads: OrderedDict[int, int] = OrderedDict()
        """Threads without a message so far, with who opened them."""
        self._speaking: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def cog_unload(self) -> None:
        """The client closes: what waits is not answered any more."""
        for waiting in self._waiting.values():
            waiting.over = True

    @commands.Cog.listener()
    async def on_thread_create(self, thread: discord.Thread) -> None:
        if thread.id in self._waiting:
            self._waiting[thread.id].over = True  # somebody opened it on the question, to answer there
        # One that was opened on a message has that message's id, and is younger than its id tells.
        is_on_message = (
            thread.created_at - discord.utils.snowflake_time(thread.id) > A_MOMENT if thread.created_at else True
        )
        if self._is_chosen(thread) and not is_on_message:
            self._new_threads[thread.id] = thread.owner_id
            while len(self._new_threads) > NEW_THREADS_MOST:
                self._new_threads.popitem(last=False)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if not self.client.intents.message_content:
            return  # a title may be known without it, but not what is asked
        place = message.channel
        if isinstance(place, discord.Thread) and message.type is discord.MessageType.thread_starter_message:
            self._new_threads.pop(place.id, None)  # its first message stands in the channel, where it was overheard
        if message.guild is None or not self._is_chosen(place) or not is_from_a_person(message):
            return
        opener = self._new_threads.pop(place.id, None)
        if self.is_open_question(message, opener):
            if self.services.replies.take(message.id):
                await self._listen(message)
        elif not is_command(message.content) and not self._is_to_us(message):
            self._take_as_answer(message)

    def _is_chosen(self, place: Place) -> bool:
        chosen = self.services.manners.ambient_channels
        return place.id in chosen or area_of(place) in chosen

    def is_open_question(self, message: discord.Message, opener: int | None) -> bool:
        """Whether a message is one that may be answered unasked, whatever it says."""
        if self._is_to_us(message) or not is_for_everybody(message):
            return False
        place = message.channel
        if not isinstance(place, discord.Thread) or place.id in self.services.manners.ambient_channels:
            return True
        # In a thread only its opener's first message; a forum post's has the thread's own id.
        is_first = message.id == place.id if self._in_forum(place) else opener == message.author.id
        return is_first and place.owner_id == message.author.id and not self._is_staff(message)

    def _is_to_us(self, message: discord.Message) -> bool:
        return addressed(message, self.client.user, self.services.own_channels) is not None

    def said(self, message: discord.Message) -> str:
        """What a message asks: where it opens a post or thread, the title is part of the question."""
        place = message.channel
        if isinstance(place, discord.Thread) and place.id not in self.services.manners.ambient_channels:
            return f"{place.name}\n{message.content}"
        return message.content

    @staticmethod
    def _in_forum(thread: discord.Thread) -> bool:
        return isinstance(thread.parent, discord.ForumChannel)

    @staticmethod
    def _is_staff(message: discord.Message) -> bool:
        author = message.author
        return isinstance(author, discord.Member) and is_moderator(message.channel.permissions_for(author))

    async def _listen(self, message: discord.Message) -> None:
        if self._should_be_quiet(message):
            self._take_as_answer(message)  # nobody's question, but perhaps an answer
        else:
            await self.overhear(message)

    async def overhear(self, message: discord.Message) -> None:
        """Answer a message if it is surely a question of the FAQ and nobody else does within a few seconds."""
        waiting = self._waiting[message.id] = Waiting(message)
        try:
            outcome = await self._outcome(message)
            if not isinstance(outcome, Answer):
                self._take_as_answer(message)
                return
            await asyncio.sleep(self.services.manners.patience)
        finally:
            if self._waiting.get(message.id) is waiting:
                del self._waiting[message.id]
        if not waiting.over:
            await self._speak(message, outcome)

    def _take_as_answer(self, message: discord.Message) -> None:
        """What somebody else says after a question is taken as a human's answer to it; a reply answers its message."""
        is_reply = message.reference is not None and message.type is discord.MessageType.reply
        replied_to = message.reference.message_id if message.reference and is_reply else None
        for question, waiting in self._waiting.items():
            asked = waiting.message
            follows = asked.channel.id == message.channel.id and message.id > question
            if follows and asked.author.id != message.author.id and replied_to in (None, question):
                waiting.over = True

    def changed(self, message: discord.Message) -> bool:
        """A message was edited: tells whether it was still waiting; the caller may have it overheard anew."""
        waiting = self._waiting.get(message.id)
        if waiting is None or waiting.over:
            return False
        waiting.over = True
        return True

    def gone(self, question: int) -> None:
        """A message was deleted."""
        if question in self._waiting:
            self._waiting[question].over = True

    async def _speak(self, message: discord.Message, outcome: Answer) -> None:
        lock = self._speaking.setdefault(area_of(message.channel), asyncio.Lock())
        # One after the other: whoever comes second sees what the first has said.
        async with self.services.replies.lock(message.id), lock:
            parts = self._parts(message, outcome, None)
            if parts is not None:
                await self.services.replies.post(message, parts, unasked=True)

    async def parts_for(self, message: discord.Message, *, instead_of: int) -> Parts | None:
        """What the answer to an edited message should be by now, if it may have one unasked."""
        if not is_for_everybody(message):
            return None
        outcome = await self._outcome(message)
        return self._parts(message, outcome, instead_of) if isinstance(outcome, Answer) else None

    async def _outcome(self, message: discord.Message) -> Outcome:
        assessment = await self.services.desk.assess_soon(self.said(message), overheard=True)
        return decide(assessment, self.services.overheard)

    def _parts(self, message: discord.Message, outcome: Answer, instead_of: int | None) -> Parts | None:
        """What to say about a sure answer here and now; `instead_of` is an earlier answer to the same message."""
        faq, place, asker = self.services.desk.faq, message.channel, message.author.id
        if self._should_be_quiet(message):
            return None
        now, area = message.edited_at or message.created_at, area_of(place)
        match self.services.restraint.leave(place.id, area, outcome.entries, now, instead_of=instead_of):
            case Speak(entries=entries):
                return overheard_parts(words(), faq, entries, next_candidates(outcome.candidates, entries), asker)
            case PointTo(message=earlier):
                link = message_link(message.guild.id if message.guild else None, place.id, earlier)
                return pointer_parts(words(), faq, outcome.entries[:1], link, asker)
            case Hush():
                return None

    def _should_be_quiet(self, message: discord.Message) -> bool:
        place, services = message.channel, self.services
        left_alone = services.activity.is_left_alone(message.author.id)
        return is_closed(place) or left_alone or services.is_muted(place, message.created_at)
