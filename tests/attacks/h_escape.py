# %% [markdown]
# # H. Escape

# %% [markdown] threat="signals to the parent and to all"
# A process can only signal what it sees.

# %% attack="SIGKILL to the parent and to all" walls="pid landlock" effect="fault" seconds=3 places="before"
import os
import signal

for process in (os.getppid(), KNOWN["pid"], -1):
    try:
        os.kill(process, signal.SIGKILL)
    except OSError as error:
        print(error)

# %% attack="SIGSTOP and SIGTERM to every number" walls="pid landlock" effect="fault" seconds=3 places="before call"
import os
import signal

for process in [KNOWN["pid"], *range(1, 300)]:
    if process != os.getpid():
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGKILL):
            try:
                os.kill(process, number)
            except OSError:
                pass

# %% [markdown] threat="ptrace"
# Who may trace a process may do with it what it likes.

# %% attack="traces other processes" walls="process" effect="excess" most=0 places="before"
import ctypes
import os

others = {KNOWN["pid"]}  # and who has the same parent
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and int(open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[1]) == os.getppid():
            others.add(int(name))
    except OSError:
        pass
others.discard(os.getpid())
libc = ctypes.CDLL(None, use_errno=True)
attached = 0
for process in others:
    attached += libc.ptrace(0x4206, process, None, None) == 0  # PTRACE_SEIZE, which does not stop it
reach(attached)

# %% attack="reads another process's memory by a system call" walls="process" effect="excess" most=0 places="before"
import ctypes
import os

others = {KNOWN["pid"]}  # and who has the same parent
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and int(open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[1]) == os.getppid():
            others.add(int(name))
    except OSError:
        pass
others.discard(os.getpid())
libc = ctypes.CDLL(None, use_errno=True)


class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


read = 0
for process in others:
    with open(f"/proc/{process}/maps" if os.path.exists(f"/proc/{process}/maps") else "/dev/null") as maps:
        first = int((maps.read() or "0").split("-")[0], 16)
    target = ctypes.create_string_buffer(8)
    here, there = Part(ctypes.addressof(target), 8), Part(first, 8)
    read += libc.process_vm_readv(process, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 8
reach(read)

# %% attack="takes a descriptor from another process" walls="process" effect="excess" most=0 places="before"
import ctypes
import os

others = {KNOWN["pid"]}  # and who has the same parent
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and int(open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[1]) == os.getppid():
            others.add(int(name))
    except OSError:
        pass
others.discard(os.getpid())
libc = ctypes.CDLL(None, use_errno=True)
taken = 0
for process in others:
    try:
        taken += libc.syscall(438, os.pidfd_open(process), 1, 0) >= 0
    except OSError:
        pass
reach(taken)

# %% [markdown] threat="new namespaces"
# In a namespace of users of its own, a process is an administrator.

# %% attack="unshare" walls="seccomp" effect="excess" most=0
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reach(sum(libc.unshare(flag) == 0 for flag in (0x10000000, 0x10020000, 0x10000000 | 0x40000000)))

# %% attack="clone with a namespace" walls="seccomp" effect="excess" most=0 places="before"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
process = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)  # clone(CLONE_NEWUSER | SIGCHLD)
if process == 0:
    os._exit(0)
reach(int(process > 0))

# %% attack="clone3 with a namespace" walls="seccomp" effect="excess" most=0 places="before"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
process = libc.syscall(435, arguments, ctypes.sizeof(arguments))
if process == 0:
    os._exit(0)
reach(int(process > 0))

# %% attack="setns into another process's namespaces" walls="pid landlock seccomp" effect="excess" most=0 places="before"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
entered = 0
for name in os.listdir("/proc"):
    if name.isdigit():
        for kind in ("user", "uts", "cgroup", "ipc", "net"):
            try:
                descriptor = os.open(f"/proc/{name}/ns/{kind}", os.O_RDONLY)
            except OSError:
                continue
            entered += libc.setns(descriptor, 0) == 0 or ctypes.get_errno() not in (38, 13)
            os.close(descriptor)
reach(entered)

# %% [markdown] threat="mounts"
# What is mounted stays as it is.

# %% attack="mounts a file system" walls="seccomp" effect="excess" most=0 places="before"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x10000000 | 0x20000)
os.makedirs("place", exist_ok=True)
mounted = libc.mount(b"tmpfs", b"place", b"tmpfs", 0, None) == 0
reach(int(mounted or ctypes.get_errno() != 38))

# %% attack="takes mounts away" walls="seccomp" effect="excess" most=0 places="before"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reached = 0
for number, arguments in (
    (166, (b"/proc", 2)),
    (155, (b".", b".")),
    (161, (b".",)),
    (428, (-100, b"/", 1)),
    (165, (b"none", b"/", None, 0x20, None)),
):
    if libc.syscall(number, *arguments) == 0 or ctypes.get_errno() != 38:
        reached += 1
reach(reached)

# %% [markdown] threat="keyrings"
# Keys of a user outlive processes.

# %% attack="leaves a key" walls="seccomp" effect="excess" most=0 places="before"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
key = libc.syscall(248, b"user", b"left-by-a-hand-in", b"x", 1, -2)  # add_key, in the process's own keyring
reach(int(key > 0 or ctypes.get_errno() != 38))

