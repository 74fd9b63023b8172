"""The one way two texts are made comparable, and what of a Discord message was said by its author."""

import re
import unicodedata

CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
QUOTED_REST = re.compile(r"^ *>>> .*", re.DOTALL | re.MULTILINE)
QUOTED_LINE = re.compile(r"^ *> .*$", re.MULTILINE)
MENTION = re.compile(r"<(?:@[!&]?|#|/[^:>]{1,64}:|a?:\w{1,64}:|t:|id:)[^<>\s]{0,40}>")
LINK = re.compile(r"<?https?://\S+", re.IGNORECASE)
SPOILER_OR_STYLE = re.compile(
    r"\|\||[*_]{2,}|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^\s*(?:#{1,3}|-#|[-*])\s", re.MULTILINE
)
LINE_MARKS = frozenset({"#", "##", "###", "-#", "-", ">", ">>>"})
WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def spoken(message: str) -> str:
    """What the author of a Discord message said: no code, quoted lines, links, mentions, emoji names and styling."""
    for pattern in (CODE_BLOCK, QUOTED_REST, QUOTED_LINE, LINK, MENTION, INLINE_CODE):
        message = pattern.sub(" ", message)
    message = SPOILER_OR_STYLE.sub(" ", message)
    return "\n".join(line for line in (_without_marks(line) for line in message.split("\n")) if line)


def _without_marks(line: str) -> str:
    """A line without what is left of its markup: words that are nothing but marks, and a mark that begins it."""
    said = [word for word in line.split() if word.strip("*_~|`")]
    while said and said[0] in LINE_MARKS:
        said = said[1:]
    return " ".join(said)


def comparable(text: str) -> str:
    """A text as it compares: compatibility forms, case and accents folded, no invisible characters, single spaces."""
    if text.isascii():
        return " ".join(text.translate(QUOTES).casefold().split())
    # Twice: an acute accent that stands alone falls apart in NFKD, and other quotes and dashes only come out of it.
    text = unicodedata.normalize("NFKD", text.translate(QUOTES)).translate(QUOTES).casefold()
    return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf")).split())


def words(text: str) -> list[str]:
    """The words of a text in order, comparable; "don't" and "4.4" are one word, "4.4mm" and "2-pin" are two."""
    return WORD.findall(comparable(text).replace("'", ""))


def bare(text: str) -> str:
    """The words and nothing else: two texts with the same bare form are one question."""
    return " ".join(words(text))
