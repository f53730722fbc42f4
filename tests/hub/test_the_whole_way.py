"""Two students, an instructor and a hub: from the login to the points in a feedback page, in Debian's chromium.

Run by `make hub-test`. Pictures go to artefacts/hub/, to be looked at.
"""

from __future__ import annotations

import contextlib
import csv
import re

import pytest
from conftest import ADA, BEN, TEACHER, Person
from playwright.sync_api import Locator, Page, Response, TimeoutError, expect
from windows import until_seen

TOPIC = "gradient_checking"
WRONG = "def difference_quotients(J, theta, epsilon):\n    one_sided = (J(theta + epsilon) - J(theta)) / epsilon\n    return one_sided, one_sided\n"
RIGHT = WRONG.replace(
    "    return one_sided, one_sided\n",
    "    two_sided = (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)\n    return one_sided, two_sided\n",
)
FUNCTION, CHECK = "def difference_quotients", "quotients = quotients_of_power(2, 3.0, 0.1)"
TEXT = "Each pass draws another mask, so the two costs belong to two networks."
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"


# What a student does --------------------------------------------------------------------------------------------------


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
    notebook = fetched.locator(".nested_list_item a", has_text=TOPIC)
    until_seen(notebook, lambda: notebook.is_visible() or fetched.get_by_text(TOPIC).first.click())
    notebook.click()
    is_ready(page)


def is_ready(page: Page) -> None:
    """Wait until the notebook is drawn and has a kernel: without one, "Run" does nothing."""
    page.locator(f"{NOTEBOOK} .jp-RenderedMarkdown mjx-container").first.wait_for()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")


def find(page: Page, text: str) -> Locator:
    """The cell that holds a text, found with JupyterLab's search: what is far away is not drawn before."""
    cell = page.locator(f"{NOTEBOOK} .jp-Cell.jp-mod-active")

    def search() -> None:
        page.locator(f"{NOTEBOOK} .jp-Toolbar").first.click()
        box = page.get_by_placeholder("Find")
        until_seen(box, lambda: page.keyboard.press("Control+f"))
        box.fill(text)
        page.get_by_text(re.compile("^[-1]/1$")).wait_for()  # for a moment, it may be that of the last search
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")

    until_seen(cell.filter(has_text=text), search)
    return cell


def write(page: Page, place: str, text: str) -> None:
    """Type into the cell that holds a text."""
    cell = find(page, place)
    editor = cell.locator(".cm-content")
    until_seen(editor, lambda: editor.is_visible() or cell.locator(".jp-MarkdownOutput").dblclick())
    type_over(page, cell, text, editor.click)


def type_over(page: Page, cell: Locator, text: str, enter) -> None:
    """Enter a cell, and put a text in the place of what is in it."""
    until_seen(cell.locator(".cm-editor.cm-focused"), enter)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    expect(cell.locator(".cm-content")).to_contain_text(text.rstrip().rpartition("\n")[2].strip())


def run_to(student: Person, place: str) -> Locator:
    """Run everything to the cell that holds a text, and that cell."""
    cell = find(student.page, place)
    student.menu("Run", "Run All Above Selected Cell")
    student.menu("Run", "Run Selected Cell and Do not Advance")
    return cell


def save(page: Page) -> None:
    """Save the notebook, and wait until its tab has no mark of changes any more."""
    marks = page.locator(".lm-DockPanel .lm-TabBar-tab.jp-mod-dirty")
    page.keyboard.press("Control+s")
    expect(marks).to_have_count(0)


@pytest.fixture(scope="module")
def ada(person):
    return person(ADA)


