"""The system calls that a student's process may make: a list of what is allowed, all others do not exist for it.

What notebooks with NumPy, Matplotlib and TensorFlow need is files, memory, threads, child processes, time, and sockets
inside the process. Not on the list, and so answered with "not implemented" (ENOSYS): mounts and namespaces, tracing of
other processes, keys, io_uring, BPF, performance counters, kernel modules, handles of files, memory files (memfd, which
no limit counts), System V memory, and setting the own CPUs. The C library falls back to older calls where there are some.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import termios

from grader.engine import linux

_ALLOWED = """
access alarm arch_prctl brk capget chdir clock_getres clock_gettime clock_nanosleep close close_range copy_file_range
creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir
fdatasync fgetxattr flistxattr flock fork fstat fstatfs fsync ftruncate futex futex_waitv futex_wait futex_wake
get_robust_list getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpgid getpgrp getpid
getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid gettid gettimeofday getuid getxattr
inotify_add_watch inotify_init inotify_init1 inotify_rm_watch lgetxattr link linkat listxattr
llistxattr lseek lstat madvise membarrier mincore mkdir mkdirat mknod mknodat mmap mprotect mremap msync munmap
nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 poll ppoll prctl pread64 preadv preadv2
pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 restart_syscall
rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_yield select sendfile set_robust_list set_tid_address
setitimer setpgid setsid sigaltstack signalfd signalfd4 splice stat statfs statx symlink symlinkat
sync_file_range sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
timerfd_create timerfd_gettime timerfd_settime times tkill truncate umask uname unlink unlinkat vfork
vmsplice wait4 waitid write writev kill
accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto
setsockopt shutdown socketpair
"""
_SIGNALS = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")  # their first argument is a process
_PTHREAD_SIGNALS = ("tkill", "pidfd_send_signal", "pidfd_open")
# What changes a file or a process that the caller may not open, and Landlock says nothing of. Where all that a process can see
# is its own, it is allowed; elsewhere it seems to work and does nothing, because programs that write files do it in passing.
_ATTRIBUTES = """
chmod chown fchmod fchmodat fchmodat2 fchown fchownat futimesat lchown setpriority utime utimensat utimes
"""
_WITHOUT_VIEW = ("truncate", "inotify_add_watch")  # by a path, which an older Landlock does not look at
_FCNTL = (  # not among them: who gets which signal when a descriptor is ready
    fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL, fcntl.F_GETLK, fcntl.F_SETLK,
    fcntl.F_SETLKW, fcntl.F_OFD_GETLK, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW, fcntl.F_GETOWN, fcntl.F_GETPIPE_SZ, fcntl.F_SETPIPE_SZ,
)  # fmt: skip
_INT = 0xFFFFFFFF  # the bits of an argument that is an int
_IOCTLS = (  # programs ask whether there is a terminal, and what a descriptor holds
    termios.TCGETS,
    termios.TIOCGWINSZ,
    termios.FIONREAD,
    termios.FIONBIO,
    termios.FIOCLEX,
    termios.FIONCLEX,
)
_OWN_PROCESS = 0  # prlimit(2) with the number 0 is about the caller
_NO_NEW_LIMIT = 0  # a null pointer


def is_available() -> bool:
    """Whether libseccomp, which turns the list into a filter, is installed."""
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        return False
    return True


def program(process: int | None = None) -> bytes:
    """The filter as the kernel takes it.

    Parameters
    ----------
    process : int, optional
        The only process that may be sent signals, for a sandbox without namespaces. There, no socket can be made either,
        other than pairs, and what changes the rights or times of a file, or the priority of a process, has no effect.
    """
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))

    def allow(name: str, *conditions: seccomp.Arg) -> None:
        try:
            rules.add_rule(seccomp.ALLOW, name, *conditions)
        except OSError:  # libseccomp does not know the name: then this architecture, or its kernels, have no such call
            if name in ("read", "mmap", "futex"):
                raise

    refused = {*_SIGNALS, *_PTHREAD_SIGNALS, *_WITHOUT_VIEW} if process is not None else set()
    for name in _ALLOWED.split():
        if name not in refused:
            allow(name)
    for command in _FCNTL:
        allow("fcntl", seccomp.Arg(1, seccomp.MASKED_EQ, _INT, command))
    for name in _ATTRIBUTES.split():
        with contextlib.suppress(OSError):  # as in `allow`
            rules.add_rule(seccomp.ALLOW if process is None else seccomp.ERRNO(0), name)
    if process is not None:
        for name in _SIGNALS:
            allow(name, seccomp.Arg(0, seccomp.EQ, process))
    else:
        allow("socket", seccomp.Arg(0, seccomp.EQ, socket.AF_UNIX))
    rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    allow("clone", seccomp.Arg(0, seccomp.MASKED_EQ, linux.NAMESPACES, 0))
    for request in _IOCTLS:
        allow("ioctl", seccomp.Arg(1, seccomp.EQ, request))
    # Limits can be asked for, but not lowered: a process that ends by a limit that it has set itself looks like one that
    # somebody has killed, and is examined again.
    allow("prlimit64", seccomp.Arg(0, seccomp.EQ, _OWN_PROCESS), seccomp.Arg(2, seccomp.EQ, _NO_NEW_LIMIT))
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "prlimit64", seccomp.Arg(2, seccomp.NE, _NO_NEW_LIMIT))
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "setrlimit")
    with open(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
