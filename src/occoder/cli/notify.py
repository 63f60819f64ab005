"""Runs a program of the operator that tells a client something.

The only module that starts a program, and only the one that the operator names.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

import typer

TIMEOUT_S: Final = 60.0

_STDERR: Final = 2


def program(command: str) -> list[str]:
    """Return the words of a command, the first of which is a program that is there.

    Raises
    ------
    typer.BadParameter
        If a quote does not end, or there is no such program.

    Examples
    --------
    >>> program("python3 tell.py --subject 'Your access'")[1:]
    ['tell.py', '--subject', 'Your access']
    """
    try:
        words = shlex.split(command)
    except ValueError:
        raise typer.BadParameter("--notify has a quote that does not end.") from None
    if not words or shutil.which(words[0]) is None:
        raise typer.BadParameter("--notify names no program that can be started.")
    return words


def notify(
    command: Sequence[str], facts: Mapping[str, object], *, timeout_s: float = TIMEOUT_S
) -> str:
    """Run a program with facts as JSON on its standard input; return what went wrong.

    What it prints goes to stderr. No shell takes part, so nothing in the facts can be
    taken for a command. Settings of occoder are not passed on: one may hold a password.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    facts : mapping
        What can be written as JSON; it is sent in ASCII.
    timeout_s : float
        Seconds after which the program is ended.

    Returns
    -------
    str
        "" when the program ended with 0.
    """
    try:
        done = subprocess.run(
            command,
            input=json.dumps(facts).encode("ascii"),
            env={k: v for k, v in os.environ.items() if not k.startswith("OCCODER_")},
            stdout=_STDERR,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the program did not end within {timeout_s:g} s"
    except OSError as error:
        return f"the program can't be started: {error.strerror}"
    return f"the program ended with {done.returncode}" if done.returncode else ""
