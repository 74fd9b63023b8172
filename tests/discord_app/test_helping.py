"""Helpers' tools: /answer posts an entry or answers a message, and so does the context menu "Answer from FAQ"."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor
from simcord.backend.models.message import MessageSticker

from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.discord_app import responding
from bot.discord_app.app import Assistant
from bot.discord_app.render import CHOICE_MOST, CHOICES_MOST
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from tests.discord_app.looking import (
    WITHOUT_CONTENT,
    Mention,
    Said,
    Seen,
    Start,
    all_titles,
    choices,
    labels,
    response,
    say,
    shown,
    titles,
)

Body = dict[str, Any]

QUESTION = "Why is one side quiet?"
OWN_WORDS = "the left earpiece is dead"
ENTRY = "one-side-quiet"
OTHER = "Is burn-in real?"
UNSURE = "What does the marking mean?"
UNANSWERABLE = "What a game last night?"
PICTURE = ("photo.png", b"not really a picture")
STICKER = MessageSticker(id=1122334455667788, name="wave", format_type=1, guild_id=1)
TWO_MINUTES = 120

COMMAND, MENU = say("command-answer"), say("menu-answer")


class SlowDesk(Desk):
    """A desk that thinks until it is told to go on."""

    def __init__(self, env: Env, knowledge: Knowledge, cache: Cache) -> None:
        super().__init__(knowledge, cache, lambda: ())
        self.env = env
        self.go_on = asyncio.Event()

    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        await self.env.external_wait(self.go_on.wait(), reason="thinking")
        return await super().assess_soon(message, words_only=words_only, overheard=overheard)

    async def finish(self) -> None:
        """Go on, after longer than the bot's patience."""
        self.go_on.set()
        await self.env.settle()


def link(message: Seen, guild: GuildHandle, channel: ChannelHandle) -> str:
    return f"https://discord.com/channels/{guild.id}/{channel.id}/{message.id}"


def may_ping(env: Env) -> set[int]:
    """The members whom Discord may ping for what was sent."""
    bodies = [request.json for request in env.http_requests if isinstance(request.json, dict)]
    sent = [data for body in bodies if {"content", "embeds"} & (data := body.get("data", body)).keys()]
    assert sent
    assert not any(body["allowed_mentions"]["parse"] or body["allowed_mentions"].get("roles") for body in sent)
    return {int(user) for body in sent for user in body["allowed_mentions"].get("users") or ()}


def mute(env: Env, channel: ChannelHandle) -> Awaitable[bool]:
    bot = env.bot
    assert isinstance(bot, Assistant)
    return bot.services.activity.mute(channel.id, env.now().replace(year=env.now().year + 1))


async def answered(way: str, helper: MemberActor, channel: ChannelHandle, question: discord.Message) -> None:
    """A helper has a message answered, by the context menu or by the command."""
    if way == "menu":
        await helper.context_menu(channel, MENU, question)
    else:
        await helper.slash(channel, COMMAND, message=str(question.id))


async def remove(member: MemberActor, answer: discord.Message) -> InteractionResult:
    """Press "Not what I meant" and then, if it is offered there, "Remove it"."""
    opened = await member.click(answer, label=say("button-not-meant"))
    if say("button-remove") not in labels(response(opened)):
        return opened
    return await member.click(response(opened), label=say("button-remove"))


@pytest.fixture
def off_topic(guild: GuildHandle) -> ChannelHandle:
    return guild.create_text_channel("off-topic")


@pytest.fixture
async def question(alice: MemberActor, channel: ChannelHandle) -> discord.Message:
    return await alice.send(channel, OWN_WORDS)


@pytest.fixture
async def unsure(alice: MemberActor, channel: ChannelHandle) -> discord.Message:
    return await alice.send(channel, UNSURE)


# /answer with an entry


