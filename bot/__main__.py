"""`python -m bot`: the command line, and the only place that exits.

Heavy parts are imported by the command that needs them, so that `--help` comes at once.
"""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.errors import BotError, SettingsError
from bot.words.catalogue import words
from bot.words.progress import tenths, while_answering

if TYPE_CHECKING:
    from bot.answers.desk import Desk
    from bot.knowledge import Knowledge
    from bot.settings import Settings

say = words()
Command = TypeVar("Command", bound=Callable[..., Any])


def knowledge_option(command: Command) -> Command:
    folder = click.Path(path_type=Path)
    return click.option("--knowledge", type=folder, metavar="DIR", help=say("cli-option-knowledge"))(command)


@click.group(help=say("cli-help"), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    pass


@main.command(help=say("cli-run"))
@knowledge_option
def run(knowledge: Path | None) -> None:
    from bot.cli.build import state_folder
    from bot.discord_app.run import run_bot

    settings = _settings()
    token = settings.token()
    desk = _desk(_load(settings, knowledge), settings)
    desk.open(*while_answering(say, _tell))
    run_bot(desk, token, state_folder(), settings.manners)


@main.command(help=say("cli-demo"))
@knowledge_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=say("cli-option-port"))
@click.option("--no-open", is_flag=True, help=say("cli-option-no-open"))
@click.option("--overhear", is_flag=True, help=say("cli-option-overhear"))
def demo(knowledge: Path | None, port: int, no_open: bool, overhear: bool) -> None:
    settings = _settings()
    loaded = _load(settings, knowledge)
    # The simulation makes a client of its own, whose missing intents and voice libraries mean nothing here.
    for name in ("discord", "bot.discord_app"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        from bot.demo.page import serve
    except ModuleNotFoundError as error:
        raise SettingsError("cli-demo-missing") from error
    serve(_desk(loaded, settings), port=port, open_browser=not no_open, tell=_tell, overhear=overhear)


@main.command(help=say("cli-ask"))
@knowledge_option
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help=say("cli-option-json"))
@click.option("--mode", type=click.Choice(["direct", "ambient"]), default="direct", help=say("cli-option-mode"))
@click.option("--faq", type=click.Path(path_type=Path), metavar="FILE", help=say("cli-option-faq"))
@click.option("--silence", type=click.Path(path_type=Path), metavar="FILE", help=say("cli-option-silence"))
def ask(
    knowledge: Path | None, question: str | None, as_json: bool, mode: str, faq: Path | None, silence: Path | None
) -> None:
    from bot.answers.decision import policies
    from bot.cli.ask import answer_lines, explained
    from bot.knowledge import load_files
    from bot.words.sentences import complaint_line

    settings = _settings()
    if silence is not None and faq is None:
        raise BotError("cli-silence-without-faq")
    if question is None and not as_json:
        raise BotError("cli-question-missing")
    if question is not None and as_json:
        raise BotError("cli-question-and-json")
    loaded = load_files(faq, silence, tolerant=True) if faq else _load(settings, knowledge)
    for warning in loaded.warnings if faq else ():
        _tell(complaint_line(say, warning))
    desk = _desk(loaded, settings)
    desk.prepare(tenths(say, _tell))
    asked, overheard = policies(settings.manners)
    policy = overheard if mode == "ambient" else asked
    if as_json:
        with click.open_file("-", encoding="utf-8", errors="replace") as lines:
            answer_lines(desk, lines, policy, _write_line)
    else:
        for line in explained(say, desk, question or "", policy):
            click.echo(line)


@main.command(help=say("cli-check"))
@knowledge_option
@click.option("--write-schemas", is_flag=True, help=say("cli-option-write-schemas"))
@click.option("--quick", is_flag=True, help=say("cli-option-quick"))
def check(knowledge: Path | None, write_schemas: bool, quick: bool) -> None:
    from bot.cli.check import check_lines, report_lines
    from bot.knowledge.schema import write_schemas as write

    settings = _settings()
    directory = knowledge or settings.knowledge_dir
    if write_schemas and directory.is_dir():
        for file in write(directory):
            _tell(say("cli-schema-written", file=str(file)))
    sound, lines = check_lines(say, directory)
    for line in lines:
        click.echo(line)
    if sound is None:
        sys.exit(1)
    if not quick:
        desk = _desk(sound, settings)
        desk.prepare(tenths(say, _tell))
        for line in report_lines(say, desk, settings.manners):
            click.echo(line)


@main.command(help=say("cli-feedback"))
def feedback() -> None:
    import asyncio

    from bot.cli.build import state_folder
    from bot.cli.feedback import feedback_lines

    _settings()
    for line in asyncio.run(feedback_lines(say, state_folder())):
        click.echo(line)


@main.command(help=say("cli-sync"))
@knowledge_option
@click.option("--dry-run", is_flag=True, help=say("cli-option-dry-run"))
@click.option("--json", "as_json", is_flag=True, help=say("cli-option-sync-json"))
def sync(knowledge: Path | None, dry_run: bool, as_json: bool) -> None:
    from bot.cli.build import state_folder
    from bot.discord_app.run import command_tree_json, sync_commands

    settings = _settings()
    desk = _desk(_load(settings, knowledge), settings)
    if as_json:
        click.echo(command_tree_json(desk))
    elif dry_run:
        _tell(say("cli-sync-dry", count=len(json.loads(command_tree_json(desk)))))
    if not dry_run:
        count = sync_commands(desk, settings.token(), state_folder())
        _tell(say("cli-synced", count=count))


def _settings() -> "Settings":
    from bot.settings import read_settings

    settings = read_settings()
    logging.basicConfig(
        level=settings.log_level.value, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", stream=sys.stderr
    )
    # aiosqlite tells at DEBUG of every value that is stored.
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    # discord.py tells at INFO of every shard and session; its warnings are what a host needs.
    logging.getLogger("discord").setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level.value)))
    return settings


def _load(settings: "Settings", knowledge: Path | None) -> "Knowledge":
    from bot.knowledge import load_knowledge

    return load_knowledge(knowledge or settings.knowledge_dir)


def _desk(knowledge: "Knowledge", settings: "Settings") -> "Desk":
    from bot.cli.build import build_desk

    return build_desk(knowledge, settings)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def entrance() -> None:
    """Run a command; what its user has to put right becomes one clear line and exit code 2."""
    try:
        main(prog_name="python -m bot")
    except BotError as error:
        from bot.words.sentences import error_line

        _tell(error_line(say, error))
        sys.exit(2)


if __name__ == "__main__":
    entrance()
