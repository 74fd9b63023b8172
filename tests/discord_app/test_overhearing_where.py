"""Where it answers unasked: chosen channels, and what opens a thread or a forum's post in them."""

from collections.abc import Awaitable, Callable

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.enums import MessageType

from tests.discord_app.looking import Heard, Restart, all_titles

OpenThread = Callable[..., Awaitable[ChannelHandle]]
Post = Callable[..., Awaitable[ChannelHandle]]

QUESTION = "Why is one side quiet?"
OTHER_QUESTION = "Is burn-in real?"
TITLE = "Need some help"


@pytest.fixture
async def forum(guild: GuildHandle, restart: Restart) -> ChannelHandle:
    """A forum in which the bot may answer unasked."""
    forum = guild.create_forum_channel("support")
    await restart(forum)
    return forum


@pytest.fixture
def open_thread(env: Env) -> OpenThread:
    """A member opens a thread; with `about`, from a message of the channel."""

    async def opened(
        member: MemberActor, place: ChannelHandle, name: str = TITLE, about: discord.Message | None = None
    ) -> ChannelHandle:
        made = env.backend.create_thread(place.id, name, member.id, message_id=about.id if about else None)
        (thread,) = (thread for thread in place.threads if thread.id == made.id)
        if about is not None:
            starter = env.backend.prepare_message(
                made.id, member.id, "-", message_type=MessageType.THREAD_STARTER_MESSAGE
            )
            starter.content = ""  # it shows the message that it is about
            env.backend.commit_message(starter)
        await env.settle()
        return thread

    return opened


@pytest.fixture
def post(env: Env) -> Post:
    """A member posts into a forum: a thread whose first message has the thread's id."""

    async def posted(member: MemberActor, forum: ChannelHandle, name: str, text: str) -> ChannelHandle:
        made = env.backend.create_thread(forum.id, name, member.id, broadcast=False)
        env.backend.announce_thread_create(made)
        first = env.backend.prepare_message(made.id, member.id, text)
        first.id = made.id
        env.backend.commit_message(first)
        await env.settle()
        (thread,) = (thread for thread in forum.threads if thread.id == made.id)
        return thread

    return posted


# Channels