@pytest.mark.parametrize("named", [QUESTION, ENTRY, f" {ENTRY} "], ids=["as-offered", "its-id", "its-id-with-spaces"])
async def test_answer_posts_the_chosen_entry_for_all_to_see(
    named: str, bob: MemberActor, channel: ChannelHandle, said: Said, desk: Desk
) -> None:
    result = await bob.slash(channel, COMMAND, entry=named)
    assert [embed.description for message in said(channel) for embed in message.embeds] == [
        desk.faq.by_id[ENTRY].answer
    ]
    assert shown(result) == ("", False)


async def test_answer_addresses_a_member(alice: MemberActor, bob: MemberActor, channel: ChannelHandle) -> None:
    result = await bob.slash(channel, COMMAND, entry=QUESTION, member=alice)
    assert shown(result) == (say("addressed", member=alice.mention, link="none"), False)


async def test_answer_names_the_message_it_is_for(
    bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, question: discord.Message
) -> None:
    result = await bob.slash(channel, COMMAND, entry=QUESTION, message=str(question.id))
    assert link(question, guild, channel) in response(result).content


async def test_answer_addresses_a_member_and_names_a_message(
    alice: MemberActor, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, question: discord.Message
) -> None:
    result = await bob.slash(channel, COMMAND, entry=OTHER, message=str(question.id), member=alice)
    expected = say("addressed", member=alice.mention, link=link(question, guild, channel))
    assert (response(result).content, titles(response(result))) == (expected, [OTHER])


