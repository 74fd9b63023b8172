"""An answer follows its question: edited, it changes or goes; deleted, it goes. Works for messages no longer cached."""

from collections.abc import Collection
from datetime import timedelta

import discord
from discord.ext import commands

from bot.activity.store import Reply
from bot.discord_app.addressing import Addressed, addressed, is_from_a_person
from bot.discord_app.asking import Asking
from bot.discord_app.overhearing import Overhearing
from bot.discord_app.render import Parts
from bot.discord_app.services import Services

FOLLOWED_FOR = timedelta(minutes=2)
"""How long after it was asked an edited question takes its answer along."""


class Following(commands.Cog):
    def __init__(self, client: discord.Client, services: Services, asking: Asking, overhearing: Overhearing) -> None:
        self.client = client
        self.services = services
        self.asking = asking
        self.overhearing = overhearing

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        message = payload.message
        # Links that unfold and pins are updates, too; of an old message they may tell of an old edit again.
        if message.edited_at is None or not is_from_a_person(message) or not self._is_readable(message):
            return
        if max(message.edited_at, discord.utils.utcnow()) - message.created_at > FOLLOWED_FOR:
            return
        if self.overhearing.changed(message) and self.overhearing.is_open_question(message, message.author.id):
            await self.overhearing.overhear(message)
            return
        async with self.services.replies.lock(message.id):
            await self._follow(message)

    def _is_readable(self, message: discord.Message) -> bool:
        """Whether Discord shows what the message says now: without the intent an edit may arrive empty."""
        return self.client.intents.message_content or message.guild is None or bool(message.content)

    async def _follow(self, message: discord.Message) -> None:
        how = addressed(message, self.client.user, self.services.own_channels)
        replies = await self.services.activity.replies_to(message.id)
        is_new = not replies and not self.services.replies.was_answered(message.id)
        if is_new and how is not None and not self.services.is_muted(message.channel, message.created_at):
            await self.asking.answer(message, how)  # the mention, or the question, came with the edit
        for reply in replies:
            if not reply.removed and not reply.chosen:
                await self._bring_up_to_date(message, reply, how)

    async def _bring_up_to_date(self, message: discord.Message, reply: Reply, how: Addressed | None) -> None:
        parts = await self._parts_now(message, reply, how)
        if parts is None:
            await self.services.replies.remove(reply.channel, reply.answer)
        elif parts.entries != reply.entries or not parts.entries:
            await self.services.replies.change(reply.channel, reply.answer, parts)

    async def _parts_now(self, message: discord.Message, reply: Reply, how: Addressed | None) -> Parts | None:
        """What the answer should be by now; None if there should be none."""
        if how is not None or not reply.unasked:
            return await self.asking.parts_for(message, how or Addressed.IN_PASSING)
        return await self.overhearing.parts_for(message, instead_of=reply.answer)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._gone({payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self._gone(payload.message_ids)

    async def _gone(self, messages: Collection[int]) -> None:
        for message in messages:
            self.overhearing.gone(message)
            self.services.replies.note_deleted(message)
        for message in messages:
            async with self.services.replies.lock(message):
                pass  # what is being answered just now has been by then
        for question, reply in await self.services.activity.replies_about(messages):
            if reply.answer in messages:
                await self.services.replies.forget(reply.answer)
            elif question in messages and not reply.removed:
                await self.services.replies.remove(reply.channel, reply.answer)
