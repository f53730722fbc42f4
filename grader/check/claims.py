"""What is claimed of every assignment, and how the claims are measured.

A claim says what has to be done, in batches that other processes do, and judges what came out. A problem is one sentence: which
answer, which test, what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.check import leaks, margins, notebooks, trials, weakened
from grader.check.batches import LOST, Batch
from grader.check.claim import CHUNK, Claim, Finding, Topic
from grader.check.mutants import mutants
from grader.variants import Variant

LEAST_RIGHT = 3  # right answers to an exercise that its test has to be tried with
LEAST_SCORE = 0.95  # of the mutants that are no equivalent ones
GRADINGS = 50


class Notebooks(Claim):
    """The source notebook runs and gets all points, the released one runs and gets none, and what the text says is so."""

    def batches(self) -> Iterator[Batch]:
        if not self.topic.quick:
            yield from self._batch(notebooks.run_in_a_kernel, ["kernel"])
        yield from self._batch(notebooks.run_notebook, ["source", "release"], size=1)

    def findings(self) -> Iterator[Finding]:
        problems, untrue = [], []
        for way, found in self.results.items():
            if found == LOST:
                problems.append(f"The {'source' if way == 'kernel' else way} notebook was not run to its end.")
            elif way == "kernel":
                problems += found[0]
                untrue += found[1]
            else:
                problems += found
        row, tests = self.topic.row, self.topic.of_kind("test").values()
        text = self.topic.cells[0].source
        if f"about {row.minutes} minutes" not in text:
            problems.append(f"The text does not say “about {row.minutes} minutes”, which the table says.")
        automatic = sum(test.points or 0 for test in tests)
        problems += [] if f"{row.points} points" in text else [f"The text does not say “{row.points} points”."]
        yield Finding("notebooks run", f"{automatic} of {row.points} by tests", problems)
        known = len(notebooks.facts(*self.topic.given))
        yield Finding("facts hold", f"{known} facts" if not self.topic.quick else "not looked at", untrue)


class Styles(Claim):
    """A notebook in which every answer is in another style runs whole, with its training, and gets all points."""

    def batches(self) -> Iterator[Batch]:
        places = [-1] if self.topic.quick else [0, -1]
        yield from self._batch(notebooks.rehearse_other_styles, places, self.topic.quick, size=1)

    def findings(self) -> Iterator[Finding]:
        problems = _all("A notebook in another style was not run to its end.", self.results)
        yield Finding("other styles run", f"{len(self.results)} notebooks", problems)


class Answers(Claim):
    """Right answers pass; wrong ones fail their tests, are told why, and cost nothing that does not need them."""

    def __init__(self, topic: Topic) -> None:
        super().__init__(topic)
        self._engine: dict[int, Any] = {}

    def batches(self) -> Iterator[Batch]:
        numbers = range(len(self.topic.variants))
        tests = [self._tests(one.solution) for one in self.topic.variants]
        yield from self._batch(trials.rehearse_variants, numbers, tests, size=20)
        every = max(1, len(numbers) // 6) if self.topic.quick else 1
        yield from self._batch(trials.examine_variants, numbers[::every], tests, size=20)

    def _tests(self, solution: str) -> list[str]:
        """Those that need it, and those of what these need, because a message names what does not pass."""
        tests, needing = self.topic.of_kind("test"), self.topic.dependents(solution)
        return sorted(needing | {f"test_{name}" for test in needing for name in tests[test].needs})

    def take(self, batch: Batch, results: list) -> None:
        place = self._engine if batch.do is trials.examine_variants else self.results
        place.update(zip(batch.items, results, strict=True))

    def findings(self) -> Iterator[Finding]:
        right: list[str] = []
        wrong: list[str] = []
        differ: list[str] = []
        near: list[str] = []
        variants = self.topic.variants
        for number, variant in enumerate(variants):
            found = self.results[number]
            if found == LOST:
                (right if variant.right else wrong).append(f"{variant}: its process was lost.")
                continue
            own = f"test_{variant.solution}"
            if variant.right:
                right += [f"{variant}: {name} says: {found.tests[name].message}" for name in _failed(found.tests)]
            else:
                wrong += self._about_wrong(variant, found.tests)
            near += self._near(variant, own, found.comparisons)
            if number in self._engine:
                differ += self._different(variant, found.tests, self._engine[number])
        for solution in self.topic.of_kind("solution"):
            known = sum(one.right for one in variants if one.solution == solution)
            if known < LEAST_RIGHT:
                right.append(f"{solution} has {known} right variants; its test has to be tried with {LEAST_RIGHT}.")
            if not any(one.solution == solution and not one.right for one in variants):
                wrong.append(f"{solution} has no wrong variant.")
        rights = sum(one.right for one in variants)
        yield Finding("right answers pass", f"{rights} answers", right)
        yield Finding("wrong answers fail", f"{len(variants) - rights} answers", wrong)
        yield Finding("the engine agrees", f"{len(self._engine)} answers", differ)
        yield Finding(
            "tolerances keep away",
            f"{sum(len(one.comparisons) for one in self.results.values() if one != LOST):,} comparisons",
            near,
            [f"{one.of}: {one.why}" for one in self.topic.explanations if one.kind == "near"],
        )

    def _about_wrong(self, variant: Variant, tests: dict) -> Iterator[str]:
        own = tests[f"test_{variant.solution}"]
        if own.passed:
            yield f"{variant}: passes."
        elif variant.says not in own.message:
            yield f"{variant}: is told “{own.message}”, which does not hold “{variant.says}”."
        elif own.visible == bool(variant.hidden):
            yield f"{variant}: a {'visible' if own.visible else 'hidden'} check catches it, which its marker denies."

    def _different(self, variant: Variant, here: dict, there: Any) -> Iterator[str]:
        if there == LOST:
            yield f"{variant}: the engine lost its process."
            return
        own = f"test_{variant.solution}"
        for name, outcome in there.items():
            if name != own and variant.elsewhere:
                continue
            if (outcome.passed, outcome.visible) != (here[name].passed, here[name].visible):
                yield f"{variant}: {name} {_verdict(here[name])} in one process and {_verdict(outcome)} in the engine."
            elif name == own and outcome.message != here[name].message:
                yield f"{variant}: {name} says “{here[name].message}” in one process and “{outcome.message}” in the engine."

    def _near(self, variant: Variant, own: str, comparisons: Sequence[margins.Comparison]) -> Iterator[str]:
        """Where a right answer nearly failed, or a wrong one nearly passed the check that caught it."""
        if self.topic.explained("near", own):
            return
        made = [one for one in comparisons if one.test == own]
        for one in made if variant.right else made[-1:]:
            if one.is_near and (one.distance < 1) == variant.right:
                yield f"{variant}: line {one.line} of {own} sees {one.distance:.2g} times what it allows."
                return


class Everything(Claim):
    """Tests that do not need an exercise do not notice what became of it."""

    def batches(self) -> Iterator[Batch]:
        wrong = [number for number, one in enumerate(self.topic.variants) if not one.right]
        every = max(1, len(wrong) // 6) if self.topic.quick else 1
        yield from self._batch(trials.rehearse_all, wrong[::every], size=20)

    def findings(self) -> Iterator[Finding]:
        problems = []
        for number, tests in self.results.items():
            variant = self.topic.variants[number]
            if tests != LOST:
                beyond = sorted(_failed(tests) - self.topic.dependents(variant.solution))
                problems += [f"{variant}: {name} fails too, and does not say that it needs it." for name in beyond]
        yield Finding("other exercises stay", f"{len(self.results)} wrong answers", problems)


class Mutants(Claim):
    """Nearly every slip in a solution is caught by its own test; what is not is the same answer, or explained."""

    def batches(self) -> Iterator[Batch]:
        for name, cell in self.topic.of_kind("solution").items():
            # how many there are once variables are known to be alike is seen where they are tried; about half as many again
            count = 3 * len(mutants(name, cell.source)) // 2
            parts = max(1, round(count / CHUNK))
            step = 10 if self.topic.quick else 1
            items = [(part, parts, step) for part in range(parts)]
            for item in items:
                yield Batch(self, trials.try_part, (*self.topic.given, name), (item,))

    def take(self, batch: Batch, results: list) -> None:
        self.results[batch.given[-1], batch.items[0]] = results[0]

    def findings(self) -> Iterator[Finding]:
        problems, remarks, tried, used = [], [], [], set()
        for (solution, _), found in self.results.items():
            if found == LOST:
                problems.append(f"{solution}: the process that tried its mutants was lost.")
            else:
                tried += found
        survivors = [one for one in tried if not one.killed_by and not one.is_equivalent]
        sources = {name: cell.source for name, cell in self.topic.of_kind("solution").items()}
        for one in survivors:
            mutant = one.mutant
            difference = mutant.difference(sources[mutant.solution])
            lines = {line[1:].strip() for line in difference if line.startswith("+")}
            why = [one for one in self.topic.explained("survives", mutant.solution) if lines & one.lines]
            used |= {id(one) for one in why}
            shown = "\n".join(difference)
            said = one.difference or f"not told from it on {one.compared} inputs"
            text = f"{mutant.solution}, line {mutant.line}, {mutant.operator}: test_{mutant.solution} lets it pass ({said}).\n{shown}"
            if why:
                remarks.append(f"{text}\n{why[0].why}")
            else:
                problems.append(text)
        equivalent = sum(one.is_equivalent for one in tried)
        killed = len(tried) - len(survivors) - equivalent
        score = killed / max(1, len(tried) - equivalent)
        if score < LEAST_SCORE and not self.topic.quick:
            problems.append(f"The mutation score is {score:.1%}; it has to be {LEAST_SCORE:.0%}.")
        if not self.topic.quick:
            problems += [
                f"variants.py, line {one.line}: no mutant of {one.of} survives that it explains."
                for one in self.topic.explanations
                if one.kind == "survives" and id(one) not in used
            ]
        yield Finding(
            "mutants are caught",
            f"{killed} of {len(tried) - equivalent} ({score:.1%}), and {equivalent} equivalent",
            problems,
            remarks,
        )


class Steadiness(Claim):
    """The same answers get the same marks, whatever the secret of the course, on a busy machine."""

    def batches(self) -> Iterator[Batch]:
        times = range(5 if self.topic.quick else GRADINGS)
        yield from self._batch(trials.grade_again, times, size=10)

    def findings(self) -> Iterator[Finding]:
        problems = [f"Grading {number} was lost." for number, found in self.results.items() if found == LOST]
        verdicts = [found for found in self.results.values() if found != LOST]
        expected = trials.expected_marks(*self.topic.given)
        for name, passes in expected.items():
            others = sum(one[name] != passes for one in verdicts)
            if others:
                problems.append(f"{name} {'fails' if passes else 'passes'} in {others} of {len(verdicts)} gradings.")
        yield Finding("marks are steady", f"{len(verdicts)} gradings", problems)


class Secrets(Claim):
    """A test judges a right answer, and a wrong one that only hidden tests catch, alike under every secret of the course."""

    def batches(self) -> Iterator[Batch]:
        numbers = [number for number, one in enumerate(self.topic.variants) if one.right or one.hidden]
        every = max(1, len(numbers) // 6) if self.topic.quick else 1
        yield from self._batch(weakened.under_secrets, numbers[::every])

    def findings(self) -> Iterator[Finding]:
        problems = _all("An answer under other secrets was lost.", self.results)
        yield Finding("secrets decide nothing", f"{len(self.results)} answers", problems)


class HiddenChecks(Claim):
    """Without any one check of a hidden test, a known wrong answer gets through."""

    def batches(self) -> Iterator[Batch]:
        places = [
            (name, number)
            for name, cell in self.topic.of_kind("test").items()
            for number in range(len(weakened.hidden_checks(cell.source)))
        ]
        every = max(1, len(places) // 6) if self.topic.quick else 1
        yield from self._batch(weakened.without_hidden_checks, places[::every])

    def findings(self) -> Iterator[Finding]:
        problems = _all("A hidden check was not left out: its process was lost.", self.results)
        yield Finding("hidden checks count", f"{len(self.results)} checks", problems)


class Spoiling(Claim):
    """An answer without a value gains nothing by destroying what it is given."""

    def batches(self) -> Iterator[Batch]:
        tests = list(self.topic.of_kind("test"))
        every = max(1, len(tests) // 3) if self.topic.quick else 1
        yield from self._batch(weakened.spoil, tests[::every])

    def findings(self) -> Iterator[Finding]:
        problems = _all("An answer that destroys what it is given was lost.", self.results)
        yield Finding("spoiling gains nothing", f"{len(self.results)} tests", problems)


class Leaks(Claim):
    """No line of a solution or of a hidden test is in the release, in utils or in the feedback."""

    def batches(self) -> Iterator[Batch]:
        yield from self._batch(leaks.found, ["release", "utils", "feedback"], size=3)

    def findings(self) -> Iterator[Finding]:
        problems = [
            sentence
            for place, found in self.results.items()
            for sentence in ([f"The search in {place} was lost."] if found == LOST else found)
        ]
        lines = sum(len(leaks.secret_lines(self.topic.cells, region)) for region in ("SOLUTION", "HIDDEN TESTS"))
        yield Finding("nothing leaks", f"{lines} secret lines", problems)


CLAIMS: tuple[type[Claim], ...] = (
    Notebooks, Styles, Answers, Everything, Secrets, HiddenChecks, Spoiling, Mutants, Steadiness, Leaks,
)  # fmt: skip


def _all(lost: str, results: dict[Any, Any]) -> list[str]:
    """The sentences of all results; `lost` for one whose process was lost."""
    found: list[str] = []
    for result in results.values():
        found += [lost] if result == LOST else [result] * bool(result) if isinstance(result, str) else result
    return found


def _failed(tests: dict) -> set[str]:
    return {name for name, outcome in tests.items() if not outcome.passed}


def _verdict(outcome: Any) -> str:
    return "passes" if outcome.passed else "fails a visible check" if outcome.visible else "fails a hidden check"