@pytest.mark.parametrize("ping", [{}, {"ping": False}])
async def test_answer_pings_nobody_unless_asked_to(
    ping: dict[str, bool], env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await bob.slash(channel, COMMAND, entry=QUESTION, member=alice, **ping)
    assert (may_ping(env), len(said(channel))) == (set(), 1)


async def test_answer_pings_the_member_when_asked_to(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await bob.slash(channel, COMMAND, entry=QUESTION, member=alice, ping=True)
    assert may_ping(env) == {alice.id}


async def test_answer_pings_only_the_member_that_was_named(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message
) -> None:
    await bob.slash(channel, COMMAND, entry=QUESTION, message=str(question.id), member=bob, ping=True)
    assert may_ping(env) == {bob.id} != {alice.id}


async def test_a_ping_without_anybody_to_ping_pings_nobody(env: Env, bob: MemberActor, channel: ChannelHandle) -> None:
    await bob.slash(channel, COMMAND, entry=QUESTION, ping=True)
    assert may_ping(env) == set()


@pytest.mark.parametrize("named", ["nonsense", " ", "@everyone", "x" * CHOICE_MOST])
async def test_answer_tells_privately_that_there_is_no_such_entry(
    named: str, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    result = await bob.slash(channel, COMMAND, entry=named, member=alice)
    assert (shown(result), said(channel)) == ((say("entry-unknown"), True), [])


async def test_answer_offers_at_most_as_many_entries_as_discord_shows(bob: MemberActor, channel: ChannelHandle) -> None:
    choices = await bob.autocomplete(channel, COMMAND, "entry", "")
    assert QUESTION in [choice["name"] for choice in choices]
    assert len(choices) <= CHOICES_MOST


async def test_answer_offers_the_entry_that_fits_what_is_typed_first(bob: MemberActor, channel: ChannelHandle) -> None:
    choices = await bob.autocomplete(channel, COMMAND, "entry", "burn")
    assert choices[0]["name"] == OTHER


async def test_what_answer_offers_can_be_posted(bob: MemberActor, channel: ChannelHandle, said: Said) -> None:
    (choice, *_) = await bob.autocomplete(channel, COMMAND, "entry", "blue dot")
    await bob.slash(channel, COMMAND, entry=choice["value"])
    assert all_titles(said(channel)) == [[choice["name"]]]


# /answer: which message


@pytest.mark.parametrize("form", ["{id}", " {id} ", "https://{host}/channels/{guild}/{channel}/{id}"])
@pytest.mark.parametrize("host", ["discord.com", "ptb.discord.com", "discordapp.com"])
async def test_answer_answers_the_message_of_an_id_or_link(
    form: str,
    host: str,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    await bob.send(channel, OTHER)
    given = form.format(host=host, guild=guild.id, channel=channel.id, id=question.id)
    await bob.slash(channel, COMMAND, message=given)
    assert all_titles(said(channel)) == [[QUESTION]]


async def test_answer_addresses_whoever_wrote_the_message(
    alice: MemberActor, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, question: discord.Message
) -> None:
    result = await bob.slash(channel, COMMAND, message=str(question.id))
    expected = say("addressed", member=alice.mention, link=link(question, guild, channel))
    assert shown(result) == (expected, False)


@pytest.mark.usefixtures("question")
async def test_answering_a_message_pings_nobody_unless_asked_to(
    env: Env, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await bob.slash(channel, COMMAND)
    assert (may_ping(env), len(said(channel))) == (set(), 1)


@pytest.mark.usefixtures("question")
async def test_answering_a_message_pings_its_author_when_asked_to(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await bob.slash(channel, COMMAND, ping=True)
    assert may_ping(env) == {alice.id}


async def test_an_answered_message_can_be_addressed_to_another_member(
    alice: MemberActor,
    bob: MemberActor,
    carol: MemberActor,
    channel: ChannelHandle,
    guild: GuildHandle,
    question: discord.Message,
) -> None:
    result = await bob.slash(channel, COMMAND, message=str(question.id), member=carol)
    expected = say("addressed", member=carol.mention, link=link(question, guild, channel))
    assert response(result).content == expected
    assert alice.mention not in expected


async def test_without_a_message_answer_passes_over_what_its_user_said(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await alice.send(channel, QUESTION)
    await bob.send(channel, OTHER)
    assert titles(response(await bob.slash(channel, COMMAND))) == [QUESTION]


async def test_without_a_message_answer_takes_the_latest_one_of_a_member(
    env: Env, alice: MemberActor, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, OTHER)
    await alice.send(channel, OWN_WORDS)
    robot = guild.add_member(env.create_user("robot", bot=True))
    await robot.send(channel, "What does the red marking mean?")
    await alice.send(channel, "", attachments=[PICTURE])
    await bob.slash(channel, COMMAND)
    assert all_titles(said(channel)) == [[QUESTION]]


async def test_in_an_empty_channel_answer_tells_privately_that_it_sees_no_message(
    bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    result = await bob.slash(channel, COMMAND)
    assert (shown(result), said(channel)) == ((say("no-message"), True), [])


async def test_where_the_bot_may_not_read_the_history_answer_says_so_privately(
    env: Env, guild: GuildHandle, alice: MemberActor, bob: MemberActor
) -> None:
    deaf = discord.PermissionOverwrite(read_message_history=False)
    place = guild.create_text_channel("deaf", overwrites={env.bot.user: deaf})
    await alice.send(place, OWN_WORDS)
    result = await bob.slash(place, COMMAND)
    assert response(result).ephemeral
    assert response(result).content in (say("message-not-here"), say("no-message"))


WITH_OR_WITHOUT_ENTRY = pytest.mark.parametrize("entry", [{}, {"entry": QUESTION}], ids=["found", "chosen"])


@WITH_OR_WITHOUT_ENTRY
@pytest.mark.parametrize("by", ["link", "id"])
async def test_a_message_of_another_channel_is_not_answered(
    by: str,
    entry: dict[str, str],
    alice: MemberActor,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    off_topic: ChannelHandle,
    said: Said,
) -> None:
    elsewhere = await alice.send(off_topic, OWN_WORDS)
    given = link(elsewhere, guild, off_topic) if by == "link" else str(elsewhere.id)
    result = await bob.slash(channel, COMMAND, message=given, **entry)
    assert shown(result) == (say("message-not-here"), True)
    assert (said(channel), said(off_topic)) == ([], [])


@WITH_OR_WITHOUT_ENTRY
@pytest.mark.parametrize("by", ["link", "id"])
async def test_a_deleted_message_is_not_answered(
    by: str,
    entry: dict[str, str],
    alice: MemberActor,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    await alice.delete(question)
    given = link(question, guild, channel) if by == "link" else str(question.id)
    result = await bob.slash(channel, COMMAND, message=given, **entry)
    assert (shown(result), said(channel)) == ((say("message-not-here"), True), [])


@WITH_OR_WITHOUT_ENTRY
@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        " ",
        "12345",
        "9" * 200,
        "-1234567890123456789",
        "١١٢٢٣٣٤٤٥٥٦٦٧٧٨٨٩٩",
        "https://example.com/channels/1/2/112233445566778899",
        "https://discord.com/channels/1/112233445566778899",
    ],
)
@pytest.mark.usefixtures("question")
async def test_what_is_no_link_and_no_id_is_told_privately(
    given: str, entry: dict[str, str], bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    result = await bob.slash(channel, COMMAND, message=given, **entry)
    assert (shown(result), said(channel)) == ((say("message-not-here"), True), [])


# The chooser


@pytest.mark.parametrize("way", ["menu", "command"])
async def test_when_unsure_only_the_helper_sees_a_chooser(
    way: str, bob: MemberActor, channel: ChannelHandle, unsure: discord.Message, said: Said
) -> None:
    asked = bob.context_menu(channel, MENU, unsure) if way == "menu" else bob.slash(channel, COMMAND)
    result = await asked
    assert (shown(result), said(channel)) == ((say("choose"), True), [])
    assert all(value.startswith("marking-") for value in choices(response(result)))


async def test_what_is_chosen_is_posted_to_whoever_wrote_the_message(
    alice: MemberActor,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    unsure: discord.Message,
    said: Said,
    desk: Desk,
) -> None:
    chooser = response(await bob.context_menu(channel, MENU, unsure))
    value = choices(chooser)[-1]
    await bob.select(chooser, [value])
    (answer,) = said(channel)
    expected = say("addressed", member=alice.mention, link=link(unsure, guild, channel))
    assert (answer.content, titles(answer)) == (expected, [desk.faq.by_id[value].question])


async def test_choosing_is_confirmed_and_ends_the_chooser(
    bob: MemberActor, channel: ChannelHandle, unsure: discord.Message
) -> None:
    result = await bob.context_menu(channel, MENU, unsure)
    await bob.select(response(result), choices(response(result))[:1])
    assert (response(result).content, response(result).components) == (say("posted"), [])


async def test_what_is_posted_from_a_chooser_pings_nobody(
    env: Env, bob: MemberActor, channel: ChannelHandle, unsure: discord.Message
) -> None:
    chooser = response(await bob.context_menu(channel, MENU, unsure))
    await bob.select(chooser, choices(chooser)[:1])
    assert may_ping(env) == set()


async def test_a_chooser_works_after_a_restart(
    bob: MemberActor, channel: ChannelHandle, unsure: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    chooser = response(await bob.context_menu(channel, MENU, unsure))
    await start(knowledge)
    await bob.select(chooser, choices(chooser)[:1])
    assert len(said(channel)) == 1


async def test_choosing_an_entry_that_is_gone_says_so_and_posts_nothing(
    bob: MemberActor,
    channel: ChannelHandle,
    unsure: discord.Message,
    said: Said,
    start: Start,
    small_knowledge: Knowledge,
) -> None:
    chooser = response(await bob.context_menu(channel, MENU, unsure))
    await start(small_knowledge)
    result = await bob.select(chooser, choices(chooser)[:1])
    assert (shown(result), said(channel)) == ((say("entry-gone"), True), [])


async def test_two_helpers_who_choose_at_the_same_time_post_one_answer(
    bob: MemberActor, carol: MemberActor, channel: ChannelHandle, unsure: discord.Message, said: Said
) -> None:
    choosers = [response(await member.context_menu(channel, MENU, unsure)) for member in (bob, carol)]
    await bob.select(choosers[0], choices(choosers[0])[:1])
    await carol.select(choosers[1], choices(choosers[1])[-1:])
    assert len(said(channel)) == 1


async def test_what_is_posted_from_a_chooser_goes_with_its_message(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, unsure: discord.Message, said: Said
) -> None:
    chooser = response(await bob.context_menu(channel, MENU, unsure))
    await bob.select(chooser, choices(chooser)[:1])
    await alice.delete(unsure)
    assert said(channel) == []


# Who may remove what was posted


@pytest.mark.parametrize("who", ["alice", "bob", "moderator"])
@pytest.mark.parametrize("way", ["menu", "message", "member", "entry-and-message", "chooser"])
async def test_the_asker_the_helper_and_moderators_can_remove_an_answer(
    way: str, who: str, alice: MemberActor, bob: MemberActor, moderator: MemberActor, said: Said, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, UNSURE if way == "chooser" else OWN_WORDS)
    match way:
        case "menu":
            await bob.context_menu(channel, MENU, asked)
        case "message":
            await bob.slash(channel, COMMAND, message=str(asked.id))
        case "member":
            await bob.slash(channel, COMMAND, entry=QUESTION, member=alice)
        case "entry-and-message":
            await bob.slash(channel, COMMAND, entry=QUESTION, message=str(asked.id))
        case _:
            chooser = response(await bob.context_menu(channel, MENU, asked))
            await bob.select(chooser, choices(chooser)[:1])
    await remove({"alice": alice, "bob": bob, "moderator": moderator}[who], said(channel)[0])
    assert said(channel) == []


@pytest.mark.parametrize("who", ["bob", "moderator"])
async def test_an_entry_posted_for_nobody_can_be_removed_by_its_helper_and_moderators(
    who: str, bob: MemberActor, moderator: MemberActor, said: Said, channel: ChannelHandle
) -> None:
    await bob.slash(channel, COMMAND, entry=QUESTION)
    await remove({"bob": bob, "moderator": moderator}[who], said(channel)[0])
    assert said(channel) == []


@pytest.mark.parametrize("way", ["menu", "command"])
async def test_others_cannot_remove_an_answer_but_are_told_kindly(
    way: str,
    alice: MemberActor,
    bob: MemberActor,
    carol: MemberActor,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    await (
        bob.context_menu(channel, MENU, question)
        if way == "menu"
        else bob.slash(channel, COMMAND, entry=QUESTION, member=alice)
    )
    result = await remove(carol, said(channel)[0])
    assert (shown(result), len(said(channel))) == ((say("not-yours-but"), True), 1)


async def test_the_helper_can_turn_an_answer_into_another_one(
    bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    menu = response(await bob.click(said(channel)[0], label=say("button-not-meant")))
    other = choices(menu)[0]
    await bob.select(menu, [other])
    assert titles(said(channel)[0]) != [QUESTION]


# A muted channel


@pytest.mark.parametrize(
    "options", [{}, {"entry": QUESTION}, {"entry": QUESTION, "ping": True}], ids=["found", "entry", "ping"]
)
@pytest.mark.usefixtures("question")
async def test_in_a_muted_channel_answer_shows_its_answer_privately(
    options: dict[str, Any], env: Env, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await mute(env, channel)
    result = await bob.slash(channel, COMMAND, **options)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], True)
    assert said(channel) == []


async def test_in_a_muted_channel_the_context_menu_answers_privately(
    env: Env, bob: MemberActor, channel: ChannelHandle, question: discord.Message
) -> None:
    await mute(env, channel)
    result = await bob.context_menu(channel, MENU, question)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], True)


async def test_a_private_answer_in_a_muted_channel_does_not_keep_it_from_being_answered_later(
    env: Env, bob: MemberActor, channel: ChannelHandle, question: discord.Message
) -> None:
    await mute(env, channel)
    await bob.context_menu(channel, MENU, question)
    assert isinstance(env.bot, Assistant)
    await env.bot.services.activity.unmute(channel.id)
    result = await bob.context_menu(channel, MENU, question)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


async def test_in_a_muted_channel_what_is_chosen_stays_private_and_is_not_said_to_be_posted(
    env: Env, bob: MemberActor, channel: ChannelHandle, unsure: discord.Message
) -> None:
    chooser = await bob.context_menu(channel, MENU, unsure)
    await mute(env, channel)
    chosen = await bob.select(response(chooser), choices(response(chooser))[:1])
    told = [message for message in (chooser.response, chosen.response, *chosen.followups) if message]
    assert [message for message in told if not message.ephemeral] == []
    assert [message.content for message in told if message.content == say("posted")] == []
    assert any(titles(message) for message in told)


# The context menu


@pytest.mark.parametrize("text", [QUESTION, OWN_WORDS, f"hey all\n{OWN_WORDS}"])
async def test_the_context_menu_answers_a_members_message_for_all_to_see(
    text: str, alice: MemberActor, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, text)
    result = await bob.context_menu(channel, MENU, asked)
    expected = say("addressed", member=alice.mention, link=link(asked, guild, channel))
    assert (shown(result), titles(response(result))) == ((expected, False), [QUESTION])


async def test_the_context_menu_pings_nobody(
    env: Env, bob: MemberActor, channel: ChannelHandle, question: discord.Message
) -> None:
    await bob.context_menu(channel, MENU, question)
    assert may_ping(env) == set()


async def test_members_can_have_their_own_message_answered(
    alice: MemberActor, channel: ChannelHandle, question: discord.Message
) -> None:
    result = await alice.context_menu(channel, MENU, question)
    assert titles(response(result)) == [QUESTION]


async def test_the_context_menu_answers_the_message_of_another_bot(
    env: Env, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    relayed = await robot.send(channel, OWN_WORDS)
    result = await bob.context_menu(channel, MENU, relayed)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


async def test_an_answer_to_a_webhooks_message_addresses_nobody(
    bob: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    relayed = await guild.create_webhook(channel).send(OWN_WORDS)
    result = await bob.context_menu(channel, MENU, relayed)
    assert titles(response(result)) == [QUESTION]
    assert response(result).content == say("addressed", member="none", link=link(relayed, guild, channel))


async def test_on_an_answer_of_the_bot_the_context_menu_says_nothing_in_public(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    result = await bob.context_menu(channel, MENU, said(channel)[0])
    assert response(result).ephemeral
    assert len(said(channel)) == 1


@pytest.mark.parametrize("text", ["", "https://example.com", "<:ears:112233445566778899>", "```\ncode\n```"])
async def test_a_message_without_words_is_told_privately(
    text: str, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    wordless = await alice.send(channel, text, attachments=[PICTURE])
    result = await bob.context_menu(channel, MENU, wordless)
    assert shown(result) == (say("nothing-in-message"), True)


async def test_a_message_with_only_a_sticker_is_told_privately(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    env.backend.create_message(channel.id, alice.id, stickers=[STICKER])
    await env.settle()
    result = await bob.context_menu(channel, MENU, channel.history()[-1])
    assert shown(result) == (say("nothing-in-message"), True)


async def test_a_message_that_the_faq_has_nothing_for_is_told_privately(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    chat = await alice.send(channel, UNANSWERABLE)
    result = await bob.context_menu(channel, MENU, chat)
    assert (shown(result), said(channel)) == ((say("nothing-for-message"), True), [])


@pytest.mark.parametrize("filler", ["very ", "🎧", "\n", "> ", "`", "@everyone "], ids=lambda filler: repr(filler[:3]))
async def test_a_message_as_long_as_discord_allows_gets_one_response(
    filler: str, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    asked = await alice.send(channel, (f"{QUESTION} " + filler * 2000)[:2000])
    result = await bob.context_menu(channel, MENU, asked)
    assert response(result).content or response(result).embeds
    assert len(said(channel)) <= 1


@pytest.mark.parametrize("first", ["menu", "command", "mention"])
async def test_a_message_that_was_answered_gets_a_private_link_to_the_answer(
    first: str,
    alice: MemberActor,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    mention: Mention,
    said: Said,
) -> None:
    asked = await (mention(alice, QUESTION) if first == "mention" else alice.send(channel, QUESTION))
    if first == "menu":
        await bob.context_menu(channel, MENU, asked)
    elif first == "command":
        await bob.slash(channel, COMMAND, message=str(asked.id))
    (answer,) = said(channel)
    result = await bob.context_menu(channel, MENU, asked)
    assert shown(result) == (say("answered-already", link=link(answer, guild, channel)), True)


async def test_the_command_links_to_the_answer_of_a_message_that_was_answered(
    bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    result = await bob.slash(channel, COMMAND)
    assert shown(result) == (say("answered-already", link=link(said(channel)[0], guild, channel)), True)


async def test_a_message_whose_answer_was_removed_can_be_answered_by_a_helper_again(
    bob: MemberActor, moderator: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    await remove(moderator, said(channel)[0])
    result = await bob.context_menu(channel, MENU, question)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


async def test_a_message_whose_answer_a_moderator_deleted_can_be_answered_by_a_helper_again(
    bob: MemberActor, moderator: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    await moderator.delete(said(channel)[0])
    result = await bob.context_menu(channel, MENU, question)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


async def test_two_questions_in_one_message_get_both_answers(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, f"{QUESTION} {OTHER}")
    result = await bob.context_menu(channel, MENU, asked)
    assert titles(response(result)) == [QUESTION, OTHER]


async def test_the_tools_work_in_a_thread(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    env.backend.create_thread(channel.id, "trouble", alice.id)
    (thread,) = channel.threads
    asked = await alice.send(thread, OWN_WORDS)
    result = await bob.slash(thread, COMMAND, message=str(asked.id))
    assert titles(response(result)) == [QUESTION]


@pytest.mark.parametrize("kind", [discord.AppCommandType.chat_input, discord.AppCommandType.message])
async def test_the_tools_are_for_servers_only(kind: discord.AppCommandType, env: Env) -> None:
    name = COMMAND if kind is discord.AppCommandType.chat_input else MENU
    (definition,) = [c for (n, t), c in env.backend.commands[None].items() if (n, t) == (name, kind.value)]
    assert (definition["contexts"], definition["integration_types"]) == ([0], [0])


# When thinking takes long


@pytest.fixture
async def slow_desk(
    env: Env, knowledge: Knowledge, shared_cache: Cache, state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> SlowDesk:
    monkeypatch.setattr(responding, "DEFER_AFTER_SECONDS", 0)  # everything takes too long, without waiting for it
    desk = SlowDesk(env, knowledge, shared_cache)
    desk.prepare()
    await env.restart_bot(Assistant(desk, state_folder))
    return desk


@pytest.mark.parametrize("way", ["menu", "command"])
async def test_an_answer_that_takes_long_is_for_all_to_see(
    way: str, slow_desk: SlowDesk, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await answered(way, bob, channel, question)
    await slow_desk.finish()
    assert all_titles(said(channel)) == [[QUESTION]]


@pytest.mark.parametrize("way", ["menu", "command"])
@pytest.mark.parametrize("text", [UNSURE, UNANSWERABLE, ""], ids=["unsure", "nothing-found", "nothing-said"])
async def test_what_is_for_the_helper_alone_stays_private_when_it_takes_long(
    text: str, way: str, slow_desk: SlowDesk, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    asked = await alice.send(channel, text, attachments=[PICTURE])
    await answered(way, bob, channel, asked)
    await slow_desk.finish()
    assert said(channel) == []
    assert len(channel.history(viewer=bob)) == 2


async def test_two_helpers_who_have_a_message_answered_at_the_same_time_get_one_answer(
    slow_desk: SlowDesk,
    bob: MemberActor,
    carol: MemberActor,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    for member in (bob, carol):
        await member.context_menu(channel, MENU, question)
    await slow_desk.finish()
    assert all_titles(said(channel)) == [[QUESTION]]


async def test_a_message_that_is_deleted_while_it_thinks_is_not_answered(
    slow_desk: SlowDesk,
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    await bob.context_menu(channel, MENU, question)
    await alice.delete(question)
    await slow_desk.finish()
    assert said(channel) == []


# The answer follows its message

FOLLOWED = pytest.mark.parametrize("way", ["menu", "command"])


@FOLLOWED
async def test_the_answer_goes_when_its_message_is_deleted(
    way: str, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await answered(way, bob, channel, question)
    assert len(said(channel)) == 1
    await alice.delete(question)
    assert said(channel) == []


async def test_a_chosen_entry_goes_when_the_message_it_was_for_is_deleted(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.slash(channel, COMMAND, entry=OTHER, message=str(question.id))
    assert len(said(channel)) == 1
    await alice.delete(question)
    assert said(channel) == []


@FOLLOWED
async def test_the_answer_changes_when_its_message_is_edited_soon(
    way: str, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await answered(way, bob, channel, question)
    await alice.edit(question, OTHER)
    assert all_titles(said(channel)) == [[OTHER]]


@FOLLOWED
async def test_an_answer_that_changes_still_tells_which_message_it_is_for(
    way: str,
    alice: MemberActor,
    bob: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    question: discord.Message,
    said: Said,
) -> None:
    await answered(way, bob, channel, question)
    await alice.edit(question, OTHER)
    assert link(question, guild, channel) in said(channel)[0].content


async def test_an_edit_that_keeps_the_answer_changes_nothing(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    before = said(channel)[0].content
    await alice.edit(question, QUESTION)
    assert [(message.content, titles(message)) for message in said(channel)] == [(before, [QUESTION])]
    assert [request for request in env.http_requests if request.method in ("PATCH", "DELETE")] == []


async def test_the_answer_stays_when_its_message_is_edited_later(
    env: Env, alice: MemberActor, bob: MemberActor, channel: ChannelHandle, question: discord.Message, said: Said
) -> None:
    await bob.context_menu(channel, MENU, question)
    env.backend.advance_clock(TWO_MINUTES + 1)
    await alice.edit(question, OTHER)
    assert all_titles(said(channel)) == [[QUESTION]]


# Without the content of messages: Discord gives it only where a message is said to the bot


@WITHOUT_CONTENT
async def test_without_message_content_the_context_menu_answers(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, OWN_WORDS)
    result = await bob.context_menu(channel, MENU, asked)
    assert (titles(response(result)), response(result).ephemeral) == ([QUESTION], False)


@WITHOUT_CONTENT
async def test_without_message_content_an_entry_can_be_posted_for_a_message(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, OWN_WORDS)
    result = await bob.slash(channel, COMMAND, entry=OTHER, message=str(asked.id))
    assert (titles(response(result)), response(result).ephemeral) == ([OTHER], False)


@WITHOUT_CONTENT
async def test_without_message_content_the_command_says_that_it_cannot_read(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await alice.send(channel, OWN_WORDS)
    assert shown(await bob.slash(channel, COMMAND)) == (say("no-message"), True)


@WITHOUT_CONTENT
async def test_without_message_content_the_command_does_not_claim_that_a_message_has_no_words(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    asked = await alice.send(channel, OWN_WORDS)
    result = await bob.slash(channel, COMMAND, message=str(asked.id))
    assert shown(result) == (say("cannot-read"), True)


@WITHOUT_CONTENT
async def test_without_message_content_an_edit_it_cannot_read_leaves_the_answer_alone(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    asked = await alice.send(channel, OWN_WORDS)
    await bob.context_menu(channel, MENU, asked)
    await alice.edit(asked, f"{OWN_WORDS}!")
    assert all_titles(said(channel)) == [[QUESTION]]


@WITHOUT_CONTENT
async def test_without_message_content_the_answer_goes_when_its_message_is_deleted(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    asked = await alice.send(channel, OWN_WORDS)
    await bob.context_menu(channel, MENU, asked)
    assert len(said(channel)) == 1
    await alice.delete(asked)
    assert said(channel) == []
