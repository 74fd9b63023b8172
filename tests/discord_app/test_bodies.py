"""What is sent to Discord: every body within Discord's limits, and nothing in it that pings."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot.knowledge import Knowledge, load_files
from bot.knowledge.faq import Entry, Faq

Body = dict[str, Any]
Mention = Callable[[MemberActor, str], Awaitable[discord.Message]]
Said = Callable[[ChannelHandle], list[discord.Message]]
Start = Callable[[Knowledge], Awaitable[None]]

LONG_ENTRY = """\
  - id: {colour}-{name}
    question: "What does the {words} {colour} marking mean?"
    alternatives: ["there is a {colour} dot on it", "the {colour} dot"]
    answer: "{answer}"
"""
LONG_FAQ = "entries:\n" + "".join(
    LONG_ENTRY.format(colour=colour, name="x" * 56, words="very " * 55, answer="It is a dot. " * 390)
    for colour in ("red", "blue", "green")
)

PINGS = {"everyone": "@everyone", "here": "@here", "member": "<@{bob}>", "role": "<@&{role}>"}


def sent_messages(env: Env) -> list[Body]:
    """The bodies of all messages that the bot sent or changed, however they went out."""
    bodies = []
    for request in env.http_requests:
        if request.path.endswith("/callback") and request.json["type"] in (4, 7):
            bodies.append(request.json["data"])
        elif request.method in ("POST", "PATCH") and ("/messages" in request.path or "/webhooks/" in request.path):
            bodies.append(request.json)
    return bodies


def offered_choices(env: Env) -> list[list[Body]]:
    callbacks = [request.json for request in env.http_requests if request.path.endswith("/callback")]
    return [body["data"]["choices"] for body in callbacks if body["type"] == 8]


def embed_length(embed: Body) -> int:
    return sum(len(embed.get(part) or "") for part in ("title", "description"))


def over_the_limits_of_a_message(body: Body) -> Iterator[str]:
    embeds, rows = body.get("embeds") or [], body.get("components") or []
    if len(body.get("content") or "") > 2000:
        yield "content"
    if len(embeds) > 10 or sum(map(embed_length, embeds)) > 6000:
        yield "embeds"
    if any(len(embed.get("title") or "") > 256 or len(embed.get("description") or "") > 4096 for embed in embeds):
        yield "an embed"
    if len(rows) > 5 or any(len(row["components"]) > 5 for row in rows):
        yield "rows"
    yield from over_the_limits_of_buttons([button for row in rows for button in row["components"]])


def over_the_limits_of_buttons(buttons: list[Body]) -> Iterator[str]:
    if any(not 1 <= len(button["label"]) <= 80 for button in buttons):
        yield "a label"
    if any(not 1 <= len(button["custom_id"]) <= 100 for button in buttons):
        yield "a custom_id"
    if len({button["custom_id"] for button in buttons}) != len(buttons):
        yield "a custom_id twice"


def over_the_limits_of_choices(choices: list[Body]) -> Iterator[str]:
    if len(choices) > 25:
        yield "choices"
    if any(not 1 <= len(choice[part]) <= 100 for choice in choices for part in ("name", "value")):
        yield "a choice"


def pings(body: Body) -> bool:
    """Whether Discord may ping anybody for this message: without the field it pings all that the text names."""
    allowed = body.get("allowed_mentions", {"parse": ["everyone"]})
    return bool(allowed["parse"] or allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"))


def first_button(message: discord.Message) -> str:
    row = message.components[0]
    assert isinstance(row, discord.ActionRow)
    return str(row.children[0].custom_id)


@pytest.fixture
async def conversation(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    """Every kind of message that the bot sends: answers, hints, suggestions, and what the presses on them bring."""
    for text in ("Why is one side quiet?", "what a game last night", "", "What does the marking mean?"):
        await mention(alice, text)
        await alice.send_dm(text or "https://example.com")
        await alice.slash(channel, "ask", question=text or " ")
        await alice.slash(channel, "ask", question=text or " ", private=True)
    suggestions = [message for message in said(channel) if message.components]
    for member in (bob, alice):
        await member.click(suggestions[0], custom_id=first_button(suggestions[0]))
    await alice.autocomplete(channel, "ask", "question", "")


@pytest.mark.usefixtures("conversation")
async def test_a_conversation_keeps_discords_limits(env: Env) -> None:
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


@pytest.mark.usefixtures("conversation")
async def test_nothing_in_a_conversation_pings(env: Env) -> None:
    assert [body for body in sent_messages(env) if pings(body)] == []


@pytest.mark.usefixtures("conversation")
async def test_every_kind_of_message_was_looked_at(env: Env) -> None:
    assert len(sent_messages(env)) == 18


@pytest.fixture
async def long_faq(tmp_path: Path, start: Start) -> Faq:
    """Another community's FAQ: questions of 300 characters, an answer of 5,000."""
    file = tmp_path / "long.yaml"
    file.write_text(LONG_FAQ, encoding="utf-8")
    knowledge = load_files(file, None, tolerant=True)
    await start(knowledge)
    return knowledge.faq