@pytest.fixture(scope="module")
def adas_work(ada) -> Person:
    """A student breaks an exercise, reads why, mends it, validates and submits."""
    page = ada.page
    fetch_and_open(ada)
    ada.look("notebook")
    write(page, FUNCTION, WRONG)
    check = run_to(ada, CHECK)
    said = check.locator(".jp-OutputArea-output", has_text="difference_quotients").first
    said.wait_for()
    said.scroll_into_view_if_needed()
    ada.look("told why")
    assert "2 * epsilon" in said.inner_text() or "two-sided" in said.inner_text()

    write(page, FUNCTION, RIGHT)
    page.keyboard.press("Control+Enter")
    check = run_to(ada, CHECK)
    check.locator(".jp-OutputArea-output", has_text="the visible checks pass").first.wait_for()
    ada.look("mended")
    write(page, "YOUR ANSWER HERE", TEXT)
    page.keyboard.press("Shift+Enter")

    page.get_by_role("button", name="Validate").click()
    results = page.locator(".jp-Dialog", has_text="Validation Results")
    results.wait_for()
    ada.look("validated")
    page.keyboard.press("Escape")
    expect(results).to_have_count(0)
    save(page)
    open_list(ada)
    item(page, "fetched").get_by_role("button", name="Submit").click()
    item(page, "submitted").wait_for()
    ada.look("submitted")
    return ada


# What another does, without a mouse -----------------------------------------------------------------------------------


def tab_to(page: Page, name: str, row: str) -> None:
    """Press Tab until the focus is on what has a name, in the row with a text, as somebody does who cannot use a mouse."""
    is_there = """([name, row]) => {
        const one = document.activeElement;
        const words = (one.innerText || one.value || "").trim();
        return words === name && (one.closest(".list_item")?.innerText || "").includes(row);
    }"""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(is_there, [name, row]):
            return
    raise AssertionError(f"The keyboard does not reach {name!r} of {row}.")


def command(page: Page, name: str, effect: Locator) -> None:
    """JupyterLab's command palette, and what shows that the command ran.

    A list behind the palette that is drawn again takes the focus, and the palette closes. Then a person opens it again.
    """
    palette = page.locator(".lm-CommandPalette-input:focus")
    active = page.locator(".lm-CommandPalette-item.lm-mod-active", has_text=name)

    def choose() -> None:
        if effect.is_visible():
            return
        until_seen(palette, lambda: palette.is_visible() or page.keyboard.press("Control+Shift+c"))
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(name)
        for _ in range(5):  # the best match is the first or near it
            with contextlib.suppress(TimeoutError):
                active.wait_for(timeout=1000)
                page.keyboard.press("Enter")
                return
            page.keyboard.press("ArrowDown")

    until_seen(effect, choose)


