"""Environment and `.env` into one frozen Settings: the only reader of the environment."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


ANSWER_FROM, UNASKED_FROM = 60, 83
"""How sure the bot has to be that an answer is the right one, in percent: when asked, and when nobody asked it."""


@dataclass(frozen=True)
class Manners:
    """Where, how much and how boldly the bot speaks, as its host has set it."""

    ambient_channels: frozenset[int] = frozenset()
    """Channels in which it may answer unasked, with their threads' and posts' first messages."""
    unasked_per_hour: int = 6
    helpers_channel: int | None = None
    """Where members are sent whose question found nothing."""
    answer_from: int = ANSWER_FROM
    unasked_from: int = UNASKED_FROM
    patience: float = 5.0
    """Seconds that it leaves to humans before it answers unasked."""


class Settings(BaseSettings):
    """All that a host can set. `.env.example` names each one, and a test compares the two."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    knowledge_dir: Path = Path("knowledge")
    encoder: str = Field(default="auto", min_length=1)
    ambient_channels: Annotated[frozenset[int], NoDecode] = frozenset()
    unasked_per_hour: int = Field(default=6, ge=0, le=60)
    helpers_channel: int | None = None
    answer_from: int = Field(default=ANSWER_FROM, ge=50, le=99)
    unasked_from: int = Field(default=UNASKED_FROM, ge=60, le=99)
    log_level: LogLevel = LogLevel.INFO

    @field_validator("log_level", mode="before")
    @classmethod
    def any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("ambient_channels", mode="before")
    @classmethod
    def listed(cls, value: object) -> object:
        return [_channel_id(part) for part in value.replace(",", " ").split()] if isinstance(value, str) else value

    @field_validator("helpers_channel", mode="before")
    @classmethod
    def blank_or_id(cls, value: object) -> object:
        return (_channel_id(value.strip()) if value.strip() else None) if isinstance(value, str) else value

    @field_validator("discord_token", mode="after")
    @classmethod
    def blank_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value().strip() else None

    @property
    def manners(self) -> Manners:
        return Manners(
            self.ambient_channels,
            self.unasked_per_hour,
            self.helpers_channel,
            self.answer_from,
            self.unasked_from,
        )

    def token(self) -> str:
        """The bot's token, for the one call that needs it. Raises SettingsError when there is none."""
        if self.discord_token is None:
            raise SettingsError("setting-token-missing")
        return self.discord_token.get_secret_value().strip()


def _channel_id(text: str) -> int:
    """A channel's id as copied from Discord, alone or as it mentions the channel: <#123>."""
    found = re.fullmatch(r"<#([0-9]{1,20})>|([0-9]{1,20})", text)
    if found is None:
        raise ValueError("not a channel id")
    return int(found[1] or found[2])


ALLOWED = {
    "LOG_LEVEL": ", ".join(LogLevel),
    "UNASKED_PER_HOUR": "0 to 60",
    "ANSWER_FROM": "50 to 99",
    "UNASKED_FROM": "60 to 99",
    "AMBIENT_CHANNELS": "channel ids separated by commas (Discord: Developer Mode, then Copy Channel ID)",
    "HELPERS_CHANNEL": "one channel id (Discord: Developer Mode, then Copy Channel ID)",
}
"""What each setting that can be wrong may be."""


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment once. Raises SettingsError naming the first setting that is wrong, never its value."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "?"
        raise SettingsError("setting-wrong", name=name, allowed=ALLOWED.get(name, "")) from None
    except UnicodeDecodeError:
        raise SettingsError("setting-file-unreadable", file=str(env_file)) from None
