"""Known right and wrong answers, in both places: in a student's own notebook, and where the examiner asks from outside.

Right ones get all points. Wrong ones lose their exercise, and nothing that does not need it, and are told why. Not only
must the same tests pass in both places: the messages must be the same words. Tests that have nothing to do with an answer
run in one process only, which saves much time.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import cache

import nbformat
import pytest
from sample_class import hand_in, variant_answers
from test_answers import COURSE, TOPICS, cells, dependents, of_kind, variants

from grader import builder, examination, handin
from grader.engine.examiner import Job
from grader.engine.limits import Limits
from grader.engine.template import shared_template
from grader.master import Master
from grader.modules import closure
from grader.rehearsal import Outcome, rehearse, untouched
from utils.checks import VisibleCheckFailed

SECONDS = 60.0
# An answer that changes the course's data loses its own exercise in both places. After that the two may differ: a notebook
# goes on with the spoilt data, whereas the examiner gives every test the data of the course, or later tests could be won
# by spoiling their inputs.
SPOILS_THE_DATA = {"changes the parameters of the caller"}

# A wrong answer that a network is trained with fails inside a traced function, and TensorFlow's words then name the file
# that it wrote the function to, or the costs differ in their last digit.
WORDS_OF_TENSORFLOW = {"test_model"}


@cache
def master(topic: str) -> Master:
    return Master.of(nbformat.reads(builder.source_notebook(COURSE, COURSE.assignment(topic)), as_version=4))


def examined(topic: str, answers: Mapping[str, str], tests: Container[str] | None = None) -> dict[str, Outcome]:
    """The outcomes of some tests, or of all, through the engine; without the course's plots, because no test needs them."""
    reference = {cell.grade_id: cell.source for cell in cells(topic) if cell.kind == "solution"}
    notebook = hand_in({**reference, **answers}, topic=topic)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("course", {}).get("kind") != "code"]
    graded = handin.restore(notebook, master(topic))
    names = {number: one.master.name for number, one in enumerate(graded) if one.kind == "test"}
    skipped = {number for number, name in names.items() if tests is not None and name not in tests}
    steps = [step for step in handin.steps(graded, master(topic)) if step.cell not in skipped]
    job = Job(steps, SECONDS, None)
    row = COURSE.assignment(topic)
    template = shared_template(row.stack, Limits())
    report = examination.examine(template, job, {}, {}, closure(row.utils), least_tier="isolated")
    assert not report.lost
    outcomes = {}
    for number in names.keys() - skipped:
        result = report.results[number]
        error = next((out for out in result.outputs if out["output_type"] == "error"), None)
        assert result.passed == (error is None)
        outcomes[names[number]] = Outcome(True) if error is None else outcome(error)
    return outcomes


def outcome(error: dict) -> Outcome:
    visible = error["ename"] == VisibleCheckFailed.__name__
    return Outcome(False, error["evalue"] if visible else f"{error['ename']}: {error['evalue']}", visible)


@pytest.mark.parametrize(("topic", "variant"), [pytest.param(t, v, id=f"{t}:{v}") for t in TOPICS for v in variants(t)])
def test_every_known_answer_gets_its_verdict_in_both_places_in_the_same_words(topic, variant):
    answers, own = {variant.solution: variant.source}, f"test_{variant.solution}"
    needing = dependents(topic, variant.solution)
    needed = {f"test_{name}" for test in needing for name in of_kind(topic, "test")[test].needs}
    rehearsed = rehearse(cells(topic), answers)
    here, there = rehearsed.tests, examined(topic, answers, needing | needed)
    if variant.right:
        assert {name: here[name].message for name in rehearsed.failed} == {}
    else:
        assert not here[own].passed
        assert rehearsed.failed <= needing
        assert variant.says in here[own].message
        assert here[own].visible == (not variant.hidden)
    assert there[own] == here[own]
    if variant.name in SPOILS_THE_DATA:
        return
    for name, found in there.items():
        if name in WORDS_OF_TENSORFLOW and name != own:
            assert found.passed == here[name].passed
        else:
            assert found == here[name]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("which", [0, -1])
def test_complete_answers_in_another_style_get_the_same_verdict(topic, which):
    answers = variant_answers(which, topic)
    assert examined(topic, answers) == rehearse(cells(topic), answers).tests


@pytest.mark.parametrize("topic", TOPICS)
def test_the_untouched_notebook_gets_the_same_verdict(topic):
    answers = untouched(cells(topic))
    assert examined(topic, answers) == rehearse(cells(topic), answers).tests
