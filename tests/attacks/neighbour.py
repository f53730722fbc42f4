"""A process that has nothing to do with any notebook, to see whether one reaches it.

It holds a canary in its arguments, environment, memory, in a file that has no name any more, and in System V shared
memory; it answers on sockets of every kind with another one; and it writes down the signals that it gets. On standard
input it is asked for what it has seen.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import sys
import tempfile


def main() -> None:
    canaries = json.loads(sys.stdin.readline())
    signals: list[int] = []
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, lambda number, _: signals.append(int(number)))
    nameless = tempfile.TemporaryFile()  # noqa: SIM115
    nameless.write(canaries["descriptor"].encode())
    nameless.flush()
    segment = shared_memory(canaries["ipc"].encode())
    folder = tempfile.mkdtemp(prefix="neighbour-")
    os.chmod(folder, 0o755)
    path, abstract = f"{folder}/socket", f"\0neighbour-{os.getpid()}"
    os.umask(0)  # everybody may knock
    doors = [
        door(socket.AF_INET, ("127.0.0.1", 0)),
        door(socket.AF_UNIX, path),
        door(socket.AF_UNIX, abstract),
        door(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM),
    ]
    with contextlib.suppress(OSError):
        doors.append(door(socket.AF_INET6, ("::1", 0)))
    ports = {"tcp": doors[0].getsockname()[1], "udp": doors[3].getsockname()[1]}
    ports["tcp6"] = doors[4].getsockname()[1] if len(doors) > 4 else 0
    print(json.dumps({"pid": os.getpid(), "path": path, "abstract": abstract, "shm": segment, **ports}), flush=True)
    selector = selectors.DefaultSelector()
    for one in (*doors, sys.stdin):
        selector.register(one, selectors.EVENT_READ)
    visits = 0
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                if not sys.stdin.readline():
                    os.unlink(path)
                    os.rmdir(folder)
                    remove_shared_memory(segment)
                    return
                print(json.dumps({"signals": signals, "visits": visits}), flush=True)
            else:
                visits += 1
                answer(key.fileobj, canaries["service"].encode())


def door(family: int, address: object, kind: int = socket.SOCK_STREAM) -> socket.socket:
    opened = socket.socket(family, kind)
    opened.bind(address)
    if kind == socket.SOCK_STREAM:
        opened.listen()
    return opened


def answer(opened: socket.socket, text: bytes) -> None:
    with contextlib.suppress(OSError):
        if opened.type == socket.SOCK_DGRAM:
            opened.sendto(text, opened.recvfrom(1000)[1])
            return
        visitor, _ = opened.accept()
        with visitor:
            visitor.sendall(text)


def libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.shmat.restype = ctypes.c_void_p
    return library


def shared_memory(text: bytes) -> int:
    """The number of a new System V segment that everybody may read and that holds a text."""
    number = libc().shmget(0, 4096, 0o1644)
    if number >= 0:
        ctypes.memmove(libc().shmat(number, None, 0), text, len(text))
    return number


def remove_shared_memory(number: int) -> None:
    if number >= 0:
        libc().shmctl(number, 0, None)


if __name__ == "__main__":
    main()
