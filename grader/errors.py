"""The one exception that a user of the grader may see: a sentence that says what, where and what to do."""


class CourseError(Exception):
    """Bad input from outside: a file, a notebook, an argument. Its text is shown as it stands, without a traceback."""


class NothingToDo(CourseError):
    """There is nothing to grade for an assignment: it is not built, or nobody handed anything in."""
