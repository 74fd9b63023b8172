"""What members press about an answer: related questions, the private menu and its items, "None of these", picks."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, ResponseMessage, SetupError

from bot.activity.store import FILE, Feedback
from bot.answers.desk import Desk
from bot.knowledge import Knowledge
from bot.knowledge.faq import Faq
from tests.discord_app.looking import (
    Heard,
    Mention,
    Restart,
    Said,
    Seen,
    Start,
    all_titles,
    choices,
    labels,
    pointer,
    private,
    say,
    titles,
)

Members = dict[str, MemberActor]
Given = Callable[[str], Awaitable[discord.Message]]
Stored = Callable[[], Awaitable[list[tuple[str, Feedback, str]]]]

QUESTION, ENTRY = "Why is one side quiet?", "one-side-quiet"
CLEANING, CLEANING_ENTRY = "How do I clean my IEMs?", "cleaning"
OTHER, OTHER_ENTRY = "Is burn-in real?", "burn-in"
UNSURE = "What does the marking mean?"
ARCHIVED = {"status": 400, "code": 50083}
"""How Discord refuses changes in an archived thread."""

NOT_MEANT, NOT_HELPFUL, NONE = say("button-not-meant"), say("button-not-helpful"), say("button-none")
WRONG, OUTDATED, REMOVE = say("button-wrong"), say("button-outdated"), say("button-remove")


PRESSED_ABOUT_AN_ANSWER = set(Feedback) - {Feedback.NOT_HELPFUL, Feedback.PICKED, Feedback.NONE}
"""What can be pressed about an answer that was asked for."""


async def menu_of(member: MemberActor, answer: Seen) -> ResponseMessage:
    """The private menu that the answer's button opens."""
    return private(await member.click(answer, label=labels(answer)[0]))


def without(knowledge: Knowledge, *gone: str) -> Knowledge:
    """The FAQ after moderators took entries out."""
    entries = [entry for entry in knowledge.faq.entries if entry.id not in gone]
    kept = [entry.model_copy(update={"related": tuple(set(entry.related) - set(gone))}) for entry in entries]
    return replace(knowledge, faq=Faq(entries=tuple(kept)))


def dismiss(env: Env, guild: GuildHandle, moderator: MemberActor) -> None:
    """Take a moderator's role away."""
    env.backend.guilds[guild.id].members[moderator.id].role_ids.clear()


