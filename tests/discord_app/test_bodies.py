"""What is sent to Discord: every body within Discord's limits, and nothing in it that pings."""

import math
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, ResponseMessage

from bot.discord_app.topics import PAGE
from bot.knowledge import Knowledge, load_files
from bot.knowledge.faq import Entry, Faq
from tests.discord_app.looking import (
    PATIENCE,
    Mention,
    Restart,
    Said,
    Seen,
    Start,
    all_ids,
    first_id,
    pointer,
    response,
    say,
)

Body = dict[str, Any]

ACTION_ROW, BUTTON, SELECT = 1, 2, 3
NO_NOTIFICATION, EPHEMERAL = 1 << 12, 1 << 6
QUESTION = "Why is one side quiet?"
UNSURE = "What does the marking mean?"
MENU = "Answer from FAQ"

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
    footer = len((embed.get("footer") or {}).get("text") or "")
    return footer + sum(len(embed.get(part) or "") for part in ("title", "description"))


def over_the_limits_of_a_message(body: Body) -> Iterator[str]:
    embeds, rows = body.get("embeds") or [], body.get("components") or []
    if len(body.get("content") or "") > 2000:
        yield "content"
    if len(embeds) > 10 or sum(map(embed_length, embeds)) > 6000:
        yield "embeds"
    if any(len(embed.get("title") or "") > 256 or len(embed.get("description") or "") > 4096 for embed in embeds):
        yield "an embed"
    if any(len((embed.get("footer") or {}).get("text") or "") > 2048 for embed in embeds):
        yield "a footer"
    if len(rows) > 5 or any(not 1 <= len(row["components"]) <= 5 for row in rows):
        yield "rows"
    if any(len(row["components"]) > 1 for row in rows if any(one["type"] == SELECT for one in row["components"])):
        yield "a select with a neighbour"
    if not (body.get("content") or embeds) and "components" not in body:
        yield "nothing to show"
    items = [one for row in rows for one in row["components"]]
    yield from over_the_limits_of_ids([one["custom_id"] for one in items])
    yield from over_the_limits_of_buttons([one for one in items if one["type"] == BUTTON])
    for one in items:
        if one["type"] == SELECT:
            yield from over_the_limits_of_a_select(one)
        elif one["type"] != BUTTON:
            yield "something else"


def over_the_limits_of_ids(ids: list[str]) -> Iterator[str]:
    if any(not 1 <= len(one) <= 100 for one in ids):
        yield "a custom_id"
    if len(set(ids)) != len(ids):
        yield "a custom_id twice"


def over_the_limits_of_buttons(buttons: list[Body]) -> Iterator[str]:
    if any(not 1 <= len(button["label"]) <= 80 for button in buttons):
        yield "a label"


def over_the_limits_of_a_select(select: Body) -> Iterator[str]:
    options = select["options"]
    if not 1 <= len(options) <= 25:
        yield "options"
    if len(select.get("placeholder") or "") > 150:
        yield "a placeholder"
    if any(not 1 <= len(option[part]) <= 100 for option in options for part in ("label", "value")):
        yield "an option"
    if any(len(option.get("description") or "") > 100 for option in options):
        yield "an option's description"
    if len({option["value"] for option in options}) != len(options):
        yield "an option twice"
    if not 0 <= select.get("min_values", 1) <= select.get("max_values", 1) <= len(options):
        yield "how many can be chosen"


def over_the_limits_of_choices(choices: list[Body]) -> Iterator[str]:
    if len(choices) > 25:
        yield "choices"
    if any(not 1 <= len(choice[part]) <= 100 for choice in choices for part in ("name", "value")):
        yield "a choice"


