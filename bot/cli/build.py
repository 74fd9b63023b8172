"""The one place that puts the parts together."""

from pathlib import Path

import platformdirs

from bot.answers.desk import Desk
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.encoder import Encoder, check_encoder, open_encoders
from bot.settings import Settings

APPLICATION = "iem-assistant"


def cache_folder() -> Path:
    return platformdirs.user_cache_path(APPLICATION)


def state_folder() -> Path:
    return platformdirs.user_state_path(APPLICATION)


def build_desk(knowledge: Knowledge, settings: Settings) -> Desk:
    """A desk that is not open yet. Raises EncoderUnavailable when the encoder that was asked for is not there."""
    check_encoder(settings.encoder)

    def find() -> list[Encoder]:
        return open_encoders(settings.encoder)

    return Desk(knowledge, Cache(cache_folder()), find)
