"""nbgrader's settings for every server of the hub; the course folder has its own on top. The installer fills in the two values."""

import os
import stat
from pathlib import Path

from nbgrader.exchange.default import ExchangeSubmit

c = get_config()

c.CourseDirectory.course_id = "@COURSE@"
c.Exchange.root = "@EXCHANGE@"

# As in jupyter_server_config.py: the kernel that validates is nbgrader's own.
c.KernelManager.transport = "ipc"


class Submit(ExchangeSubmit):
    """nbgrader's, which then closes a hand-in to everybody but its student and the course.

    nbgrader lets everybody read and replace a hand-in and relies on a name that nobody guesses. The set-group-id bit of
    `inbound` gives hand-ins to the group of the course, so that it can collect them without that.
    """

    def copy_files(self):
        super().copy_files()
        hand_in, inbound = Path(self.inbound_path, self.assignment_filename), os.stat(self.inbound_path)
        if inbound.st_mode & stat.S_ISGID and hand_in.stat().st_gid == inbound.st_gid:
            hand_in.chmod(0o770)


# The class itself and not its name: nbgrader looks for names in the current folder first, whatever is there.
c.ExchangeFactory.submit = Submit
