"""Takes the pictures of README and guides from the running demo: `python -m docs.make_screenshots` (needs Chromium)."""

from pathlib import Path

from bench.demo_page import browser_page, running_demo, say

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with running_demo() as address, browser_page(address, 1100, 800) as page:
        say(page, "my left one suddenly went quiet??")
        page.wait_for_timeout(500)  # the page scrolls to the answer
        page.screenshot(path=IMAGES / "demo.png")


if __name__ == "__main__":
    main()
