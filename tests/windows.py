"""Browser windows for tests: Debian's chromium, with patience for a machine that is busy."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator

from events import PATIENCE
from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")
expect.set_options(timeout=PATIENCE * 1000)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end."""
    program = shutil.which("chromium")
    assert program, "This needs Debian's browser: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=PATIENCE * 1000)
        yield browser
        browser.close()


def context(browser: Browser, width: int = 1280, height: int = 720, **options: object) -> BrowserContext:
    """Windows that share cookies with each other and with no others; whatever is waited for gets `PATIENCE`."""
    made = browser.new_context(viewport={"width": width, "height": height}, **options)
    made.set_default_timeout(PATIENCE * 1000)
    return made


@contextlib.contextmanager
def opened(browser: Browser, **options: object) -> Iterator[Page]:
    """A window of its own, closed at the end."""
    own = context(browser, **options)
    try:
        yield own.new_page()
    finally:
        own.close()


def until_seen(seen: Locator, do: Callable[[], object]) -> None:
    """Do something, and again where it had no effect: a page that is still being drawn loses clicks and keys.

    Parameters
    ----------
    seen : Locator
        Is visible when it was done.
    do : function
        May be called again after it had its effect.
    """
    end, soon = time.monotonic() + PATIENCE, 2.0
    while True:
        do()
        try:
            seen.wait_for(timeout=soon * 1000)
            return
        except TimeoutError:
            if time.monotonic() > end:
                raise
            soon *= 2
