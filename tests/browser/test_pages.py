"""What people look at, in a real browser: the notebook in JupyterLab and the feedback page, in light and dark.

Run by `make browser-test`; needs Debian's chromium. Screenshots go to artefacts/, to be looked at.
"""

from __future__ import annotations

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, jupyter_lab
from playwright.sync_api import Page, sync_playwright
from sample_class import TOPIC

ARTEFACTS = ROOT / "artefacts"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.fixture(scope="module")
def browser():
    ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(graded):
    with jupyter_lab(graded.root) as address:
        yield address


def run_command(page: Page, command: str, **arguments: object) -> None:
    page.evaluate("([id, args]) => window.jupyterapp.commands.execute(id, args)", [command, arguments])


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_notebook_is_readable_in_jupyterlab_and_its_checks_speak(browser, lab, theme):
    page = browser.new_page(viewport={"width": 1150, "height": 1500})
    page.goto(f"{lab}/lab/tree/release/{TOPIC}/{TOPIC}.ipynb?token=secret&reset")
    page.wait_for_selector(".jp-RenderedMarkdown mjx-container", timeout=120_000)
    run_command(page, "apputils:change-theme", theme=theme)
    page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    assert page.locator("mjx-merror").count() == 0
    page.screenshot(path=ARTEFACTS / f"notebook {theme.split()[1].lower()}.png")

    run_command(page, "notebook:run-all-cells")
    said = page.locator(".jp-OutputArea-output", has_text="difference_quotients: this exercise")
    said.first.wait_for(timeout=60_000)
    text = " ".join(said.first.text_content().split())  # also of what JupyterLab does not draw at the moment
    assert "is not written yet" in text and "Traceback" not in text
    report = page.locator(".jp-OutputArea-output", has_text="0 of 11 exercises pass their visible checks")
    report.wait_for(state="attached", timeout=60_000)  # unfinished exercises did not stop "Run all cells"
    said.first.scroll_into_view_if_needed()
    page.screenshot(path=ARTEFACTS / f"check {theme.split()[1].lower()}.png")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("student", ["dora", "hugo"])
@pytest.mark.parametrize("width", [400, 900])
def test_the_feedback_page_fits_the_window_and_follows_the_theme(browser, graded, scheme, student, width):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto((graded.feedback(student, TOPIC) / f"{TOPIC}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background, text = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    light, dark = ("rgb(255, 255, 255)", "rgb(27, 27, 27)"), ("rgb(22, 24, 27)", "rgb(232, 232, 232)")
    assert (background, text) == (light if scheme == "light" else dark)
    if student == "dora":
        assert "a one-sided quotient" in page.locator("pre.message").inner_text()
        page.locator("summary").first.click()
        assert page.locator("pre.code").first.is_visible()
    page.screenshot(path=ARTEFACTS / f"feedback {student} {scheme} {width}.png", full_page=True)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("student", ["dora", "emil", "hugo"])
def test_the_feedback_page_has_no_fault_that_axe_finds(browser, graded, scheme, student):
    """Rules of WCAG 2.2 A and AA, and axe's best practices: contrast, headings, names, landmarks."""
    page = browser.new_page(color_scheme=scheme)
    page.goto((graded.feedback(student, TOPIC) / f"{TOPIC}.html").as_uri())
    for summary in page.locator("summary").all():
        summary.click()  # what is folded away is not looked at
    found = Axe().run(page)
    assert found.response["passes"], "nothing was looked at"
    assert not found.violations_count, found.generate_report()
    page.close()


def test_the_formgraders_buttons_grade_and_give_feedback(browser, lab, graded):
    feedback = graded.feedback("emil", TOPIC) / f"{TOPIC}.html"
    feedback.unlink()
    page = browser.new_page(viewport={"width": 1100, "height": 700})
    page.goto(f"{lab}/login?next=%2Flab&token=secret")
    for button, said in (("flash", "Successfully autograded"), ("comment", "Successfully generated feedback")):
        page.goto(f"{lab}/formgrader/manage_submissions/{TOPIC}")
        row = page.locator("tr", has_text="emil")
        row.get_by_text("80 / 100").wait_for(timeout=60_000)
        row.locator(f".glyphicon-{button}").click()
        modal = page.locator(".modal-dialog", has_text=said)
        modal.wait_for(timeout=120_000)
        page.screenshot(path=ARTEFACTS / f"formgrader {button}.png")
    assert "db1 is 4 times as large as it should be" in feedback.read_text()
    page.close()
