"""The demo as a newcomer meets it: in a real browser, at a desk and on a phone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bench.demo_page import COMPOSER, MESSAGE, browser_page, running_demo, say

pytestmark = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="needs Chromium (Debian: apt install chromium); .ci/run installs it"
)


@pytest.fixture(params=[(1280, 860), (390, 844)], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, small_folder: Path, tmp_path: Path) -> Iterator[Page]:
    environment = os.environ | {"ENCODER": "none", "XDG_CACHE_HOME": str(tmp_path)}
    with (
        running_demo("--knowledge", str(small_folder), environment=environment) as address,
        browser_page(address, *request.param) as opened,
    ):
        yield opened


def test_a_typed_question_is_answered(page: Page) -> None:
    assert "Swap the cable sides first" in say(page, "the left earpiece is dead")


def test_ask_offers_the_questions_that_fit_while_typing(page: Page) -> None:
    page.locator(COMPOSER).press_sequentially("/ask")
    page.get_by_text("Ask the FAQ about in-ear monitors").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Your question, in your own words").first.wait_for()
    page.keyboard.type("burn")
    page.get_by_text("Is burn-in real?").first.wait_for()
    assert page.get_by_text("Is burn-in real?").first.is_visible()


def test_a_pressed_suggestion_becomes_the_answer(page: Page) -> None:
    assert "Is it one of these?" in say(page, "dirty or dead")
    page.locator(MESSAGE).last.get_by_role("button", name="How do I clean my IEMs?").click()
    page.get_by_text("Use a soft brush").wait_for()
    assert "Is it one of these?" not in page.locator(MESSAGE).last.inner_text()


@pytest.fixture
def lounge(small_folder: Path, tmp_path: Path) -> Iterator[Page]:
    """A channel in which nobody addresses the bot."""
    environment = os.environ | {"ENCODER": "none", "XDG_CACHE_HOME": str(tmp_path)}
    with (
        running_demo("--overhear", "--knowledge", str(small_folder), environment=environment) as address,
        browser_page(address, 1280, 860) as opened,
    ):
        yield opened


def test_what_is_overheard_is_answered_once_and_pointed_to_once(lounge: Page) -> None:
    assert "Not helpful" in say(lounge, "the left earpiece is dead")
    assert "Answered above: Why is one side quiet?" in say(lounge, "sound only on one side")


def test_not_helpful_opens_a_menu_and_removes_the_answer(lounge: Page) -> None:
    say(lounge, "the left earpiece is dead")
    lounge.get_by_role("button", name="Not helpful").click()
    lounge.get_by_text("Only you can see this").wait_for()
    lounge.get_by_role("button", name="Delete this answer").click()
    lounge.get_by_text("Deleted.").last.wait_for()
    assert lounge.get_by_text("Swap the cable sides first").count() == 0


def test_topics_can_be_browsed(page: Page) -> None:
    page.locator(COMPOSER).press_sequentially("/topics")
    page.get_by_text("Browse the FAQ by topic").first.wait_for()
    # The command, its first option, and off it goes with the option left empty.
    for shown in ("+2 options", "+1 more", "FAQ topics"):
        page.keyboard.press("Enter")
        page.get_by_text(shown).first.wait_for()
    assert "Trouble: one question" in page.locator(MESSAGE).last.inner_text()
