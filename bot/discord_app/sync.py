"""Registering commands: only when their definitions changed, for Discord counts every registration."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

from discord import app_commands

log = logging.getLogger(__name__)


def command_payload(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """The commands as they would be sent to Discord, in a fixed order."""
    payload: list[dict[str, Any]] = [dict(command.to_dict(tree)) for command in tree.get_commands()]
    return sorted(payload, key=lambda command: (command["type"], command["name"]))


def definition_hash(tree: app_commands.CommandTree[Any]) -> str:
    return hashlib.sha256(json.dumps(command_payload(tree), sort_keys=True).encode()).hexdigest()


def _record(state_folder: Path, application: int | None) -> Path:
    return state_folder / f"commands-{application}.sha256"


async def sync(tree: app_commands.CommandTree[Any], application: int | None, state_folder: Path) -> int:
    """Register all commands, remember that, and tell how many there are."""
    registered = await tree.sync()
    record = _record(state_folder, application)
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(definition_hash(tree), encoding="ascii")
    except OSError as error:
        log.warning("It can't be remembered that commands were registered: %s", error.strerror)
    return len(registered)


async def sync_if_changed(tree: app_commands.CommandTree[Any], application: int | None, state_folder: Path) -> bool:
    """Register the commands unless the very same ones were registered last; tells whether it did."""
    try:
        known = _record(state_folder, application).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        known = ""
    if known == definition_hash(tree):
        return False
    await sync(tree, application, state_folder)
    return True