async def test_in_a_chosen_channel_it_answers(alice: MemberActor, help_channel: ChannelHandle, heard: Heard) -> None:
    await alice.send(help_channel, QUESTION)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_in_another_channel_it_is_silent(
    guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("off-topic")
    await restart(channel)
    await alice.send(other, QUESTION)
    assert await heard(other) == []


async def test_without_a_chosen_channel_it_is_silent(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    await restart()
    await alice.send(channel, QUESTION)
    assert await heard(channel) == []


async def test_in_each_of_several_chosen_channels_it_answers(
    guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, heard: Heard
) -> None:
    other = guild.create_text_channel("other")
    await restart(channel, other)
    for place in (channel, other):
        await alice.send(place, QUESTION)
        assert all_titles(await heard(place)) == [[QUESTION]]


async def test_in_the_chat_of_a_chosen_voice_channel_it_answers(
    guild: GuildHandle, restart: Restart, alice: MemberActor, heard: Heard
) -> None:
    voice = guild.create_voice_channel("lounge")
    await restart(voice)
    await alice.send(voice, QUESTION)
    assert all_titles(await heard(voice)) == [[QUESTION]]


# New threads


async def test_the_first_message_of_a_new_thread_is_answered_in_the_thread(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, QUESTION)
    assert all_titles(await heard(thread)) == [[QUESTION]]


async def test_a_new_thread_whose_title_is_the_question_is_answered(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel, QUESTION)
    await alice.send(thread, "please help")
    assert all_titles(await heard(thread)) == [[QUESTION]]


async def test_a_title_alone_is_not_answered(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel, QUESTION)
    assert (await heard(thread), await heard(help_channel)) == ([], [])


async def test_the_second_message_of_a_thread_is_not_answered(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, "good morning everyone")
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_another_members_first_message_in_a_thread_is_not_answered(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await bob.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_who_opened_a_thread_is_not_answered_after_another_member_wrote_in_it(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await bob.send(thread, "good morning everyone")
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_in_a_thread_that_stood_before_the_start_it_is_silent(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, channel)
    await restart(channel)
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_in_a_thread_about_a_message_it_is_silent(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    about = await alice.send(help_channel, "my new cable looks great")
    thread = await open_thread(alice, help_channel, about=about)
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_a_question_that_a_thread_is_opened_on_is_left_to_the_members(
    bob: MemberActor, alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    about = await alice.send(help_channel, QUESTION)
    thread = await open_thread(bob, help_channel, about=about)
    assert (await heard(help_channel), await heard(thread)) == ([], [])


async def test_a_thread_on_another_message_is_no_answer_to_a_question(
    bob: MemberActor, alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    about = await alice.send(help_channel, "my new cable looks great")
    await alice.send(help_channel, QUESTION)
    await open_thread(bob, help_channel, about=about)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_thread_that_staff_opened_is_left_alone(
    moderator: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(moderator, help_channel)
    await moderator.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_a_member_who_asks_in_a_thread_that_staff_opened_is_not_answered_unasked(
    alice: MemberActor, moderator: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(moderator, help_channel)
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_a_new_thread_in_another_channel_is_not_answered(
    guild: GuildHandle,
    restart: Restart,
    alice: MemberActor,
    channel: ChannelHandle,
    open_thread: OpenThread,
    heard: Heard,
) -> None:
    await restart(guild.create_text_channel("other"))
    thread = await open_thread(alice, channel, QUESTION)
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_in_a_new_thread_the_same_entry_is_answered_though_the_channel_had_it(
    alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    await heard(help_channel)
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, QUESTION)
    assert all_titles(await heard(thread)) == [[QUESTION]]


async def test_a_member_who_answers_in_a_new_thread_comes_first(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, QUESTION)
    await bob.send(thread, "swap the cable")
    assert await heard(thread) == []


@pytest.mark.parametrize("state", ["archived", "locked"])
async def test_a_thread_that_is_closed_meanwhile_is_left_alone(
    state: str, env: Env, alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, QUESTION)
    env.backend.edit_channel(thread.id, {}, thread_metadata={state: True})
    assert await heard(thread) == []


async def test_a_thread_that_is_deleted_meanwhile_does_no_harm(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, help_channel)
    await alice.send(thread, QUESTION)
    env.backend.delete_channel(thread.id)
    assert await heard(help_channel) == []


# A thread that was chosen itself


async def test_in_a_chosen_thread_every_member_is_answered(
    restart: Restart,
    alice: MemberActor,
    bob: MemberActor,
    channel: ChannelHandle,
    open_thread: OpenThread,
    heard: Heard,
) -> None:
    thread = await open_thread(alice, channel)
    await restart(thread)
    await alice.send(thread, QUESTION)
    await bob.send(thread, OTHER_QUESTION)
    assert all_titles(await heard(thread)) == [[QUESTION], [OTHER_QUESTION]]


async def test_in_a_chosen_thread_the_title_is_no_part_of_a_question(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    thread = await open_thread(alice, channel, QUESTION)
    await restart(thread)
    await alice.send(thread, "good morning everyone")
    assert await heard(thread) == []


async def test_around_a_chosen_thread_it_is_silent(
    restart: Restart, alice: MemberActor, channel: ChannelHandle, open_thread: OpenThread, heard: Heard
) -> None:
    await restart(await open_thread(alice, channel))
    await alice.send(channel, QUESTION)
    assert await heard(channel) == []


# Forum posts


async def test_a_new_post_is_answered(alice: MemberActor, forum: ChannelHandle, post: Post, heard: Heard) -> None:
    thread = await post(alice, forum, TITLE, QUESTION)
    assert all_titles(await heard(thread)) == [[QUESTION]]


async def test_a_new_post_whose_title_is_the_question_is_answered(
    alice: MemberActor, forum: ChannelHandle, post: Post, heard: Heard
) -> None:
    thread = await post(alice, forum, QUESTION, "please help")
    assert all_titles(await heard(thread)) == [[QUESTION]]


async def test_the_second_message_of_a_post_is_not_answered(
    alice: MemberActor, forum: ChannelHandle, post: Post, heard: Heard
) -> None:
    thread = await post(alice, forum, TITLE, "good morning everyone")
    await alice.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_another_member_in_a_post_is_not_answered(
    alice: MemberActor, bob: MemberActor, forum: ChannelHandle, post: Post, heard: Heard
) -> None:
    thread = await post(alice, forum, TITLE, "good morning everyone")
    await bob.send(thread, QUESTION)
    assert await heard(thread) == []


async def test_a_post_by_staff_is_left_alone(
    moderator: MemberActor, forum: ChannelHandle, post: Post, heard: Heard
) -> None:
    thread = await post(moderator, forum, QUESTION, QUESTION)
    assert await heard(thread) == []


async def test_a_post_in_another_forum_is_not_answered(
    guild: GuildHandle, restart: Restart, alice: MemberActor, channel: ChannelHandle, post: Post, heard: Heard
) -> None:
    other = guild.create_forum_channel("reviews")
    await restart(channel)
    thread = await post(alice, other, TITLE, QUESTION)
    assert await heard(thread) == []
