"""/topics: browsing the FAQ by category and searching it, privately, page by page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from simcord import ChannelHandle, Env, MemberActor, ResponseMessage

from bot.answers.desk import Desk
from bot.discord_app.render import CHOICE_MOST, CHOICES_MOST
from bot.discord_app.topics import PAGE, category_name
from bot.knowledge import Knowledge
from bot.knowledge.faq import Entry, Faq
from tests.discord_app.looking import Said, Start, response, say

Body = dict[str, Any]

TOPICS = say("command-topics")
QUESTION = "Why is one side quiet?"
ENTRY = "one-side-quiet"

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SOUNDS, CARES, REST = 34, 20, 6
"""Sixty entries: full pages and a last one that is not, exactly two full pages, and less than a page."""


def entry(number: int, category: str | None, question: str = "") -> Entry:
    """An entry that shares no word but "about" with the others."""
    word = "".join(LETTERS[(number * step) % 26] for step in (3, 5, 7, 11)) + LETTERS[number // 26]
    return Entry(
        id=f"entry-{number}",
        category=category,
        question=question or f"What about {word}?",
        alternatives=(f"tell me of {word}", f"{word} explained"),
        answer=f"All there is to say about number {number}.",
    )


def tens(start: int, count: int, category: str | None) -> Iterator[Entry]:
    return (entry(number, category) for number in range(start, start + count))


def made_of(*entries: Entry) -> Knowledge:
    return Knowledge(faq=Faq(entries=entries), silence=("good morning", "who wants pizza"))


SIXTY = made_of(*tens(0, SOUNDS, "sound"), *tens(SOUNDS, REST, None), *tens(SOUNDS + REST, CARES, "care-and-cleaning"))
FORTY = made_of(*(entry(n, f"topic-{LETTERS[n // 26]}{LETTERS[n % 26]}") for n in range(40)))
LONG = made_of(
    *(entry(n, "x" * 40, question=f"Long question {n}: " + "what is a very long word " * 70) for n in range(PAGE + 2))
)


def items(message: ResponseMessage) -> list[Body]:
    return [item for row in message.components for item in row["components"]]


def options(message: ResponseMessage) -> list[Body]:
    return [option for item in items(message) for option in item.get("options", ())]


def buttons(message: ResponseMessage) -> list[str]:
    return [item["label"] for item in items(message) if "label" in item]


def description(message: ResponseMessage) -> str:
    return message.embeds[0].description or ""


def page_title(category: str, page: int, pages: int) -> str:
    return say("topics-page", category=category_name(say, category), page=page, pages=pages)


async def open_category(member: MemberActor, channel: ChannelHandle, category: str) -> ResponseMessage:
    return response(await member.slash(channel, TOPICS, **{say("option-category"): category_name(say, category)}))


async def search(member: MemberActor, channel: ChannelHandle, text: str, **more: str) -> ResponseMessage:
    return response(await member.slash(channel, TOPICS, search=text, **more))


async def press(member: MemberActor, message: ResponseMessage, label: str) -> ResponseMessage:
    return response(await member.click(message, label=say(label)))


@pytest.fixture
async def sixty(start: Start) -> Faq:
    await start(SIXTY)
    return SIXTY.faq


@pytest.fixture
async def forty(start: Start) -> Faq:
    await start(FORTY)
    return FORTY.faq


@pytest.fixture
async def long(start: Start) -> Faq:
    await start(LONG)
    return LONG.faq


# The list of categories


async def test_topics_lists_every_category_with_its_number_of_questions(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    shown = response(await alice.slash(channel, TOPICS))
    counts = {category: len(entries) for category, entries in sixty.by_category.items()}
    assert counts == {"sound": SOUNDS, "care-and-cleaning": CARES, "": REST}
    lines = [say("topics-line", category=category_name(say, c), count=count) for c, count in counts.items()]
    assert description(shown).splitlines() == lines
    assert [option["label"] for option in options(shown)] == [category_name(say, c) for c in counts]


async def test_a_categorys_name_reads_like_words(alice: MemberActor, channel: ChannelHandle, sixty: Faq) -> None:
    assert "care-and-cleaning" in sixty.by_category
    shown = response(await alice.slash(channel, TOPICS))
    assert "Care and cleaning" in [option["label"] for option in options(shown)]


async def test_entries_without_a_category_stand_under_other_at_the_end(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    shown = response(await alice.slash(channel, TOPICS))
    assert options(shown)[-1]["label"] == say("topics-other")
    opened = response(await alice.select(shown, [options(shown)[-1]["value"]]))
    assert [option["value"] for option in options(opened)] == [e.id for e in sixty.entries if e.category is None]


async def test_choosing_a_category_lists_its_questions_in_the_same_message(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    shown = response(await alice.slash(channel, TOPICS))
    opened = response(await alice.select(shown, [options(shown)[0]["value"]]))
    assert opened.id == shown.id
    assert [option["label"] for option in options(opened)] == [e.question for e in sixty.by_category["sound"][:PAGE]]


@pytest.mark.usefixtures("forty")
async def test_forty_categories_take_two_pages_and_none_is_lost(alice: MemberActor, channel: ChannelHandle) -> None:
    first = response(await alice.slash(channel, TOPICS))
    listed, had = [option["value"] for option in options(first)], buttons(first)
    second = await press(alice, first, "topics-later")
    listed += [option["value"] for option in options(second)]
    assert (had, buttons(second)) == ([say("topics-later")], [say("topics-earlier")])
    assert listed == [f"={category}" for category in FORTY.faq.by_category]
    assert len(options(second)) == 40 - CHOICES_MOST


@pytest.mark.usefixtures("forty")
async def test_from_the_second_page_of_categories_back_leads_to_the_first(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    first = response(await alice.slash(channel, TOPICS))
    before = options(first)
    second = await press(alice, first, "topics-later")
    assert options(second) != before
    assert options(await press(alice, second, "topics-earlier")) == before


@pytest.mark.usefixtures("forty")
async def test_a_category_of_the_second_page_can_be_opened(alice: MemberActor, channel: ChannelHandle) -> None:
    second = await press(alice, response(await alice.slash(channel, TOPICS)), "topics-later")
    opened = response(await alice.select(second, [options(second)[-1]["value"]]))
    assert [option["value"] for option in options(opened)] == [FORTY.faq.entries[-1].id]


# A category, page by page


@pytest.mark.parametrize("category", SIXTY.faq.by_category)
async def test_turning_the_pages_shows_each_question_once_at_most_a_dozen_on_a_page(
    category: str, alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    shown = await open_category(alice, channel, category)
    pages = [[option["value"] for option in options(shown)]]
    while say("topics-later") in buttons(shown):
        shown = await press(alice, shown, "topics-later")
        pages.append([option["value"] for option in options(shown)])
    assert [number for page in pages for number in page] == [e.id for e in sixty.by_category[category]]
    assert max(map(len, pages)) <= PAGE == 12


@pytest.mark.usefixtures("sixty")
async def test_a_page_says_which_one_it_is_and_of_how_many(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = await open_category(alice, channel, "sound")
    assert shown.embeds[0].title == page_title("sound", 1, 3)
    second = await press(alice, shown, "topics-later")
    assert second.embeds[0].title == page_title("sound", 2, 3)


@pytest.mark.usefixtures("sixty")
async def test_a_page_lists_its_questions_as_text_too(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = await open_category(alice, channel, "sound")
    assert [line.removeprefix("- ") for line in description(shown).splitlines()] == [
        option["label"] for option in options(shown)
    ]


@pytest.mark.usefixtures("sixty")
async def test_the_first_page_leads_onwards_and_to_all_topics_only(alice: MemberActor, channel: ChannelHandle) -> None:
    assert buttons(await open_category(alice, channel, "sound")) == [say("topics-later"), say("topics-all")]


@pytest.mark.usefixtures("sixty")
async def test_the_last_page_leads_back_and_to_all_topics_only(alice: MemberActor, channel: ChannelHandle) -> None:
    last = await press(alice, await open_category(alice, channel, "care-and-cleaning"), "topics-later")
    assert (len(options(last)), buttons(last)) == (CARES - PAGE, [say("topics-earlier"), say("topics-all")])


@pytest.mark.usefixtures("sixty")
async def test_back_leads_to_the_page_before(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = await open_category(alice, channel, "sound")
    before = options(shown)
    second = await press(alice, shown, "topics-later")
    assert options(await press(alice, second, "topics-earlier")) == before


@pytest.mark.usefixtures("sixty")
async def test_all_topics_leads_to_the_categories(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = await press(alice, await open_category(alice, channel, "sound"), "topics-all")
    assert shown.embeds[0].title == say("topics-title")
    assert len(options(shown)) == 3


async def test_choosing_a_question_shows_its_answer_word_for_word(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    shown = await open_category(alice, channel, "sound")
    read = response(await alice.select(shown, ["entry-3"]))
    assert (read.embeds[0].title, description(read)) == (sixty.by_id["entry-3"].question, sixty.by_id["entry-3"].answer)


@pytest.mark.usefixtures("sixty")
async def test_from_an_answer_back_leads_to_the_page_it_was_on(alice: MemberActor, channel: ChannelHandle) -> None:
    second = await press(alice, await open_category(alice, channel, "sound"), "topics-later")
    before = options(second)
    read = response(await alice.select(second, [before[4]["value"]]))
    assert options(await press(alice, read, "topics-back")) == before


@pytest.mark.parametrize(
    "typed", ["care-and-cleaning", "Care and cleaning", "CARE AND CLEANING", " care-and-cleaning "]
)
@pytest.mark.usefixtures("sixty")
async def test_a_category_can_be_typed_by_its_name_or_as_it_is_in_the_file(
    typed: str, alice: MemberActor, channel: ChannelHandle
) -> None:
    shown = response(await alice.slash(channel, TOPICS, **{say("option-category"): typed}))
    assert shown.embeds[0].title == page_title("care-and-cleaning", 1, 2)


@pytest.mark.usefixtures("sixty")
async def test_a_category_that_does_not_exist_leads_to_all_of_them(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = response(await alice.slash(channel, TOPICS, **{say("option-category"): "nonsense"}))
    assert (shown.embeds[0].title, shown.ephemeral) == (say("topics-title"), True)


@pytest.mark.parametrize(
    ("typed", "offered"), [("", ["sound", "care-and-cleaning", ""]), ("CLEAN", ["care-and-cleaning"])]
)
@pytest.mark.usefixtures("sixty")
async def test_the_category_option_offers_what_fits_what_is_typed(
    typed: str, offered: list[str], alice: MemberActor, channel: ChannelHandle
) -> None:
    choices = await alice.autocomplete(channel, TOPICS, say("option-category"), typed)
    assert [choice["name"] for choice in choices] == [category_name(say, category) for category in offered]


@pytest.mark.usefixtures("forty")
async def test_the_category_option_offers_at_most_as_many_as_discord_shows(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    choices = await alice.autocomplete(channel, TOPICS, say("option-category"), "topic")
    assert len(choices) == CHOICES_MOST
    (last,) = await alice.autocomplete(channel, TOPICS, say("option-category"), category_name(say, "topic-bn"))
    shown = response(await alice.slash(channel, TOPICS, **{say("option-category"): last["value"]}))
    assert shown.embeds[0].title == page_title("topic-bn", 1, 1)


# Searching


@pytest.mark.parametrize("text", ["quiet", QUESTION, "the left earpiece is dead"])
async def test_a_search_lists_what_comes_nearest_first(text: str, alice: MemberActor, channel: ChannelHandle) -> None:
    found = await search(alice, channel, text)
    assert options(found)[0]["value"] == ENTRY


@pytest.mark.usefixtures("sixty")
async def test_a_search_lists_at_most_a_page(alice: MemberActor, channel: ChannelHandle) -> None:
    assert len(options(await search(alice, channel, "what about"))) == PAGE


async def test_what_a_search_found_can_be_read(alice: MemberActor, channel: ChannelHandle, desk: Desk) -> None:
    found = await search(alice, channel, "quiet")
    read = response(await alice.select(found, [ENTRY]))
    assert description(read) == desk.faq.by_id[ENTRY].answer


async def test_from_a_search_all_topics_leads_to_the_categories(alice: MemberActor, channel: ChannelHandle) -> None:
    found = await search(alice, channel, "quiet")
    assert (await press(alice, found, "topics-all")).embeds[0].title == say("topics-title")


async def test_a_search_within_a_category_finds_only_what_is_in_it(alice: MemberActor, channel: ChannelHandle) -> None:
    found = await search(alice, channel, QUESTION, **{say("option-category"): "care"})
    assert [option["value"] for option in options(found)] == ["cleaning"]


async def test_a_search_within_other_finds_only_entries_without_a_category(
    alice: MemberActor, channel: ChannelHandle, desk: Desk
) -> None:
    found = await search(alice, channel, "red dot", **{say("option-category"): say("topics-other")})
    assert options(found)[0]["value"] == "marking-red"
    assert {option["value"] for option in options(found)} <= {e.id for e in desk.faq.entries if e.category is None}


async def test_a_search_in_a_category_ranks_beyond_the_first_page_of_the_whole_faq(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq
) -> None:
    target = sixty.by_category["care-and-cleaning"][-1]
    word = target.question.removeprefix("What about ").removesuffix("?")
    found = await search(alice, channel, f"about {word}", **{say("option-category"): "care-and-cleaning"})
    assert (options(found)[0]["value"], len(options(found))) == (target.id, PAGE)


@pytest.mark.parametrize("text", [" ", "!?", "🎧", "https://example.com", "<@123456789012345678>", "`code`"])
async def test_a_search_that_says_nothing_lists_no_questions_at_random(
    text: str, alice: MemberActor, channel: ChannelHandle
) -> None:
    found = await search(alice, channel, text)
    assert {option["value"][0] for option in options(found)} == {"="}  # topics, no questions
    assert (found.content, found.ephemeral) == (say("topics-nothing"), True)


async def test_a_search_that_says_nothing_does_not_claim_to_have_found_something(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    found = await search(alice, channel, "!?")
    assert [embed.title for embed in found.embeds if embed.title == say("topics-found")] == []
    assert found.content or found.embeds


async def test_members_words_are_not_repeated(env: Env, alice: MemberActor, channel: ChannelHandle) -> None:
    await search(alice, channel, "pomegranate", **{say("option-category"): "persimmon"})
    assert [r for r in env.http_requests if "pomegranate" in str(r.json) or "persimmon" in str(r.json)] == []


# Who sees it, and where


@pytest.mark.usefixtures("sixty")
async def test_nobody_else_sees_anything_of_it(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    listed = response(await alice.slash(channel, TOPICS))
    opened = response(await alice.select(listed, [options(listed)[0]["value"]]))
    await alice.select(await press(alice, opened, "topics-later"), ["entry-12"])
    await search(alice, channel, "entry")
    await open_category(alice, channel, "sound")
    assert len(channel.history(viewer=alice)) == 3
    assert channel.history(viewer=bob) == []
    assert [r for r in env.http_requests if r.path.endswith("/messages")] == []


async def test_topics_works_in_a_direct_message(alice: MemberActor) -> None:
    shown = response(await alice.user.slash(TOPICS))
    opened = response(await alice.user.select(shown, [options(shown)[0]["value"]]))
    assert [option["value"] for option in options(opened)] == [ENTRY]


async def test_an_answer_read_in_topics_does_not_count_as_given_in_the_channel(
    alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    found = await search(alice, channel, "quiet")
    await alice.select(found, [ENTRY])
    await alice.slash(channel, say("command-ask"), question=QUESTION)
    assert [message.embeds[0].title for message in said(channel)] == [QUESTION]


# After a restart, with this FAQ or another


async def test_everything_works_after_a_restart(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq, start: Start
) -> None:
    listed = response(await alice.slash(channel, TOPICS))
    await start(SIXTY)
    opened = response(await alice.select(listed, [options(listed)[0]["value"]]))
    await start(SIXTY)
    second = await press(alice, opened, "topics-later")
    await start(SIXTY)
    read = response(await alice.select(second, ["entry-12"]))
    await start(SIXTY)
    back = await press(alice, read, "topics-back")
    assert description(back).count("\n") == PAGE - 1
    assert options(back)[0]["value"] == sixty.entries[PAGE].id


@pytest.mark.usefixtures("sixty")
async def test_a_category_that_is_gone_leads_to_those_there_are(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    listed = response(await alice.slash(channel, TOPICS))
    await start(knowledge)
    shown = response(await alice.select(listed, ["=care-and-cleaning"]))
    assert [option["value"] for option in options(shown)] == [f"={category}" for category in knowledge.faq.by_category]


@pytest.mark.usefixtures("sixty")
async def test_a_page_of_a_category_that_is_gone_leads_to_those_there_are(
    alice: MemberActor, channel: ChannelHandle, start: Start, small_knowledge: Knowledge
) -> None:
    opened = await open_category(alice, channel, "care-and-cleaning")
    await start(small_knowledge)
    assert (await press(alice, opened, "topics-later")).embeds[0].title == say("topics-title")


@pytest.mark.usefixtures("sixty")
async def test_a_page_that_is_gone_leads_to_the_last_one(
    alice: MemberActor, channel: ChannelHandle, start: Start
) -> None:
    shown = await open_category(alice, channel, "sound")
    second = await press(alice, shown, "topics-later")
    await start(made_of(*tens(0, PAGE, "sound")))
    shown = await press(alice, second, "topics-later")
    assert (shown.embeds[0].title, len(options(shown))) == (page_title("sound", 1, 1), PAGE)


@pytest.mark.usefixtures("forty")
async def test_a_page_of_categories_that_is_gone_leads_to_the_last_one(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    listed = response(await alice.slash(channel, TOPICS))
    await start(knowledge)
    shown = await press(alice, listed, "topics-later")
    assert len(options(shown)) == len(knowledge.faq.by_category)


@pytest.mark.usefixtures("sixty")
async def test_an_entry_that_is_gone_is_told_privately_and_the_list_stays(
    alice: MemberActor, channel: ChannelHandle, start: Start, knowledge: Knowledge
) -> None:
    opened = await open_category(alice, channel, "sound")
    before = description(opened)
    await start(knowledge)
    result = await alice.select(opened, ["entry-3"])
    assert (response(result).content, response(result).ephemeral) == (say("entry-gone"), True)
    assert description(opened) == before


async def test_back_from_an_answer_whose_category_is_gone_leads_to_those_there_are(
    alice: MemberActor, channel: ChannelHandle, sixty: Faq, start: Start
) -> None:
    read = response(await alice.select(await open_category(alice, channel, "sound"), ["entry-3"]))
    await start(replace(SIXTY, faq=Faq(entries=sixty.by_category["care-and-cleaning"])))
    assert (await press(alice, read, "topics-back")).embeds[0].title == say("topics-title")


# Discord's limits


def over_the_limits(body: Body) -> Iterator[str]:
    """What Discord would refuse in a message with embeds, buttons and selects."""
    for embed in body.get("embeds") or ():
        if len(embed.get("title") or "") > 256 or not len(embed.get("description") or "") <= 4096:
            yield "an embed"
    rows = body.get("components") or []
    parts = [item for row in rows for item in row["components"]]
    if len(rows) > 5 or any(len(row["components"]) > 5 for row in rows):
        yield "rows"
    if any(not 1 <= len(item["custom_id"]) <= 100 for item in parts):
        yield "a custom_id"
    if len({item["custom_id"] for item in parts}) != len(parts):
        yield "a custom_id twice"
    if any(not 1 <= len(item["label"]) <= 80 for item in parts if item["type"] == 2):
        yield "a label"
    for item in parts:
        if item["type"] == 3:
            yield from over_the_limits_of_a_select(item)


def over_the_limits_of_a_select(item: Body) -> Iterator[str]:
    if not 1 <= len(item["options"]) <= 25 or len(item.get("placeholder") or "") > 150:
        yield "options"
    if len({option["value"] for option in item["options"]}) != len(item["options"]):
        yield "a value twice"
    texts = [option.get(key) or "-" for option in item["options"] for key in ("label", "value", "description")]
    if any(not 1 <= len(text) <= CHOICE_MOST for text in texts):
        yield "an option"


def sent(env: Env) -> list[Body]:
    callbacks = [request.json for request in env.http_requests if request.path.endswith("/callback")]
    return [body["data"] for body in callbacks if body["type"] in (4, 7)]


async def test_very_long_questions_and_names_keep_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle, long: Faq
) -> None:
    assert all(len(entry.question) > 1700 for entry in long.entries)
    listed = response(await alice.slash(channel, TOPICS))
    opened = response(await alice.select(listed, [options(listed)[0]["value"]]))
    second = await press(alice, opened, "topics-later")
    read = response(await alice.select(second, [options(second)[0]["value"]]))
    await press(alice, read, "topics-back")
    await search(alice, channel, "a very long word")
    assert [problem for body in sent(env) for problem in over_the_limits(body)] == []
    assert len(sent(env)) == 6


@pytest.mark.usefixtures("forty")
async def test_many_categories_keep_discords_limits(env: Env, alice: MemberActor, channel: ChannelHandle) -> None:
    await press(alice, response(await alice.slash(channel, TOPICS)), "topics-later")
    assert [problem for body in sent(env) for problem in over_the_limits(body)] == []
    assert len(sent(env)) == 2


@pytest.mark.usefixtures("forty")
async def test_offered_categories_keep_discords_limits(alice: MemberActor, channel: ChannelHandle) -> None:
    choices = await alice.autocomplete(channel, TOPICS, say("option-category"), "")
    assert all(1 <= len(choice[part]) <= CHOICE_MOST for choice in choices for part in ("name", "value"))
    assert len({choice["name"] for choice in choices}) == len(choices)


async def test_a_category_called_other_and_entries_without_one_are_both_reachable(
    alice: MemberActor, channel: ChannelHandle, start: Start
) -> None:
    await start(made_of(*tens(0, 3, "other"), *tens(3, 4, None)))
    listed = response(await alice.slash(channel, TOPICS))
    counts = []
    for option in options(listed):
        opened = response(await alice.select(listed, [option["value"]]))
        counts.append(len(options(opened)))
        listed = await press(alice, opened, "topics-all")
    assert counts == [3, 4]
