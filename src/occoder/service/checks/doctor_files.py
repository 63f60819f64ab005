"""The doctor looks at the data folder and what the system allows."""

import os
import shutil
import stat
from pathlib import Path
from typing import Final

from occoder.service.checks.check import Check
from occoder.service.transport.open_files import n_allowed, n_wanted
from occoder.settings.settings import Settings
from occoder.telemetry.audit import Audit

# Models, database and logs of some weeks; a full disk loses security events.
MIN_FREE_BYTES: Final = 1024**3

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NOT_YET: Final = "not there yet: the first start makes it"


def data_folder(settings: Settings) -> Check:
    """Tell whether the data folder can be written, and by its owner only."""
    name, folder = "data folder", settings.folder
    if not folder.exists():
        there = _nearest(folder)
        if os.access(there, os.W_OK | os.X_OK) and there.is_dir():
            return Check.ok(name, f"{folder}: {_NOT_YET}")
        remedy = "Make the folder writable, or choose another with OCCODER_HOME."
        return Check.failed(name, f"{folder}: it can't be made in {there}", remedy)
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        remedy = "Give the folder to the account that runs the service."
        return Check.failed(name, f"{folder}: it can't be written", remedy)
    if folder.stat().st_mode & _FOR_OTHERS:
        remedy = f"chmod 700 {folder}"
        return Check.failed(name, f"{folder}: others can read it", remedy)
    return Check.ok(name, f"{folder}: for its owner only")


def free_disk(settings: Settings) -> Check:
    """Tell whether there is room to go on writing."""
    n_free = shutil.disk_usage(_nearest(settings.folder)).free
    finding = f"{n_free / 1024**3:,.1f} GiB free"
    if n_free < MIN_FREE_BYTES:
        remedy = "Make room: a service without any can't write its database and logs."
        return Check.failed("free disk", finding, remedy)
    return Check.ok("free disk", finding)


def audit_log(settings: Settings) -> Check:
    """Tell whether security events can be written, and be read by their owner only."""
    name, file = "audit log", Audit.from_settings(settings).file
    is_sound = file.is_file() if file.exists() else _nearest(file).is_dir()
    there = file if file.exists() else _nearest(file)
    if not (is_sound and os.access(there, os.W_OK)):
        remedy = "Make it writable, or choose another file with OCCODER_AUDIT_FILE."
        return Check.failed(name, f"{file}: it can't be written", remedy)
    if not file.exists():
        return Check.ok(name, f"{file}: {_NOT_YET}")
    if file.stat().st_mode & _FOR_OTHERS:
        return Check.failed(name, f"{file}: others can read it", f"chmod 600 {file}")
    return Check.ok(name, str(file))


def open_files(settings: Settings) -> Check:
    """Tell whether a process may hold as many connections as it is set to."""
    allowed, wanted = n_allowed(), n_wanted(settings.max_connections)
    finding = f"{allowed:,} allowed, {wanted:,} wanted"
    if allowed < wanted:
        remedy = "Raise it (ulimit -Hn), or lower OCCODER_MAX_CONNECTIONS."
        return Check.failed("open files", finding, remedy)
    return Check.ok("open files", finding)


def _nearest(path: Path) -> Path:
    """Return the folder above a path that is there."""
    return next(folder for folder in path.absolute().parents if folder.exists())