# %% attack="looks into keyrings" walls="seccomp" effect="excess" most=0 places="before"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reach(sum(libc.syscall(250, 0, keyring, 0) > 0 or ctypes.get_errno() != 38 for keyring in (-3, -4, -5)))

# %% [markdown] threat="io_uring"
# What it does, no filter of system calls sees.

# %% attack="io_uring" walls="seccomp" effect="excess" most=0
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reach(int(libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0 or ctypes.get_errno() != 38))

# %% attack="system calls that no notebook needs" walls="seccomp" effect="excess" most=0
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "bpf": 321,
    "perf_event_open": 298,
    "userfaultfd": 323,
    "kcmp": 312,
    "open_by_handle_at": 304,
    "name_to_handle_at": 303,
    "init_module": 175,
    "finit_module": 313,
    "kexec_load": 246,
    "quotactl": 179,
    "swapon": 167,
    "reboot": 169,
    "acct": 163,
    "personality": 135,
    "iopl": 172,
    "ioperm": 173,
    "syslog": 103,
    "fanotify_init": 300,
    "lookup_dcookie": 212,
    "move_pages": 279,
    "migrate_pages": 256,
    "mbind": 237,
    "process_madvise": 440,
    "memfd_create": 319,
    "memfd_secret": 447,
    "shmget": 29,
    "semget": 64,
    "msgget": 68,
    "modify_ldt": 154,
    "vhangup": 153,
    "settimeofday": 164,
    "sethostname": 170,
}
reached = []
for name, number in CALLS.items():
    if libc.syscall(number, -1, -1, -1, -1, -1) >= 0 or ctypes.get_errno() != 38:
        reached.append(name)
print(reached)
reach(len(reached))

# %% attack="types characters into a terminal" walls="seccomp" effect="excess" most=0 places="before"
import fcntl

reached = 0
for request in (0x5412, 0x541C, 0x540E, 0x40086602):  # TIOCSTI, TIOCLINUX, TIOCSCTTY, FS_IOC_SETFLAGS
    for number in (0, 1, 2):
        try:
            fcntl.ioctl(number, request, b"x" * 8)
            reached += 1
        except OSError as error:
            reached += error.errno != 38
reach(reached)

# %% [markdown] threat="vsock"
# A virtual machine can talk to its host without a network.

# %% attack="vsock and other families" walls="seccomp" effect="excess" most=0
import errno
import socket

opened = []
for family in range(1, 46):
    if family != socket.AF_UNIX:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind).close()
                opened.append(family)
            except OSError:
                pass
print(opened)
reach(len(opened))

# %% [markdown] threat="abstract sockets"
# They have a name, but no file that could be hidden.

# %% attack="calls an abstract socket" walls="net landlock" effect="sight"
import socket

with socket.socket(socket.AF_UNIX) as door:
    door.settimeout(15)
    door.connect(KNOWN["abstract"])
    tell(door.recv(100))

# %% attack="lists the sockets of the machine" walls="net" effect="excess" most=0 places="before"
names = [line.split()[-1] for line in open("/proc/net/unix")][1:] if os.path.exists("/proc/net/unix") else []
names += [line.split()[-1] for line in open("/proc/self/net/unix")][1:] if os.path.exists("/proc/self/net/unix") else []
reach(sum("neighbour" in name for name in names))

# %% [markdown] threat="setuid programs"
# A program that runs as its owner is a way to become somebody else.

# %% attack="may gain rights by running a program" walls="process" effect="excess" most=0
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
reach(int(status["NoNewPrivs"] != "1"))

# %% attack="is an administrator" walls="process" effect="excess" most=0 places="before"
import os

status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
powers = sum(int(status[name], 16) != 0 for name in ("CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"))
reach(powers + (os.getuid() == 0))

# %% attack="makes a setuid program" walls="process" effect="excess" most=0 places="before"
import os
import shutil
import subprocess

shutil.copy("/bin/true", "mine")
os.chmod("mine", 0o6755)
reach(int(not os.statvfs(".").f_flag & os.ST_NOSUID))
os.unlink("mine")

# %% [markdown] threat="service sockets"
# A service on the machine answers whoever can reach its socket.

# %% attack="calls the socket of a service by its path" walls="mount" effect="sight"
import socket

with socket.socket(socket.AF_UNIX) as door:
    door.settimeout(15)
    door.connect(KNOWN["path"])
    tell(door.recv(100))

# %% attack="looks for sockets of services" walls="mount" effect="excess" most=0 places="before"
import os
import stat

found = 0
for folder in ("/run", "/var/run", "/tmp", os.path.dirname(KNOWN["path"])):
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                found += stat.S_ISSOCK(os.lstat(os.path.join(parent, name)).st_mode)
            except OSError:
                pass
reach(found)

# %% attack="shared memory of System V" walls="ipc seccomp" effect="sight" places="before"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
place = libc.shmat(KNOWN["shm"], None, 0o10000)
if place not in (None, ctypes.c_void_p(-1).value):
    tell(ctypes.string_at(place, 100))
