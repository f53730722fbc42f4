# %% [markdown]
# # G. Resources

# %% [markdown] threat="endless loops in Python and in C"
# A cell has its time, and whoever does not listen is ended from outside.

# %% attack="an endless loop in Python" walls="process" effect="loss" seconds=0.3 places="before"
while True:
    pass

# %% attack="an endless loop that catches everything" walls="process" effect="loss" seconds=0.3 places="answer"
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% attack="an endless loop in C" walls="process" effect="loss" seconds=0.3 places="before"
import itertools

sum(itertools.repeat(1))

# %% attack="an endless call" walls="process" effect="loss" seconds=0.3 places="call"
3 ** (3**30)

# %% attack="a regular expression without end" walls="process" effect="loss" seconds=0.3 places="before"
import re

re.match("(a|a?)+$", "a" * 60 + "b")

# %% [markdown] threat="sleeping for ever"
# Time on the clock is a limit, too.

# %% attack="sleeps" walls="process" effect="loss" seconds=0.3 places="before"
import time

time.sleep(1_000_000)

# %% attack="waits for a lock that nobody gives back" walls="process" effect="loss" seconds=0.3 places="answer"
import threading

lock = threading.Lock()
lock.acquire()
lock.acquire()

# %% attack="stops itself" walls="process" effect="loss" seconds=0.3 places="before"
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
while True:
    signal.pause()

# %% [markdown] threat="blocked signals"
# The limit that a cell feels is a signal, which a cell can refuse to hear; the other one is not.

# %% attack="blocks all signals and goes on" walls="process" effect="loss" seconds=0.3 places="before"
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    pass

# %% attack="takes the timers away and goes on" walls="process" effect="loss" seconds=0.3 places="answer"
import signal

for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
    signal.setitimer(which, 0)
for number in (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass

# %% [markdown] threat="fork and thread bombs"
# The number of processes and threads is limited. (The loops here end by themselves.)

# %% attack="a fork bomb" walls="limits cgroup" effect="excess" most=16 limits="low" places="before call"
import os
import time

children = 0
try:
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        children += 1
except OSError:
    pass
reach(children)

# %% attack="a fork bomb of grandchildren" walls="limits cgroup" effect="excess" most=16 limits="low" places="before"
import os
import time

read, write = os.pipe()
children = 0
for _ in range(6):
    try:
        if os.fork() == 0:
            os.setsid()
            grandchildren = 0
            try:
                for _ in range(10):
                    if os.fork() == 0:
                        time.sleep(60)
                        os._exit(0)
                    grandchildren += 1
            except OSError:
                pass
            os.write(write, bytes([grandchildren]))
            time.sleep(60)
            os._exit(0)
    except OSError:
        break
    children += 1
reach(children + sum(os.read(read, 1)[0] for _ in range(children)))

# %% attack="a thread bomb" walls="limits cgroup" effect="excess" most=16 limits="low" places="before call"
import threading
import time

started = 0
try:
    for _ in range(60):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
reach(started)

# %% [markdown] threat="memory and /dev/shm and disk bombs"
# Memory and files are limited; files live in memory and vanish with the process.

# %% attack="memory" walls="limits cgroup" effect="excess" most=300 limits="low" places="before call"
blocks = []
try:
    for _ in range(40):
        blocks.append(bytearray(b"x" * 10_000_000))
except MemoryError:
    pass
reached = 10 * len(blocks)
blocks.clear()
reach(reached)

# %% attack="memory by mapping" walls="limits cgroup" effect="excess" most=300 limits="low" places="before"
import mmap

maps = []
try:
    for _ in range(40):
        maps.append(mmap.mmap(-1, 10_000_000))
        maps[-1][:] = b"x" * 10_000_000
except (OSError, MemoryError):
    pass
reached = 10 * len(maps)
maps.clear()
reach(reached)

# %% attack="files in /dev/shm" walls="disk" effect="excess" most=8 limits="low" places="before"
import os

written = 0
try:
    for number in range(40):
        with open(f"/dev/shm/bomb-{os.getpid()}-{number}", "wb") as file:
            file.write(b"x" * 1_000_000)
        written += 1
except OSError:
    pass
for number in range(40):
    if os.path.exists(f"/dev/shm/bomb-{os.getpid()}-{number}"):
        os.unlink(f"/dev/shm/bomb-{os.getpid()}-{number}")
reach(written)

# %% attack="files beside the notebook" walls="disk" effect="excess" most=8 limits="low" places="before call"
import os

written = 0
try:
    for number in range(40):
        with open(f"bomb-{number}", "wb") as file:
            file.write(b"x" * 1_000_000)
        written += 1
except OSError:
    pass
for number in range(40):
    if os.path.exists(f"bomb-{number}"):
        os.unlink(f"bomb-{number}")
reach(written)

# %% attack="files in temporary folders" walls="disk" effect="excess" most=8 limits="low" places="before"
import os
import tempfile

written = []
for number in range(40):
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/run"):
        try:
            with open(f"{folder}/bomb-{os.getpid()}-{number}", "wb") as file:
                file.write(b"x" * 1_000_000)
            written.append(file.name)
            break
        except OSError:
            pass
for path in written:
    os.unlink(path)
reach(len(written))

# %% attack="one large file" walls="limits cgroup" effect="excess" most=4 limits="low" places="before"
import os

written = 0
try:
    with open("bomb", "wb", 0) as file:
        for _ in range(20):
            written += file.write(b"x" * 1_000_000) / 1_000_000
except OSError:
    pass
os.unlink("bomb")
reach(int(written))

# %% [markdown] threat="10 GB of output, millions of small outputs"
# Output is cut off where it arises. (10 MB, and some thousands, stand for more: what counts is that the limit is below.)

# %% attack="prints without end" walls="process" effect="size" places="before answer"
for _ in range(20):
    print("x" * 500_000)

# %% attack="writes to its standard output without end" walls="process" effect="size" places="before answer"
import os
import sys

for _ in range(20):
    sys.stdout.buffer.write(b"x" * 500_000)
    try:
        os.write(2, b"x" * 500_000)
    except OSError:
        pass

# %% attack="many small outputs" walls="process" effect="size" places="before answer"
from IPython.display import HTML, display

for number in range(3000):
    display(HTML("<b>" + "x" * 2900 + "</b>"))

# %% attack="a long exception" walls="process" effect="size" places="before answer"
raise ValueError("x" * 10_000_000)

# %% [markdown] threat="descriptor exhaustion"
# Descriptors are counted for each process.

# %% attack="opens all descriptors" walls="limits cgroup" effect="excess" most=1024 limits="low" places="before call"
import os

opened = []
try:
    for _ in range(2000):
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
reached = len(opened)
for descriptor in opened:
    os.close(descriptor)
reach(reached)

# %% [markdown] threat="thread oversubscription that slows the neighbours"
# A hand-in has one processor, and cannot take more.

# %% attack="takes all processors" walls="seccomp" effect="excess" most=1 places="before call"
import os

try:
    os.sched_setaffinity(0, range(64))
    reach(1 + len(os.sched_getaffinity(0)))  # also where there is one only
except OSError as error:
    print(error)
    reach(len(os.sched_getaffinity(0)))

# %% attack="goes before others" walls="process" effect="excess" most=0 places="before"
import os

try:
    os.setpriority(os.PRIO_PROCESS, 0, -20)
except OSError:
    pass
reach(-min(os.getpriority(os.PRIO_PROCESS, 0), 0))
