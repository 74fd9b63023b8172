"""Questions that nobody put to the bot: which messages it answers, and how quietly."""

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.backend.models import MessageSticker
from simcord.enums import MessageType

from bot.answers.decision import AMBIENT, weighed
from bot.answers.desk import Desk
from tests.discord_app.looking import WITHOUT_CONTENT, Heard, Mention, Restart, Said, all_titles, labels, say

QUESTION = "Why is one side quiet?"
ENTRY = "one-side-quiet"
OTHER_QUESTION = "Is burn-in real?"
LIKELY = "is it real?"
PICTURE = ("photo.png", b"not really a picture")
LONGEST = 2000


@pytest.fixture
async def overheard(alice: MemberActor, help_channel: ChannelHandle, heard: Heard) -> discord.Message:
    """The answer to a question that alice asked nobody in particular."""
    await alice.send(help_channel, QUESTION)
    (answer,) = await heard(help_channel)
    return answer


# How it answers


async def test_an_overheard_question_is_answered_word_for_word(overheard: discord.Message, desk: Desk) -> None:
    assert overheard.embeds[0].description == desk.faq.by_id[ENTRY].answer


async def test_an_overheard_answer_says_which_question_it_understood(overheard: discord.Message) -> None:
    assert overheard.embeds[0].title == QUESTION


async def test_an_overheard_answer_replies_to_the_question(
    overheard: discord.Message, help_channel: ChannelHandle
) -> None:
    assert overheard.reference is not None
    assert overheard.reference.message_id == help_channel.history()[0].id


async def test_an_overheard_answer_notifies_nobody(overheard: discord.Message) -> None:
    assert overheard.flags.suppress_notifications


async def test_an_overheard_answer_pings_nobody(env: Env, overheard: discord.Message) -> None:
    stored = env.backend.get_message(overheard.channel.id, overheard.id)
    assert (stored.ping_user_ids, stored.ping_role_ids, stored.mention_everyone) == ([], [], False)


async def test_an_overheard_answer_tells_how_to_be_left_alone(overheard: discord.Message) -> None:
    assert overheard.embeds[0].footer.text == say("unasked-footer")


async def test_an_overheard_answer_carries_one_button(overheard: discord.Message) -> None:
    assert labels(overheard) == [say("button-not-helpful")]


async def test_two_overheard_questions_are_answered_in_one_reply(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, f"{QUESTION} {OTHER_QUESTION}")
    assert all_titles(await heard(help_channel)) == [[QUESTION, OTHER_QUESTION]]


async def test_two_overheard_answers_have_one_footer(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, f"{QUESTION} {OTHER_QUESTION}")
    (answer,) = await heard(help_channel)
    assert [embed.footer.text for embed in answer.embeds] == [None, say("unasked-footer")]


async def test_two_overheard_answers_have_one_button(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, f"{QUESTION} {OTHER_QUESTION}")
    (answer,) = await heard(help_channel)
    assert [len(row.children) for row in answer.components] == [1]  # type: ignore[union-attr]


# Asked by name in such a channel


async def test_in_a_chosen_channel_a_mention_is_answered_at_once(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    assert all_titles(said(help_channel)) == [[QUESTION]]


async def test_in_a_chosen_channel_a_mention_is_answered_once(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, heard: Heard
) -> None:
    await mention(alice, QUESTION)
    assert len(await heard(help_channel)) == 1


async def test_in_a_chosen_channel_the_answer_to_a_mention_may_notify(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    assert not said(help_channel)[0].flags.suppress_notifications


async def test_in_a_chosen_channel_a_reply_to_the_bot_is_answered_once(
    bob: MemberActor, overheard: discord.Message, help_channel: ChannelHandle, heard: Heard
) -> None:
    await bob.send(help_channel, OTHER_QUESTION, reply_to=overheard)
    assert all_titles(await heard(help_channel)) == [[QUESTION], [OTHER_QUESTION]]


# Only when sure


@pytest.mark.parametrize("text", ["why is one side so quiet", "hi, my left one is quiet", "the left earpiece is dead"])
async def test_what_surely_asks_an_entry_is_overheard(
    text: str, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, text)
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("what does the marking mean?", id="any-of-five-entries"),
        pytest.param("there is a dot on it", id="any-of-five-entries-in-other-words"),
        pytest.param("How do I clean my keyboard?", id="an-example-of-what-an-entry-is-not-for"),
        pytest.param("What a game last night?", id="outside-the-faq"),
        pytest.param("my new cable looks great", id="in-the-silence-list"),
        pytest.param("thanks!", id="thanks"),
    ],
)
async def test_what_is_not_surely_a_question_of_the_faq_stays_unanswered(
    text: str, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, text)
    assert await heard(help_channel) == []


