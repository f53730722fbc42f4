"""What people look at, in a real browser: the notebook in JupyterLab and the feedback page, in light and dark.

Run by `make browser-test`; needs Debian's chromium. Screenshots go to artefacts/, to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, jupyter_lab
from playwright.sync_api import Browser, Page, expect
from sample_class import TOPIC
from windows import chromium, opened

ARTEFACTS = ROOT / "artefacts"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    ARTEFACTS.mkdir(exist_ok=True)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(graded) -> Iterator[str]:
    with jupyter_lab(graded.root) as address:
        yield address


@pytest.fixture(scope="module")
def notebook(browser, lab) -> Iterator[Page]:
    """The notebook as students get it, after "Run all cells"."""
    with opened(browser, width=1150, height=1500) as page:
        page.goto(f"{lab}/lab/tree/release/{TOPIC}/{TOPIC}.ipynb?token=secret&reset")
        page.locator(".jp-RenderedMarkdown mjx-container").first.wait_for()
        expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")  # without a kernel no cell would run
        run_command(page, "notebook:run-all-cells")
        report = page.locator(".jp-OutputArea-output", has_text="0 of 11 exercises pass their visible checks")
        report.wait_for(state="attached")  # unfinished exercises did not stop "Run all cells"
        yield page


def run_command(page: Page, command: str, **arguments: object) -> None:
    page.evaluate("([id, args]) => window.jupyterapp.commands.execute(id, args)", [command, arguments])


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_notebook_is_readable_in_jupyterlab_and_its_checks_speak(notebook, theme):
    run_command(notebook, "apputils:change-theme", theme=theme)
    expect(notebook.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    notebook.locator(".jp-Notebook .jp-Cell").first.scroll_into_view_if_needed()
    assert notebook.locator("mjx-merror").count() == 0
    notebook.screenshot(path=ARTEFACTS / f"notebook {theme.split()[1].lower()}.png")

    said = notebook.locator(".jp-OutputArea-output", has_text="difference_quotients: this exercise").first
    text = " ".join(said.text_content().split())  # also of what JupyterLab does not draw at the moment
    assert "is not written yet" in text and "Traceback" not in text
    said.scroll_into_view_if_needed()
    notebook.screenshot(path=ARTEFACTS / f"check {theme.split()[1].lower()}.png")


def open_feedback(page: Page, feedback: Path) -> None:
    page.goto((feedback / f"{TOPIC}.html").as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("student", ["dora", "hugo"])
def test_the_feedback_page_fits_the_window_and_follows_the_theme(browser, graded, scheme, student):
    with opened(browser, color_scheme=scheme) as page:
        open_feedback(page, graded.feedback(student, TOPIC))
        for width in (400, 900):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=ARTEFACTS / f"feedback {student} {scheme} {width}.png", full_page=True)
        background, text = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        light, dark = ("rgb(255, 255, 255)", "rgb(27, 27, 27)"), ("rgb(22, 24, 27)", "rgb(232, 232, 232)")
        assert (background, text) == (light if scheme == "light" else dark)
        if student == "dora":
            assert "a one-sided quotient" in page.locator("pre.message").inner_text()
            page.locator("summary").first.click()
            expect(page.locator("pre.code").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("student", ["dora", "emil", "hugo"])
def test_the_feedback_page_has_no_fault_that_axe_finds(browser, graded, scheme, student):
    """Rules of WCAG 2.2 A and AA, and axe's best practices: contrast, headings, names, landmarks."""
    with opened(browser, color_scheme=scheme) as page:
        open_feedback(page, graded.feedback(student, TOPIC))
        # What is folded away is not looked at.
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = Axe().run(page)
        assert found.response["passes"], "nothing was looked at"
        assert not found.violations_count, found.generate_report()


def test_the_formgraders_buttons_grade_and_give_feedback(browser, lab, graded):
    feedback = graded.feedback("emil", TOPIC) / f"{TOPIC}.html"
    feedback.unlink()
    with opened(browser, width=1100, height=700) as page:
        page.goto(f"{lab}/login?next=%2Flab&token=secret")
        for button, said in (("flash", "Successfully autograded"), ("comment", "Successfully generated feedback")):
            page.goto(f"{lab}/formgrader/manage_submissions/{TOPIC}")
            row = page.locator("tr", has_text="emil")
            row.get_by_text("80 / 100").wait_for()
            row.locator(f".glyphicon-{button}").click()
            page.locator(".modal-dialog", has_text=said).wait_for()
            page.screenshot(path=ARTEFACTS / f"formgrader {button}.png")
    assert "db1 is 4 times as large as it should be" in feedback.read_text()
