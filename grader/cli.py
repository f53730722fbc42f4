"""The command `grader`: build, publish, collect, grade, feedback, marks. The only module that prints.

Results go to standard output, progress and errors to standard error. Exit codes: 0 all well; 1 the command did its
work, but something needs a look (a hand-in was refused or could not be graded); 2 it could not be done.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from grader.course import Course
from grader.engine.sandbox import TIERS
from grader.errors import CourseError, NothingToDo

if TYPE_CHECKING:
    from grader.verdict import Verdict

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, release, collect, grade, give feedback and export marks: a course of notebooks, left to right.",
)
# A terminal gets lines broken between words; a file or a pipe gets them whole.
out = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
err = Console(highlight=False, stderr=True, soft_wrap=not sys.stderr.isatty())

Tier = StrEnum("Tier", TIERS)  # type: ignore[misc]  # mypy knows the members of none but a literal list; nothing names them
NEEDS_A_LOOK, FAILED, INTERRUPTED = 1, 2, 130

Topics = Annotated[
    list[str] | None, typer.Argument(metavar="[TOPIC]...", help="Assignments; all of them if none is named.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        out.print(f"grader {version('deep-learning-course')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    root: Annotated[
        Path | None, typer.Option("--root", help="The course folder, if not this one or one above it.")
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    context.obj = root


@app.command()
def build(context: typer.Context, topics: Topics = None, as_json: Json = False) -> None:
    """Text to notebooks: course/ to source/ and release/."""
    from grader import builder

    course = _course(context)
    rows = []
    for assignment in _progress("building", course.select(topics)):
        changed = builder.build(course, assignment)
        rows.append(
            {
                "assignment": assignment.name,
                "release": _relative(course, course.release(assignment.name)),
                "changed": changed,
            }
        )
    _show(rows, as_json)


@app.command()
def check(
    context: typer.Context,
    topics: Topics = None,
    quick: Annotated[bool, typer.Option("--quick", help="A sample of everything, without the long training.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes at once; as many as cores unless named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Test the tests of assignments: right and wrong answers, mutants, tolerances, steadiness, leaks."""
    from grader import check as checking

    if workers is not None and workers < 1:
        raise CourseError(f"--workers must be 1 or more, not {workers}.")
    course = _course(context)
    found: dict[str, list[Any]] = {}
    with _stoppable() as go_on, _bar() as progress:
        task = progress.add_task("checking", total=None)
        for done, total, topic, findings in checking.check(course, course.select(topics), quick, workers):
            progress.update(task, completed=done, total=total)
            if findings:
                found[topic] = findings
                if not as_json:
                    progress.stop()  # clears its line
                    _show_findings(topic, findings)
                    progress.start()
            go_on()
    if as_json:
        _print_json({topic: [asdict(one) for one in findings] for topic, findings in found.items()})
    broken = [topic for topic, findings in found.items() if any(finding.problems for finding in findings)]
    if broken:
        if len(found) > 1 and not as_json:  # the tables above are long, and a log may keep only its end
            for topic in broken:
                _show_problems(found[topic], f"[bold]{topic}[/] does not hold:")
        raise typer.Exit(NEEDS_A_LOOK)


def _show_findings(topic: str, findings: Sequence[Any]) -> None:
    out.print(f"[bold]{topic}[/]")
    _show([{"claim": one.claim, "measured": one.measured, "holds": not one.problems} for one in findings], False)
    _show_problems(findings)
    out.print()


def _show_problems(findings: Sequence[Any], title: str = "") -> None:
    if title:
        out.print(title)
    for sentence in (sentence for one in findings for sentence in one.problems):
        for place, line in enumerate(sentence.splitlines()):
            out.print(f"{'  ' if place else '* '}{escape(_plain(line))}")


