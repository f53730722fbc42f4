"""The exceptions that a user of the grader may see: a sentence that says what, where and what to do."""


class Fault(Exception):
    """A fault that stops one piece of work. Its text is shown as it stands, without a traceback."""


class CourseError(Fault):
    """Bad input from outside: a file, a notebook, an argument."""


class NothingToDo(CourseError):
    """There is nothing to grade for an assignment: it is not built, or nobody handed anything in."""


def as_course_error(error: Exception) -> CourseError:
    """What is said about an exception of any kind, where the rest of the work goes on."""
    if isinstance(error, CourseError):
        return error
    if isinstance(error, Fault):
        return CourseError(str(error))
    return CourseError(f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
