# %% [markdown]
# # C. The result channel

# %% [markdown] threat="writing result files or the gradebook"
# The grader keeps its results in files. The student's process knows where, and cannot get there.

# %% attack="gives itself points in the gradebook" walls="mount landlock" effect="harm"
import sqlite3

with sqlite3.connect(KNOWN["course"] + "/gradebook.db", timeout=1) as gradebook:
    gradebook.execute("update grade set manual_score = 5, auto_score = 5, needs_manual_grade = 0")
    gradebook.execute("update student set first_name = 'all points'")
gradebook.close()

# %% attack="writes into the course folder" walls="mount landlock" effect="harm"
import os

for path in ("written-by-a-hand-in", "source/ps1/written-by-a-hand-in", "submitted/written-by-a-hand-in"):
    with open(os.path.join(KNOWN["course"], path), "w") as file:
        file.write("x")

# %% attack="writes results beside the notebook" walls="process" effect="points" places="before answer"
import json
import os

report = {"outputs": [], "passed": ["test_double", "test_triple"]}
for name in ("results.json", "verdict.json", "gradebook.db", "p1.html", "report", "p1.json", "../results.json"):
    with open(name, "w") as file:
        json.dump(report, file)
os.write(1, json.dumps(report).encode() + b"\n")

# %% [markdown] threat="fake verdict lines and terminal escapes on stdout"
# What a notebook prints is an output of its cell, and of nothing else.

# %% attack="prints verdicts" walls="process" effect="points"
import json
import sys

report = {"outputs": [], "passed": ["test_double", "test_triple"], "cell": 5, "value": 5.0, "lost": ""}
for stream in (sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__):
    print(json.dumps(report), file=stream, flush=True)

# %% attack="prints terminal escapes around verdicts" walls="process" effect="points"
import sys

line = '{"outputs": [], "passed": ["test_double", "test_triple"]}\n'
for stream in (sys.stdout, sys.__stdout__):
    stream.write("\x1b[2J\x1b[H\x1b]0;all points\x07\r\n" + line)
    stream.flush()

# %% [markdown] threat="writing to every open descriptor"
# One socket is open, and on it a frame that nobody asked for costs its sender the right to be heard.

# %% attack="writes a report to every descriptor" walls="process" effect="points"
import os

for number in range(64):
    try:
        os.write(number, b'{"outputs": [], "passed": ["test_double", "test_triple"]}\n')
    except OSError:
        pass

# %% attack="opens the descriptors of other processes for writing" walls="process" effect="excess" most=0
import glob
import os

reached = 0
for path in glob.glob(f"/proc/{KNOWN['pid']}/fd/*") + glob.glob(f"/proc/{os.getppid()}/fd/*"):
    try:
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
        reached += 1
    except OSError:
        pass
reach(reached)

# %% attack="closes every descriptor" walls="process" effect="loss"
import os

os.closerange(0, 64)

# %% [markdown] threat="processes that outlive the notebook"
# What a notebook starts ends with it.

# %% attack="a child in a session of its own" walls="pid" effect="left"
import subprocess

subprocess.Popen(["sleep", "30"], start_new_session=True)

# %% attack="a daemon that has left its parents" walls="pid" effect="left"
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 64)
        time.sleep(30)
    os._exit(0)

# %% attack="a daemon that changes the answers later" walls="pid mount landlock" effect="harm" places="before answer"
import os
import sqlite3
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 64)
        for _ in range(300):
            time.sleep(0.1)
            try:
                with sqlite3.connect(KNOWN["course"] + "/gradebook.db", timeout=1) as gradebook:
                    gradebook.execute("update student set first_name = 'all points'")
                break
            except sqlite3.Error:
                pass
    os._exit(0)