@app.command()
def publish(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier student edition.")
    ],
    address: Annotated[
        str | None,
        typer.Option(
            "--repository",
            metavar="URL",
            help="Where the edition is public, https://host/owner/name: its README gets links to Binder and Colab."
            " Read from DIR if that is a clone; 'none' leaves the links out.",
        ),
    ] = None,
    branch: Annotated[
        str | None, typer.Option("--branch", help="Of that repository; unless named, DIR's own, or main.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the student edition: release notebooks, the helpers as a wheel, the environment, a README."""
    from grader import publish as edition
    from grader.repository import of_edition

    repository = of_edition(folder, address, branch)
    written = edition.publish(_course(context), folder, repository)
    _show([{"file": str(folder / path)} for path in written], as_json)
    if repository:
        services = "Binder and Colab" if repository.is_on_github else "Binder"
        err.print(f"Its README has links to {services}, for {repository.address}, branch {repository.branch}.")
        err.print(f"On a hub with nbgitpuller: {repository.git_pull()}")
    else:
        err.print("Its README has no links to Binder and Colab: name its public repository with --repository.")


@app.command()
def collect(
    context: typer.Context,
    origin: Annotated[Path, typer.Argument(metavar="ZIP|FOLDER", help="Hand-ins downloaded from an LMS, or mailed.")],
    topic: Annotated[
        str | None, typer.Option("--topic", help="The assignment, where the file names do not say it.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="CSV with student_id and, if you have them, name and email.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace hand-ins that were collected before.")] = False,
    as_json: Json = False,
) -> None:
    """File hand-ins by student: ZIP or FOLDER to submitted/."""
    from grader import collect as collection
    from grader.roster import read_roster

    course = _course(context)
    students = read_roster(roster) if roster else ()
    result = collection.collect(course, origin, topic, students, force)
    if as_json:
        _print_json(
            {
                "taken": [{**asdict(one), "path": _relative(course, one.path)} for one in result.taken],
                "refused": [asdict(one) for one in result.refused],
            }
        )
    else:
        out.print(f"{_count(result.taken, 'hand-in')} filed under submitted/.")
        for one in result.refused:
            err.print(f"not taken: {escape(_plain(one.origin))}: {escape(_plain(one.reason))}")
    if result.refused:
        raise typer.Exit(NEEDS_A_LOOK)


@app.command()
def grade(
    context: typer.Context,
    topics: Topics = None,
    student: Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Hand-ins graded at once; unless named, as cores and memory allow."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="A Dask scheduler whose workers grade, or 'gateway' for Dask Gateway; unless named, this machine grades.",
        ),
    ] = None,
    least_tier: Annotated[
        Tier | None,
        typer.Option(
            "--least-tier",
            help="The weakest sandbox that will do, if not 'isolated'; docs/security.md says what each tier leaves open.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Grade, but record nothing: show whose points would change.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Grade hand-ins: submitted/ to autograded/ and the gradebook."""
    from grader import grading, nbgrader_setup
    from grader.strays import strays

    if workers is not None and workers < 1:
        raise CourseError(f"--workers must be 1 or more, not {workers}.")
    course = _course(context)
    work, nothing = [], []
    for assignment in course.select(topics):
        try:
            handed_in = grading.submissions(course, assignment, student or ())
            autograde = grading.autograder(course, assignment, workers, least_tier and least_tier.value, scheduler)
            work += [(autograde, submission) for submission in handed_in]
        except NothingToDo as error:
            nothing.append(error)
    left_out = strays(course, course.select(topics), student or (), nbgrader_setup.directory(course).ignore)
    if nothing and topics:
        raise nothing[0]
    if not work:  # no assignment was named: that means all that were handed in
        whose = f"of {' or '.join(student)}" if student else "of a built assignment"
        raise CourseError(
            "\n".join(
                [
                    *left_out,
                    f"Nothing to grade: submitted/ has no hand-in {whose}. File hand-ins with `grader collect`.",
                ]
            )
        )
    if dry_run:
        _show_changes(work if force else _changed(grading.unchanged(course, work), work), as_json)
        return
    with _stoppable() as go_on:
        found: dict[int, Verdict | CourseError] = {} if force else dict(grading.unchanged(course, work))
        renewed = grading.renew_penalties([work[number] for number in found])
        todo = [number for number in range(len(work)) if number not in found]
        under_way: dict[int, float] = {}
        with contextlib.closing(grading.grade([work[number] for number in todo], under_way)) as results:
            names = [work[number][1].student for number in todo]
            for place, outcome in _counted(results, len(todo), under_way, names):
                found[todo[place]] = outcome
                go_on()
    outcomes = [(work[number][1], found[number]) for number in sorted(found)]
    verdicts = [outcome for _, outcome in outcomes if not isinstance(outcome, CourseError)]
    faults = [  # not the hand-in's fault: it has no mark yet, and the others went on
        f"{submission.student}, {submission.assignment}: {outcome}"
        for submission, outcome in outcomes
        if isinstance(outcome, CourseError)
    ]
    if as_json:
        _print_json([asdict(verdict) for verdict in verdicts])
    else:
        for verdict in verdicts:
            if verdict.reason:
                what = "look at" if verdict.graded else "not graded"
                err.print(f"{what}: {escape(_plain(f'{verdict.student}, {verdict.assignment}: {verdict.reason}'))}")
        graded = [verdict for verdict in verdicts if verdict.graded]
        tiers = sorted({verdict.tier for verdict in verdicts if verdict.tier}, key=TIERS.index)
        walls = f" ({' and '.join(tiers)})" if tiers else ""
        before = len(work) - len(todo)
        now = f", {before} of them before and unchanged" if before else ""
        late = f"; {_count(renewed, 'late penalty', 'late penalties')} changed" if renewed else ""
        out.print(
            f"{len(graded)} of {_count(work, 'hand-in')} graded{walls}{now}{late}; `grader marks` shows the marks."
        )
    for one in left_out:
        err.print(f"left out: {escape(_plain(one))}")
    if faults:
        raise CourseError(
            "\n".join([*faults, "These were not graded; marks from before stay. Mend what is wrong and grade again."])
        )
    if left_out or any(verdict.reason for verdict in verdicts):
        raise typer.Exit(NEEDS_A_LOOK)


def _changed(unchanged: Mapping[int, Any], work: Sequence[Any]) -> list[Any]:
    return [one for number, one in enumerate(work) if number not in unchanged]


def _show_changes(work: Sequence[Any], as_json: bool) -> None:
    """Grade without recording, and show what would be recorded."""
    from grader import grading

    changes, faults = [], []
    under_way: dict[int, float] = {}
    names = [submission.student for _, submission in work]
    with _stoppable() as go_on, contextlib.closing(grading.compare(work, under_way)) as compared:
        for place, found in sorted(_counted(compared, len(work), under_way, names), key=lambda one: one[0]):
            if isinstance(found, CourseError):
                faults.append(f"{names[place]}, {work[place][1].assignment}: {found}")
            else:
                changes += found
            go_on()
    if as_json:
        _print_json([asdict(change) for change in changes])
    else:
        rows = [
            {
                "student": change.student,
                "assignment": change.assignment,
                "exercise": change.exercise,
                "before": _points(change.before),
                "after": _points(change.after),
                "given by a person": "" if change.manual is None else f"{change.manual:g}, which stay",
            }
            for change in changes
        ]
        _show(rows, False)
        affected = {(change.student, change.assignment) for change in changes}
        out.print(
            f"{_count(work, 'hand-in')} would be graded, and {len(affected)} of them would get other points. Nothing was recorded."
        )
    if faults:
        raise CourseError("\n".join([*faults, "These could not be graded."]))


def _points(points: float | None) -> str:
    return "none yet" if points is None else f"{points:g}"


@app.command()
def feedback(
    context: typer.Context,
    topics: Topics = None,
    student: Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Write the pages that students get back: autograded/ to feedback/."""
    from grader import feedback as pages
    from grader import nbgrader_setup
    from grader.grading import open_gradebook
    from grader.verdict import VERDICT_FILE

    course = _course(context)
    work = [
        (assignment, folder.parent.name)
        for assignment in course.select(topics)
        for folder in sorted(course.root.glob(f"autograded/*/{assignment.name}"))
        if (folder / VERDICT_FILE).is_file() or (folder / f"{assignment.name}.ipynb").is_file()
    ]
    for name in student or ():
        if name not in {graded for _, graded in work}:
            raise CourseError(f"{name} has no graded work for what you named. Run `grader grade` first.")
    work = [(assignment, name) for assignment, name in work if not student or name in student]
    if not work:
        raise CourseError("Nothing is graded yet for what you named. Run `grader grade` first.")
    open_gradebook(course).close()
    coursedir = nbgrader_setup.directory(course)
    rows, faults = [], []
    wanted = [(assignment.name, name) for assignment, name in work]
    for assignment, name, written in _progress("feedback", pages.write_pages(coursedir, wanted), len(wanted)):
        if isinstance(written, CourseError):
            faults.append(f"{name}, {assignment}: {written}")
            continue
        rows += [{"student": name, "assignment": assignment, "page": _relative(course, path)} for path in written]
    if as_json:
        _print_json(rows)
    else:
        out.print(f"{_count(rows, 'page')} written under feedback/.")
    if faults:
        raise CourseError("\n".join([*faults, "These have no new page."]))


@app.command()
def marks(
    context: typer.Context,
    topics: Topics = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Also write the marks to this CSV file.")] = None,
    as_json: Json = False,
) -> None:
    """Show the marks of the class, and export them."""
    from grader import marks as table

    course = _course(context)
    rows = table.marks(course, course.select(topics))
    if not rows:
        raise CourseError("There are no marks yet. Run `grader grade` first.")
    if csv:
        try:
            csv.write_text(table.to_csv(rows), encoding="utf-8")
        except OSError as error:
            raise CourseError(f"{csv} cannot be written: {error.strerror}.") from None
    if as_json:
        _print_json([asdict(row) for row in rows])
        return
    _show(
        [
            {
                "student": row.student,
                "assignment": row.assignment,
                "points": f"{row.score:g} / {row.max_score:g}",
                "result": row.status + (f": {row.reason}" if row.reason else ""),
            }
            for row in rows
        ],
        False,
    )
    if csv:
        err.print(f"written to {escape(str(csv))}")


def main() -> None:
    """Run the command line; bad input is one sentence on standard error and exit code 2."""
    warnings.filterwarnings("ignore", module="nbgrader")  # SQLAlchemy's advice to the authors of nbgrader
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does
    try:
        app()
    except (CourseError, OSError, SQLAlchemyError) as error:
        for line in _sentence(error).splitlines():
            err.print(f"[bold red]error:[/] {escape(_plain(line))}")
        sys.exit(FAILED)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            err.print("Stopped. Run the same command again to go on: what is done stays done.")
        raise


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or error}."
    if isinstance(error, SQLAlchemyError):
        reason = str(error).splitlines()[0]
        if "database is locked" in reason:
            return "The gradebook is in use by another program. Run the same command again when that is done."
        return (
            f"The gradebook cannot be read or written: {reason}. If it is damaged, restore your backup of gradebook.db."
        )
    return str(error)


def _course(context: typer.Context) -> Course:
    return Course.load(context.obj) if context.obj else Course.find(Path.cwd())


def _progress(label: str, items: Iterable[Any], total: int | None = None) -> Iterable[Any]:
    with _bar() as progress:
        yield from progress.track(items, total, description=label)


@contextlib.contextmanager
def _stoppable() -> Iterator[Callable[[], None]]:
    """Ctrl-C and SIGTERM stop the block.

    Yields
    ------
    function
        To be called now and then: Python drops an interrupt that comes while it calls a destructor or a callback; it is
        raised here then, and not reported where it was dropped.
    """
    stopped = threading.Event()
    report = sys.unraisablehook

    def stop(*_: Any) -> None:
        if not stopped.is_set() and err.is_terminal:
            os.write(sys.stderr.fileno(), b"\r\x1b[KStopping, which may take some seconds ...\n")
        stopped.set()
        raise KeyboardInterrupt

    def go_on() -> None:
        if stopped.is_set():
            raise KeyboardInterrupt

    def dropped(error: Any) -> None:
        if not stopped.is_set() or error.exc_type is not KeyboardInterrupt:
            report(error)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    sys.unraisablehook = dropped
    try:
        yield go_on
        go_on()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = report


class _LongUnderWay(ProgressColumn):
    """Names what has been under way for a while, so that a bar that stands still says why."""

    PATIENCE = 10.0  # seconds

    def __init__(self, under_way: Mapping[int, float], names: Sequence[str]) -> None:
        super().__init__(Column(no_wrap=True, overflow="ellipsis"))
        self._under_way, self._names = under_way, names

    def render(self, task: Any) -> Text:
        place, since = min(list(self._under_way.items()), key=lambda one: one[1], default=(0, math.inf))
        seconds = time.monotonic() - since
        return Text(f"{_plain(self._names[place])}: {seconds:.0f} s" if seconds > self.PATIENCE else "")


def _counted(
    outcomes: Iterable[tuple[int, Any]], total: int, under_way: Mapping[int, float], names: Sequence[str]
) -> Iterator[tuple[int, Any]]:
    """Outcomes as they come, with a line that counts them."""
    if not total:
        return
    counts = TextColumn("{task.fields[graded]} graded, {task.fields[look]} need a look")
    with _bar(counts, _LongUnderWay(under_way, names)) as progress:
        task = progress.add_task("grading", total=total, graded=0, look=0)
        graded = 0
        for done, (number, outcome) in enumerate(outcomes, start=1):
            graded += not (isinstance(outcome, CourseError) or bool(getattr(outcome, "reason", "")))
            progress.update(task, advance=1, graded=graded, look=done - graded)
            yield number, outcome


def _bar(*more: ProgressColumn) -> Progress:
    """Progress with the time that is left, for a terminal; a file or a pipe gets nothing of it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        *more,
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        _print_json(rows)
        return
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in rows[0]:
        table.add_column(
            name, overflow="fold", no_wrap=name != "result", justify="right" if name == "points" else "left"
        )
    for row in rows:
        table.add_row(*({True: "yes", False: "no"}.get(value, escape(_plain(str(value)))) for value in row.values()))
    out.print(table)


def _count(things: Sequence[Any], noun: str, plural: str = "") -> str:
    return f"{len(things)} {noun if len(things) == 1 else plural or noun + 's'}"


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _plain(text: str) -> str:
    """Text from outside without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _relative(course: Course, path: Path) -> str:
    return str(path.relative_to(course.root))