async def test_the_long_faq_is_as_long_as_it_claims(long_faq: Faq) -> None:
    entry = long_faq.entries[0]
    assert (len(entry.question) >= 300, len(entry.answer) >= 5000, len(entry.id) >= 60) == (True, True, True)


@pytest.mark.usefixtures("long_faq")
async def test_a_long_answer_is_shown_within_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, mention: Mention
) -> None:
    await mention(alice, "there is a red dot on it")
    (embed,) = said(channel)[0].embeds
    assert [(text or "")[-1] for text in (embed.title, embed.description)] == ["…", "…"]
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


@pytest.mark.usefixtures("long_faq")
async def test_long_questions_are_suggested_within_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, mention: Mention
) -> None:
    await mention(alice, "there is a dot on it")
    await alice.click(said(channel)[0], custom_id=first_button(said(channel)[0]))
    assert (said(channel)[0].embeds[0].description or "").startswith("It is a dot.")
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


@pytest.mark.usefixtures("long_faq")
async def test_long_questions_are_offered_within_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    for typed in ("", "marking", "dot"):
        await alice.autocomplete(channel, "ask", "question", typed)
    assert [problem for choices in offered_choices(env) for problem in over_the_limits_of_choices(choices)] == []
    assert len(offered_choices(env)) == 3


@pytest.mark.parametrize("ping", PINGS)
async def test_an_answer_with_a_mention_in_its_text_pings_nobody(
    ping: str,
    env: Env,
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    start: Start,
    knowledge: Knowledge,
) -> None:
    role = channel.guild.create_role("helpers", mentionable=True)
    named = PINGS[ping].format(bob=bob.id, role=role.id)
    entry = Entry(id="loud", question=f"Who helps {named}?", alternatives=("who can help me",), answer=f"Ask {named}!")
    await start(replace(knowledge, faq=Faq(entries=(*knowledge.faq.entries, entry))))
    await mention(alice, "who can help me")
    shown = channel.history()[-1]
    assert named in (shown.embeds[0].description or "")
    assert (pings(sent_messages(env)[0]), shown.mention_everyone, shown.mentions, shown.role_mentions) == (
        False,
        False,
        [],
        [],
    )


async def test_a_reply_does_not_ping_its_asker(env: Env, alice: MemberActor, mention: Mention) -> None:
    await mention(alice, "Why is one side quiet?")
    assert sent_messages(env)[0]["allowed_mentions"].get("replied_user") is False


@pytest.mark.parametrize(
    "text", ["what a game last night @everyone", "**what a game last night**", "what a game last night <@&1234>"]
)
async def test_a_members_words_are_not_repeated(
    text: str, env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention
) -> None:
    await mention(alice, text)
    await alice.slash(channel, "ask", question=text)
    assert [body for body in sent_messages(env) if "game" in str(body)] == []
