"""Who is answered and who is not: mentions, replies, direct messages, channels of the bot's own."""

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.backend.models import AllowedMentions
from simcord.enums import MessageType

from bot.answers.decision import DIRECT, weighed
from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from tests.discord_app.looking import Mention, Restart, Said, response, say, title

QUESTION = "Why is one side quiet?"
ENTRY = "one-side-quiet"
UNANSWERABLE = "What a game last night?"
LIKELY = "is it real?"
PICTURE = ("photo.png", b"not really a picture")


async def reply_without_ping(env: Env, member: MemberActor, message: discord.Message, text: str) -> None:
    """What Discord sends when a member switched the reply's ping off."""
    quiet = AllowedMentions(replied_user=False)
    env.backend.create_message(
        message.channel.id, member.id, text, reference={"message_id": str(message.id)}, allowed_mentions=quiet
    )
    await env.settle()


@pytest.fixture
def own_channel(simcord_bot: Assistant, channel: ChannelHandle) -> ChannelHandle:
    simcord_bot.services.own_channels.add(channel.id)
    return channel


async def test_a_mention_is_answered_word_for_word(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said, desk: Desk
) -> None:
    await mention(alice, QUESTION)
    (answer,) = said(channel)
    assert answer.embeds[0].description == desk.faq.by_id[ENTRY].answer


async def test_an_answer_stands_under_the_question_it_answers(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, "the left earpiece is dead")
    assert title(said(channel)[0]) == QUESTION


async def test_an_answer_replies_to_the_question(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    question = await mention(alice, QUESTION)
    reference = said(channel)[0].reference
    assert reference is not None
    assert reference.message_id == question.id


async def test_a_mention_at_the_end_is_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, f"{QUESTION} <@{env.bot.user.id}>")
    assert title(said(channel)[0]) == QUESTION


