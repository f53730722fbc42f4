# %% [markdown]
# # I. Network

# %% [markdown] threat="HTTP, DNS"
# A hand-in has no network, not even a name server.

# %% attack="HTTP" walls="net seccomp landlock" effect="sight"
import socket

with socket.create_connection(("127.0.0.1", KNOWN["tcp"]), timeout=15) as door:
    door.sendall(b"GET / HTTP/1.0\r\n\r\n")
    tell(door.recv(1000))

# %% attack="DNS" walls="net seccomp" effect="sight"
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
    door.settimeout(15)
    door.sendto(
        b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01",
        ("127.0.0.1", KNOWN["udp"]),
    )
    tell(door.recv(1000))

# %% attack="asks for a name" walls="net seccomp" effect="excess" most=0 places="before"
import socket

try:
    socket.getaddrinfo("127.0.0.1", KNOWN["tcp"])
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 53))
    reach(1)
except OSError as error:
    reach(int(error.errno not in (97, 101)))

# %% [markdown] threat="raw and IPv6 sockets"
# Families of addresses other than Unix do not exist.

# %% attack="raw sockets" walls="net seccomp" effect="excess" most=0
import errno
import socket

reached = 0
for family, kind, protocol in (
    (socket.AF_INET, socket.SOCK_RAW, 1),
    (socket.AF_PACKET, socket.SOCK_RAW, 768),
    (socket.AF_INET6, socket.SOCK_RAW, 58),
    (socket.AF_INET, socket.SOCK_DGRAM, 1),
    (socket.AF_NETLINK, socket.SOCK_RAW, 0),
):
    try:
        socket.socket(family, kind, protocol).close()
        reached += 1
    except OSError as error:
        reached += error.errno != errno.EAFNOSUPPORT
reach(reached)

# %% attack="IPv6" walls="net seccomp landlock" effect="sight"
import socket

with socket.create_connection(("::1", KNOWN["tcp6"]), timeout=15) as door:
    tell(door.recv(1000))

# %% attack="a 32-bit system call for sockets" walls="seccomp" effect="excess" most=0 places="before"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reach(int(libc.syscall(0x40000000 + 41, 2, 1, 0) >= 0 or libc.syscall(41, 2, 1, 0) >= 0))

# %% [markdown] threat="services on localhost"
# What listens on this machine for this machine's users does not listen for hand-ins.

# %% attack="knocks at many ports" walls="net seccomp landlock" effect="sight" places="before"
import socket

for port in (22, 80, 443, 5432, 8000, 8888, KNOWN["tcp"]):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as door:
            door.settimeout(3)
            tell(door.recv(100))
    except OSError:
        pass

# %% attack="lets another program knock" walls="net seccomp landlock" effect="sight" places="before"
import subprocess
import sys

code = f"import socket; print(socket.create_connection(('127.0.0.1', {KNOWN['tcp']}), 15).recv(100))"
tell(subprocess.run([sys.executable, "-I", "-c", code], capture_output=True).stdout)

# %% attack="listens for the next hand-in" walls="net seccomp landlock" effect="excess" most=0 places="before"
import socket

try:
    door = socket.socket(socket.AF_INET)
    door.bind(("127.0.0.1", 0))
    door.listen()
    reach(1)
except OSError:
    reach(0)

# %% [markdown] threat="cloud metadata addresses"
# In a cloud, such an address tells secrets to whoever is on the machine.

# %% attack="asks for metadata" walls="net seccomp landlock" effect="excess" most=0 places="before"
import errno
import socket

reached = 0
for address in ("169.254.169.254", "100.100.100.200"):
    try:
        door = socket.socket(socket.AF_INET)
        door.settimeout(0.3)
        reached += door.connect_ex((address, 80)) != errno.ENETUNREACH
    except OSError:
        pass
reach(reached)

# %% [markdown] threat="unix sockets"
# They work between processes of the notebook, and lead nowhere else.

# %% attack="waits for other hand-ins on an abstract socket" walls="net landlock" effect="excess" most=0 places="before"
import socket

with socket.socket(socket.AF_UNIX) as door:
    try:
        door.connect(KNOWN["abstract"])
        reach(1)
    except OSError:
        reach(0)

# %% attack="a datagram to a service" walls="mount" effect="sight" places="before"
import os
import socket

door = socket.socket(socket.AF_UNIX)
door.settimeout(15)
os.chdir(os.path.dirname(KNOWN["path"]))
door.connect("socket")
tell(door.recv(100))
