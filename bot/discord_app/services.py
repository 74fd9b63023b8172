"""What the features share, put together once by the client."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

import discord

from bot.activity.store import Activity
from bot.answers.decision import Policy, policies
from bot.answers.desk import Desk
from bot.answers.restraint import Restraint
from bot.discord_app.permissions import Place, area_of
from bot.settings import Manners
from bot.words.catalogue import Words, words

if TYPE_CHECKING:
    from bot.discord_app.replies import Replies


@dataclass
class Services:
    """The desk that answers, what is remembered, and how replies are posted."""

    desk: Desk
    activity: Activity
    restraint: Restraint
    manners: Manners
    replies: "Replies"
    own_channels: set[int] = field(default_factory=set)
    """Channels in which every message is taken as said to the bot, without a mention."""

    @property
    def asked(self) -> Policy:
        """What to do about a question that was put to the bot."""
        return policies(self.manners)[0]

    @property
    def overheard(self) -> Policy:
        """What to do about a message that was not."""
        return policies(self.manners)[1]

    def is_muted(self, place: Place, at: datetime) -> bool:
        """Whether moderators have silenced the bot in a place; a thread is muted with its channel."""
        return self.activity.muted_until((place.id, area_of(place)), at) is not None

    def nothing_found(self, say: Words, place: Place) -> str:
        """The sentence for a question without an answer, with the helpers' channel if this server has another one."""
        guild, helpers = getattr(place, "guild", None), self.manners.helpers_channel
        if guild is None:
            return say("nothing-found-alone")
        if helpers is None or guild.get_channel(helpers) is None or helpers == area_of(place):
            return say("nothing-found")
        return say("nothing-found-helpers", channel=f"<#{helpers}>")


class HasServices(Protocol):
    services: Services


def services_of(interaction: discord.Interaction[Any]) -> Services:
    """The services of the client that an interaction came to."""
    return cast("HasServices", interaction.client).services


def member_words(_interaction: discord.Interaction[Any]) -> Words:
    """The catalogue for what only one member reads."""
    return words()
