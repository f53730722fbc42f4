"""Two students, an instructor and a hub: from the login to the points in a feedback page, in Debian's chromium.

Run by `make hub-test`. Pictures go to artefacts/hub/, to be looked at.
"""

from __future__ import annotations

import csv
import re

import pytest
from conftest import ADA, ARTEFACTS, BEN, MINUTE, TEACHER, Person
from playwright.sync_api import Locator, Page, expect

TOPIC = "gradient_checking"
WRONG = "def difference_quotients(J, theta, epsilon):\n    one_sided = (J(theta + epsilon) - J(theta)) / epsilon\n    return one_sided, one_sided\n"
RIGHT = WRONG.replace(
    "    return one_sided, one_sided\n",
    "    two_sided = (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)\n    return one_sided, two_sided\n",
)
FUNCTION, CHECK = "def difference_quotients", "quotients = quotients_of_power(2, 3.0, 0.1)"
TEXT = "Each pass draws another mask, so the two costs belong to two networks."


def item(page: Page, section: str) -> Locator:
    """The line of the assignment in a section of nbgrader's assignment list."""
    return page.locator(f"#{section}_assignments_list > .list_item", has_text=TOPIC)


def open_list(student: Person) -> None:
    student.menu("Nbgrader", "Assignment List")
    student.page.get_by_text("Released assignments").wait_for()


def fetch_and_open(student: Person) -> None:
    page = student.page
    open_list(student)
    item(page, "released").get_by_role("button", name="Fetch").click()
    fetched = item(page, "fetched")
    fetched.wait_for()
    student.look("fetched")
    fetched.get_by_text(TOPIC).first.click()
    fetched.locator(".nested_list_item a", has_text=TOPIC).click()
    page.locator(".jp-NotebookPanel .jp-RenderedMarkdown mjx-container").first.wait_for(timeout=2 * MINUTE)


