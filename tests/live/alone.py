"""Runs a command where there is no network but the loopback, and reports whether anything tried to leave.

    python alone.py REPORT-FILE COMMAND...

A network namespace of its own (Linux; with a user namespace where this process is not root) has no route to anywhere.
The kernel counts each packet that finds none, so the report says how many there were: `{"refused": n, "code": n}`.
Exit code 77: no such namespace can be had here.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

NOT_AVAILABLE = 77
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


def isolate() -> None:
    """Move this process into a network namespace of its own; raises OSError where that is not allowed."""
    user, group = os.getuid(), os.getgid()
    library = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if library.unshare(flags) == 0:
            break
    else:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if flags & _CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        (current,) = struct.unpack_from("h", fcntl.ioctl(control, _SIOCGIFFLAGS, request), 16)
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", current | _IFF_UP))


def refused() -> int:
    """How many packets found no route so far, IPv4 and IPv6."""
    lines = [
        line.split()
        for line in Path("/proc/self/net/snmp").read_text().splitlines()
        if line.startswith("Ip:")
    ]
    count = int(dict(zip(*lines, strict=True))["OutNoRoutes"])
    for line in Path("/proc/self/net/snmp6").read_text().splitlines():
        if line.startswith("Ip6OutNoRoutes"):
            count += int(line.split()[1])
    return count


def main() -> int:
    """Run the command, write the report."""
    try:
        isolate()
    except OSError as error:
        print(f"no network namespace can be had here: {error}", file=sys.stderr)
        return NOT_AVAILABLE
    code = subprocess.run(sys.argv[2:], check=False).returncode
    Path(sys.argv[1]).write_text(json.dumps({"refused": refused(), "code": code}))
    return code


if __name__ == "__main__":
    sys.exit(main())
