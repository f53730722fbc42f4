"""J. What people look at: pages, tables and terminals show what students wrote, and run none of it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import urllib.request
from html.parser import HTMLParser

import pytest
from catalogue import threat
from conftest import ROOT, jupyter_lab
from nbformat.v4 import new_code_cell, new_markdown_cell
from testbed import SOLVED, UNSOLVED

from grader import cli, feedback, marks
from grader.marks import Mark

pytestmark = pytest.mark.system

PAGES = "scripts and frames in feedback, reports and the formgrader (outputs, markdown, file and student names)"
FORMULAS = "spreadsheet formulas in exported marks"
TERMINAL = "terminal escapes in the command's output"

HOSTILE = [
    "<script>hostile()</script>",
    "</pre></section><script src='https://example.invalid/hostile.js'></script>",
    "<img src=x onerror=hostile()>",
    "<svg onload=hostile()></svg>",
    "<iframe src='javascript:hostile()'></iframe>",
    "<a href='javascript:hostile()'>look</a>",
    "<form action='https://example.invalid/hostile'><button>look</button></form>",
    "<meta http-equiv='refresh' content='0;url=https://example.invalid/hostile'>",
    "<style>body{background:url(https://example.invalid/hostile)}</style>",
    "<object data='data:text/html,<script>hostile()</script>'></object>",
    "{{ 7 * 191 }}{% raw %}",
    "<!-- ]]> --><base href='https://example.invalid/hostile/'>",
]


class Active(HTMLParser):
    """The parts of a page that run or load something of a student's."""

    LOADS = ("script", "iframe", "object", "embed", "form", "meta", "style", "base", "link", "svg")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else ""
        for name, value in attributes:
            runs = name.startswith("on") or tag in self.LOADS or (value or "").strip().lower().startswith("javascript:")
            if runs and "hostile" in (value or ""):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and "hostile" in data:
            self.found.append(f"{self._inside}: {data.strip()}")


STUDENTS = ("mallory", "<img src=x onerror=hostile()>", "{{ 7 * 191 }}", "a'\"><svg onload=hostile()>")

LINE_ENDS = "\n\r\v\f\x1c\x85\u2028"  # some end a line of Markdown, and two of them a paragraph of HTML


def hand_in(testbed):
    """A notebook with the hostile texts wherever a page may show them."""
    shown = f"from IPython.display import HTML, Javascript, Markdown, SVG, display\nfor text in {HOSTILE!r}:\n"
    shown += "    print(text)\n    display(HTML(text), Markdown(text), Javascript('hostile()'))\n"
    shown += "    display({'image/svg+xml': text, 'text/latex': text, 'text/plain': text}, raw=True)\n"
    shown += "    attribute = '\\x22><script>hostile()</script>'\n"
    shown += "    display({'image/png': attribute, 'image/jpeg': attribute}, raw=True)\n"
    shown += (
        "    display({'image/png': 'aGk='}, raw=True, metadata={'image/png': {'width': attribute, 'alt': attribute}})\n"
    )
    shown += "    display({'application/vnd.jupyter.widget-view+json': {'model_id': attribute}}, raw=True)\n"
    shown += "open('<img src=x onerror=hostile()>.txt', 'w').write('x')"
    answers = {
        "double": f"# {' '.join(HOSTILE)}\ndef double(x):\n    raise type({HOSTILE[2]!r}, (Exception,), {{}})({''.join(HOSTILE)!r})",
        "triple": f"raise ValueError({''.join(HOSTILE)!r})",
    }
    notebook = testbed.hand_in(answers, [testbed.prelude(), shown])
    ended = [f"x{end}{end}[look](javascript:hostile()) ![](https://example.invalid/hostile)" for end in LINE_ENDS]
    notebook.cells += [new_markdown_cell(text) for text in (*HOSTILE, *ended)] + [new_code_cell(f"# {HOSTILE[0]}")]
    for cell in notebook.cells:
        cell.metadata.tags = ['"><script>hostile()</script>']

    attached = new_markdown_cell("![x](attachment:x.svg) [y](javascript:hostile()) <javascript:hostile()>")
    attached.attachments = {
        "x.svg": {"image/svg+xml": '"><script>hostile()</script>', '"><script>hostile()</script>': "x"}
    }
    notebook.cells.append(attached)
    return notebook


