"""What the bot may do in a channel: looked at before it posts, and reported once where somebody can mend it."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.types import HttpLogEntry

from bot.answers.desk import Desk
from bot.answers.outcome import Assessment
from bot.discord_app.app import Assistant
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from tests.discord_app.looking import PATIENCE, Deny, Mention, Restart, Said, all_titles, denial, response, say, titles

QUESTION = "Why is one side quiet?"
ENTRY = "one-side-quiet"
OTHER = "Is burn-in real?"
UNSURE = "What does the marking mean?"
UNANSWERABLE = "What a game last night?"


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def report(channel: ChannelHandle, *permissions: str) -> str:
    return say("permission-missing", channel=channel.mention, permissions=", ".join(permissions))


@pytest.fixture
async def updates(env: Env, guild: GuildHandle) -> ChannelHandle:
    """The channel in which the server's moderators read Discord's news."""
    place = guild.create_text_channel("moderator-only")
    env.backend.edit_guild(guild.id, {"public_updates_channel_id": place.id})
    await env.settle()
    return place


@pytest.fixture
def requests_for(env: Env) -> Callable[[Awaitable[object]], Awaitable[list[HttpLogEntry]]]:
    """What the bot sends to Discord while something happens."""

    async def during(happening: Awaitable[object]) -> list[HttpLogEntry]:
        before = len(env.http_requests)
        await happening
        return env.http_requests[before:]

    return during


RequestsFor = Callable[[Awaitable[object]], Awaitable[list[HttpLogEntry]]]


# Where it may not write


@pytest.mark.parametrize("permission", ["send_messages", "view_channel"])
@pytest.mark.parametrize("text", [QUESTION, UNSURE, UNANSWERABLE, ""])
async def test_where_it_may_not_write_nothing_is_sent(
    permission: str,
    text: str,
    alice: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    deny: Deny,
    requests_for: RequestsFor,
) -> None:
    await deny(channel, permission)
    assert await requests_for(mention(alice, text)) == []


async def test_a_permission_of_its_role_counts_too(
    env: Env, alice: MemberActor, guild: GuildHandle, mention: Mention, requests_for: RequestsFor
) -> None:
    for role in (guild.default_role, guild.roles["TestBot"]):
        permissions = discord.Permissions(view_channel=True, read_message_history=True)
        env.backend.edit_role(guild.id, role.id, {"permissions": permissions.value})
    role = guild.create_role("talkers", permissions=discord.Permissions(view_channel=True, send_messages=True))
    env.backend.add_member_role(guild.id, alice.id, role.id)
    await env.settle()
    assert await requests_for(mention(alice, QUESTION)) == []


async def test_it_answers_again_once_it_may_write(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    await deny(channel)
    await mention(alice, QUESTION)
    assert all_titles(said(channel)) == [[QUESTION]]


async def test_a_question_that_could_not_be_answered_is_not_answered_later(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    await deny(channel)
    await env.advance_time(PATIENCE)
    assert said(channel) == []


class RevokingDesk(Desk):
    """A desk that thinks for so long that the bot may not see the channel any more when it is done."""

    def __init__(self, knowledge: Knowledge, cache: Cache, env: Env, channel: ChannelHandle) -> None:
        super().__init__(knowledge, cache, lambda: ())
        self.env = env
        self.channel = channel

    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:
        self.env.backend.set_overwrite(self.channel.id, denial(self.env, "view_channel"))
        return await super().assess_soon(message, words_only=words_only, overheard=overheard)


async def test_a_permission_that_was_taken_away_while_it_thought_counts(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    mention: Mention,
    knowledge: Knowledge,
    shared_cache: Cache,
    state_folder: Path,
    requests_for: RequestsFor,
) -> None:
    slow = RevokingDesk(knowledge, shared_cache, env, channel)
    slow.prepare()
    await env.restart_bot(Assistant(slow, state_folder))
    assert await requests_for(mention(alice, QUESTION)) == []


class BrokenDesk(Desk):
    async def assess_soon(self, message: str, *, words_only: bool = False, overheard: bool = False) -> Assessment:  # noqa: ARG002
        raise RuntimeError("the model is gone")


@pytest.fixture
async def broken(env: Env, knowledge: Knowledge, shared_cache: Cache, state_folder: Path) -> None:
    """Every question ends in an error."""
    await env.restart_bot(Assistant(BrokenDesk(knowledge, shared_cache, lambda: ()), state_folder))


@pytest.mark.usefixtures("broken")
async def test_where_it_may_not_write_it_does_not_apologise_either(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, deny: Deny, requests_for: RequestsFor
) -> None:
    await deny(channel, "send_messages")
    sent = await requests_for(mention(alice, QUESTION))
    assert (len(env.errors), sent) == (1, [])


@pytest.mark.usefixtures("broken")
async def test_where_it_may_not_read_the_history_it_apologises_in_a_plain_message(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "read_message_history")
    await mention(alice, QUESTION)
    assert len(env.errors) == 1
    assert [(message.content, message.reference) for message in said(channel)] == [(say("went-wrong"), None)]


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
@pytest.mark.parametrize(
    ("command", "options"),
    [
        pytest.param("command-ask", {"question": QUESTION}, id="ask"),
        pytest.param("command-answer", {"entry": QUESTION}, id="answer"),
    ],
)
async def test_where_it_may_not_write_commands_answer_privately_and_say_so(
    command: str,
    options: dict[str, str],
    denied: str,
    alice: MemberActor,
    channel: ChannelHandle,
    deny: Deny,
    said: Said,
) -> None:
    await deny(channel, denied, "embed_links", "read_message_history")
    told = response(await alice.slash(channel, say(command), **options))
    assert (titles(told), told.content, told.ephemeral) == ([QUESTION], say("posted-privately"), True)
    assert said(channel) == []


async def test_where_it_may_not_write_a_message_is_answered_for_the_helper_alone(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, deny: Deny, said: Said
) -> None:
    asked = await alice.send(channel, QUESTION)
    await deny(channel, "send_messages")
    told = response(await bob.context_menu(channel, say("menu-answer"), asked))
    assert (titles(told), told.ephemeral, said(channel)) == ([QUESTION], True, [])
    assert told.content.startswith(say("posted-privately"))


async def test_in_threads_it_may_not_write_in_commands_answer_privately(
    alice: MemberActor, channel: ChannelHandle, thread: ChannelHandle, deny: Deny
) -> None:
    await deny(channel, "send_messages_in_threads")
    places = (thread, channel)
    told = [response(await alice.slash(place, say("command-ask"), question=QUESTION)) for place in places]
    assert [one.ephemeral for one in told] == [True, False]


async def test_a_direct_message_has_no_permission_to_lack(
    alice: MemberActor, channel: ChannelHandle, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await alice.send_dm(QUESTION)
    assert all_titles(said(alice.user.dm_channel)) == [[QUESTION]]


# Threads


async def test_in_a_thread_nothing_is_sent_without_its_own_permission(
    env: Env, alice: MemberActor, channel: ChannelHandle, thread: ChannelHandle, deny: Deny, requests_for: RequestsFor
) -> None:
    await deny(channel, "send_messages_in_threads")
    assert await requests_for(alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")) == []


async def test_a_permission_for_threads_is_not_needed_in_the_channel(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages_in_threads")
    await mention(alice, QUESTION)
    assert len(said(channel)) == 1


async def test_a_permission_for_the_channel_is_not_needed_in_its_threads(
    env: Env, alice: MemberActor, channel: ChannelHandle, thread: ChannelHandle, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert len(said(thread)) == 1


async def lock(env: Env, thread: ChannelHandle, *, locked: bool = True, archived: bool = False) -> None:
    env.backend.edit_channel(thread.id, {}, thread_metadata={"locked": locked, "archived": archived})
    await env.settle()


@pytest.mark.parametrize("denied", [(), ("manage_threads",), ("send_messages_in_threads",)], ids=str)
@pytest.mark.usefixtures("updates")
async def test_a_locked_thread_is_neither_answered_nor_reported(
    denied: tuple[str, ...],
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    thread: ChannelHandle,
    deny: Deny,
    requests_for: RequestsFor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, *denied)
    await lock(env, thread)
    assert await requests_for(alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")) == []
    assert warnings(caplog) == []


@pytest.mark.parametrize("state", ["locked", "archived"])
@pytest.mark.usefixtures("help_channel")
async def test_a_thread_that_is_put_away_while_a_question_waits_is_left_in_peace(
    state: str, env: Env, alice: MemberActor, thread: ChannelHandle, said: Said
) -> None:
    await alice.send(thread, QUESTION)
    await env.advance_time(PATIENCE / 2)
    await lock(env, thread, locked=state == "locked", archived=state == "archived")
    await env.advance_time(PATIENCE)
    assert said(thread) == []


async def test_in_a_thread_that_was_unlocked_it_answers_again(
    env: Env, alice: MemberActor, channel: ChannelHandle, thread: ChannelHandle, said: Said, deny: Deny
) -> None:
    await deny(channel, "manage_threads")
    await lock(env, thread)
    await lock(env, thread, locked=False)
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert len(said(thread)) == 1


async def test_in_a_thread_that_was_archived_a_mention_is_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, thread: ChannelHandle, said: Said, deny: Deny
) -> None:
    await deny(channel, "manage_threads")
    await lock(env, thread, locked=False, archived=True)
    await lock(env, thread, locked=False, archived=False)  # a new message takes a thread out of the archive
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert len(said(thread)) == 1


async def test_in_an_archived_thread_that_it_does_not_know_a_mention_is_answered(
    env: Env, alice: MemberActor, thread: ChannelHandle, said: Said
) -> None:
    await lock(env, thread, locked=False, archived=True)
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert len(said(thread)) == 1


# Where it may write, but not all


async def test_where_embeds_are_not_shown_the_answer_comes_in_plain_text(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny, desk: Desk
) -> None:
    await deny(channel, "embed_links")
    await mention(alice, QUESTION)
    (answer,) = said(channel)
    assert answer.embeds == []
    assert QUESTION in answer.content
    assert desk.faq.by_id[ENTRY].answer in answer.content
    assert answer.components


async def test_where_embeds_are_not_shown_two_answers_come_in_plain_text(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny, desk: Desk
) -> None:
    await deny(channel, "embed_links")
    await mention(alice, f"{QUESTION} {OTHER}")
    (answer,) = said(channel)
    shown = [entry.id for entry in desk.faq.entries if entry.answer in answer.content]
    assert (answer.embeds, sorted(shown)) == ([], ["burn-in", ENTRY])


async def test_where_embeds_are_not_shown_an_answer_that_changes_stays_plain_text(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny, desk: Desk
) -> None:
    await deny(channel, "embed_links")
    question = await mention(alice, QUESTION)
    await alice.edit(question, f"<@{env.bot.user.id}> {OTHER}")
    (answer,) = said(channel)
    assert (answer.embeds, desk.faq.by_id["burn-in"].answer in answer.content) == ([], True)
    assert desk.faq.by_id[ENTRY].answer not in answer.content


async def test_where_it_may_not_read_the_history_it_answers_in_a_plain_message(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "read_message_history")
    await mention(alice, QUESTION)
    (answer,) = said(channel)
    assert (titles(answer), answer.reference) == ([QUESTION], None)
    assert len([request for request in env.http_requests if request.path.endswith("/messages")]) == 1


async def test_an_answer_in_a_plain_message_goes_with_its_question(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "read_message_history")
    question = await mention(alice, QUESTION)
    assert len(said(channel)) == 1
    await alice.delete(question)
    assert said(channel) == []


# Unasked


async def overhear(env: Env, member: MemberActor, channel: ChannelHandle) -> None:
    await member.send(channel, QUESTION)
    await env.advance_time(PATIENCE + 1)


@pytest.mark.usefixtures("help_channel")
async def test_with_all_permissions_it_answers_unasked(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await overhear(env, alice, channel)
    assert all_titles(said(channel)) == [[QUESTION]]


@pytest.mark.parametrize("permission", ["send_messages", "view_channel", "read_message_history"])
@pytest.mark.usefixtures("help_channel")
async def test_unasked_nothing_is_sent_where_it_may_not_reply(
    permission: str, env: Env, alice: MemberActor, channel: ChannelHandle, deny: Deny, requests_for: RequestsFor
) -> None:
    await deny(channel, permission)
    assert await requests_for(overhear(env, alice, channel)) == []


@pytest.mark.usefixtures("help_channel")
async def test_a_permission_that_was_taken_away_while_it_waited_counts(
    env: Env, alice: MemberActor, channel: ChannelHandle, deny: Deny, requests_for: RequestsFor
) -> None:
    await alice.send(channel, QUESTION)
    await env.advance_time(PATIENCE / 2)
    await deny(channel, "send_messages")
    assert await requests_for(env.advance_time(PATIENCE)) == []


@pytest.mark.usefixtures("help_channel")
async def test_unasked_the_answer_comes_in_plain_text_where_embeds_are_not_shown(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, deny: Deny, desk: Desk
) -> None:
    await deny(channel, "embed_links")
    await overhear(env, alice, channel)
    (answer,) = said(channel)
    assert (answer.embeds, desk.faq.by_id[ENTRY].answer in answer.content) == ([], True)
    assert say("unasked-footer") in answer.content


@pytest.mark.usefixtures("help_channel")
async def test_unasked_a_missing_permission_is_reported_once(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    said: Said,
    deny: Deny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, "send_messages")
    for _ in range(3):
        await overhear(env, alice, channel)
    assert len(warnings(caplog)) == 1
    assert [message.content for message in said(updates)] == [report(channel, "Send Messages")]


@pytest.mark.parametrize("state", ["hidden", "read-only", "deleted"])
async def test_a_chosen_channel_in_which_it_can_say_nothing_is_logged_at_the_start(
    state: str,
    env: Env,
    guild: GuildHandle,
    channel: ChannelHandle,
    deny: Deny,
    restart: Restart,
    caplog: pytest.LogCaptureFixture,
) -> None:
    chosen = guild.create_text_channel("help")
    if state == "deleted":
        env.backend.delete_channel(chosen.id)
    else:
        await deny(chosen, {"hidden": "view_channel", "read-only": "send_messages"}[state])
    await restart(channel, chosen)
    (line,) = warnings(caplog)
    assert str(chosen.id) in line
    assert ("send_messages" if state == "read-only" else "view_channel") in line


# Reporting


async def test_a_missing_permission_is_reported_in_the_log_without_the_question(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, deny: Deny, caplog: pytest.LogCaptureFixture
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, "the left earpiece is dead")
    (line,) = warnings(caplog)
    assert str(channel.id) in line
    assert "Send Messages" in line
    assert "earpiece" not in caplog.text


async def test_a_missing_permission_is_reported_where_the_servers_moderators_read(
    alice: MemberActor, channel: ChannelHandle, updates: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert [message.content for message in said(updates)] == [report(channel, "Send Messages")]


@pytest.mark.usefixtures("updates")
async def test_the_report_neither_pings_nor_notifies(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    (body,) = [request.json for request in env.http_requests if request.path.endswith("/messages")]
    assert body["allowed_mentions"]["parse"] == []
    assert body["flags"] & discord.MessageFlags(suppress_notifications=True).value


async def test_what_is_missing_in_threads_is_reported_once_for_their_channel(
    env: Env, alice: MemberActor, channel: ChannelHandle, updates: ChannelHandle, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages_in_threads")
    for name in ("one", "two"):
        env.backend.create_thread(channel.id, name, alice.id)
    for thread in channel.threads:
        await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert [m.content for m in said(updates)] == [report(channel, "Send Messages In Threads")]


@pytest.mark.parametrize(
    ("permission", "name"), [("embed_links", "Embed Links"), ("read_message_history", "Read Message History")]
)
async def test_what_would_make_its_answers_better_is_reported_once(
    permission: str,
    name: str,
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, permission)
    for _ in range(2):
        await mention(alice, QUESTION)
    assert (len(said(channel)), len(warnings(caplog))) == (2, 1)
    assert [m.content for m in said(updates)] == [report(channel, name)]


async def test_where_it_may_not_write_at_all_only_that_is_reported(
    alice: MemberActor, channel: ChannelHandle, updates: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages", "embed_links", "read_message_history")
    await mention(alice, QUESTION)
    assert [m.content for m in said(updates)] == [report(channel, "Send Messages")]


@pytest.fixture
async def welcome(env: Env, guild: GuildHandle) -> ChannelHandle:
    """The channel in which Discord greets new members."""
    place = guild.create_text_channel("welcome")
    env.backend.edit_guild(guild.id, {"system_channel_id": place.id})
    await env.settle()
    return place


async def test_without_a_moderators_channel_it_is_reported_in_the_system_channel(
    alice: MemberActor, channel: ChannelHandle, welcome: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert [m.content for m in said(welcome)] == [report(channel, "Send Messages")]


async def test_with_a_moderators_channel_the_system_channel_has_no_report(
    alice: MemberActor,
    channel: ChannelHandle,
    welcome: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert (len(said(welcome)), len(said(updates))) == (0, 1)


async def test_it_is_reported_once_and_not_at_each_message(
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, "send_messages")
    for member in (alice, bob, alice):
        await mention(member, QUESTION)
    assert (len(warnings(caplog)), len(said(updates))) == (1, 1)


async def test_a_restart_does_not_report_it_again(
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
    restart: Restart,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    await restart()
    await mention(alice, QUESTION)
    assert (len(warnings(caplog)), len(said(updates))) == (1, 1)


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_was_mended_and_is_missing_anew_is_reported_anew(
    restarts: bool,
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
    restart: Restart,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    await deny(channel)
    if restarts:
        await restart()
    await mention(alice, QUESTION)
    if restarts:
        await restart()
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert (len(warnings(caplog)), len(said(updates)), len(said(channel))) == (2, 2, 1)


async def test_another_permission_that_is_missing_is_reported_too(
    alice: MemberActor, channel: ChannelHandle, updates: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    for permission in ("send_messages", "view_channel"):
        await deny(channel, permission)
        await mention(alice, QUESTION)
    assert said(updates)[0].content == report(channel, "Send Messages")
    assert "View Channel" in said(updates)[1].content


async def test_each_channel_is_reported_by_itself(
    env: Env, alice: MemberActor, guild: GuildHandle, updates: ChannelHandle, said: Said, deny: Deny
) -> None:
    places = [guild.create_text_channel(name) for name in ("one", "two")]
    for place in places:
        await deny(place, "send_messages")
        await alice.send(place, f"<@{env.bot.user.id}> {QUESTION}")
    assert [m.content for m in said(updates)] == [report(place, "Send Messages") for place in places]


@pytest.mark.parametrize("permission", ["send_messages", "view_channel"])
async def test_where_the_moderators_channel_is_closed_to_it_only_the_log_has_the_report(
    permission: str,
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    deny: Deny,
    requests_for: RequestsFor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(channel, "send_messages")
    await deny(updates, permission)
    assert await requests_for(mention(alice, QUESTION)) == []
    assert len(warnings(caplog)) == 1


async def test_a_report_that_discord_refuses_is_no_error(
    env: Env,
    alice: MemberActor,
    channel: ChannelHandle,
    updates: ChannelHandle,
    mention: Mention,
    said: Said,
    deny: Deny,
) -> None:
    env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert (said(updates), env.errors) == ([], [])


async def test_a_missing_permission_in_the_moderators_own_channel_is_reported_in_the_log(
    env: Env,
    alice: MemberActor,
    updates: ChannelHandle,
    deny: Deny,
    requests_for: RequestsFor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deny(updates, "send_messages")
    assert await requests_for(alice.send(updates, f"<@{env.bot.user.id}> {QUESTION}")) == []
    assert len(warnings(caplog)) == 1


async def test_another_servers_moderators_are_not_told(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, deny: Deny
) -> None:
    other = env.create_guild("Another")
    place = other.create_text_channel("moderator-only")
    env.backend.edit_guild(other.id, {"public_updates_channel_id": place.id})
    await deny(channel, "send_messages")
    await mention(alice, QUESTION)
    assert said(place) == []


@pytest.mark.usefixtures("updates")
async def test_what_it_may_do_is_not_reported(
    alice: MemberActor, mention: Mention, caplog: pytest.LogCaptureFixture
) -> None:
    await mention(alice, QUESTION)
    assert warnings(caplog) == []


# The helpers' channel


@pytest.fixture
def helpers(guild: GuildHandle) -> ChannelHandle:
    return guild.create_text_channel("helpers")


@pytest.fixture
async def with_helpers(helpers: ChannelHandle, restart: Restart) -> None:
    await restart(helpers_channel=helpers.id)


@pytest.mark.usefixtures("with_helpers")
async def test_a_mention_without_an_answer_is_sent_to_the_helpers_channel(
    alice: MemberActor, channel: ChannelHandle, helpers: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, UNANSWERABLE)
    assert [m.content for m in said(channel)] == [say("nothing-found-helpers", channel=helpers.mention)]


@pytest.mark.usefixtures("with_helpers")
async def test_a_command_without_an_answer_is_sent_to_the_helpers_channel(
    alice: MemberActor, channel: ChannelHandle, helpers: ChannelHandle
) -> None:
    result = await alice.slash(channel, say("command-ask"), question=UNANSWERABLE)
    assert response(result).content == say("nothing-found-helpers", channel=helpers.mention)


@pytest.mark.usefixtures("with_helpers")
async def test_none_of_the_suggestions_sends_to_the_helpers_channel(
    alice: MemberActor, channel: ChannelHandle, helpers: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, UNSURE)
    result = await alice.click(said(channel)[0], label=say("button-none"))
    assert response(result).content == say("nothing-found-helpers", channel=helpers.mention)


@pytest.mark.usefixtures("with_helpers")
async def test_an_answer_does_not_mention_the_helpers_channel(
    alice: MemberActor, channel: ChannelHandle, helpers: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await mention(alice, "")
    assert len(said(channel)) == 2
    assert [m for m in said(channel) if str(helpers.id) in m.content] == []


@pytest.mark.usefixtures("with_helpers")
async def test_in_the_helpers_channel_itself_it_is_not_mentioned(
    env: Env, alice: MemberActor, helpers: ChannelHandle, said: Said
) -> None:
    await alice.send(helpers, f"<@{env.bot.user.id}> {UNANSWERABLE}")
    env.backend.create_thread(helpers.id, "trouble", alice.id)
    await alice.send(helpers.threads[0], f"<@{env.bot.user.id}> {UNANSWERABLE}")
    assert [m.content for place in (helpers, helpers.threads[0]) for m in said(place)] == [say("nothing-found")] * 2


@pytest.mark.usefixtures("with_helpers")
async def test_in_a_direct_message_the_helpers_channel_is_not_mentioned(alice: MemberActor, said: Said) -> None:
    await alice.send_dm(UNANSWERABLE)
    assert [m.content for m in said(alice.user.dm_channel)] == [say("nothing-found-alone")]


@pytest.mark.usefixtures("with_helpers")
async def test_in_another_server_the_helpers_channel_is_not_mentioned(env: Env, alice: MemberActor, said: Said) -> None:
    other = env.create_guild("Another")
    place = other.create_text_channel("general")
    await other.add_member(alice.user).send(place, f"<@{env.bot.user.id}> {UNANSWERABLE}")
    assert [m.content for m in said(place)] == [say("nothing-found")]


@pytest.mark.usefixtures("with_helpers")
async def test_a_helpers_channel_that_was_deleted_is_not_mentioned(
    env: Env, alice: MemberActor, channel: ChannelHandle, helpers: ChannelHandle, mention: Mention, said: Said
) -> None:
    env.backend.delete_channel(helpers.id)
    await mention(alice, UNANSWERABLE)
    assert [m.content for m in said(channel)] == [say("nothing-found")]


async def test_without_the_setting_no_channel_is_mentioned(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, UNANSWERABLE)
    assert [m.content for m in said(channel)] == [say("nothing-found")]


async def test_a_forum_can_be_the_helpers_channel(
    guild: GuildHandle, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, restart: Restart
) -> None:
    forum = guild.create_forum_channel("ask-here")
    await restart(helpers_channel=forum.id)
    await mention(alice, UNANSWERABLE)
    assert [m.content for m in said(channel)] == [say("nothing-found-helpers", channel=forum.mention)]
