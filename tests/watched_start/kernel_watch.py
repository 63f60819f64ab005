"""Lets the kernel tell of each connection and each program that a process starts (Linux).

A seccomp filter turns these calls into the signal SIGSYS, and the stack of Python at that
moment is written down; the call itself is not carried out. No library can go around it,
whatever language it is written in, and processes that are started inherit it.
"""

import ctypes
import faulthandler
import os
import signal
import struct
from collections.abc import Iterator

# By machine: the number of its architecture, then connect, execve, execveat, sendmsg,
# sendmmsg and sendto (asm/unistd.h, linux/audit.h).
_CALLS = {
    "x86_64": (0xC000003E, (42, 59, 322, 46, 307), 44),
    "aarch64": (0xC00000B7, (203, 221, 281, 211, 269), 206),
}
_IO_URING_SETUP = 425

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIFTH_ARGUMENT_AT = 0, 4, 48
_ALLOW, _TRAP, _NO_SUCH_CALL = 0x7FFF0000, 0x00030000, 0x00050000 | 38

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2


def can_watch() -> bool:
    """Tell whether this machine has such filters, and this module knows its calls."""
    return os.uname().sysname == "Linux" and os.uname().machine in _CALLS


def watch_kernel(file: int) -> None:
    """Write into an open file from now on; a process can't take it back."""
    if not can_watch():
        return
    # All threads: a call of a thread that Python does not know is written down too.
    faulthandler.register(signal.SIGSYS, file=file, all_threads=True)
    code = b"".join(_program(*_CALLS[os.uname().machine]))
    kept = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER, program, 0, 0),
    ):
        if libc.prctl(*call):
            raise OSError(ctypes.get_errno(), "prctl")


def _program(architecture: int, calls: tuple[int, ...], sendto: int) -> Iterator[bytes]:
    """Yield the filter, one instruction after the other."""
    yield _step(_LOAD, _ARCHITECTURE_AT)
    yield _step(_EQUAL, architecture, skip_if_equal=1)
    yield _step(_RETURN, _TRAP)
    yield _step(_LOAD, _NUMBER_AT)
    for number in calls:
        yield _step(_EQUAL, number, skip_if_not=1)
        yield _step(_RETURN, _TRAP)
    # Would let calls be made without a call.
    yield _step(_EQUAL, _IO_URING_SETUP, skip_if_not=1)
    yield _step(_RETURN, _NO_SUCH_CALL)
    # Without an address it only writes to what is connected.
    yield _step(_EQUAL, sendto, skip_if_not=5)
    yield _step(_LOAD, _FIFTH_ARGUMENT_AT)
    yield _step(_EQUAL, 0, skip_if_not=2)
    yield _step(_LOAD, _FIFTH_ARGUMENT_AT + 4)
    yield _step(_EQUAL, 0, skip_if_equal=1)
    yield _step(_RETURN, _TRAP)
    yield _step(_RETURN, _ALLOW)


def _step(
    code: int, operand: int, *, skip_if_equal: int = 0, skip_if_not: int = 0
) -> bytes:
    return struct.pack("HBBI", code, skip_if_equal, skip_if_not, operand)