def pings(body: Body) -> bool:
    """Whether Discord may ping anybody for this message: without the field it pings all that the text names."""
    allowed = body.get("allowed_mentions", {"parse": ["everyone"]})
    return bool(allowed["parse"] or allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"))


@dataclass(frozen=True)
class Scene:
    """A server with two members, a moderator, and a channel to chat in and one to overhear."""

    env: Env
    guild: GuildHandle
    channel: ChannelHandle
    lounge: ChannelHandle
    alice: MemberActor
    bob: MemberActor
    moderator: MemberActor

    async def mention(self, member: MemberActor, text: str) -> discord.Message:
        """A member mentions the bot; what it says to that."""
        await member.send(self.channel, f"<@{self.env.bot.user.id}> {text}")
        return self.latest()

    def latest(self, channel: ChannelHandle | None = None) -> discord.Message:
        """The last message of the bot in a channel."""
        history = (channel or self.channel).history()
        return [message for message in history if message.author.id == self.env.bot.user.id][-1]

    async def press(self, member: MemberActor, message: Seen, start: str) -> ResponseMessage:
        return response(await member.click(message, custom_id=first_id(message, start)))

    async def choose(self, member: MemberActor, message: Seen, start: str, value: str) -> InteractionResult:
        return await member.select(message, [value], custom_id=first_id(message, start))


@pytest.fixture
async def scene(
    env: Env,
    guild: GuildHandle,
    channel: ChannelHandle,
    alice: MemberActor,
    bob: MemberActor,
    moderator: MemberActor,
    restart: Restart,
) -> Scene:
    lounge = guild.create_text_channel("lounge")
    await restart(lounge, helpers_channel=lounge.id)
    return Scene(env, guild, channel, lounge, alice, bob, moderator)


Act = Callable[[Scene], Coroutine[Any, Any, None]]

SENTENCES = (
    *("nothing-found-alone", "nothing-said", "answered-privately"),
    *("menu", "menu-no-others", "not-yours", "not-yours-but", "told", "answer-changed", "removed"),
    *("choose", "posted", "nothing-in-message", "nothing-for-message", "message-not-here", "no-message"),
    *("entry-unknown", "unasked-on", "unasked-off"),
)
"""Those without variables; what an error, an old button or a file that fails brings is looked at elsewhere."""
STARTS_OF_IDS = {
    *("pick:", "none:", "more", "menu:m:", "menu:h:", "other:", "post:"),
    *("tell:wrong:", "tell:outdated:", "tell:removed:"),
    *("topics:category", "topics:question:trouble:", "topics:question:*:"),
    *("topics:turn:back:trouble:", "topics:turn:home:*:"),
}


async def ask(scene: Scene) -> None:
    """Questions with an answer, without one, without words, with several answers, and two at once."""
    for text in (QUESTION, "what a game last night", "", UNSURE, f"{QUESTION} And is burn-in real?"):
        await scene.mention(scene.alice, text)
        await scene.alice.send_dm(text or "https://example.com")
        await scene.alice.slash(scene.channel, "ask", question=text or " ")
        await scene.alice.slash(scene.channel, "ask", question=text or " ", private=True)
    await scene.alice.autocomplete(scene.channel, "ask", "question", "")


async def be_unsure(scene: Scene) -> None:
    """All that can be pressed under "did you mean", by its asker and by somebody else."""
    suggestion = await scene.mention(scene.alice, UNSURE)
    for start in ("pick:", "none:"):
        await scene.press(scene.bob, suggestion, start)
    await scene.alice.click(suggestion, custom_id=first_id(suggestion, "pick:"))
    suggestion = await scene.mention(scene.alice, UNSURE)
    await scene.alice.click(suggestion, custom_id=first_id(suggestion, "none:"))
    private = response(await scene.alice.slash(scene.channel, "ask", question=UNSURE, private=True))
    await scene.alice.click(private, custom_id=first_id(private, "none:"))


async def put_right(scene: Scene) -> None:
    """All that can be pressed under an answer, by its asker and by somebody else."""
    answer = await scene.mention(scene.alice, QUESTION)
    await scene.choose(scene.bob, answer, "more", "cleaning")
    theirs = await scene.press(scene.bob, answer, "menu:m:")
    await scene.press(scene.bob, theirs, "tell:wrong:")
    menu = await scene.press(scene.alice, answer, "menu:m:")
    await scene.choose(scene.alice, menu, "other:", "cleaning")
    menu = await scene.press(scene.alice, scene.latest(), "menu:m:")
    told = await scene.press(scene.alice, menu, "tell:outdated:")
    await scene.alice.click(told, custom_id=first_id(told, "tell:removed:"))
    private = response(await scene.alice.slash(scene.channel, "ask", question=QUESTION, private=True))
    menu = await scene.press(scene.alice, private, "menu:m:")
    await scene.choose(scene.alice, menu, "other:", "cleaning")


async def overhear(scene: Scene) -> None:
    """The same question to nobody by two members: an answer and a pointer; then "not helpful"."""
    for member in (scene.alice, scene.bob):
        await member.send(scene.lounge, QUESTION)
        await scene.env.advance_time(PATIENCE + 1)
        await scene.env.settle()
    answer = next(message for message in scene.lounge.history() if message.embeds)
    menu = await scene.press(scene.alice, answer, "menu:h:")
    await scene.alice.click(menu, custom_id=first_id(menu, "tell:removed:"))


async def follow(scene: Scene) -> None:
    """An edit that changes an answer, and one after which there is nothing to say but that."""
    question = await scene.alice.send(scene.channel, f"<@{scene.env.bot.user.id}> {QUESTION}")
    for text in ("Is burn-in real?", UNSURE, "what a game last night"):
        await scene.alice.edit(question, f"<@{scene.env.bot.user.id}> {text}")


async def help_out(scene: Scene) -> None:
    """Entries posted by hand, and messages answered from the FAQ, with all that can be in the way."""
    slash = partial(scene.moderator.slash, scene.channel, "answer")
    empty = scene.guild.create_text_channel("empty")
    await scene.env.settle()
    await scene.moderator.slash(empty, "answer")
    await slash(entry="Is burn-in real?")
    await scene.press(scene.moderator, scene.latest(), "menu:m:")
    asked = await scene.bob.send(scene.channel, "Which plug adapters are safe?")
    await slash(entry="Is burn-in real?", member=scene.bob)
    await slash(entry="Is burn-in real?", member=scene.bob, message=str(asked.id))
    await slash(entry="Is burn-in real?", message=asked.jump_url)
    await slash(entry="No such question")
    await slash(message="no message")
    asked = await scene.bob.send(scene.channel, "How do I clean my IEMs?")
    await slash()
    await scene.moderator.context_menu(scene.channel, MENU, asked)
    for text in ("https://example.com", "what a game last night"):
        await scene.moderator.context_menu(scene.channel, MENU, await scene.bob.send(scene.channel, text))
    chooser = response(
        await scene.moderator.context_menu(scene.channel, MENU, await scene.bob.send(scene.channel, UNSURE))
    )
    await scene.choose(scene.moderator, chooser, "post:", "marking-red")
    await scene.moderator.autocomplete(scene.channel, "answer", "entry", "burn")


async def browse(scene: Scene) -> None:
    """The topics, one of them, an answer, the way back, and a search with and without anything found."""
    topics = response(await scene.alice.slash(scene.channel, "topics"))
    topic = response(await scene.choose(scene.alice, topics, "topics:category", "=trouble"))
    answer = response(await scene.choose(scene.alice, topic, "topics:question:", "one-side-quiet"))
    topic = await scene.press(scene.alice, answer, "topics:turn:back:")
    await scene.press(scene.alice, topic, "topics:turn:home:")
    await scene.alice.slash(scene.channel, "topics", topic="Trouble")
    await scene.alice.slash(scene.channel, "topics", search="adapter")
    await scene.alice.slash(scene.channel, "topics", search="adapter", topic="Trouble")
    await scene.alice.autocomplete(scene.channel, "topics", "topic", "")


async def be_quiet(scene: Scene) -> None:
    await scene.moderator.slash(scene.channel, "quiet", duration="hour")
    await scene.alice.slash(scene.channel, "ask", question=QUESTION)
    await scene.moderator.slash(scene.channel, "quiet", duration="off")
    for allowed in (False, True):
        await scene.alice.slash(scene.channel, "unasked", allowed=allowed)


async def lack_permissions(scene: Scene) -> None:
    """A channel in which it may not embed, and one in which it may not write, of which the moderators are told."""
    scene.env.backend.get_guild(scene.guild.id).public_updates_channel_id = scene.lounge.id
    plain = discord.PermissionOverwrite(embed_links=False)
    silent = discord.PermissionOverwrite(send_messages=False)
    for name, overwrite in (("plain", plain), ("silent", silent)):
        place = scene.guild.create_text_channel(name, overwrites={scene.env.bot.user: overwrite})
        await scene.env.settle()
        await scene.alice.send(place, f"<@{scene.env.bot.user.id}> {QUESTION}")


SCENES = (ask, be_unsure, put_right, overhear, follow, help_out, browse, be_quiet)


@pytest.fixture
async def conversation(scene: Scene) -> None:
    """Every kind of message that the bot sends."""
    for act in SCENES:
        await act(scene)


def sentences(env: Env) -> set[str]:
    return {body["content"] for body in sent_messages(env) if body.get("content")}


def starts_of_ids(env: Env) -> set[str]:
    """What all that was shown to be pressed or chosen from is for."""
    rows = [row for body in sent_messages(env) for row in body.get("components") or []]
    return {re.sub(r"[0-9].*", "", one["custom_id"]) for row in rows for one in row["components"]}


@pytest.mark.parametrize("act", SCENES, ids=lambda act: act.__name__)
async def test_a_conversation_keeps_discords_limits(act: Act, scene: Scene, env: Env) -> None:
    await act(scene)
    assert sent_messages(env)
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


@pytest.mark.parametrize("act", SCENES, ids=lambda act: act.__name__)
async def test_nothing_in_a_conversation_pings(act: Act, scene: Scene, env: Env) -> None:
    await act(scene)
    assert [body for body in sent_messages(env) if pings(body)] == []


@pytest.mark.parametrize("act", [ask, help_out, browse], ids=lambda act: act.__name__)
async def test_the_choices_in_a_conversation_keep_discords_limits(act: Act, scene: Scene, env: Env) -> None:
    await act(scene)
    assert offered_choices(env)
    assert [problem for choices in offered_choices(env) for problem in over_the_limits_of_choices(choices)] == []


@pytest.mark.usefixtures("conversation")
async def test_every_sentence_to_members_was_looked_at(env: Env, scene: Scene) -> None:
    here, lounge = f"<#{scene.channel.id}>", f"<#{scene.lounge.id}>"
    known = {say(name) for name in SENTENCES} | {
        say("did-you-mean", count=3),
        say("nothing-found-helpers", channel=lounge),
        say("quiet-off", channel=here),
        say("addressed", member=f"<@{scene.bob.id}>", link="none"),
    }
    assert known - sentences(env) == set()


@pytest.mark.usefixtures("conversation")
async def test_all_that_can_be_pressed_was_looked_at(env: Env) -> None:
    assert starts_of_ids(env) == STARTS_OF_IDS


@pytest.mark.usefixtures("conversation")
async def test_answers_in_one_or_two_embeds_open_or_private_were_looked_at(env: Env) -> None:
    looks = {(len(body.get("embeds") or []), bool(body.get("flags", 0) & EPHEMERAL)) for body in sent_messages(env)}
    assert looks == {(0, False), (0, True), (1, False), (1, True), (2, False), (2, True)}


async def test_what_it_says_unasked_notifies_nobody(env: Env, scene: Scene) -> None:
    await overhear(scene)
    asked_to_send = [request.json for request in env.http_requests if request.path.endswith("/messages")]
    assert [bool(body["flags"] & NO_NOTIFICATION) for body in asked_to_send] == [True, True]


async def test_a_pointer_says_which_question_was_answered_and_where(env: Env, scene: Scene) -> None:
    await scene.alice.send(scene.lounge, QUESTION)
    await env.advance_time(PATIENCE + 1)
    answer = scene.latest(scene.lounge)
    await scene.bob.send(scene.lounge, QUESTION)
    await env.advance_time(PATIENCE + 1)
    assert scene.latest(scene.lounge).content == pointer(answer, QUESTION)


async def test_the_notice_of_a_missing_permission_keeps_discords_limits_and_pings_nobody(
    env: Env, scene: Scene
) -> None:
    await lack_permissions(scene)
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []
    assert [body for body in sent_messages(env) if pings(body)] == []


async def test_answer_pings_the_member_it_is_told_to_and_nobody_else(env: Env, scene: Scene) -> None:
    await scene.moderator.slash(scene.channel, "answer", entry="Is burn-in real?", member=scene.bob, ping=True)
    (body,) = sent_messages(env)
    allowed = body["allowed_mentions"]
    assert [int(user) for user in allowed["users"]] == [scene.bob.id]
    assert (allowed["parse"], allowed.get("roles") or [], allowed.get("replied_user") or False) == ([], [], False)


async def test_answer_without_a_member_pings_nobody_even_when_told_to(env: Env, scene: Scene) -> None:
    await scene.moderator.slash(scene.channel, "answer", entry="Is burn-in real?", ping=True)
    assert [pings(body) for body in sent_messages(env)] == [False]


def a_select(**changes: Any) -> Body:
    sound = {"type": SELECT, "custom_id": "more", "placeholder": "p", "options": [{"label": "l", "value": "v"}]}
    return {"content": "c", "components": [{"type": ACTION_ROW, "components": [{**sound, **changes}]}]}


def an_option(**changes: str) -> Body:
    return a_select(options=[{"label": "l", "value": "v", **changes}])


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        pytest.param(a_select(), [], id="nothing"),
        pytest.param(a_select(options=[]), ["options", "how many can be chosen"], id="no-option"),
        pytest.param(
            a_select(options=[{"label": "l", "value": f"{number}"} for number in range(26)]),
            ["options"],
            id="26-options",
        ),
        pytest.param(a_select(placeholder="p" * 151), ["a placeholder"], id="placeholder"),
        pytest.param(a_select(custom_id="c" * 101), ["a custom_id"], id="custom_id"),
        pytest.param(an_option(label="l" * 101), ["an option"], id="label"),
        pytest.param(an_option(value=""), ["an option"], id="value"),
        pytest.param(an_option(description="d" * 101), ["an option's description"], id="description"),
        pytest.param(a_select(options=[{"label": "l", "value": "v"}] * 2), ["an option twice"], id="twice"),
    ],
)
def test_what_breaks_the_limits_of_a_select_is_seen(body: Body, problems: list[str]) -> None:
    assert list(over_the_limits_of_a_message(body)) == problems


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
    await alice.click(said(channel)[0], custom_id=first_id(said(channel)[0], "pick:"))
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


