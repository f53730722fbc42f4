"""The grading engine: tests run in an examiner, the student's cells in a process of their own, data travels between them."""
