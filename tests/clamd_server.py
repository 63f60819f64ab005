"""A real clamd that knows a few signatures of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Self

import pytest

PATIENCE_S: Final = 60

# In two halves, so that no scanner finds it in this file or in what is compiled of it.
_EICAR_HALVES: Final = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR",
    rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
)
EICAR: Final = b"".join(_EICAR_HALVES)
# Of the characters that stand in JSON as they are.
MARK: Final = b"".join((b"occoder test mark ", b"5d1f0c8e"))
# Found where the second comes after the first, at any distance.
HEAD: Final = b"".join((b"occoder test head ", b"91b7"))
TAIL: Final = b"".join((b"occoder test tail ", b"c4e2"))

_SIGNATURES: Final = f"""\
Test.Eicar:0:*:{EICAR.hex()}
Test.Mark:0:*:{MARK.hex()}
Test.Long:0:*:{HEAD.hex()}*{TAIL.hex()}
"""

# As docs/guides/scan-uploads.md advises.
LIMITS: Final = {
    "StreamMaxLength": "300M",
    "MaxFileSize": "300M",
    "MaxScanSize": "2000M",
    "AlertExceedsMax": "yes",
    "PCREMaxFileSize": "300M",
}


class ClamdServer:
    """A clamd of Debian's clamav-daemon, at a socket in a folder of its own.

    Parameters
    ----------
    options
        Lines of clamd.conf beside those that `LIMITS` has, or in their place.
    """

    def __init__(self, **options: str) -> None:
        program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.skip("there is no clamd; Debian has it in the package clamav-daemon")
        # Not that of the test: a path of a socket has 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="clamd"))
        self.address = str(self.folder / "socket")
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        self._write_config(options)
        with (self.folder / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [program, "-c", str(self.folder / "clamd.conf")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        """Wait until it answers."""
        stop = time.monotonic() + PATIENCE_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > stop:
                said = (self.folder / "output").read_text()
                self.__exit__()
                raise AssertionError(f"clamd does not start: {said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        """End it and take its folder away."""
        self.kill()
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def left_over(self) -> list[Path]:
        """Return what it has in its folder of temporary files."""
        return sorted(self.temporary.rglob("*"))

    def _write_config(self, options: dict[str, str]) -> None:
        database = self.folder / "signatures"
        database.mkdir()
        (database / "test.ndb").write_text(_SIGNATURES, encoding="ascii")
        lines = {
            "DatabaseDirectory": str(database),
            "LocalSocket": self.address,
            "TemporaryDirectory": str(self.temporary),
            "Foreground": "yes",
            **LIMITS,
            **options,
        }
        text = "".join(f"{name} {value}\n" for name, value in lines.items())
        (self.folder / "clamd.conf").write_text(text, encoding="utf-8")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_S)
            try:
                connection.connect(self.address)
                connection.sendall(b"zPING\0")
                return connection.recv(16) == b"PONG\0"
            except OSError:
                return False
