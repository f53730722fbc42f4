"""The grading engine: tests run in an examiner, the student's cells in a process of their own, data travels between them.

`template` forks warm processes that become a `student` (with its `shell`) or an `examiner` (with the student's `names`).
`wire` (with `message`, `encoder`, `decoder`) turns object graphs into bytes and back, `channel` carries them over a
socket, `calls` and `server` are the two ends of a call into the student's process; `outputs` and `timelimit` are their bounds.

Nothing here knows nbgrader, a gradebook or a course: a template must not have loaded what a student may not see.
"""
