"""Runs first in a Python process and writes down what it asks the system for.

Python tells of what it does itself, with place; the kernel tells of everything, the calls
of compiled libraries included. `WATCHED_FILE` names the file that both write to.
"""

import os
import sys

from kernel_watch import watch_kernel

_EVENTS = {
    *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"),
    *("socket.gethostbyaddr", "socket.getnameinfo", "socket.sendmsg", "ssl.connect"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn"),
    *("urllib.Request", "http.client.connect", "smtplib.connect", "ftplib.connect"),
    *("pty.spawn", "os.startfile", "webbrowser.open"),
}

_file = os.open(os.environ["WATCHED_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _write_down(event: str, facts: tuple[object, ...]) -> None:
    if event in _EVENTS and not _is_number(event, facts):
        os.write(_file, f"python: {event} {facts}\n".encode(errors="replace"))


def _is_number(event: str, facts: tuple[object, ...]) -> bool:
    """Tell whether a look-up is of an address in figures, which asks nobody."""
    if event != "socket.getaddrinfo":
        return False
    return facts[0] is None or set(str(facts[0]).lower()) <= set("0123456789abcdef.:")


sys.addaudithook(_write_down)
watch_kernel(_file)
