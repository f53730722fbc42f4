"""Attacks by what a cell runs: groups A to D and G to I, each in every place of an unsolved notebook.

With its walls an attack has no point, sees no canary, disturbs nobody and leaves nothing; without them it has its
effect, so that the first test can fail.
"""

from __future__ import annotations

import pytest
from catalogue import Attack, attacks
from testbed import FULL, NOTHING, SOLVED, UNSOLVED, Outcome, has_effect

pytestmark = pytest.mark.system

ATTACKS = attacks()


@pytest.fixture(autouse=True)
def nothing_left(testbed):
    yield
    testbed.clear()


@pytest.mark.parametrize(("attack", "place"), [(a, place) for a in ATTACKS for place in a.places], ids=str)
def test_an_attack_gets_sees_disturbs_and_leaves_nothing(testbed, attack: Attack, place: str):
    with testbed.graded_by(attack.low_limits):
        outcome = testbed.tried(testbed.notebook(attack, place), seconds=attack.seconds)
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert not outcome.seen
    assert attack.most is None or all(number <= attack.most for number in outcome.reached)
    assert len(outcome.told) < 8_000_000
    assert not testbed.processes_left()
    assert not testbed.is_disturbed()
    assert testbed.is_honest()


def without_walls_of_the_sandbox(testbed, attack: Attack) -> Outcome:
    with testbed.graded_by(attack.low_limits, attack.walls):
        return testbed.tried(testbed.notebook(attack, attack.places[0]), seconds=attack.seconds)


def in_one_process(testbed, attack: Attack) -> Outcome:
    return testbed.in_one_process(testbed.notebook(attack, attack.places[0]), 2 * attack.seconds)


WITHOUT = {  # how to grade without a wall that is not one of the sandbox's
    ("process",): in_one_process,
    ("checks",): lambda testbed, attack: testbed.with_careless_tests(testbed.notebook(attack, attack.places[0])),
    ("secret",): lambda testbed, attack: testbed.without_a_secret(testbed.notebook(attack, attack.places[0])),
    ("disk",): lambda testbed, attack: testbed.tried(testbed.notebook(attack, attack.places[0])),  # with our limits
}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_without_its_walls_an_attack_has_its_effect(testbed, attack: Attack):
    outcome = WITHOUT.get(tuple(attack.walls), without_walls_of_the_sandbox)(testbed, attack)
    assert has_effect(testbed, attack, outcome), outcome


def test_the_testbed_tells_a_right_answer_from_an_unsolved_notebook_in_both_ways_of_grading(testbed):
    for answers, points in ((SOLVED, FULL), (UNSOLVED, NOTHING)):
        notebook = testbed.hand_in(answers, [testbed.prelude()])
        assert testbed.grade(notebook).points == testbed.tried(notebook).points == points
        assert testbed.in_one_process(notebook).points == points
