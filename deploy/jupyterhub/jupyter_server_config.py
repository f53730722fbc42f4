"""Settings of every Jupyter server of the hub: the students' and the course's. The installer fills in a value."""

import atexit
import os
import shutil
import tempfile

from nbgrader.server_extensions.course_list.handlers import CourseListHandler

c = get_config()

# Terminals do not get what the server needs to talk to the hub (the installer fills it in), and kernels get none of it by
# their kernel.json.
hide = [part for name in "@SECRETS@" for part in ("-u", name)]
# No login shell: /etc/profile would take the programs of the course from the path.
c.ServerApp.terminado_settings = {"shell_command": ["/usr/bin/env", *hide, "/bin/bash"]}

# Kernels speak over sockets in a folder of their owner, not over ports of the machine. Any account could listen at a port
# to what a kernel prints; and where many start at a time, one took the port that another was about to open, and that one
# never answered. The folder has a short name, because that of a socket must not be longer than 107 bytes.
c.KernelManager.transport = "ipc"
if "JUPYTER_RUNTIME_DIR" not in os.environ:
    os.environ["JUPYTER_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="jupyter-")
    atexit.register(shutil.rmtree, os.environ["JUPYTER_RUNTIME_DIR"], ignore_errors=True)

# The formgrader belongs to the course's server; in a student's it would show an empty course.
if "JUPYTERHUB_SERVICE_NAME" not in os.environ:
    c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.formgrader": False}

# nbgrader's course list links to a formgrader in a frame of JupyterLab. A hub forbids frames, and the page would stay
# blank, so the links lead to the formgrader itself, in a tab of its own.
_courses = CourseListHandler.check_for_noauth_jupyterhub_formgraders


async def _in_its_own_tab(self, config):
    courses = await _courses(self, config)
    return [{**one, "url": one["url"].replace("/lab?formgrader=true", "/formgrader")} for one in courses]


CourseListHandler.check_for_noauth_jupyterhub_formgraders = _in_its_own_tab
