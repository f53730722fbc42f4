"""The instructor's program: build, publish, collect, grade, feed back and mark a course of notebooks.

Modules, in the order in which a notebook meets them: `course` (the table and the folders), `percent` (text to cells),
`assignment` (cells with their kinds), `rules` (what the builder refuses), `builder` (text to instructor notebook to
student notebook), `publish` (the student edition), `roster`, `listing` and `collect` (hand-ins).

Grading: `grading` (which hand-ins), `strays` (what is none), `autograde` (nbgrader's converter, replaced), `master` (the course's own version of a
notebook), `handin` (a submitted one), `examination` with the package `engine` (running the two against each other),
`gradebook` and `verdict` (what came out); then `feedback` and `marks`. `dropin` installs our converters in nbgrader.

`rehearsal` and `variants` test the tests; `nbgrader_setup` is the door to nbgrader; `cli` is the only module that prints, and `__main__` starts it.
"""

import sys

# nbformat imports jsonschema, which then builds a grammar of internationalised web addresses: seconds of every command and
# worker, for a check that no notebook has a field for. Without the package that does it, jsonschema leaves the check out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python takes None, typeshed does not