def find(page: Page, text: str) -> Locator:
    """The cell that holds a text, found with JupyterLab's search: what is far away is not drawn before."""
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar").first.click()
    page.keyboard.press("Control+f")
    box = page.get_by_placeholder("Find")
    box.fill(text)
    page.get_by_text(re.compile("^[-1]/1$")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    cell = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active")
    expect(cell).to_contain_text(text)
    return cell


def write(page: Page, place: str, text: str) -> None:
    """Type into the cell that holds a text."""
    cell = find(page, place)
    if cell.locator(".jp-MarkdownOutput").is_visible():
        cell.locator(".jp-MarkdownOutput").dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run_to(student: Person, place: str) -> Locator:
    """Run everything to the cell that holds a text, and that cell."""
    cell = find(student.page, place)
    student.menu("Run", "Run All Above Selected Cell")
    student.menu("Run", "Run Selected Cell and Do not Advance")
    return cell


def save_and_submit(student: Person) -> None:
    page = student.page
    page.keyboard.press("Control+s")
    page.get_by_text("Saving completed").wait_for(state="attached")
    open_list(student)
    item(page, "fetched").get_by_role("button", name="Submit").click()
    item(page, "submitted").wait_for()
    student.look("submitted")


@pytest.fixture(scope="module")
def ada(person):
    return person(ADA)


@pytest.fixture(scope="module")
def teacher(person):
    return person(TEACHER)


def test_a_student_breaks_an_exercise_reads_why_mends_it_validates_and_submits(ada):
    page = ada.page
    fetch_and_open(ada)
    ada.look("notebook")
    write(page, FUNCTION, WRONG)
    check = run_to(ada, CHECK)
    said = check.locator(".jp-OutputArea-output", has_text="difference_quotients")
    said.first.wait_for(timeout=MINUTE)
    said.first.scroll_into_view_if_needed()
    ada.look("told why")
    assert "2 * epsilon" in said.first.inner_text() or "two-sided" in said.first.inner_text()

    write(page, FUNCTION, RIGHT)
    page.keyboard.press("Control+Enter")
    check = run_to(ada, CHECK)
    check.locator(".jp-OutputArea-output", has_text="the visible checks pass").first.wait_for(timeout=MINUTE)
    ada.look("mended")
    write(page, "YOUR ANSWER HERE", TEXT)
    page.keyboard.press("Shift+Enter")

    page.get_by_role("button", name="Validate").click()
    page.get_by_text("Validation Results").wait_for(timeout=4 * MINUTE)
    ada.look("validated")
    page.keyboard.press("Escape")
    save_and_submit(ada)


def tab_to(page: Page, name: str, backwards: bool = False) -> None:
    """Press Tab until the focus is on what has a name, as somebody does who cannot use a mouse."""
    for _ in range(200):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.value || ''").strip() == name:
            return
    raise AssertionError(f"The keyboard does not reach {name!r}.")


def command(page: Page, name: str) -> None:
    """JupyterLab's command palette."""
    box, active = page.locator(".lm-CommandPalette-input"), page.locator(".lm-CommandPalette-item.lm-mod-active")
    for _ in range(10):  # a list that is drawn again takes the focus, and the palette closes
        if not (box.is_visible() and box.evaluate("box => box === document.activeElement")):
            page.keyboard.press("Control+Shift+c")
            page.wait_for_timeout(500)
        page.keyboard.press("Control+a")
        page.keyboard.type(name)
        page.wait_for_timeout(500)
        if box.is_visible() and box.input_value() == name:
            break
    expect(box).to_have_value(name)
    expect(page.locator(".lm-CommandPalette-item", has_text=name).first).to_be_visible()
    for _ in range(5):  # the best match is the first or near it
        if active.count() and name in active.inner_text():
            break
        page.keyboard.press("ArrowDown")
    expect(active).to_contain_text(name)
    page.keyboard.press("Enter")


@pytest.fixture
def ben(browser, hub):
    one = Person(browser, hub, BEN)
    yield one
    one.look("at the end")
    one.context.close()


def test_another_student_submits_wrong_work_without_a_mouse(ben, hub):
    page = ben.page
    page.goto(hub.address)
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(BEN)
    page.keyboard.press("Tab")
    page.keyboard.type(hub.passwords[BEN])
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Nbgrader").wait_for(timeout=2 * MINUTE)

    command(page, "Assignment List")
    item(page, "released").wait_for()
    tab_to(page, "Fetch")
    for _ in range(list_of_topics(page).index(TOPIC)):
        tab_to(page, "Fetch")
    page.keyboard.press("Enter")
    item(page, "fetched").wait_for()
    ben.look("fetched by keyboard")
    command(page, "Open from Path")
    expect(page.locator(".jp-Dialog input")).to_be_focused()
    page.keyboard.type(f"{TOPIC}/{TOPIC}.ipynb")
    page.keyboard.press("Enter")
    page.locator(".jp-NotebookPanel .jp-RenderedMarkdown mjx-container").first.wait_for(timeout=2 * MINUTE)

    page.keyboard.press("Control+f")
    expect(page.get_by_placeholder("Find")).to_be_focused()
    page.keyboard.type(FUNCTION)
    page.get_by_text(re.compile("^[-1]/1$")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".jp-Cell.jp-mod-active")).to_contain_text(FUNCTION)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(WRONG)
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+s")
    page.get_by_text("Saving completed").wait_for(state="attached")
    ben.look("written by keyboard")
    command(page, "Assignment List")
    tab_to(page, "Submit")
    page.keyboard.press("Enter")
    item(page, "submitted").wait_for()
    ben.look("submitted by keyboard")


def list_of_topics(page: Page) -> list[str]:
    return page.locator("#released_assignments_list > .list_item .item_name").all_inner_texts()


def formgrader(teacher: Person) -> Page:
    """The formgrader, by the way an instructor finds it: a link in nbgrader's course list, which opens a tab."""
    teacher.menu("Nbgrader", "Course List")
    with teacher.context.expect_page() as opened:
        teacher.page.get_by_role("link", name="deep-learning").click()
    page = opened.value
    page.get_by_role("heading", name="Manage Assignments").wait_for()
    return page


