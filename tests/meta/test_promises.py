"""What the reader is told stays true."""

import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_readme_shows_each_command(command: str) -> None:
    assert f"python -m bot {command}" in README


def test_sample_environment_names_exactly_the_settings() -> None:
    named = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert named == [name.upper() for name in Settings.model_fields]


def test_sample_environment_shows_the_defaults() -> None:
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


@pytest.mark.parametrize("name", ["demo", "test"])
def test_readme_marks_its_two_command_lines(name: str) -> None:
    assert re.search(rf"<!-- command: {name} -->\s*```\w*\n[^\n]+\n```", README)


def test_every_path_that_the_readme_names_exists() -> None:
    named = re.findall(r"`((?:bot|knowledge|tests|bench|docs)/[\w./-]*|\.env\.example|\.ci/run)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_picture_of_the_readme_exists_and_has_alt_text() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert pictures
    assert [path for alt, path in pictures if not alt.strip() or not (ROOT / path).exists()] == []


def test_the_module_map_names_every_package() -> None:
    packages = {folder.name for folder in (ROOT / "bot").iterdir() if (folder / "__init__.py").exists()}
    assert [name for name in sorted(packages) if f"`bot/{name}/`" not in README] == []
