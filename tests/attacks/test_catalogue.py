"""Every line of the threat model has attacks, and README.md says which."""

from __future__ import annotations

from catalogue import HERE, WALLS, attacks, by_line, readme

from grader.engine import sandbox


def test_every_line_of_the_threat_model_has_an_attack():
    assert [line for line, found in by_line().items() if not found] == []


def test_every_attack_has_a_name_of_its_own_and_known_walls():
    found = [(line, *one) for line, ones in by_line().items() for one in ones]
    assert len({(line, name) for line, name, _ in found}) == len(found)
    assert {wall for _, _, walls in found for wall in walls.split()} <= set(WALLS)
    of_the_sandbox = {wall for attack in attacks() for wall in attack.walls} & set(sandbox.WALLS)
    assert set(sandbox.WALLS) - of_the_sandbox == {"user"}  # nothing gets through with this one alone taken down


def test_the_readme_lists_the_attacks():
    assert (HERE / "README.md").read_text() == readme(), "run python tests/attacks/catalogue.py"
