"""The one way two texts are made comparable, and what of a Discord message was said by its author."""

import re
import unicodedata

CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
QUOTED_REST = re.compile(r"^ *>>> .*", re.DOTALL | re.MULTILINE)
QUOTED_LINE = re.compile(r"^ *> .*$", re.MULTILINE)
MENTION = re.compile(r"<(?:@[!&]?|#|/[^:>]{1,64}:|a?:\w{1,64}:|t:|id:)[^<>\s]{0,40}>")
LINK = re.compile(r"<?https?://\S+", re.IGNORECASE)
EMPTY_LINES = re.compile(r"\n[\s\u200b]*\n")
SPOILER_OR_STYLE = re.compile(
    r"\|\||[*_]{2,}|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^[ \t]*(?:#{1,3}|-#|[-*])[ \t]", re.MULTILINE
)
LINE_MARKS = frozenset({"#", "##", "###", "-#", "-", ">", ">>>"})
WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
ASKING_WORD = r"(?:how|hows|what|whats|which|why|where|when|who|is|are|do|does|did|can|could|should|would|will)\b"
SENTENCE_END = re.compile(
    r"(?<=[?])(?![?!)\]\"'”’])\s{0,8}|(?<=[?][!)\]\"”])\s+|\n+|(?<=[!;:])\s+|(?<!\bvs\.)(?<!\betc\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<=[.])\s+",
    re.IGNORECASE,
)
NEXT_QUESTION = re.compile(rf"[,;]?\s+(?:and|also|plus)\s+(?:also\s+)?(?={ASKING_WORD})", re.IGNORECASE)
ASKS = re.compile(
    rf"\?[!?)\]\"'”’]{{0,8}}$|^(?:(?:and|also|plus|so|but|ok|hey|hi)[\s,]+)*(?!what an?\b){ASKING_WORD}", re.IGNORECASE
)
QUESTION_LEAST = 3
"""Words that a question has at least, to be understood by itself."""

COMMAND = re.compile(r"(?:[!/$%&;?+~-]{1,2}|\.)[A-Za-z]")
QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def spoken(message: str) -> str:
    """What the author of a Discord message said: no code, quoted lines, links, mentions, emoji names and styling."""
    message = EMPTY_LINES.sub("\n", message)
    for pattern in (CODE_BLOCK, QUOTED_REST, QUOTED_LINE, LINK, MENTION, INLINE_CODE):
        message = pattern.sub(" ", message)
    message = SPOILER_OR_STYLE.sub(" ", message)
    return "\n".join(line for line in (_without_marks(line) for line in message.split("\n")) if line)


def questions(said: str) -> list[str]:
    """The single questions of what was said; one or none where it does not hold several."""
    parts = [part.strip() for sentence in SENTENCE_END.split(said) for part in NEXT_QUESTION.split(sentence)]
    return [part for part in parts if ASKS.search(part) and len(words(part)) >= QUESTION_LEAST]


def is_command(message: str) -> bool:
    """Whether a message is meant for a bot that listens to a prefix, as in "!play" or "/help"."""
    return COMMAND.match(message.lstrip()) is not None


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
