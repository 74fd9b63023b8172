"""The message catalogue: ids and variables in, sentences out, by Project Fluent."""

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

FOLDER = Path(__file__).parent
DEFAULT = "en"


class Words:
    """Everything the bot says in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        # Without isolating marks: members' terminals and Discord's buttons show them as boxes.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource((FOLDER / f"{language}.ftl").read_text(encoding="utf-8")))

    def __call__(self, message: str, **variables: object) -> str:
        """The sentence of an id. Raises KeyError for an id or a variable that the catalogue does not have."""
        found = self._bundle.get_message(message)
        if found.value is None:
            raise KeyError(message)
        sentence, errors = self._bundle.format_pattern(found.value, variables)
        if errors:
            raise KeyError(f"{message}: {errors[0]}")
        return str(sentence)


@cache
def words(language: str = DEFAULT) -> Words:
    return Words(language)
