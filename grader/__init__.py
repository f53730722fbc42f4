"""The instructor's program: build, publish, collect, grade, feed back and mark a course of notebooks.

Modules, in the order in which a notebook meets them: `course` (the table and the folders), `percent` (text to cells),
`assignment` (cells with their kinds), `rules` (what the builder refuses), `builder` (text to instructor notebook to
student notebook), `publish` (the student edition), `roster`, `listing` and `collect` (hand-ins), `grading`, `marks`,
`feedback`. `rehearsal` and `variants` test the tests; `nbgrader_setup` is the door to nbgrader; `cli` is the only
module that prints. `engine` is the beginning of the grading engine that will take stock nbgrader's place.
"""
