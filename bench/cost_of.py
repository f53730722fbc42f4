"""Run a command to its end, and say what it and every process below it cost.

    python bench/cost_of.py RESULT COMMAND [ARGUMENT ...]

RESULT gets JSON, ``{"seconds": ..., "cpu": ...}``. What a command starts may outlive the process that started it, and its
CPU time would then be nobody's; so this process adopts such orphans and waits for them, too. Its exit code is the command's.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 30  # seconds that the orphans of a command may go on after it


def main(result: str, command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    seconds, cpu, code = 0.0, 0.0, 1
    with contextlib.suppress(ChildProcessError):  # nobody is left
        while True:
            ended, status, usage = os.wait4(-1, 0)
            cpu += usage.ru_utime + usage.ru_stime
            if ended == pid:
                seconds, code = time.perf_counter() - begin, os.waitstatus_to_exitcode(status)
                signal.alarm(PATIENCE)
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"seconds": seconds, "cpu": cpu}, file)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
