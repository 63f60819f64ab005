"""A coding process gives up, for good, every right that coding does not need.

Who codes reads what was validated and writes output (user guide, section 12). Linux holds
a process to that by Landlock, when the process asks for it: then neither the superuser
nor a program that it starts gets anything back. What Landlock does not cover (sockets
that have a path, UDP) is left to the rights of the user that the process runs as.
"""

import ctypes
import os
import struct
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Final

from occoder.settings.settings import PREFIX, variable
from occoder.telemetry.logs import log

# Calls of the system, with the same numbers on all processors that Python runs on.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_NO_NEW_PRIVILEGES: Final = 38  # a kind of prctl

_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1

# What can be done with files, as <linux/landlock.h> numbers it.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = (1 << bit for bit in range(4))
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE = (1 << bit for bit in (4, 5, 7, 8))
_TRUNCATE: Final = 1 << 14

_READ: Final = _READ_FILE | _READ_FOLDER
_WRITE: Final = (
    _WRITE_FILE
    | _READ_FOLDER
    | _REMOVE_FOLDER
    | _REMOVE_FILE
    | _MAKE_FOLDER
    | _MAKE_FILE
    | _TRUNCATE
)
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# How many kinds of access to files each version of Landlock knows.
_N_KINDS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_N_KINDS_NEWEST: Final = 16

_TCP_SINCE: Final = 4
_BIND, _CONNECT = 1, 2
_SCOPES_SINCE: Final = 6
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2

# What begins so in the environment may hold a password, or tell where keys are.
_SECRETS: Final = (PREFIX, "PG")
_SECRETS_OF_STORES: Final = ("AWS_",)


def confine(
    readable: Sequence[Path], writable: Sequence[Path], *, may_connect: bool
) -> bool:
    """Give up, in this thread and all it will start, every other access to files.

    No program can be started any more, no port listened at, and no process outside be
    sent a signal.

    Parameters
    ----------
    readable : sequence of Path
        Files, and folders with all below, that stay readable.
    writable : sequence of Path
        Folders in which files may be made, written, renamed and deleted, but not read.
    may_connect : bool
        Whether connections by TCP may still be made.

    Returns
    -------
    bool
        False, and a warning in the log, where the system has no Landlock.

    Raises
    ------
    OSError
        If the system has it and does not do it.
    """
    version = landlock_version()
    if version < 1:
        log.warning("not_confined", why="no_landlock", pid=os.getpid())
        return False
    kinds = (1 << _N_KINDS.get(version, _N_KINDS_NEWEST)) - 1
    rules = _new_rules(version, kinds, may_connect=may_connect)
    try:
        for path in readable:
            _allow(rules, path, _READ & kinds)
        for path in writable:
            _allow(rules, path, _WRITE & kinds)
        _called(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _called(_libc().syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    return True


def landlock_version() -> int:
    """Return the version of Landlock that the system has, 0 or less for none."""
    if sys.platform != "linux":
        return 0
    return int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))


def forget_secrets(environ: MutableMapping[str, str], *, may_connect: bool) -> None:
    """Take out of an environment what could open a database, a store or its keys.

    Parameters
    ----------
    environ : mutable mapping
        That of a process that codes; where the models are stays in it.
    may_connect : bool
        Whether output goes to a store elsewhere: then the way in there stays too.
    """
    secrets = _SECRETS if may_connect else (*_SECRETS, *_SECRETS_OF_STORES)
    for name in [one for one in environ if one.startswith(secrets)]:
        if name != variable("home"):
            del environ[name]


def _new_rules(version: int, kinds: int, *, may_connect: bool) -> int:
    """Return a new set of rules, which deny everything so far."""
    fields = [kinds]
    if version >= _TCP_SINCE:
        fields.append(_BIND if may_connect else _BIND | _CONNECT)
    if version >= _SCOPES_SINCE:
        fields.append(_ABSTRACT_SOCKETS | _SIGNALS)
    given = struct.pack(f"={len(fields)}Q", *fields)
    call = _libc().syscall(_CREATE_RULESET, given, ctypes.c_size_t(len(given)), 0)
    return _called(call)


def _allow(rules: int, path: Path, kinds: int) -> None:
    """Allow some kinds of access at a path and below, where there is such a path."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = struct.pack("=Qi", kinds if path.is_dir() else kinds & _OF_FILES, place)
        _called(_libc().syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _called(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
