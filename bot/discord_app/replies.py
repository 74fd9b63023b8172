"""Answers in reply to messages: posted where that is allowed, remembered with their question, changed and removed."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from weakref import WeakValueDictionary

import aiohttp
import discord

from bot.activity.store import Activity
from bot.answers.restraint import Restraint, Shown
from bot.discord_app.permissions import Place, area_of, is_closed, standing
from bot.discord_app.render import Parts
from bot.words.catalogue import words

REPLY_NEEDS_HISTORY = 160002
"""Discord's code for a reply where the bot may not read the history."""
UNAVAILABLE = 503
INVALID_FORM = 50035
"""Discord's code for a body it does not take; here: a reply to a message that is gone."""

NOTED_MOST = 10_000
"""Messages whose second delivery, or whose deletion while they are being answered, is noticed."""

log = logging.getLogger(__name__)


class Replies:
    """The bot's messages and the questions they belong to."""

    def __init__(self, client: discord.Client, activity: Activity, restraint: Restraint) -> None:
        self._client = client
        self._activity = activity
        self._restraint = restraint
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._taken: OrderedDict[int, None] = OrderedDict()
        self._gone: OrderedDict[int, None] = OrderedDict()
        self._answered: OrderedDict[int, None] = OrderedDict()
        self._refused: set[int] = set()
        """Channels where Discord refused an answer although our permissions looked sufficient: told once."""

    def lock(self, number: int) -> asyncio.Lock:
        """One lock for each message: what is done about a question, or changed in an answer, never overlaps."""
        lock = self._locks.get(number)
        if lock is None:
            lock = self._locks[number] = asyncio.Lock()
        return lock

    def take(self, question: int) -> bool:
        """Whether a message is met for the first time: after a lost connection Discord may deliver one again."""
        if question in self._taken:
            return False
        _note(self._taken, question)
        return True

    def note_deleted(self, message: int) -> None:
        """A message was deleted: what is under way to it is not posted any more."""
        _note(self._gone, message)

    def was_answered(self, question: int) -> bool:
        """Whether a message was answered in this run, even if the store could not keep that."""
        return question in self._answered

    def is_deleted(self, message: int) -> bool:
        return message in self._gone

    async def post(self, question: discord.Message, parts: Parts, *, unasked: bool = False) -> discord.Message | None:
        """Reply to a message and remember it; None where that can't be done.

        Nobody is pinged. An unasked one does not even notify, and is left out where it can't be a reply.
        """
        if self.is_deleted(question.id):
            return None
        place = question.channel
        here = standing(place)
        may_post = here.may_post and not is_closed(place) and (here.may_reply or not unasked)
        parts = parts if here.may_embed else parts.without_embeds()
        sent = await self._send(question, parts, may_reply=here.may_reply, silent=unasked) if may_post else None
        if not is_closed(place):
            await self._report(place, here.missing)
        if sent is not None:
            _note(self._answered, question.id)
            shown = Shown(place.id, area_of(place), sent.id, parts.entries, sent.created_at, unasked, parts.is_pointer)
            await self.remember(shown, question.id)
        return sent

    async def _send(
        self, question: discord.Message, parts: Parts, *, may_reply: bool, silent: bool
    ) -> discord.Message | None:
        place = question.channel
        reply = {"reference": question, "mention_author": False, "silent": silent} if may_reply else {}
        # With the nonce Discord takes a message once, even if its first receipt was lost on the way.
        send = partial(place.send, nonce=str(question.id), **reply, **parts.to_send())
        try:
            try:
                return await send()
            except (discord.DiscordServerError, aiohttp.ClientConnectionError) as lost:
                if getattr(lost, "status", UNAVAILABLE) != UNAVAILABLE:  # discord.py itself has tried these again
                    raise
                return await send()
        except discord.Forbidden as refused:
            if refused.code == REPLY_NEEDS_HISTORY and not silent:
                return await place.send(**parts.to_send())
            if place.id not in self._refused:
                self._refused.add(place.id)
                log.warning("Discord refuses the answer in channel %s: %s", place.id, refused.text)
        except discord.NotFound:
            log.info("Channel %s went away before the answer", place.id)
        except discord.HTTPException as refused:
            if refused.code != INVALID_FORM or "message_reference" not in refused.text:
                raise
            log.info("A question in channel %s was deleted before its answer", place.id)
        return None

    async def remember(
        self, shown: Shown, question: int | None = None, *, chosen: bool = False, addressed: bool = False
    ) -> None:
        """An answer stands in a place for all to see; what a command asked has no message to follow."""
        self._restraint.remember(shown)
        await self._activity.remember(question or shown.message, shown, chosen=chosen, addressed=addressed)

    async def change(self, channel: int, answer: int, parts: Parts, *, chosen: bool = False) -> bool:
        """Turn an answer into another one; tells whether that was done. What a person chose only persons change."""
        async with self.lock(answer):
            if not chosen and await self._activity.is_chosen(answer):
                return False
            return await self._change(channel, answer, parts, chosen=chosen)

    async def _change(self, channel: int, answer: int, parts: Parts, *, chosen: bool) -> bool:
        place = self._client.get_channel(channel)
        if place is not None and not standing(place).may_embed:
            parts = parts.without_embeds()
        changes = parts.to_edit()
        if parts.content is None and await self._activity.is_addressed(answer):
            del changes["content"]  # whom it is for, and which message it answers
        try:
            none = discord.AllowedMentions.none()
            await self._partial(channel, answer).edit(allowed_mentions=none, **changes)
        except discord.NotFound:
            await self.forget(answer)
            return False
        except discord.HTTPException as refused:
            log.info("An answer in channel %s can't be changed: %s", channel, refused.code)
            return False
        await self.note_change(answer, parts, chosen=chosen)
        return True

    async def note_change(self, answer: int, parts: Parts, *, chosen: bool) -> None:
        """An answer was changed into another one, by a person or because its question changed."""
        self._restraint.change(answer, parts.entries, pointer=parts.is_pointer)
        await self._activity.change(answer, parts.entries, chosen=chosen, pointer=parts.is_pointer)

    async def remove(self, channel: int, answer: int) -> bool:
        """Delete an answer; tells whether it is gone."""
        try:
            await self._partial(channel, answer).delete()
        except discord.NotFound:
            log.debug("An answer in channel %s was gone already", channel)
        except discord.HTTPException as refused:
            log.info("An answer in channel %s can't be removed: %s", channel, refused.code)
            return False
        await self.forget(answer)
        return True

    async def forget(self, answer: int) -> None:
        """An answer is gone: nothing points to it, and its question is not answered again."""
        self._restraint.forget(answer)
        await self._activity.forget(answer)

    def _partial(self, channel: int, answer: int) -> discord.PartialMessage:
        return self._client.get_partial_messageable(channel).get_partial_message(answer)

    async def _report(self, place: Place, missing: Sequence[str]) -> None:
        """Tell once of missing permissions: in the log, and where the server's moderators read Discord's news."""
        area = area_of(place)
        if not await self._activity.is_news(area, missing):
            return
        names = ", ".join(name.replace("_", " ").title() for name in missing)
        log.warning("Channel %s: the bot lacks the permission %s there", area, names)
        news = place.guild.public_updates_channel or place.guild.system_channel
        if news is not None and news.id != place.id and standing(news).may_post:
            sentence = words()("permission-missing", channel=f"<#{area}>", permissions=names)
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError):
                await news.send(sentence, silent=True)


def _note(noted: OrderedDict[int, None], message: int) -> None:
    noted[message] = None
    if len(noted) > NOTED_MOST:
        noted.popitem(last=False)
