"""The demo: the real bot in a simulated Discord, shown as a page on this machine."""

import asyncio
import contextlib
import signal
import tempfile
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import discord
import simcord
from simcord.preview import Preview

from bot.answers.desk import Desk
from bot.discord_app.app import Assistant
from bot.errors import SettingsError
from bot.settings import Manners
from bot.words.catalogue import words
from bot.words.progress import while_answering

TICK_SECONDS = 1.0
UNASKED_PER_HOUR = 20
PATIENCE_SECONDS = 1.5
"""What it leaves to humans before it answers unasked: nobody else is there who could be faster."""


def serve(desk: Desk, *, port: int, open_browser: bool, tell: Callable[[str], None], overhear: bool = False) -> None:
    """Show the page until Ctrl-C. `tell` prints a line for the person who started it.

    What is typed there is said to the bot; with `overhear` to nobody, and it answers unasked.
    """
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(desk, port, open_browser, tell, overhear))
    tell(words()("cli-demo-ended"))


async def _serve(desk: Desk, port: int, open_browser: bool, tell: Callable[[str], None], overhear: bool) -> None:
    say = words()
    stop = asyncio.Event()
    _on_interrupt(stop)
    with tempfile.TemporaryDirectory() as state:
        manners = Manners(unasked_per_hour=UNASKED_PER_HOUR, patience=PATIENCE_SECONDS)
        client = Assistant(desk, Path(state), manners)
        # Settling waits for the bot to fall idle; the first question may wait for the words to be ready.
        async with simcord.run(client, settle_timeout=60.0) as env, contextlib.AsyncExitStack() as page:
            clock = asyncio.ensure_future(_keep_time(env))
            page.callback(clock.cancel)
            page.push_async_callback(client.services.activity.close)  # the simulation does not close the client
            preview = await _furnished(env, client, port, overhear)
            try:
                await page.enter_async_context(preview)
            except simcord.SetupError as error:
                raise SettingsError("cli-demo-port", port=port) from error
            tell(say("cli-demo-open", url=preview.url))
            desk.open(*while_answering(say, tell))
            if open_browser:
                webbrowser.open(preview.url)
            await _until_either(stop, preview)


async def _furnished(env: simcord.Env, client: Assistant, port: int, overhear: bool) -> Preview:
    """A server with a channel, a member, a moderator, and the bot's greeting in it."""
    say = words()
    env.backend.advance_clock((datetime.now(UTC) - env.now()).total_seconds())
    guild = env.create_guild(say("demo-server"))
    channel = guild.create_text_channel(say("demo-lounge" if overhear else "demo-channel"))
    if overhear:
        client.services.manners = replace(client.services.manners, ambient_channels=frozenset({channel.id}))
    else:
        # The page cannot complete an @mention, so that what is typed here goes to the bot without one.
        client.services.own_channels.add(channel.id)
    looks_after = guild.create_role(say("demo-role"), permissions=discord.Permissions(manage_messages=True))
    member = guild.add_member(_person(env, say("demo-member")))
    moderator = guild.add_member(_person(env, say("demo-moderator")), roles=[looks_after])
    await env.settle()
    if client.user:
        await client.user.edit(username=say("demo-bot"))
    greeted = client.get_partial_messageable(channel.id)
    await greeted.send(say("demo-welcome-lounge" if overhear else "demo-welcome"))
    await env.settle()
    return env.preview(channel, viewers=[member, moderator], layout="channel", port=port)


async def _keep_time(env: simcord.Env) -> None:
    """The simulated clock stands still by itself; minutes and hours mean something to the bot."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        await asyncio.sleep(TICK_SECONDS)
        now = loop.time()
        env.backend.advance_clock(now - last)
        last = now


def _person(env: simcord.Env, name: str) -> simcord.UserHandle:
    return env.create_user(name, global_name=name.capitalize())


def _on_interrupt(stop: asyncio.Event) -> None:
    """Ctrl-C closes the page's connections before the process ends; Windows has no such handlers and just ends."""
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)


async def _until_either(stop: asyncio.Event, preview: Preview) -> None:
    """Until Ctrl-C, or until the page's own "End preview session"."""
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(preview.wait_closed())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