async def test_a_mention_in_a_thread_is_answered_in_the_thread(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    env.backend.create_thread(channel.id, "trouble", alice.id)
    (thread,) = channel.threads
    await alice.send(thread, f"<@{env.bot.user.id}> {QUESTION}")
    assert [title(message) for message in said(thread)] == [QUESTION]


async def test_a_reply_to_an_answer_is_answered(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await bob.send(channel, "Is burn-in real?", reply_to=said(channel)[0])
    assert title(said(channel)[1]) == "Is burn-in real?"


async def test_a_reply_to_an_answer_is_answered_without_its_ping(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await reply_without_ping(env, alice, said(channel)[0], "Is burn-in real?")
    assert title(said(channel)[1]) == "Is burn-in real?"


async def test_a_reply_to_what_ask_showed_is_answered(alice: MemberActor, channel: ChannelHandle, said: Said) -> None:
    shown = await alice.slash(channel, "ask", question=QUESTION)
    await alice.send(channel, "Is burn-in real?", reply_to=shown.response)
    assert title(said(channel)[1]) == "Is burn-in real?"


async def test_a_direct_message_is_answered(alice: MemberActor, said: Said) -> None:
    await alice.send_dm(QUESTION)
    assert title(said(alice.user.dm_channel)[0]) == QUESTION


async def test_a_question_that_finds_nothing_gets_one_line(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, UNANSWERABLE)
    assert [message.content for message in said(channel)] == [say("nothing-found")]
    assert "\n" not in said(channel)[0].content


def likelihood(desk: Desk) -> int:
    """How likely the bot finds the answer to a likely question, in whole percent."""
    (best, *_), _ = weighed(desk.assess(LIKELY), DIRECT)
    return int(100 * best.confidence)


async def test_as_sure_as_its_host_wants_it_answers(
    alice: MemberActor, channel: ChannelHandle, restart: Restart, mention: Mention, said: Said, desk: Desk
) -> None:
    await restart(answer_from=likelihood(desk))
    await mention(alice, LIKELY)
    assert [title(message) for message in said(channel)] == ["Is burn-in real?"]


async def test_less_sure_than_its_host_wants_it_asks_back(
    alice: MemberActor, channel: ChannelHandle, restart: Restart, mention: Mention, said: Said, desk: Desk
) -> None:
    await restart(answer_from=likelihood(desk) + 1)
    await mention(alice, LIKELY)
    assert [message.content for message in said(channel)] == [say("did-you-mean", count=1)]


async def test_less_sure_than_its_host_wants_ask_asks_back(
    alice: MemberActor, channel: ChannelHandle, restart: Restart, desk: Desk
) -> None:
    await restart(answer_from=likelihood(desk) + 1)
    asked = response(await alice.slash(channel, "ask", question=LIKELY))
    assert (asked.content, asked.embeds) == (say("did-you-mean", count=1), [])


async def test_a_phrasing_that_somebody_turned_around_is_asked_back_about(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, "how do I not clean my IEMs?")
    assert [message.content for message in said(channel)] == [say("did-you-mean", count=1)]


async def test_a_direct_message_that_finds_nothing_gets_one_line(alice: MemberActor, said: Said) -> None:
    await alice.send_dm("what a game last night")
    assert [message.content for message in said(alice.user.dm_channel)] == [say("nothing-found-alone")]


@pytest.mark.parametrize("text", ["", "  \n ", "<:ears:112233445566778899>", "https://example.com", "```\ncode\n```"])
async def test_a_mention_that_says_nothing_gets_a_hint(
    text: str, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, text)
    assert [message.content for message in said(channel)] == [say("nothing-said")]


async def test_a_mention_with_only_an_attachment_gets_a_hint(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, f"<@{env.bot.user.id}>", attachments=[PICTURE])
    assert [message.content for message in said(channel)] == [say("nothing-said")]


async def test_a_direct_message_with_only_an_attachment_gets_a_hint(env: Env, alice: MemberActor, said: Said) -> None:
    place = alice.user.dm_channel
    await alice.send_dm(attachments=env.backend.store_attachments(place.id, [PICTURE]))
    assert [message.content for message in said(place)] == [say("nothing-said")]


async def test_an_attachment_beside_a_question_does_not_keep_it_from_being_answered(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, f"<@{env.bot.user.id}> {QUESTION}", attachments=[PICTURE])
    assert title(said(channel)[0]) == QUESTION


@pytest.mark.parametrize(
    "filler", ["very ", "x", "🎧", "\n", "> ", "`", "*_~|", "@everyone "], ids=lambda filler: repr(filler[:3])
)
async def test_a_question_as_long_as_discord_allows_gets_one_reply(
    filler: str, env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    start = f"<@{env.bot.user.id}> {QUESTION} "
    await alice.send(channel, (start + filler * 2000)[:2000])
    assert len(said(channel)) == 1


async def test_a_long_question_outside_the_faq_finds_nothing(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    await alice.send(channel, (f"<@{env.bot.user.id}> " + "what a game last night " * 100)[:2000])
    assert said(channel)[0].content == say("nothing-found")


@pytest.mark.parametrize("thanks", ["thanks!", "thank you, that helped", "got it"])
async def test_thanks_for_an_answer_gets_no_nothing_found(
    thanks: str, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await alice.send(channel, thanks, reply_to=said(channel)[0])
    assert len(said(channel)) == 1


async def test_thanks_without_a_ping_gets_no_nothing_found(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await reply_without_ping(env, alice, said(channel)[0], "thanks!")
    assert len(said(channel)) == 1


async def test_a_picture_in_reply_to_an_answer_gets_no_hint(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await alice.send(channel, "", reply_to=said(channel)[0], attachments=[PICTURE])
    assert len(said(channel)) == 1


async def test_a_question_in_reply_to_an_answer_is_told_that_nothing_was_found(
    alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    await alice.send(channel, UNANSWERABLE, reply_to=said(channel)[0])
    assert said(channel)[1].content == say("nothing-found")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{question}", id="nobody-addressed"),
        pytest.param("bot, {question}", id="its-name-in-plain-words"),
        pytest.param("@everyone {question}", id="everyone"),
        pytest.param("@here {question}", id="here"),
        pytest.param("<@&{role}> {question}", id="a-role"),
        pytest.param("<@&{own_role}> {question}", id="the-role-of-the-bot"),
        pytest.param("<@{bob}> {question}", id="another-member"),
        pytest.param("<#{channel}> {question}", id="a-channel"),
        pytest.param("/ask {question}", id="a-command-typed-as-text"),
        pytest.param("!ask {question}", id="a-prefix-command"),
    ],
)
async def test_chatter_is_not_answered(
    text: str, alice: MemberActor, bob: MemberActor, guild: GuildHandle, channel: ChannelHandle, said: Said
) -> None:
    ids = {"role": guild.create_role("helpers", mentionable=True).id, "own_role": guild.roles["TestBot"].id}
    await alice.send(channel, text.format(question=QUESTION, bob=bob.id, channel=channel.id, **ids))
    assert said(channel) == []


async def test_a_reply_to_another_member_is_not_answered(
    alice: MemberActor, bob: MemberActor, channel: ChannelHandle, said: Said
) -> None:
    statement = await bob.send(channel, "my left one is broken")
    await alice.send(channel, QUESTION, reply_to=statement)
    assert said(channel) == []


async def test_another_bot_is_not_answered(env: Env, guild: GuildHandle, channel: ChannelHandle, said: Said) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    await robot.send(channel, f"<@{env.bot.user.id}> {QUESTION}")
    assert said(channel) == []


async def test_another_bot_is_not_answered_in_a_channel_of_our_own(
    env: Env, guild: GuildHandle, own_channel: ChannelHandle, said: Said
) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    await robot.send(own_channel, QUESTION)
    assert said(own_channel) == []


async def test_a_webhook_is_not_answered(env: Env, guild: GuildHandle, own_channel: ChannelHandle, said: Said) -> None:
    await guild.create_webhook(own_channel).send(f"<@{env.bot.user.id}> {QUESTION}")
    assert said(own_channel) == []


async def test_its_own_messages_are_not_answered(env: Env, own_channel: ChannelHandle, said: Said) -> None:
    await env.bot.get_partial_messageable(own_channel.id).send(f"<@{env.bot.user.id}> {QUESTION}")
    await env.settle()
    assert len(said(own_channel)) == 1


@pytest.mark.parametrize(
    "kind",
    [
        MessageType.NEW_MEMBER,
        MessageType.PREMIUM_GUILD_SUBSCRIPTION,
        MessageType.CHANNEL_NAME_CHANGE,
        MessageType.GUILD_STREAM,
    ],
    ids=lambda kind: kind.name.lower(),
)
async def test_a_system_message_is_not_answered(
    kind: MessageType, env: Env, alice: MemberActor, own_channel: ChannelHandle, said: Said
) -> None:
    env.backend.create_message(own_channel.id, alice.id, QUESTION, message_type=kind)
    await env.settle()
    assert said(own_channel) == []


async def test_pinning_an_answer_is_not_answered(
    alice: MemberActor, guild: GuildHandle, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    (answer,) = said(channel)
    guild.create_system_message(channel, MessageType.PINS_ADD, author=alice, referenced_message=answer)
    assert said(channel) == [answer]


async def test_an_edit_is_not_answered_again(
    env: Env, alice: MemberActor, channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    question = await mention(alice, QUESTION)
    await alice.edit(question, f"<@{env.bot.user.id}> Is burn-in real?")
    assert len(said(channel)) == 1


async def test_in_a_channel_of_its_own_everything_is_taken_as_asked(
    alice: MemberActor, own_channel: ChannelHandle, said: Said
) -> None:
    await alice.send(own_channel, "the left earpiece is dead")
    assert title(said(own_channel)[0]) == QUESTION


async def test_in_a_channel_of_its_own_a_question_is_told_that_nothing_was_found(
    alice: MemberActor, own_channel: ChannelHandle, said: Said
) -> None:
    await alice.send(own_channel, UNANSWERABLE)
    assert [message.content for message in said(own_channel)] == [say("nothing-found")]


async def test_in_a_channel_of_its_own_thanks_gets_no_nothing_found(
    alice: MemberActor, own_channel: ChannelHandle, said: Said
) -> None:
    await alice.send(own_channel, "thanks!")
    assert said(own_channel) == []


async def test_a_channel_of_its_own_does_not_make_it_speak_in_others(
    alice: MemberActor, guild: GuildHandle, own_channel: ChannelHandle, said: Said
) -> None:
    other = guild.create_text_channel("off-topic")
    for place in (own_channel, other):
        await alice.send(place, QUESTION)
    assert (len(said(own_channel)), len(said(other))) == (1, 0)


async def test_in_a_channel_of_its_own_a_remark_that_is_edited_into_a_question_is_answered(
    alice: MemberActor, own_channel: ChannelHandle, said: Said
) -> None:
    remark = await alice.send(own_channel, "thanks!")
    await alice.edit(remark, QUESTION)
    assert [title(message) for message in said(own_channel)] == [QUESTION]
