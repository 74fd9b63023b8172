"""Quiet on request: moderators mute a channel for a while, members choose not to be answered unasked."""

from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.permissions import area_of
from bot.discord_app.services import Services, member_words
from bot.words.catalogue import words

DURATIONS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
OFF = "off"


class Quiet(commands.Cog):
    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command(name=words()("command-quiet"), description=words()("command-quiet-description"))
    @app_commands.rename(duration=words()("option-duration"))
    @app_commands.describe(duration=words()("option-duration-description"))
    @app_commands.choices(
        duration=[app_commands.Choice(name=words()(f"duration-{value}"), value=value) for value in (*DURATIONS, OFF)]
    )
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def quiet(self, interaction: discord.Interaction, duration: str) -> None:
        """Mute the channel it is used in; a thread's channel is muted with all of its threads."""
        say, activity = member_words(interaction), self.services.activity
        if interaction.channel is None:
            return
        channel = area_of(interaction.channel)
        if duration == OFF:
            kept = await activity.unmute(channel)
            answer = say("quiet-off", channel=f"<#{channel}>")
        else:
            until = interaction.created_at + DURATIONS[duration]
            kept = await activity.mute(channel, until)
            answer = say("quiet-on", channel=f"<#{channel}>", until=f"<t:{int(until.timestamp())}:f>")
        await interaction.response.send_message(answer if kept else f"{answer} {say('not-kept')}", ephemeral=True)

    @app_commands.command(name=words()("command-unasked"), description=words()("command-unasked-description"))
    @app_commands.rename(allowed=words()("option-allowed"))
    @app_commands.describe(allowed=words()("option-allowed-description"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def unasked(self, interaction: discord.Interaction, allowed: bool) -> None:
        say, activity = member_words(interaction), self.services.activity
        change = activity.welcome_back if allowed else activity.leave_alone
        kept = await change(interaction.user.id)
        answer = say("unasked-on" if allowed else "unasked-off")
        await interaction.response.send_message(answer if kept else f"{answer} {say('not-kept')}", ephemeral=True)