@threat(PAGES, "escape", ["a feedback page", "a student's name on it", "a file's name"])
@pytest.mark.parametrize("student", STUDENTS, ids=range(len(STUDENTS)))
def test_a_feedback_page_runs_nothing_of_a_student(testbed, student):
    testbed.grade(hand_in(testbed), student)
    page = (testbed.root / f"feedback/{student}/ps1/p1.html").read_text()
    assert "hostile" in page  # it shows the answer
    assert Active(page).found == [] and "1337" not in page
    shutil.rmtree(testbed.root / "submitted" / student)
    assert testbed.is_honest()


def test_without_escaping_a_feedback_page_runs_it(testbed, monkeypatch):
    real = feedback.jinja2.Environment
    monkeypatch.setattr(feedback.jinja2, "Environment", lambda autoescape, **more: real(autoescape=False, **more))
    testbed.grade(hand_in(testbed))
    assert Active((testbed.root / "feedback/mallory/ps1/p1.html").read_text()).found


@threat(PAGES, "harmless", ["the formgrader's page"])
@pytest.mark.parametrize("sanitized", [True, False])
def test_the_formgrader_runs_nothing_of_a_student(testbed, sanitized):
    testbed.grade(hand_in(testbed))
    settings = (ROOT / "nbgrader_config.py").read_text()
    (testbed.root / "nbgrader_config.py").write_text(
        settings if sanitized else settings.replace('"grader.harmless.Harmless"', "")
    )
    with testbed.course.gradebook() as gradebook:
        number = gradebook.find_submission_notebook("p1", "ps1", "mallory").id
    with jupyter_lab(testbed.root) as address:
        request = urllib.request.Request(
            f"{address}/formgrader/submissions/{number}/", headers={"Authorization": "token secret"}
        )
        with urllib.request.urlopen(request) as answer:
            page = answer.read().decode()
    assert "double" in page
    assert (Active(page).found == []) is sanitized


FORMULA = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    '=HYPERLINK("https://example.invalid")',
    "|calc",
    "%0A=1",
]


@threat(FORMULAS, "apostrophe", ["formulas as names", "formulas as reasons"])
def test_a_cell_of_the_marks_is_no_formula(monkeypatch):
    rows = [Mark(name, name, 1.0, 2.0, 1.0, 0.0, 0.0, marks.GRADED, name) for name in FORMULA]

    def formulas() -> list[str]:
        lines = re.split("[\r\n]", marks.to_csv(rows))  # every spreadsheet has its own idea of what ends a line
        cells = [cell for row in csv.reader(lines) for cell in row]
        return [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "-1"))]

    assert formulas() == []
    monkeypatch.setattr(marks, "_safe", lambda value: value)
    assert len(formulas()) > 10


ESCAPES = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\r\x08\x08",
    "\x1bP+q\x1b\\",
    "a\u202egnp.exe",
    "\x00\x7f",
    "[red]x[/red][link=https://example.invalid]y[/link]",
]


@threat(TERMINAL, "plain", ["escapes as names and reasons", "markup as names", "text from right to left"])
def test_what_a_command_prints_does_not_steer_the_terminal(monkeypatch, capsys):
    def shown() -> str:
        out = io.StringIO()
        monkeypatch.setattr(cli, "out", cli.Console(file=out, force_terminal=False, width=400, highlight=False))
        cli._show([{"student": text, "result": text} for text in ESCAPES], False)
        return out.getvalue()

    def steering(text: str) -> list[str]:
        return [character for character in text if not character.isprintable() and character != "\n"]

    assert steering(shown()) == [] and "[red]x[/red]" in shown()
    monkeypatch.setattr(cli, "_plain", lambda text: text)
    assert steering(shown())


@threat(TERMINAL, "plain", ["escapes in an exception's text"])
def test_a_message_for_a_student_holds_no_escapes(testbed):
    answers = {**UNSOLVED, "double": f"def double(x):\n    raise ValueError({''.join(ESCAPES)!r})"}
    outcome = testbed.grade(testbed.hand_in(answers))
    page = (testbed.root / "feedback/mallory/ps1/p1.html").read_text()
    assert "\x1b[" not in page and "\x1b]" not in page and "\x9b" not in page
    assert outcome.points["test_double"] == 0
    assert testbed.grade(testbed.hand_in(SOLVED), "ada").score == 10
