"""What is uploaded is scanned, by a real clamd (R87)."""

import gzip
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest
from clamd_server import EICAR, HEAD, LIMITS, MARK, TAIL, ClamdServer
from served_process import free_ports
from stand_in_server import wait_until as eventually

from occoder.batch.scan.clamd import (
    OVERLAP_BYTES,
    WINDOW_BYTES,
    ClamdScan,
    check_scanner,
)
from occoder.errors.batch import ScannerUnreachable

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "scan-uploads.md"
LINE = b'{"recordId":"1","occp_text":"dairy farmer","tasks_text":"milks cows"}\n'
MIB = 1024**2
LINES = (LINE * (MIB // len(LINE) + 1))[:MIB]
# Windows small enough for many tests.
WINDOW, OVERLAP = 64 * 1024, 8 * 1024


@pytest.fixture(scope="module")
def clamd() -> Iterator[ClamdServer]:
    """A clamd that is set up as the guide says."""
    with ClamdServer() as server:
        yield server


def found_in(
    server: ClamdServer,
    pieces: Iterable[bytes],
    *,
    window_bytes: int = WINDOW,
    overlap_bytes: int = OVERLAP,
) -> str:
    """Return what is found in a stream."""
    with ClamdScan(
        server.address, window_bytes=window_bytes, overlap_bytes=overlap_bytes
    ) as scan:
        for piece in pieces:
            scan.feed(piece)
        assert scan.finish() == scan.is_infected
        return scan.finding


def found_in_real_windows(server: ClamdServer, pieces: Iterable[bytes]) -> str:
    """Return what is found in a stream in windows as they are by default."""
    return found_in(server, pieces, window_bytes=WINDOW_BYTES, overlap_bytes=OVERLAP_BYTES)


def at_place(content: bytes, *, start: int, n_bytes: int) -> bytes:
    """Return lines of so many bytes with something else at a place."""
    lines = (LINE * (n_bytes // len(LINE) + 1))[:n_bytes]
    return lines[:start] + content + lines[start + len(content) :]


def test_lines_are_clean(clamd: ClamdServer) -> None:
    """Lines without malware pass."""
    assert "" == found_in(clamd, [LINES])


@pytest.mark.parametrize("n_before", [0, 1, 10_000])
def test_malware_in_a_line_is_found(clamd: ClamdServer, n_before: int) -> None:
    """Malware within a text of a record is found, wherever the record stands."""
    line = b'{"recordId":"2","occp_text":"' + EICAR + b'"}\n'

    assert "Test.Eicar.UNOFFICIAL" == found_in(clamd, [LINE * n_before, line, LINE])


def test_malware_in_bytes_is_found(clamd: ClamdServer) -> None:
    """Malware is found in what is no text either."""
    content = bytes(range(256)) * 100 + MARK + bytes(100)

    assert "Test.Mark.UNOFFICIAL" == found_in(clamd, [content])


@pytest.mark.parametrize("shift", [-len(MARK), -len(MARK) + 1, -len(MARK) // 2, -1, 0])
@pytest.mark.parametrize("n_windows", [1, 2])
def test_malware_across_a_border_is_found(
    clamd: ClamdServer, n_windows: int, shift: int
) -> None:
    """Malware that begins in one window and ends in the next is found."""
    border = WINDOW + (n_windows - 1) * (WINDOW - OVERLAP)
    content = at_place(MARK, start=border + shift, n_bytes=border + WINDOW)

    assert "Test.Mark.UNOFFICIAL" == found_in(clamd, [content])


@pytest.mark.parametrize("start", [WINDOW - OVERLAP, WINDOW - OVERLAP + 1, WINDOW - 100])
def test_pattern_as_long_as_the_overlap_is_found(clamd: ClamdServer, start: int) -> None:
    """A pattern across a border is found as long as it is no longer than the overlap."""
    pattern = HEAD.ljust(OVERLAP - len(TAIL)) + TAIL

    content = at_place(pattern, start=start, n_bytes=3 * WINDOW)

    assert OVERLAP == len(pattern)
    assert "Test.Long.UNOFFICIAL" == found_in(clamd, [content])


def test_longer_pattern_shows_the_border(clamd: ClamdServer) -> None:
    """A pattern longer than the overlap is missed where it crosses a border."""
    pattern = HEAD.ljust(OVERLAP + 2 - len(TAIL)) + TAIL
    content = at_place(pattern, start=WINDOW - OVERLAP - 1, n_bytes=3 * WINDOW)

    assert "" == found_in(clamd, [content])
    assert "Test.Long.UNOFFICIAL" == found_in(clamd, [content], window_bytes=2 * WINDOW)


def test_malware_across_a_real_border_is_found(clamd: ClamdServer) -> None:
    """Windows of their real size overlap by a mebibyte too."""
    pattern = HEAD.ljust(OVERLAP_BYTES - len(TAIL)) + TAIL
    n_before = WINDOW_BYTES - OVERLAP_BYTES // 2
    pieces = [LINES] * (n_before // MIB) + [LINES[: n_before % MIB], pattern, LINES]

    assert "Test.Long.UNOFFICIAL" == found_in_real_windows(clamd, pieces)


def test_malware_past_two_gibibytes_is_found(clamd: ClamdServer) -> None:
    """Malware is found behind what clamd can take in one piece at most."""
    pieces = chain(repeat(LINES, 2049), [EICAR], repeat(LINES, 300))

    assert "Test.Eicar.UNOFFICIAL" == found_in_real_windows(clamd, pieces)


def test_scan_stops_at_a_finding(clamd: ClamdServer) -> None:
    """Of a long stream no more than a window after a finding is taken."""
    with ClamdScan(clamd.address, window_bytes=WINDOW, overlap_bytes=OVERLAP) as scan:
        scan.feed(MARK + LINE * (3 * WINDOW // len(LINE)))

        assert scan.is_infected


def test_nothing_is_left_over(clamd: ClamdServer) -> None:
    """Neither a whole scan, nor one that was given up, leaves a file with its scanner."""
    found_in(clamd, [LINES])
    with ClamdScan(clamd.address) as scan:
        scan.feed(LINES)
        eventually(lambda: clamd.left_over() != [])

    eventually(lambda: clamd.left_over() == [])


def test_killed_scanner_fails_closed() -> None:
    """A scanner that is killed midway leaves nothing known of the stream."""
    with ClamdServer() as server, pytest.raises(ScannerUnreachable):
        with ClamdScan(server.address) as scan:
            scan.feed(LINES)
            server.kill()
            for _ in range(20):
                scan.feed(LINES)
            scan.finish()


def test_scanner_killed_before_its_answer_fails_closed() -> None:
    """A scanner that is killed when all was sent leaves nothing known either."""
    with ClamdServer() as server, ClamdScan(server.address) as scan:
        scan.feed(LINES)
        server.kill()

        with pytest.raises(ScannerUnreachable):
            scan.finish()


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"StreamMaxLength": "1M"}, "StreamMaxLength"),
        ({"MaxFileSize": "1M"}, "MaxFileSize"),
        ({"MaxScanSize": "1M"}, "MaxScanSize"),
        ({"MaxFileSize": "1M", "AlertExceedsMax": "no"}, "AlertExceedsMax"),
        ({"ScanArchive": "no"}, "ScanArchive"),
    ],
    ids=["stream", "file", "scan", "silent", "archive"],
)
def test_too_small_limits_fail_closed(options: dict[str, str], line: str) -> None:
    """A scanner that would not look at a whole window is found out, and says why."""
    with ClamdServer(**options) as server:
        with pytest.raises(ScannerUnreachable, match=line):
            found_in(server, [LINES, LINES], window_bytes=2 * MIB)
        with pytest.raises(ScannerUnreachable, match=line):
            check_scanner(server.address, window_bytes=2 * MIB)


def test_scanner_at_a_port() -> None:
    """A scanner is used through a port as through a path, and refuses in the same words."""
    port = free_ports()[0]
    options = {"TCPSocket": str(port), "TCPAddr": "127.0.0.1", "StreamMaxLength": "1M"}
    with ClamdServer(**options) as server:
        server.address = f"127.0.0.1:{port}"

        assert "" == found_in(server, [LINES[:WINDOW]])
        assert "Test.Mark.UNOFFICIAL" == found_in(server, [MARK])
        with pytest.raises(ScannerUnreachable):
            found_in(server, [LINES] * 4, window_bytes=4 * MIB)


def test_content_that_can_not_be_looked_at_is_refused(clamd: ClamdServer) -> None:
    """An archive in an archive and so on is refused, and is not the scanner's fault."""
    content = b""
    for _ in range(200):
        content = gzip.compress(content, 0)

    assert "Heuristics.Limits.Exceeded.MaxRecursion" == found_in(clamd, [content])


def test_check_tells_the_version(clamd: ClamdServer) -> None:
    """A scanner that is set up as the guide says can be relied on."""
    assert check_scanner(clamd.address).startswith("ClamAV ")


def test_guide_has_the_limits_that_are_tested() -> None:
    """The guide advises the lines of clamd.conf that are tested here."""
    guide = GUIDE.read_text(encoding="utf-8")
    lines = guide.splitlines()

    assert set() == {f"{name} {value}" for name, value in LIMITS.items()} - set(lines)
    assert f"in windows of {WINDOW_BYTES // MIB} MiB" in guide
    assert f"a pattern of up to {OVERLAP_BYTES // MIB} MiB" in guide