@pytest.fixture(scope="module")
def bens_work(browser, hub) -> Person:
    """Another student hands in wrong work, without a mouse."""
    ben = Person(browser, hub, BEN)
    page = ben.page
    page.goto(hub.address)
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(BEN)
    page.keyboard.press("Tab")
    page.keyboard.type(hub.passwords[BEN])
    page.keyboard.press("Enter")
    ben.arrive()

    command(page, "Assignment List", item(page, "released"))
    tab_to(page, "Fetch", TOPIC)
    page.keyboard.press("Enter")
    item(page, "fetched").wait_for()
    ben.look("fetched by keyboard")
    path = page.locator(".jp-Dialog input:focus")
    command(page, "Open from Path", path)
    page.keyboard.type(f"{TOPIC}/{TOPIC}.ipynb")
    expect(path).to_have_value(f"{TOPIC}/{TOPIC}.ipynb")
    page.keyboard.press("Enter")
    is_ready(page)

    box = page.locator("[placeholder=Find]:focus")
    until_seen(box, lambda: page.keyboard.press("Control+f"))
    page.keyboard.type(FUNCTION)
    page.get_by_text(re.compile("^[-1]/1$")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    cell = page.locator(".jp-Cell.jp-mod-active")
    expect(cell).to_contain_text(FUNCTION)
    page.keyboard.press("Escape")
    type_over(page, cell, WRONG, lambda: page.keyboard.press("Enter"))
    page.keyboard.press("Control+Enter")
    save(page)
    ben.look("written by keyboard")
    submit = item(page, "fetched").get_by_role("button", name="Submit")
    command(page, "Assignment List", submit)
    tab_to(page, "Submit", TOPIC)
    page.keyboard.press("Enter")
    item(page, "submitted").wait_for()
    ben.look("submitted by keyboard")
    ben.context.close()
    return ben


# What the instructor does ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def teacher(person):
    return person(TEACHER)


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
    page.locator(".modal-dialog", has_text=said).wait_for()


def give(page: Page, field: Locator, what: str, value: str) -> None:
    """Fill in a field that the formgrader saves when one leaves it, again if it was not listening yet."""

    def is_saved(answer: Response) -> bool:
        return answer.ok and answer.request.method == "PUT" and f"/api/{what}/" in answer.url

    for soon in (2, 4, 8, 16, 32, 64, 128):
        with contextlib.suppress(TimeoutError), page.expect_response(is_saved, timeout=soon * 1000):
            field.fill(value)
            field.press("Tab")
            return
        field.fill("")
        field.press("Tab")
    raise AssertionError(f"The formgrader does not save a {what}.")


@pytest.fixture(scope="module")
def returned(teacher, hub, adas_work, bens_work) -> Person:
    """The instructor collects, grades, marks by hand and returns feedback."""
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
    submissions = page.get_by_role("link", name="Submission #")
    expect(submissions).to_have_count(2)
    for address in submissions.evaluate_all("links => links.map(link => link.href)"):
        page.goto(address)
        cell = page.locator(".nbgrader_cell", has_text=TEXT)
        if cell.count():  # one hand-in has a text to mark
            break
    give(page, cell.locator("input.score"), "grade", "5")
    give(page, cell.locator("textarea.comment"), "comment", "Right; say also what to do about it.")
    teacher.look("marked by hand", page)

    page.goto(f"{hub.address}/services/deep-learning/formgrader")
    row = page.locator("tr", has_text=TOPIC)
    press(page, row, "comment", "Successfully generated feedback")
    page.reload()
    press(page, row, "envelope", "Successfully released feedback")
    teacher.look("feedback released", page)
    page.close()
    return teacher


# ----------------------------------------------------------------------------------------------------------------------


def test_a_student_breaks_an_exercise_reads_why_mends_it_validates_and_submits(adas_work):
    assert item(adas_work.page, "submitted").count() == 1


def test_another_student_submits_wrong_work_without_a_mouse(bens_work, hub):
    (notebook,) = (hub.prefix / "home" / BEN).glob(f"{TOPIC}/*.ipynb")
    assert "one_sided, one_sided" in notebook.read_text()


def test_the_instructor_collects_grades_marks_by_hand_and_returns_feedback(returned, hub):
    assert len([*(hub.prefix / "course/feedback").glob(f"*/{TOPIC}/{TOPIC}.html")]) == 2


def test_the_student_reads_the_feedback_and_finds_the_points(returned, ada):
    page = ada.page
    open_list(ada)
    page.locator("#refresh_assignments_list").click()
    page.get_by_role("button", name="Fetch Feedback").click()
    item(page, "submitted").get_by_text("view feedback").click()
    page.locator(".jp-DirListing-item", has_text=".html").dblclick()
    shown = page.frame_locator(".jp-HTMLViewer iframe")
    expect(shown.locator("body")).to_contain_text("13 of 100 points")
    expect(shown.locator("body")).to_contain_text("Right; say also what to do about it.")
    ada.look("feedback")


def test_the_marks_export(returned, hub):
    page = returned.page
    page.goto(f"{hub.address}/services/deep-learning/lab")
    returned.arrive()
    returned.look("course")
    assert "marks.csv" in returned.shell("grader marks --csv marks.csv")
    rows = {row["student"]: row for row in csv.DictReader(returned.shell("cat marks.csv").splitlines())}
    assert {name: float(rows[name]["score"]) for name in (ADA, BEN)} == {ADA: 13, BEN: 0}


def test_pages_of_the_hub_are_never_framed(teacher, hub):
    """The formgrader in a frame would be blank, and must be: who frames it takes the instructor's clicks."""
    answer = teacher.page.request.get(f"{hub.address}/services/deep-learning/formgrader")
    assert answer.status == 200
    assert re.search(r"frame-ancestors 'none'", answer.headers["content-security-policy"])