@pytest.mark.usefixtures("long_faq")
async def test_long_questions_in_menus_and_topics_keep_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, mention: Mention
) -> None:
    await mention(alice, "there is a dot on it")
    await alice.click(said(channel)[0], custom_id=f"pick:{alice.id}:red-{'x' * 56}")
    menu = response(await alice.click(said(channel)[0], custom_id=first_id(said(channel)[0], "menu:m:")))
    await alice.select(menu, [f"green-{'x' * 56}"], custom_id=first_id(menu, "other:"))
    topic = response(await alice.select(response(await alice.slash(channel, "topics")), ["="]))
    await alice.select(topic, [f"red-{'x' * 56}"])
    await alice.slash(channel, "topics", search="dot")
    asked = await alice.send(channel, "there is a dot on it")
    await alice.context_menu(channel, MENU, asked)
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []
    assert starts_of_ids(env) >= {"menu:m:", "other:", "post:", "topics:category", "topics:question::"}


@pytest.fixture
async def large_faq(knowledge: Knowledge, start: Start) -> Faq:
    """30 topics with one question each, one topic with 30, and an entry with more related ones than fit anywhere."""
    many = [a_topic(f"{'c' * 38}{chr(97 + number // 26)}{chr(97 + number % 26)}", number) for number in range(30)]
    many += [a_topic("large", number) for number in range(30, 60)]
    related = Entry(
        id="related",
        question="What is related to all of them?",
        alternatives=(),
        answer="Everything.",
        related=tuple(entry.id for entry in many),
    )
    await start(replace(knowledge, faq=Faq(entries=(*many, related))))
    return Faq(entries=(*many, related))