async def test_asked_by_name_it_asks_back_where_overhearing_stays_silent(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, heard: Heard
) -> None:
    await mention(alice, "what does the marking mean?")
    assert [message.content for message in await heard(help_channel)] == [say("did-you-mean", count=3)]


async def overheard_from(restart: Restart, place: ChannelHandle, percent: int, member: MemberActor) -> None:
    """A member asks where the host wants the bot to be as sure as that."""
    await restart(place, unasked_from=percent)
    await member.send(place, LIKELY)


async def test_as_sure_as_its_host_wants_it_answers_unasked(
    alice: MemberActor, channel: ChannelHandle, restart: Restart, heard: Heard, desk: Desk
) -> None:
    await overheard_from(restart, channel, sureness(desk), alice)
    assert all_titles(await heard(channel)) == [[OTHER_QUESTION]]


async def test_less_sure_than_its_host_wants_it_stays_silent(
    alice: MemberActor, channel: ChannelHandle, restart: Restart, heard: Heard, desk: Desk
) -> None:
    await overheard_from(restart, channel, sureness(desk) + 1, alice)
    assert await heard(channel) == []


def sureness(desk: Desk) -> int:
    """How sure the bot is of a likely question, in whole percent."""
    (best, *_), _ = weighed(desk.assess(LIKELY, overheard=True), AMBIENT)
    return int(100 * best.confidence)


async def test_a_phrasing_that_somebody_turned_around_is_not_answered_unasked(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, "how do I not clean my IEMs?")
    assert await heard(help_channel) == []


# Never


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<@{bob}> {question}", id="another-member"),
        pytest.param("{question} <@!{bob}>", id="another-member-at-the-end"),
        pytest.param("<@&{role}> {question}", id="the-members-of-a-role"),
        pytest.param("!play {question}", id="a-prefix-command"),
        pytest.param("?faq {question}", id="another-prefix-command"),
        pytest.param("/ask {question}", id="a-command-typed-as-text"),
        pytest.param("> {question}", id="a-quote"),
        pytest.param(">>> {question}", id="a-quote-to-the-end"),
        pytest.param("`{question}`", id="code"),
        pytest.param("```\n{question}\n```", id="a-code-block"),
        pytest.param("```\n{question}", id="a-code-block-without-end"),
        pytest.param("https://example.com/Why-is-one-side-quiet?", id="a-link"),
    ],
)
async def test_what_is_not_said_to_everybody_is_not_overheard(
    text: str, alice: MemberActor, bob: MemberActor, guild: GuildHandle, help_channel: ChannelHandle, heard: Heard
) -> None:
    role = guild.create_role("helpers", mentionable=True).id
    await alice.send(help_channel, text.format(question=QUESTION, bob=bob.id, role=role))
    assert await heard(help_channel) == []


@pytest.mark.parametrize("ping", ["@everyone", "@here"])
async def test_a_question_that_pings_everyone_is_not_overheard(
    ping: str, env: Env, guild: GuildHandle, help_channel: ChannelHandle, heard: Heard
) -> None:
    role = guild.create_role("heralds", permissions=discord.Permissions(mention_everyone=True))
    herald = guild.add_member(env.create_user("herald"), roles=[role])
    await herald.send(help_channel, f"{ping} {QUESTION}")
    assert await heard(help_channel) == []


@pytest.mark.parametrize("quoted", ["> it is loud here\n{}", "```\nlog\n```\n{}", "{} https://example.com"])
async def test_a_question_beside_a_quote_code_or_link_is_overheard(
    quoted: str, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, quoted.format(QUESTION))
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


