"""Settings of every Jupyter server in the cluster: the students' and the course's."""

import os

c = get_config()

# The formgrader belongs to the course's server, which has a gradebook; in a student's it would show an empty course.
if "COURSE_GRADEBOOK" not in os.environ:
    c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.formgrader": False}
