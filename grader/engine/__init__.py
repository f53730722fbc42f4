"""The grading engine: tests run in an examiner, the student's cells in a process of their own, data travels between them.

`wire` (with `message`, `encoder`, `decoder`) turns object graphs into bytes and back, `channel` carries them over a
socket, `calls` lets the examiner call functions of the student's process. Nothing grades with it yet.
"""