@pytest.fixture(autouse=True)
def nothing_failed(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What goes wrong behind a button ends in an apology and the log, and would be missed otherwise."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture
def members(alice: MemberActor, bob: MemberActor, carol: MemberActor, moderator: MemberActor) -> Members:
    """Alice asks, Bob posts answers for her, Carol has nothing to do with it."""
    return {"asker": alice, "helper": bob, "somebody": carol, "moderator": moderator}


@pytest.fixture
def given(
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    said: Said,
    heard: Heard,
    restart: Restart,
) -> Given:
    """An answer for Alice in the channel: she asked, was overheard, or Bob posted it for her."""

    async def answered(how: str) -> discord.Message:
        if how == "asked":
            await mention(alice, QUESTION)
        elif how == "posted":
            await bob.slash(channel, "answer", entry=ENTRY, member=alice)
        else:
            await restart(channel)
            await alice.send(channel, QUESTION)
            await heard(channel)
        return said(channel)[0]

    return answered


@pytest.fixture
async def answer(given: Given) -> discord.Message:
    """What Alice was answered when she asked."""
    return await given("asked")


@pytest.fixture
async def overheard(given: Given) -> discord.Message:
    """What Alice was answered when she asked nobody in particular."""
    return await given("overheard")


@pytest.fixture
async def posted(given: Given) -> discord.Message:
    """What Bob posted for Alice."""
    return await given("posted")


@pytest.fixture
async def suggestions(alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said) -> discord.Message:
    """What the bot asked Alice back."""
    await mention(alice, UNSURE)
    return said(channel)[0]


@pytest.fixture
async def whispered(alice: MemberActor, channel: ChannelHandle) -> ResponseMessage:
    """What only Alice sees: she asked privately."""
    return private(await alice.slash(channel, "ask", question=QUESTION, private=True))


@pytest.fixture
def feedback(env: Env) -> Stored:
    """What is stored: entries, kinds, and what was chosen instead."""

    async def stored() -> list[tuple[str, Feedback, str]]:
        return [row[1:] for row in await env.bot.services.activity.feedback()]

    return stored


def cells(state_folder: Path) -> list[str]:
    """Every cell of the file."""
    with closing(sqlite3.connect(state_folder / FILE)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in file.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    return [str(cell) for row in rows for cell in row]


def written_in(state_folder: Path) -> bytes:
    """The file as it is on the disk, with what SQLite has not moved into it yet."""
    return b"".join(file.read_bytes() for file in state_folder.glob(f"{FILE}*"))


# Related questions


async def test_related_questions_are_offered(answer: discord.Message, desk: Desk) -> None:
    assert choices(answer) == list(desk.faq.by_id[ENTRY].related)


@pytest.mark.parametrize("text", [OTHER, f"{QUESTION} {CLEANING}"], ids=["none", "shown-already"])
async def test_without_related_questions_there_is_no_select(
    text: str, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, text)
    assert choices(said(channel)[0]) == []


async def test_related_questions_of_two_answers_are_offered(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, f"{QUESTION} {OTHER}")
    assert choices(said(channel)[0]) == [CLEANING_ENTRY]


@pytest.mark.parametrize("who", ["asker", "somebody", "moderator"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_related_question_is_answered_only_to_whoever_chose_it(
    restarted: bool,
    who: str,
    members: Members,
    channel: ChannelHandle,
    answer: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    if restarted:
        await start(knowledge)
    shown = private(await members[who].select(answer, [CLEANING_ENTRY]))
    assert (titles(shown), all_titles(said(channel))) == ([CLEANING], [[QUESTION]])


async def test_a_related_question_is_answered_word_for_word(
    alice: MemberActor, answer: discord.Message, desk: Desk
) -> None:
    shown = private(await alice.select(answer, [CLEANING_ENTRY]))
    assert [embed.description for embed in shown.embeds] == [desk.faq.by_id[CLEANING_ENTRY].answer]


async def test_a_related_question_is_answered_in_a_direct_message(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(QUESTION)
    shown = await alice.user.select(said(place)[0], [CLEANING_ENTRY])
    assert titles(shown.response) == [CLEANING]


async def test_a_related_question_of_a_private_answer_is_answered(
    alice: MemberActor, whispered: ResponseMessage
) -> None:
    assert titles(private(await alice.select(whispered, [CLEANING_ENTRY]))) == [CLEANING]


async def test_a_related_question_that_has_gone_is_told_so(
    alice: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(without(knowledge, CLEANING_ENTRY))
    assert private(await alice.select(answer, [CLEANING_ENTRY])).content == say("entry-gone")


async def test_an_overheard_answer_carries_one_button(overheard: discord.Message) -> None:
    assert (labels(overheard), choices(overheard)) == ([NOT_HELPFUL], [])


async def test_an_answer_that_was_asked_for_can_be_put_right(answer: discord.Message) -> None:
    assert labels(answer) == [NOT_MEANT]


# The private menu


@pytest.mark.parametrize("who", ["asker", "moderator"])
@pytest.mark.parametrize("kind", ["asked", "overheard"])
async def test_the_menu_offers_all_of_it_to_the_asker_and_to_moderators(
    kind: str, who: str, members: Members, given: Given
) -> None:
    menu = await menu_of(members[who], await given(kind))
    sentence = say("menu" if kind == "asked" else "menu-unasked")
    assert (menu.content, labels(menu)) == (sentence, [WRONG, OUTDATED, REMOVE])


@pytest.mark.parametrize("kind", ["asked", "overheard"])
async def test_the_menu_offers_other_questions(kind: str, alice: MemberActor, given: Given) -> None:
    menu = await menu_of(alice, await given(kind))
    offered = choices(menu)
    assert CLEANING_ENTRY in offered
    assert ENTRY not in offered


async def test_no_question_is_offered_twice(alice: MemberActor, answer: discord.Message) -> None:
    offered = choices(await menu_of(alice, answer))
    assert sorted(set(offered)) == sorted(offered)


@pytest.mark.parametrize("kind", ["asked", "overheard", "posted"])
async def test_somebody_else_can_only_tell_what_is_wrong(kind: str, carol: MemberActor, given: Given) -> None:
    menu = await menu_of(carol, await given(kind))
    shown = (menu.content, choices(menu), labels(menu))
    assert shown == (say("not-yours-but"), [], [WRONG, OUTDATED])


@pytest.mark.parametrize("who", ["asker", "somebody", "moderator"])
async def test_opening_the_menu_leaves_the_answer_alone(
    who: str, members: Members, channel: ChannelHandle, answer: discord.Message, said: Said
) -> None:
    await menu_of(members[who], answer)
    assert [(message.id, titles(message)) for message in said(channel)] == [(answer.id, [QUESTION])]


@pytest.mark.parametrize(
    ("kind", "what"), [("asked", Feedback.NOT_MEANT), ("overheard", Feedback.NOT_HELPFUL)], ids=["asked", "overheard"]
)
async def test_opening_the_menu_is_stored(
    kind: str, what: Feedback, alice: MemberActor, feedback: Stored, given: Given
) -> None:
    await menu_of(alice, await given(kind))
    assert await feedback() == [(ENTRY, what, "")]


async def test_the_menu_of_two_answers_is_stored_for_both(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, feedback: Stored
) -> None:
    await mention(alice, f"{QUESTION} {OTHER}")
    await menu_of(alice, said(channel)[0])
    wanted = {(ENTRY, Feedback.NOT_MEANT, ""), (OTHER_ENTRY, Feedback.NOT_MEANT, "")}
    assert set(await feedback()) == wanted


@pytest.mark.parametrize("who", ["asker", "moderator"])
async def test_the_menu_opens_after_a_restart(
    who: str, members: Members, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(knowledge)
    menu = await menu_of(members[who], answer)
    assert labels(menu) == [WRONG, OUTDATED, REMOVE]


async def test_somebody_elses_menu_is_a_kind_no_after_a_restart(
    carol: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(knowledge)
    assert (await menu_of(carol, answer)).content == say("not-yours-but")


async def test_the_menu_opens_in_a_direct_message(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(QUESTION)
    menu = (await alice.user.click(said(place)[0], label=NOT_MEANT)).response
    assert labels(menu) == [WRONG, OUTDATED, REMOVE]


async def test_the_menu_of_an_entry_that_has_gone_still_opens(
    alice: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(without(knowledge, ENTRY))
    menu = await menu_of(alice, answer)
    assert labels(menu) == [WRONG, OUTDATED, REMOVE]


async def test_without_another_question_the_menu_still_opens(
    alice: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(replace(knowledge, faq=Faq(entries=(knowledge.faq.entries[0].model_copy(update={"related": ()}),))))
    menu = await menu_of(alice, answer)
    shown = (menu.content, choices(menu), labels(menu))
    assert shown == (say("menu-no-others"), [], [WRONG, OUTDATED, REMOVE])


async def test_entries_that_have_gone_are_not_offered(
    alice: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(without(knowledge, CLEANING_ENTRY))
    assert CLEANING_ENTRY not in choices(await menu_of(alice, answer))


# Another question was meant


@pytest.mark.parametrize("who", ["asker", "moderator"])
@pytest.mark.parametrize("kind", ["asked", "overheard"])
async def test_choosing_another_question_changes_the_answer(
    kind: str, who: str, members: Members, channel: ChannelHandle, said: Said, given: Given
) -> None:
    before = await given(kind)
    menu = await menu_of(members[who], before)
    await members[who].select(menu, [CLEANING_ENTRY])
    assert [(message.id, titles(message)) for message in said(channel)] == [(before.id, [CLEANING])]


async def test_the_helper_who_posted_an_answer_changes_it(
    bob: MemberActor, channel: ChannelHandle, posted: discord.Message, said: Said
) -> None:
    menu = await menu_of(bob, posted)
    await bob.select(menu, [CLEANING_ENTRY])
    assert all_titles(said(channel)) == [[CLEANING]]


async def test_a_changed_answer_still_says_whom_it_is_for(
    alice: MemberActor, channel: ChannelHandle, posted: discord.Message, said: Said
) -> None:
    await alice.select(await menu_of(alice, posted), [CLEANING_ENTRY])
    assert [message.content for message in said(channel)] == [say("addressed", member=alice.mention, link="none")]


async def test_a_changed_answer_still_belongs_to_its_asker(
    bob: MemberActor, alice: MemberActor, channel: ChannelHandle, posted: discord.Message, said: Said
) -> None:
    await bob.select(await menu_of(bob, posted), [CLEANING_ENTRY])
    menu = await menu_of(alice, said(channel)[0])
    assert labels(menu) == [WRONG, OUTDATED, REMOVE]


async def test_changing_an_answer_pings_nobody(
    env: Env, alice: MemberActor, channel: ChannelHandle, posted: discord.Message
) -> None:
    await alice.select(await menu_of(alice, posted), [CLEANING_ENTRY])
    path = f"/channels/{channel.id}/messages/{posted.id}"
    (changed,) = [request.json for request in env.http_requests if (request.method, request.path) == ("PATCH", path)]
    assert changed["allowed_mentions"]["parse"] == []


async def test_the_menu_confirms_the_change_and_has_nothing_left_to_press(
    alice: MemberActor, answer: discord.Message
) -> None:
    menu = await menu_of(alice, answer)
    await alice.select(menu, [CLEANING_ENTRY])
    assert (menu.content, menu.embeds, menu.components) == (say("answer-changed"), [], [])


async def test_the_other_question_is_stored(alice: MemberActor, answer: discord.Message, feedback: Stored) -> None:
    await alice.select(await menu_of(alice, answer), [CLEANING_ENTRY])
    assert set(await feedback()) == {(ENTRY, Feedback.NOT_MEANT, ""), (ENTRY, Feedback.OTHER, CLEANING_ENTRY)}


async def test_the_other_question_is_stored_for_both_of_two_answers(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, feedback: Stored
) -> None:
    await mention(alice, f"{QUESTION} {OTHER}")
    await alice.select(await menu_of(alice, said(channel)[0]), [CLEANING_ENTRY])
    others = {entry for entry, kind, chosen in await feedback() if (kind, chosen) == (Feedback.OTHER, CLEANING_ENTRY)}
    assert others == {ENTRY, OTHER_ENTRY}


async def test_one_answer_takes_the_place_of_two(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, f"{QUESTION} {OTHER}")
    await alice.select(await menu_of(alice, said(channel)[0]), [CLEANING_ENTRY])
    assert all_titles(said(channel)) == [[CLEANING]]


async def test_a_changed_answer_can_be_changed_back(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said
) -> None:
    for entry in (CLEANING_ENTRY, ENTRY):
        await alice.select(await menu_of(alice, said(channel)[0]), [entry])
    assert all_titles(said(channel)) == [[QUESTION]]
    assert said(channel)[0].id == answer.id


async def test_an_answer_changes_after_a_restart_with_the_menu_open(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    menu = await menu_of(alice, answer)
    await start(knowledge)
    await alice.select(menu, [CLEANING_ENTRY])
    assert all_titles(said(channel)) == [[CLEANING]]


async def test_an_answer_in_a_direct_message_changes(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(QUESTION)
    menu = await alice.user.click(said(place)[0], label=NOT_MEANT)
    await alice.user.select(menu.response, [CLEANING_ENTRY])
    assert all_titles(said(place)) == [[CLEANING]]


async def test_what_ask_showed_changes(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = (await alice.slash(channel, "ask", question=QUESTION)).response
    await alice.select(await menu_of(alice, shown), [CLEANING_ENTRY])
    assert titles(shown) == [CLEANING]


async def test_a_chosen_question_that_has_gone_is_told_so_and_the_answer_stays(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    menu = await menu_of(alice, answer)
    await start(without(knowledge, CLEANING_ENTRY))
    told = private(await alice.select(menu, [CLEANING_ENTRY])).content
    assert (told, all_titles(said(channel))) == (say("entry-gone"), [[QUESTION]])


async def test_an_answer_whose_own_entry_has_gone_changes(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    menu = await menu_of(alice, answer)
    await start(without(knowledge, ENTRY))
    await alice.select(menu, [CLEANING_ENTRY])
    assert all_titles(said(channel)) == [[CLEANING]]


async def test_when_the_answer_is_gone_the_chosen_one_is_shown_privately(
    moderator: MemberActor, alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said
) -> None:
    menu = await menu_of(alice, answer)
    await moderator.delete(answer)
    await alice.select(menu, [CLEANING_ENTRY])
    assert (titles(menu), said(channel)) == ([CLEANING], [])


async def test_when_the_answer_cannot_be_changed_the_chosen_one_is_shown_privately(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    thread = env.backend.create_thread(channel.id, "help", alice.id)
    (place,) = channel.threads
    await alice.send(place, f"<@{env.bot.user.id}> {QUESTION}")
    env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", **ARCHIVED)
    menu = await menu_of(alice, said(place)[0])
    await alice.select(menu, [CLEANING_ENTRY])
    assert (titles(menu), all_titles(said(place))) == ([CLEANING], [[QUESTION]])


async def test_a_moderator_who_is_none_any_more_changes_nothing(
    env: Env,
    guild: GuildHandle,
    moderator: MemberActor,
    channel: ChannelHandle,
    answer: discord.Message,
    said: Said,
) -> None:
    menu = await menu_of(moderator, answer)
    dismiss(env, guild, moderator)
    await moderator.select(menu, [CLEANING_ENTRY])
    assert (titles(menu), all_titles(said(channel))) == ([CLEANING], [[QUESTION]])


async def test_an_answer_that_was_changed_is_the_one_that_is_complained_about(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, feedback: Stored
) -> None:
    await alice.select(await menu_of(alice, answer), [CLEANING_ENTRY])
    await alice.click(await menu_of(alice, said(channel)[0]), label=WRONG)
    assert (CLEANING_ENTRY, Feedback.WRONG, "") in await feedback()


# Wrong, outdated


@pytest.mark.parametrize("who", ["asker", "somebody", "moderator"])
@pytest.mark.parametrize(("label", "what"), [(WRONG, Feedback.WRONG), (OUTDATED, Feedback.OUTDATED)])
async def test_what_is_wrong_with_an_answer_is_stored(
    label: str, what: Feedback, who: str, members: Members, answer: discord.Message, feedback: Stored
) -> None:
    await members[who].click(await menu_of(members[who], answer), label=label)
    assert (ENTRY, what, "") in await feedback()


@pytest.mark.parametrize("who", ["asker", "somebody", "moderator"])
async def test_whoever_tells_what_is_wrong_is_thanked(who: str, members: Members, answer: discord.Message) -> None:
    menu = await menu_of(members[who], answer)
    await members[who].click(menu, label=WRONG)
    assert menu.content == say("told")


@pytest.mark.parametrize("label", [WRONG, OUTDATED])
async def test_telling_what_is_wrong_leaves_the_answer_alone(
    label: str, alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said
) -> None:
    await alice.click(await menu_of(alice, answer), label=label)
    assert all_titles(said(channel)) == [[QUESTION]]


@pytest.mark.parametrize("who", ["asker", "moderator"])
async def test_after_telling_what_is_wrong_it_can_still_be_removed(
    who: str, members: Members, channel: ChannelHandle, answer: discord.Message, said: Said
) -> None:
    menu = await menu_of(members[who], answer)
    await members[who].click(menu, label=WRONG)
    await members[who].click(menu, label=REMOVE)
    assert said(channel) == []


async def test_after_telling_what_is_wrong_somebody_else_is_offered_no_removal(
    carol: MemberActor, answer: discord.Message
) -> None:
    menu = await menu_of(carol, answer)
    await carol.click(menu, label=WRONG)
    assert REMOVE not in labels(menu)


async def test_what_is_told_again_is_stored_once(members: Members, answer: discord.Message, feedback: Stored) -> None:
    for who in ("asker", "somebody", "moderator", "somebody"):
        await members[who].click(await menu_of(members[who], answer), label=WRONG)
    assert (await feedback()).count((ENTRY, Feedback.WRONG, "")) == 1


async def test_opening_the_menu_again_is_stored_once(
    members: Members, answer: discord.Message, feedback: Stored
) -> None:
    for who in ("asker", "moderator", "asker"):
        await menu_of(members[who], answer)
    assert await feedback() == [(ENTRY, Feedback.NOT_MEANT, "")]


async def test_what_is_told_about_two_answers_of_an_entry_is_stored_twice(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, feedback: Stored
) -> None:
    for _ in range(2):
        await mention(alice, QUESTION)
        await alice.click(await menu_of(alice, said(channel)[-1]), label=WRONG)
    assert (await feedback()).count((ENTRY, Feedback.WRONG, "")) == 2


async def test_what_is_told_is_stored_across_a_restart(
    alice: MemberActor, answer: discord.Message, feedback: Stored, start: Start, knowledge: Knowledge
) -> None:
    menu = await menu_of(alice, answer)
    await start(knowledge)
    await alice.click(menu, label=OUTDATED)
    await start(knowledge)
    assert set(await feedback()) == {(ENTRY, Feedback.NOT_MEANT, ""), (ENTRY, Feedback.OUTDATED, "")}


async def test_what_is_told_in_a_direct_message_is_stored(alice: MemberActor, said: Said, feedback: Stored) -> None:
    await alice.send_dm(QUESTION)
    menu = await alice.user.click(said(alice.user.dm_channel)[0], label=NOT_MEANT)
    await alice.user.click(menu.response, label=WRONG)
    assert (ENTRY, Feedback.WRONG, "") in await feedback()


async def test_what_is_told_about_an_entry_that_has_gone_is_thanked_for(
    alice: MemberActor, answer: discord.Message, start: Start, knowledge: Knowledge
) -> None:
    await start(without(knowledge, ENTRY))
    menu = await menu_of(alice, answer)
    await alice.click(menu, label=WRONG)
    assert menu.content == say("told")


async def test_what_is_told_about_an_answer_that_is_gone_is_stored(
    moderator: MemberActor, carol: MemberActor, answer: discord.Message, feedback: Stored
) -> None:
    menu = await menu_of(carol, answer)
    await moderator.delete(answer)
    await carol.click(menu, label=OUTDATED)
    assert (menu.content, await feedback()) == (say("told"), [(ENTRY, Feedback.OUTDATED, "")])


# Remove it


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("asked", "asker"),
        ("asked", "moderator"),
        ("overheard", "asker"),
        ("overheard", "moderator"),
        ("posted", "asker"),
        ("posted", "helper"),
        ("posted", "moderator"),
    ],
)
async def test_an_answer_is_removed_by_whom_it_was_for_who_posted_it_and_moderators(
    kind: str, who: str, members: Members, channel: ChannelHandle, said: Said, given: Given
) -> None:
    menu = await menu_of(members[who], await given(kind))
    await members[who].click(menu, label=REMOVE)
    assert (menu.content, menu.components, said(channel)) == (say("removed"), [], [])


async def test_what_ask_showed_is_removed(alice: MemberActor, channel: ChannelHandle, said: Said) -> None:
    shown = (await alice.slash(channel, "ask", question=QUESTION)).response
    await alice.click(await menu_of(alice, shown), label=REMOVE)
    assert said(channel) == []


@pytest.mark.parametrize("who", ["helper", "somebody"])
async def test_no_removal_is_offered_to_anybody_else(
    who: str, members: Members, answer: discord.Message
) -> None:  # here nobody posted it by a command
    menu = await menu_of(members[who], answer)
    with pytest.raises(SetupError, match="No matching component"):
        await members[who].click(menu, label=REMOVE)


async def test_a_removal_is_stored(alice: MemberActor, answer: discord.Message, feedback: Stored) -> None:
    await alice.click(await menu_of(alice, answer), label=REMOVE)
    assert set(await feedback()) == {(ENTRY, Feedback.NOT_MEANT, ""), (ENTRY, Feedback.REMOVED, "")}


async def test_a_removal_leaves_the_question_and_the_other_answers(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, mention: Mention, answer: discord.Message
) -> None:
    await mention(bob, OTHER)
    kept = [message.id for message in channel.history() if message.id != answer.id]
    await alice.click(await menu_of(alice, answer), label=REMOVE)
    assert [message.id for message in channel.history()] == kept


async def test_an_answer_is_removed_after_a_restart_with_the_menu_open(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    menu = await menu_of(alice, answer)
    await start(knowledge)
    await alice.click(menu, label=REMOVE)
    assert said(channel) == []


async def test_an_answer_whose_entry_has_gone_is_removed(
    alice: MemberActor, channel: ChannelHandle, answer: discord.Message, said: Said, start: Start, knowledge: Knowledge
) -> None:
    await start(without(knowledge, ENTRY))
    await alice.click(await menu_of(alice, answer), label=REMOVE)
    assert said(channel) == []


async def test_an_answer_in_a_direct_message_is_removed(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(QUESTION)
    menu = await alice.user.click(said(place)[0], label=NOT_MEANT)
    await alice.user.click(menu.response, label=REMOVE)
    assert said(place) == []


async def test_an_answer_that_is_gone_already_counts_as_removed(
    moderator: MemberActor, alice: MemberActor, answer: discord.Message
) -> None:
    menu = await menu_of(alice, answer)
    await moderator.delete(answer)
    await alice.click(menu, label=REMOVE)
    assert menu.content == say("removed")


async def test_an_answer_in_an_archived_thread_is_told_to_be_beyond_reach(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, feedback: Stored
) -> None:
    thread = env.backend.create_thread(channel.id, "help", alice.id)
    (place,) = channel.threads
    await alice.send(place, f"<@{env.bot.user.id}> {QUESTION}")
    env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    env.inject_error("DELETE", f"/channels/{thread.id}/messages/*", **ARCHIVED)
    menu = await menu_of(alice, said(place)[0])
    await alice.click(menu, label=REMOVE)
    assert (menu.content, await feedback()) == (say("not-removed"), [(ENTRY, Feedback.NOT_MEANT, "")])


async def test_a_moderator_who_is_none_any_more_removes_nothing(
    env: Env,
    guild: GuildHandle,
    moderator: MemberActor,
    channel: ChannelHandle,
    answer: discord.Message,
    said: Said,
) -> None:
    menu = await menu_of(moderator, answer)
    dismiss(env, guild, moderator)
    refused = private(await moderator.click(menu, label=REMOVE))
    assert (refused.content, len(said(channel))) == (say("not-yours"), 1)


async def test_a_moderator_of_another_channel_is_somebody_else(
    env: Env, guild: GuildHandle, carol: MemberActor, answer: discord.Message
) -> None:
    overwrite = {carol: discord.PermissionOverwrite(manage_messages=True)}
    guild.create_text_channel("elsewhere", overwrites=overwrite)
    await env.settle()
    assert (await menu_of(carol, answer)).content == say("not-yours-but")


async def test_a_moderator_by_the_channels_own_permissions_removes_an_answer(
    env: Env, guild: GuildHandle, carol: MemberActor, alice: MemberActor, said: Said
) -> None:
    overwrite = {carol: discord.PermissionOverwrite(manage_messages=True)}
    place = guild.create_text_channel("elsewhere", overwrites=overwrite)
    await alice.send(place, f"<@{env.bot.user.id}> {QUESTION}")
    await carol.click(await menu_of(carol, said(place)[0]), label=REMOVE)
    assert said(place) == []


# Private answers


async def test_the_menu_of_a_private_answer_offers_no_removal(alice: MemberActor, whispered: ResponseMessage) -> None:
    menu = await menu_of(alice, whispered)
    assert (labels(menu), CLEANING_ENTRY in choices(menu)) == ([WRONG, OUTDATED], True)


async def test_without_another_question_the_menu_of_a_private_answer_speaks_of_reporting_only(
    alice: MemberActor, whispered: ResponseMessage, start: Start, knowledge: Knowledge
) -> None:
    await start(replace(knowledge, faq=Faq(entries=(knowledge.faq.entries[0].model_copy(update={"related": ()}),))))
    menu = await menu_of(alice, whispered)
    shown = (menu.content, choices(menu), labels(menu))
    assert shown == (say("menu-private-no-others"), [], [WRONG, OUTDATED])


async def test_another_question_instead_of_a_private_answer_is_shown_privately(
    alice: MemberActor, channel: ChannelHandle, whispered: ResponseMessage
) -> None:
    menu = await menu_of(alice, whispered)
    await alice.select(menu, [CLEANING_ENTRY])
    assert (titles(menu), channel.history()) == ([CLEANING], [])


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_is_told_about_a_private_answer_is_stored(
    restarted: bool,
    alice: MemberActor,
    whispered: ResponseMessage,
    feedback: Stored,
    start: Start,
    knowledge: Knowledge,
) -> None:
    menu = await menu_of(alice, whispered)
    if restarted:
        await start(knowledge)
    await alice.click(menu, label=WRONG)
    assert (menu.content, labels(menu)) == (say("told"), [])
    assert set(await feedback()) == {(ENTRY, Feedback.NOT_MEANT, ""), (ENTRY, Feedback.WRONG, "")}


async def test_opening_the_menu_of_a_private_answer_again_is_stored_once(
    alice: MemberActor, whispered: ResponseMessage, feedback: Stored
) -> None:
    for _ in range(3):
        await menu_of(alice, whispered)
    assert await feedback() == [(ENTRY, Feedback.NOT_MEANT, "")]


async def test_what_is_told_again_about_a_private_answer_is_stored_once(
    alice: MemberActor, whispered: ResponseMessage, feedback: Stored
) -> None:
    for _ in range(3):
        await alice.click(await menu_of(alice, whispered), label=WRONG)
    assert (await feedback()).count((ENTRY, Feedback.WRONG, "")) == 1


async def test_two_private_answers_are_told_apart(alice: MemberActor, channel: ChannelHandle, feedback: Stored) -> None:
    for _ in range(2):
        shown = private(await alice.slash(channel, "ask", question=QUESTION, private=True))
        await alice.click(await menu_of(alice, shown), label=WRONG)
    assert (await feedback()).count((ENTRY, Feedback.WRONG, "")) == 2


# What is stored


async def press_everything(members: Members, channel: ChannelHandle, said: Said) -> None:
    """Every item of the menu, by everybody who can."""
    for who in ("asker", "somebody", "moderator"):
        for label in (WRONG, OUTDATED):
            await members[who].click(await menu_of(members[who], said(channel)[0]), label=label)
    await members["moderator"].select(await menu_of(members["moderator"], said(channel)[0]), [CLEANING_ENTRY])
    await members["asker"].click(await menu_of(members["asker"], said(channel)[0]), label=REMOVE)


async def test_no_cell_of_the_file_says_who_pressed(
    members: Members, channel: ChannelHandle, answer: discord.Message, said: Said, state_folder: Path, feedback: Stored
) -> None:
    assert [message.id for message in said(channel)] == [answer.id]
    await press_everything(members, channel, said)
    stored = cells(state_folder)
    assert {kind for _, kind, _ in await feedback()} == PRESSED_ABOUT_AN_ANSWER
    assert [cell for cell in stored for member in members.values() if str(member.id) in cell] == []


async def test_no_cell_of_the_file_says_who_pressed_about_private_answers(
    alice: MemberActor, whispered: ResponseMessage, state_folder: Path
) -> None:
    await alice.click(await menu_of(alice, whispered), label=WRONG)
    stored = cells(state_folder)
    assert ENTRY in stored
    assert [cell for cell in stored if str(alice.id) in cell] == []


@pytest.mark.parametrize(("pressed", "kind"), [(0, Feedback.PICKED), (3, Feedback.NONE)])
async def test_no_cell_of_the_file_says_who_pressed_under_suggestions(
    pressed: int,
    kind: Feedback,
    alice: MemberActor,
    suggestions: discord.Message,
    state_folder: Path,
    feedback: Stored,
) -> None:
    await alice.click(suggestions, label=labels(suggestions)[pressed])
    assert {stored for _, stored, _ in await feedback()} == {kind}
    assert [cell for cell in cells(state_folder) if str(alice.id) in cell] == []


async def test_nothing_that_a_member_wrote_is_in_the_file(
    members: Members, channel: ChannelHandle, mention: Mention, said: Said, state_folder: Path
) -> None:
    await mention(members["asker"], "the left earpiece is dead, says Zebediah")
    await press_everything(members, channel, said)
    written = written_in(state_folder)
    assert ENTRY.encode() in written
    assert [word for word in (b"Zebediah", b"earpiece", b"zebediah") if word in written] == []


async def test_nobody_is_named_in_the_log(
    members: Members,
    channel: ChannelHandle,
    answer: discord.Message,
    said: Said,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert answer.embeds
    with caplog.at_level(logging.DEBUG, logger="bot"):
        await press_everything(members, channel, said)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert [line for line in lines for member in members.values() if str(member.id) in line or QUESTION in line] == []


# None of these


@pytest.mark.parametrize("who", ["asker", "moderator"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_when_none_was_meant_the_suggestions_go(
    restarted: bool,
    who: str,
    members: Members,
    channel: ChannelHandle,
    suggestions: discord.Message,
    said: Said,
    start: Start,
    knowledge: Knowledge,
) -> None:
    if restarted:
        await start(knowledge)
    told = private(await members[who].click(suggestions, label=NONE))
    sentence = say("nothing-found" if who == "asker" else "removed")
    assert (told.content, said(channel)) == (sentence, [])


async def test_somebody_else_cannot_say_that_none_was_meant(
    carol: MemberActor, channel: ChannelHandle, suggestions: discord.Message, said: Said
) -> None:
    told = private(await carol.click(suggestions, label=NONE))
    assert told.content == say("not-yours")
    assert labels(said(channel)[0]) == labels(suggestions)


async def test_when_none_was_meant_in_a_direct_message_the_suggestions_go(alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(UNSURE)
    told = await alice.user.click(said(place)[0], label=NONE)
    assert (told.response.content, said(place)) == (say("nothing-found-alone"), [])


async def test_when_none_was_meant_of_what_ask_suggested_it_goes(
    alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    shown = (await alice.slash(channel, "ask", question=UNSURE)).response
    await alice.click(shown, label=NONE)
    assert said(channel) == []


async def test_when_none_was_meant_of_private_suggestions_they_turn_into_nothing_found(
    alice: MemberActor, channel: ChannelHandle
) -> None:
    shown = private(await alice.slash(channel, "ask", question=UNSURE, private=True))
    await alice.click(shown, label=NONE)
    assert (shown.content, shown.components) == (say("nothing-found"), [])


async def test_when_none_was_meant_the_helpers_channel_is_named(
    guild: GuildHandle, alice: MemberActor, suggestions: discord.Message, restart: Restart
) -> None:
    helpers = guild.create_text_channel("helpers")
    await restart(helpers_channel=helpers.id)
    told = private(await alice.click(suggestions, label=NONE))
    assert told.content == say("nothing-found-helpers", channel=helpers.mention)


async def test_suggestions_that_cannot_be_removed_are_no_error(
    env: Env, alice: MemberActor, channel: ChannelHandle, suggestions: discord.Message
) -> None:
    env.inject_error("DELETE", f"/channels/{channel.id}/messages/*", **ARCHIVED)
    assert private(await alice.click(suggestions, label=NONE)).content == say("nothing-found")


# Picks


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_picked_answer_can_be_put_right_with_the_other_suggestions(
    restarted: bool,
    alice: MemberActor,
    channel: ChannelHandle,
    suggestions: discord.Message,
    said: Said,
    desk: Desk,
    start: Start,
    knowledge: Knowledge,
) -> None:
    if restarted:
        await start(knowledge)
    picked, *others = labels(suggestions)[:3]
    await alice.click(suggestions, label=picked)
    menu = await menu_of(alice, said(channel)[0])
    assert [desk.faq.by_id[entry].question for entry in choices(menu)] == others


async def test_a_picked_answer_is_the_one_that_is_complained_about(
    alice: MemberActor,
    channel: ChannelHandle,
    suggestions: discord.Message,
    said: Said,
    desk: Desk,
    feedback: Stored,
) -> None:
    picked = labels(suggestions)[1]
    await alice.click(suggestions, label=picked)
    await alice.click(await menu_of(alice, said(channel)[0]), label=WRONG)
    complained = {desk.faq.by_id[entry].question for entry, kind, _ in await feedback() if kind is Feedback.WRONG}
    assert complained == {picked}


@pytest.mark.parametrize("who", ["somebody", "moderator"])
async def test_somebody_elses_pick_is_answered_privately(
    who: str, members: Members, channel: ChannelHandle, suggestions: discord.Message, said: Said
) -> None:
    picked = labels(suggestions)[0]
    shown = private(await members[who].click(suggestions, label=picked))
    assert (shown.content, titles(shown)) == (say("answered-privately"), [picked])
    assert labels(said(channel)[0]) == labels(suggestions)


async def test_a_picked_answer_goes_with_its_question(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    question = await mention(alice, UNSURE)
    await alice.click(said(channel)[0], label=labels(said(channel)[0])[0])
    await alice.delete(question)
    assert (said(channel), env.errors) == ([], [])


async def test_a_picked_private_answer_offers_no_removal(alice: MemberActor, channel: ChannelHandle) -> None:
    shown = private(await alice.slash(channel, "ask", question=UNSURE, private=True))
    await alice.click(shown, label=labels(shown)[0])
    assert labels(await menu_of(alice, shown)) == [WRONG, OUTDATED]


# A pointer to an earlier answer


@pytest.fixture
async def pointed(given: Given, bob: MemberActor, channel: ChannelHandle, said: Said, heard: Heard) -> discord.Message:
    """Bob asked what Alice was answered a moment ago."""
    answer = await given("overheard")
    await bob.send(channel, QUESTION)
    await heard(channel)
    assert said(channel)[1].content == pointer(answer, QUESTION)
    return said(channel)[1]


async def test_a_pointer_carries_one_button(pointed: discord.Message) -> None:
    assert labels(pointed) == [NOT_HELPFUL]


async def test_the_menu_of_a_pointer_removes_it_and_leaves_the_answer(
    bob: MemberActor, channel: ChannelHandle, pointed: discord.Message, said: Said
) -> None:
    await bob.click(await menu_of(bob, pointed), label=REMOVE)
    assert all_titles(said(channel)) == [[QUESTION]]


async def test_the_menu_of_a_pointer_changes_it_and_leaves_the_answer(
    bob: MemberActor, channel: ChannelHandle, pointed: discord.Message, said: Said
) -> None:
    await bob.select(await menu_of(bob, pointed), [CLEANING_ENTRY])
    assert all_titles(said(channel)) == [[QUESTION], [CLEANING]]
    assert said(channel)[1].content == ""


async def test_whom_a_pointer_is_not_for_can_not_remove_it(alice: MemberActor, pointed: discord.Message) -> None:
    assert REMOVE not in labels(await menu_of(alice, pointed))


async def test_a_pointer_that_was_not_helpful_is_stored(
    bob: MemberActor, pointed: discord.Message, feedback: Stored
) -> None:
    await menu_of(bob, pointed)
    assert await feedback() == [(ENTRY, Feedback.NOT_HELPFUL, "")]