def a_topic(category: str, number: int) -> Entry:
    question = f"What about number {number}?".ljust(100, "!")
    return Entry(
        id=f"number-{number}".ljust(64, "x"), category=category, question=question, alternatives=(), answer="A."
    )


@pytest.mark.usefixtures("large_faq")
async def test_a_large_faq_is_browsed_within_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    topics = response(await alice.slash(channel, "topics"))
    topics = response(await alice.click(topics, custom_id=first_id(topics, "topics:turn:next:")))
    topic = response(await alice.select(topics, ["=large"], custom_id="topics:category"))
    for _ in range(math.ceil(30 / PAGE) - 1):
        topic = response(await alice.click(topic, custom_id=first_id(topic, "topics:turn:next:")))
    assert [name for name in all_ids(topic) if name.startswith("topics:turn:next:")] == []
    await alice.slash(channel, "topics", search="number")
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


@pytest.mark.usefixtures("large_faq")
async def test_of_many_topics_as_many_are_offered_as_discord_shows(
    env: Env, alice: MemberActor, channel: ChannelHandle
) -> None:
    for typed in ("", "c", "large"):
        await alice.autocomplete(channel, "topics", "topic", typed)
    assert [len(choices) for choices in offered_choices(env)] == [25, 25, 1]
    assert [problem for choices in offered_choices(env) for problem in over_the_limits_of_choices(choices)] == []


@pytest.mark.usefixtures("large_faq")
async def test_many_related_questions_are_shown_within_discords_limits(
    env: Env, alice: MemberActor, channel: ChannelHandle, said: Said, mention: Mention
) -> None:
    await mention(alice, "What is related to all of them?")
    await alice.click(said(channel)[0], custom_id=first_id(said(channel)[0], "menu:m:"))
    assert starts_of_ids(env) >= {"more", "other:"}
    assert [problem for body in sent_messages(env) for problem in over_the_limits_of_a_message(body)] == []


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
    answer = channel.history()[-1]
    assert named in (answer.embeds[0].description or "")
    assert (pings(sent_messages(env)[0]), answer.mention_everyone, answer.mentions, answer.role_mentions) == (
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
