"""The instructor's program: build, publish, collect, grade, feed back and mark a course of notebooks.

Modules, in the order in which a notebook meets them: `course` (the table and the folders), `percent` (text to
cells), `rules` (what a course author may not do), `builder` (text to instructor notebook to student notebook),
`publish` (the student edition), `collect` (hand-ins), `grading`, `feedback`, `marks`; `rehearsal` and `variants`
test the tests. `cli` is the only module that prints.
"""
