"""Environment and `.env` into one frozen Settings: the only reader of the environment."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    """All that a host can set. `.env.example` names each one, and a test compares the two."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    knowledge_dir: Path = Path("knowledge")
    encoder: str = Field(default="auto", min_length=1)
    log_level: LogLevel = LogLevel.INFO

    @field_validator("log_level", mode="before")
    @classmethod
    def any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("discord_token", mode="after")
    @classmethod
    def blank_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value().strip() else None

    def token(self) -> str:
        """The bot's token, for the one call that needs it. Raises SettingsError when there is none."""
        if self.discord_token is None:
            raise SettingsError("setting-token-missing")
        return self.discord_token.get_secret_value().strip()


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment once. Raises SettingsError naming the first setting that is wrong, never its value."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "?"
        allowed = ", ".join(LogLevel) if name == "LOG_LEVEL" else ""
        raise SettingsError("setting-wrong", name=name, allowed=allowed) from None
    except UnicodeDecodeError:
        raise SettingsError("setting-file-unreadable", file=str(env_file)) from None
