"""The demo in a real browser: starts it, opens its page in Chromium, types into the channel. For tests and pictures."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from playwright.sync_api import Error, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


COMPOSER = "#channel-composer-input"
MESSAGE = "article[data-message-id]"
MORE_MESSAGES = f"n => document.querySelectorAll('{MESSAGE}').length >= n"
SENDING_TRIES = 5
SENDING_MILLISECONDS = 6_000


@contextmanager
def running_demo(*options: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The demo's address while it runs; its options as on the command line."""
    command = [sys.executable, "-m", "bot", "demo", "--no-open", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as demo:
        assert demo.stderr  # noqa: S101 - asked for in the line above
        try:
            yield next(found.group() for line in demo.stderr if (found := re.search(r"http://\S+", line)))
        finally:
            demo.send_signal(signal.SIGINT)


@contextmanager
def browser_page(address: str, width: int, height: int) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(MESSAGE)
        yield page
        browser.close()


def say(page: Page, text: str) -> str:
    """Type into the channel, wait until the bot has answered, and return the answer as a person reads it."""
    before = page.locator(MESSAGE).count()
    page.fill(COMPOSER, text)
    # While the page fits itself to the window it takes no input: what was typed stays, and is sent again.
    for _ in range(SENDING_TRIES):
        page.press(COMPOSER, "Enter")
        with suppress(Error):
            page.wait_for_function(MORE_MESSAGES, arg=before + 2, timeout=SENDING_MILLISECONDS)
            break
    page.fill(COMPOSER, "")
    return page.locator(MESSAGE).last.inner_text()
