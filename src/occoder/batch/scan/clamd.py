"""The scan for malware by clamd, which is given what was uploaded in windows.

clamd says "OK" of what it did not look at in two cases: of a stream of 2 GiB or more, and
of all that is over its own limits while its option AlertExceedsMax is off. So no window is
that large, and before the first one it is tried out whether the option is on.
"""

import gzip
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, Self

from occoder.batch.scan.clamd_stream import ClamdStream, version_of
from occoder.errors.batch import ScannerUnreachable

WINDOW_BYTES: Final = 256 * 1024**2
# A pattern that is no longer than this is whole in one window, wherever it stands.
OVERLAP_BYTES: Final = 1024**2
# Longer than clamd may look at one window (MaxScanTime, two minutes).
TIMEOUT_S: Final = 180.0

_BLANKS: Final = b" " * 1024**2
# More than clamd unpacks (MaxRecursion, 17).
_N_LAYERS: Final = 300
_OVER_LIMITS: Final = "Heuristics.Limits.Exceeded"
_OUT_OF_TIME: Final = f"{_OVER_LIMITS}.MaxScanTime"


class ClamdScan:
    """A scan of one stream, as a context; entering it proves that clamd can be relied on.

    While clamd looks at a window it is already given the next one. Each call may block,
    up to ``timeout_s`` for each answer.

    Parameters
    ----------
    address : str
        Path of the socket of clamd, or host:port.
    window_bytes, overlap_bytes : int
        How much clamd looks at in one piece, and how much of its end once more at the
        beginning of the next one.
    timeout_s : float
        How long clamd may take to answer, or to take some bytes.

    Raises
    ------
    ScannerUnreachable
        By every method: if clamd can't be reached, does not answer in time or as it
        should, or would pass by what is over its limits. Then nothing is known of the
        stream.
    """

    def __init__(
        self,
        address: str,
        *,
        window_bytes: int = WINDOW_BYTES,
        overlap_bytes: int = OVERLAP_BYTES,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if window_bytes < 2 * overlap_bytes:
            raise ValueError("a window has to be at least twice as long as the overlap")
        self._address = address
        self._window_bytes = window_bytes
        self._overlap_bytes = overlap_bytes
        self._timeout_s = timeout_s
        self._fed: ClamdStream | None = None
        self._awaited: ClamdStream | None = None
        self._room = 0
        self._tail = bytearray()
        self._finding = ""

    def __enter__(self) -> Self:
        """Prove that clamd tells of what is over its limits."""
        found = self._finding_in([_layers()])
        if not found.startswith(_OVER_LIMITS):
            raise self._unreachable(
                "it would pass by what is over its limits; AlertExceedsMax and ScanArchive "
                "have to be yes in clamd.conf"
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Leave clamd, which drops what it still has of the stream."""
        for stream in (self._fed, self._awaited):
            if stream is not None:
                stream.close()

    @property
    def finding(self) -> str:
        """Return what clamd calls that which it found so far, "" for nothing."""
        return self._finding

    @property
    def is_infected(self) -> bool:
        """Tell whether something was found so far."""
        return self._finding != ""

    def feed(self, content: bytes) -> None:
        """Give the next bytes of the stream; after a finding they are passed by."""
        rest = memoryview(content)
        while rest and not self.is_infected:
            if self._fed is None or not self._room:
                self._fed = self._next_window()
            piece, rest = rest[: self._room], rest[self._room :]
            self._fed.send(piece)
            self._room -= len(piece)
            self._remember(piece)

    def finish(self) -> bool:
        """Tell, when all of the stream was given, whether something was found."""
        if not self.is_infected:
            self._end_window()
            self._await_answer()
        return self.is_infected

    def _next_window(self) -> ClamdStream:
        """Return a new window, which begins with the end of the one before."""
        self._end_window()
        stream = self._fed = self._new_stream()
        stream.send(self._tail)
        self._room = self._window_bytes - len(self._tail)
        self._tail.clear()
        return stream

    def _remember(self, piece: memoryview) -> None:
        """Keep of a piece what belongs into the next window too."""
        n_new = self._overlap_bytes - self._room - len(self._tail)
        if n_new > 0:
            self._tail += piece[-n_new:]

    def _end_window(self) -> None:
        """End the window that is being fed, and take the answer to the one before."""
        if self._fed is not None:
            self._fed.end()
        self._await_answer()
        self._awaited, self._fed = self._fed, None

    def _await_answer(self) -> None:
        """Take the answer to the window that has ended, if there is one."""
        if self._awaited is None:
            return
        found = self._awaited.finding()
        if found.startswith(_OVER_LIMITS):
            self._blame(found, n_bytes=self._awaited.n_bytes)
        self._awaited.close()
        self._awaited = None
        self._finding = self._finding or found

    def _blame(self, found: str, *, n_bytes: int) -> None:
        """Raise if clamd is at fault that it did not look at all of a window.

        Where it lets pass as many blanks, it is the content that can't be looked at, such
        as an archive of archives. That counts as found.
        """
        if found == _OUT_OF_TIME:
            raise self._unreachable("it ran out of time; raise MaxScanTime in clamd.conf")
        if self._finding_in(_blanks(n_bytes)):
            raise self._unreachable(
                f"it does not look at {n_bytes} bytes in one piece; raise MaxFileSize and "
                f"MaxScanSize in clamd.conf"
            )

    def _finding_in(self, pieces: Iterable[bytes]) -> str:
        """Return what clamd finds in a stream of its own."""
        with self._new_stream() as stream:
            for piece in pieces:
                stream.send(piece)
            stream.end()
            return stream.finding()

    def _new_stream(self) -> ClamdStream:
        return ClamdStream(self._address, timeout_s=self._timeout_s)

    def _unreachable(self, problem: str) -> ScannerUnreachable:
        return ScannerUnreachable(address=self._address, problem=problem)


def check_scanner(
    address: str, *, window_bytes: int = WINDOW_BYTES, timeout_s: float = TIMEOUT_S
) -> str:
    """Return what a clamd that can be relied on says of its engine and signatures.

    It is given a whole window of blanks, so its limits are large enough too.

    Parameters
    ----------
    address : str
        Path of the socket of clamd, or host:port.
    window_bytes : int
        What it has to look at in one piece.
    timeout_s : float
        How long it may take to answer.

    Raises
    ------
    ScannerUnreachable
        If it can't be relied on, with the line of clamd.conf that has to change.
    """
    version = version_of(address, timeout_s=timeout_s)
    with ClamdScan(
        address, window_bytes=window_bytes, overlap_bytes=0, timeout_s=timeout_s
    ) as scan:
        for piece in _blanks(window_bytes):
            scan.feed(piece)
        if scan.finish():
            problem = "it finds something in a stream of blanks"
            raise ScannerUnreachable(address=address, problem=problem)
    return version


def _blanks(n_bytes: int) -> Iterator[bytes]:
    """Yield as many blanks as asked for, in pieces."""
    for start in range(0, n_bytes, len(_BLANKS)):
        yield _BLANKS[: n_bytes - start]


@cache
def _layers() -> bytes:
    """Return an archive in an archive and so on, harmless and of a few kilobytes."""
    content = b""
    for _ in range(_N_LAYERS):
        content = gzip.compress(content, 0, mtime=0)
    return content