def press(page: Page, row: Locator, icon: str, said: str) -> None:
    """A button of the formgrader, and the dialogue that says how it went."""
    row.locator(f".glyphicon-{icon}").click()
    page.locator(".modal-dialog", has_text=said).wait_for(timeout=3 * MINUTE)


def test_the_instructor_collects_grades_marks_by_hand_and_returns_feedback(teacher, hub):
    page = formgrader(teacher)
    assert page.url.startswith(f"{hub.address}/services/deep-learning/formgrader")
    teacher.look("formgrader", page)
    row = page.locator("tr", has_text=TOPIC)
    press(page, row, "cloud-download", "Successfully collected")
    page.goto(f"{hub.address}/services/deep-learning/formgrader/manage_submissions/{TOPIC}")
    for student in (ADA, BEN):
        press(page, page.locator("tr", has_text=student), "flash", "Successfully autograded")
        page.reload()
    page.locator("tr", has_text=ADA).get_by_text("8 / 100").wait_for()
    page.locator("tr", has_text=BEN).get_by_text("0 / 100").wait_for()
    teacher.look("graded", page)

    page.goto(f"{hub.address}/services/deep-learning/formgrader/gradebook/{TOPIC}/{TOPIC}")
    page.get_by_role("link", name="Submission #").first.click()
    page.wait_for_load_state()
    for _ in range(2):  # one hand-in has a text to mark
        cell = page.locator(".nbgrader_cell", has_text=TEXT)
        if cell.count():
            break
        page.get_by_role("link", name="Next").first.click()
        page.wait_for_load_state()
    cell.locator("input.score").fill("5")
    cell.locator("input.score").press("Tab")
    cell.locator("textarea.comment").fill("Right; say also what to do about it.")
    cell.locator("textarea.comment").press("Tab")
    page.wait_for_timeout(1000)  # the formgrader saves in passing, and shows a mark that goes again
    teacher.look("marked by hand", page)

    page.goto(f"{hub.address}/services/deep-learning/formgrader")
    row = page.locator("tr", has_text=TOPIC)
    press(page, row, "comment", "Successfully generated feedback")
    page.reload()
    press(page, row, "envelope", "Successfully released feedback")
    teacher.look("feedback released", page)


def test_the_student_reads_the_feedback_and_finds_the_points(ada):
    page = ada.page
    open_list(ada)
    page.get_by_role("button", name="Fetch Feedback").click()
    item(page, "submitted").get_by_text("view feedback").click()
    page.locator(".jp-DirListing-item", has_text=".html").dblclick()
    shown = page.frame_locator(".jp-HTMLViewer iframe")
    expect(shown.locator("body")).to_contain_text("13 of 100 points")
    expect(shown.locator("body")).to_contain_text("Right; say also what to do about it.")
    ada.look("feedback")


def test_the_marks_export(teacher, hub):
    page = teacher.page
    page.goto(f"{hub.address}/services/deep-learning/lab")
    page.get_by_role("menuitem", name="Nbgrader").wait_for()
    teacher.look("course")
    assert "marks.csv" in teacher.shell("grader marks --csv marks.csv")
    rows = {row["student"]: row for row in csv.DictReader(teacher.shell("cat marks.csv").splitlines())}
    assert {name: float(rows[name]["score"]) for name in (ADA, BEN)} == {ADA: 13, BEN: 0}


def test_pages_of_the_hub_are_never_framed(teacher, hub):
    """The formgrader in a frame would be blank, and must be: who frames it takes the instructor's clicks."""
    answer = teacher.page.request.get(f"{hub.address}/services/deep-learning/formgrader")
    assert answer.status == 200
    assert re.search(r"frame-ancestors 'none'", answer.headers["content-security-policy"])
    assert (ARTEFACTS / "teacher 01 formgrader.png").is_file()
