"""A tiny FAQ in a data folder, with questions and messages as other people's question sets have them."""

from pathlib import Path

import pytest

from bench.yardstick import Yard, read_folder
from bot.knowledge import Knowledge

FAQ = """\
entries:
  - id: refund
    question: "Where is my refund?"
    alternatives: ["money not back yet", "refund has not arrived", "when do I get my money back"]
    answer: "It takes five days."
  - id: opening-hours
    question: "When do you open?"
    alternatives: ["opening hours on Sunday", "are you open at night", "until what time is the shop open"]
    answer: "From nine to five."
  - id: parking
    question: "Where can I park?"
    alternatives: ["parking for my car", "is there a garage near the shop", "parking lot full"]
    answer: "Behind the house."
  - id: wifi
    question: "What is the wifi password?"
    alternatives: ["internet access for guests", "wifi does not work", "password of the wireless network"]
    answer: "Ask at the desk."
  - id: dogs
    question: "Are dogs allowed?"
    alternatives: ["can I bring my puppy", "pets welcome?", "may my dog come inside"]
    answer: "On a leash."
"""
SILENCE = 'messages: ["good morning all", "what a match yesterday", "lol nice one", "see you tomorrow then"]\n'
QUERIES = """\
text\ttopic_id\tstyle
my refund still has not arrived\trefund\tplain
say "wifi password pls\twifi\tslang
is my dog allowed in\tdogs\tplain
"""
NEGATIVES = "text\tkind\nthat match was great\tchatter\nmy car is blue\tremark\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in (
        ("faq.yaml", FAQ),
        ("silence.yaml", SILENCE),
        ("queries.tsv", QUERIES),
        ("negatives.tsv", NEGATIVES),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def tiny(data: Path) -> tuple[Knowledge, Yard]:
    return read_folder(data)