async def test_a_reply_to_another_member_is_not_overheard(
    alice: MemberActor, bob: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    statement = await bob.send(help_channel, "good morning everyone")
    await alice.send(help_channel, QUESTION, reply_to=statement)
    assert await heard(help_channel) == []


async def test_a_reply_to_oneself_is_not_overheard(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    statement = await alice.send(help_channel, "good morning everyone")
    await alice.send(help_channel, QUESTION, reply_to=statement)
    assert await heard(help_channel) == []


async def test_a_forwarded_question_is_not_overheard(
    alice: MemberActor, guild: GuildHandle, help_channel: ChannelHandle, heard: Heard
) -> None:
    elsewhere = guild.create_text_channel("elsewhere")
    question = await alice.send(elsewhere, QUESTION)
    await alice.forward(question, help_channel)
    assert await heard(help_channel) == []


async def test_a_bot_is_not_overheard(env: Env, guild: GuildHandle, help_channel: ChannelHandle, heard: Heard) -> None:
    robot = guild.add_member(env.create_user("robot", bot=True))
    await robot.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


async def test_a_webhook_is_not_overheard(guild: GuildHandle, help_channel: ChannelHandle, heard: Heard) -> None:
    await guild.create_webhook(help_channel).send(QUESTION)
    assert await heard(help_channel) == []


async def test_it_does_not_overhear_itself(env: Env, help_channel: ChannelHandle, heard: Heard) -> None:
    await env.bot.get_partial_messageable(help_channel.id).send(QUESTION)
    await env.settle()
    assert len(await heard(help_channel)) == 1


@pytest.mark.parametrize(
    "kind",
    [MessageType.NEW_MEMBER, MessageType.PREMIUM_GUILD_SUBSCRIPTION, MessageType.CHANNEL_NAME_CHANGE],
    ids=lambda kind: kind.name.lower(),
)
async def test_a_system_message_is_not_overheard(
    kind: MessageType, env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    env.backend.create_message(help_channel.id, alice.id, QUESTION, message_type=kind)
    await env.settle()
    assert await heard(help_channel) == []


async def test_an_attachment_alone_is_not_answered(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, "", attachments=[("why-is-one-side-quiet.png", b"")])
    assert await heard(help_channel) == []


async def test_a_sticker_alone_is_not_answered(
    env: Env, guild: GuildHandle, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    drawn = guild.create_sticker(QUESTION)
    sticker = MessageSticker(id=drawn.id, name=QUESTION, format_type=1, guild_id=guild.id)
    env.backend.create_message(help_channel.id, alice.id, "", stickers=[sticker])
    await env.settle()
    assert await heard(help_channel) == []


async def test_an_attachment_beside_a_question_does_not_keep_it_from_being_overheard(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION, attachments=[PICTURE])
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


# As long as Discord allows


async def test_a_question_of_two_thousand_characters_is_overheard(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, (QUESTION + " the left earpiece is dead" * LONGEST)[:LONGEST])
    assert all_titles(await heard(help_channel)) == [[QUESTION]]


@pytest.mark.parametrize("filler", ["what a game last night ", "🎧", "\n", "> ", "*_~|", "x"], ids=repr)
async def test_two_thousand_characters_about_nothing_stay_unanswered(
    filler: str, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, "hello" + (filler * LONGEST)[: LONGEST - 5])
    assert await heard(help_channel) == []


# Without the content of messages


@WITHOUT_CONTENT
async def test_without_the_content_of_messages_nothing_is_overheard(
    alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    await alice.send(help_channel, QUESTION)
    assert await heard(help_channel) == []


@WITHOUT_CONTENT
async def test_without_the_content_of_messages_no_title_is_answered_unasked(
    env: Env, alice: MemberActor, help_channel: ChannelHandle, heard: Heard
) -> None:
    env.backend.create_thread(help_channel.id, QUESTION, alice.id)
    (thread,) = help_channel.threads
    await alice.send(thread, "please help")
    assert await heard(thread) == []


@WITHOUT_CONTENT
async def test_without_the_content_of_messages_a_mention_is_answered(
    alice: MemberActor, help_channel: ChannelHandle, mention: Mention, said: Said
) -> None:
    await mention(alice, QUESTION)
    assert all_titles(said(help_channel)) == [[QUESTION]]
