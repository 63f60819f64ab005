"""What is sent to a scanner, and what each of its answers comes to."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from played_clamd import PlayedClamd
from served_process import free_ports

from occoder.batch.scan.clamd import ClamdScan, check_scanner
from occoder.errors.batch import ScannerUnreachable

OK = b"stream: OK\0"
FOUND = b"stream: Test.Mark.UNOFFICIAL FOUND\0"
TOO_DEEP = b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0"
TOO_LARGE = b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
TOO_SLOW = b"stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND\0"
WINDOW, OVERLAP = 64, 16
# No two places of it look alike.
CONTENT = b"".join(number.to_bytes(2, "big") for number in range(150))


def small_scan(played: PlayedClamd, *, timeout_s: float = 30) -> ClamdScan:
    """Return a scan in small windows."""
    return ClamdScan(
        played.address, window_bytes=WINDOW, overlap_bytes=OVERLAP, timeout_s=timeout_s
    )


def scanned(*answers: bytes | None, content: bytes = CONTENT, timeout_s: float = 30) -> str:
    """Return what is found in a stream by a scanner with these answers.

    The first answer is for the layers that each scan begins with.
    """
    with (
        PlayedClamd(TOO_DEEP, *answers) as played,
        small_scan(played, timeout_s=timeout_s) as scan,
    ):
        scan.feed(content)
        scan.finish()
        return scan.finding


def problem_of(*answers: bytes | None, timeout_s: float = 30) -> str:
    """Return why a scanner with these answers is not believed."""
    with pytest.raises(ScannerUnreachable) as caught:
        scanned(*answers, timeout_s=timeout_s)
    return caught.value.problem


def windows_of(content: bytes, *, piece_bytes: int) -> list[bytes]:
    """Return the windows that a stream is sent in when it is fed in pieces."""
    with PlayedClamd(TOO_DEEP, OK) as played:
        with small_scan(played) as scan:
            for start in range(0, len(content), piece_bytes):
                scan.feed(content[start : start + piece_bytes])
                scan.feed(b"")
            assert not scan.finish()
        return played.streams[1:]


@pytest.mark.parametrize("piece_bytes", [1, 7, 16, 48, 64, 65, 1000])
@pytest.mark.parametrize("n_bytes", [1, 63, 64, 65, 112, 113, 300])
def test_windows_overlap(n_bytes: int, piece_bytes: int) -> None:
    """Each window begins with the end of the one before, however the stream comes."""
    content, step = CONTENT[:n_bytes], WINDOW - OVERLAP
    n_windows = 1 + max(0, -(-(n_bytes - WINDOW) // step))
    expected = [content[i * step : i * step + WINDOW] for i in range(n_windows)]

    assert expected == windows_of(content, piece_bytes=piece_bytes)


def test_pattern_is_whole_in_one_window() -> None:
    """A pattern as long as the overlap is whole in a window, wherever it stands."""
    windows = windows_of(CONTENT, piece_bytes=50)
    patterns = {CONTENT[i : i + OVERLAP] for i in range(len(CONTENT) - OVERLAP + 1)}

    assert set() == {one for one in patterns if not any(one in w for w in windows)}


def test_empty_stream_is_sent_nowhere() -> None:
    """Of a stream without bytes nothing is sent, but the scanner is still tried out."""
    with PlayedClamd(TOO_DEEP, FOUND) as played:
        with small_scan(played) as scan:
            assert not scan.finish()

        assert 1 == len(played.streams)


def test_ok_of_all_windows_is_clean() -> None:
    """A stream is clean when the scanner says so of each window."""
    assert "" == scanned(OK)


@pytest.mark.parametrize("n_clean", range(6))
def test_finding_in_any_window_counts(n_clean: int) -> None:
    """What is found in any of the windows, and only there, is a finding."""
    assert "Test.Mark.UNOFFICIAL" == scanned(*[OK] * n_clean, FOUND, OK)


def test_nothing_is_sent_after_a_finding() -> None:
    """A caller can stop at once: after a finding all that is fed is passed by."""
    with PlayedClamd(TOO_DEEP, FOUND) as played:
        with small_scan(played) as scan:
            scan.feed(CONTENT)
            n_streams = len(played.streams)
            for _ in range(100):
                scan.feed(CONTENT)

            assert scan.is_infected
            assert scan.finish()

        assert len(played.streams) <= n_streams + 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"stream: OK",
        b"stream: ok\0",
        b"stream: OK\nstream: OK\0",
        b"OK\0",
        b"stream: \0",
        b"stream: Test.Mark FOUN\0",
        b"UNKNOWN COMMAND\0",
        b"COMMAND READ TIMED OUT\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"Error writing to temporary file. ERROR\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\xff\xfe\0",
        b"x" * 100_000,
    ],
)
@pytest.mark.parametrize("n_clean", [0, 1, 5])
def test_anything_else_fails_closed(answer: bytes, n_clean: int) -> None:
    """Any other answer, to whichever window, means that nothing is known."""
    assert problem_of(*[OK] * n_clean, answer)


def test_silence_fails_closed() -> None:
    """A scanner that does not answer in time can't be relied on."""
    assert "it did not answer in time" == problem_of(None, timeout_s=0.2)


def test_hasty_close_fails_closed() -> None:
    """A scanner that closes before it has taken all can't be relied on."""
    with (
        PlayedClamd(b"stream: OK\0", is_hasty=True) as played,
        pytest.raises(ScannerUnreachable),
        ClamdScan(played.address) as scan,
    ):
        for _ in range(100):
            scan.feed(bytes(1024**2))
        scan.finish()


def test_silent_about_limits_fails_closed() -> None:
    """A scanner that says OK of what it did not look at is not relied on."""
    with (
        PlayedClamd(OK) as played,
        pytest.raises(ScannerUnreachable, match="AlertExceedsMax"),
        small_scan(played),
    ):
        pass


@pytest.mark.parametrize(
    ("answers", "option"),
    [
        ([b"INSTREAM size limit exceeded. ERROR\0"], "StreamMaxLength"),
        ([TOO_LARGE, TOO_LARGE], "MaxFileSize"),
        ([TOO_SLOW], "MaxScanTime"),
    ],
    ids=["stream", "file", "time"],
)
def test_limits_too_small_fail_closed(answers: list[bytes], option: str) -> None:
    """Limits that no window keeps to are the operator's, who is told the option."""
    assert option in problem_of(*answers)


def test_content_over_limits_is_found() -> None:
    """What is over the limits where as many blanks are not is refused, not tried again."""
    found = scanned(TOO_LARGE, OK, content=CONTENT[:WINDOW])

    assert "Heuristics.Limits.Exceeded.MaxFileSize" == found


def test_trial_is_as_long_as_the_window() -> None:
    """Whose the fault is shows a stream of blanks of the same size."""
    with PlayedClamd(TOO_DEEP, TOO_LARGE, OK) as played:
        with small_scan(played) as scan:
            scan.feed(CONTENT[:40])
            scan.finish()

        assert [CONTENT[:40], b" " * 40] == played.streams[1:]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nothing",
        "localhost:",
        "localhost:clam",
        ":0",
        "127.0.0.1:99999",
        "/" + "x" * 200,
    ],
)
def test_useless_address_fails_closed(address: str, tmp_path: Path) -> None:
    """An address that leads nowhere is told as such."""
    with pytest.raises(ScannerUnreachable), ClamdScan(address):
        pass


def test_absent_scanner_fails_closed(tmp_path: Path) -> None:
    """A scanner that does not run can't be relied on, by path and by port."""
    for address in (str(tmp_path / "socket"), f"127.0.0.1:{free_ports()[0]}"):
        with pytest.raises(ScannerUnreachable) as caught, ClamdScan(address):
            pass

        assert address == caught.value.address


def test_answers_are_not_repeated() -> None:
    """What a scanner says beside the known answers stands in no error."""
    assert "canary" not in problem_of(b"canary in the stream ERROR\0")


def test_overlap_fits_into_window() -> None:
    """An overlap of more than half a window is a programming error."""
    with pytest.raises(ValueError, match="twice"):
        ClamdScan("socket", window_bytes=7, overlap_bytes=4)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400\0", b"ClamAV \x07\0", b"PONG\0"])
def test_check_knows_clamd(answer: bytes) -> None:
    """Something else that answers at the address is not taken for clamd."""
    with PlayedClamd(answer) as played, pytest.raises(ScannerUnreachable):
        check_scanner(played.address)


def test_check_tells_the_version() -> None:
    """A scanner that can be relied on tells its version, after a whole window."""
    version = b"ClamAV 1.4.6/27000/Mon Nov  2 10:00:00 2026"
    with PlayedClamd(version + b"\0", TOO_DEEP, OK) as played:
        assert version.decode() == check_scanner(played.address, window_bytes=3_000_000)
        assert 3_000_000 == len(played.streams[-1])


def test_check_sees_a_finding_in_nothing() -> None:
    """A scanner that finds something in blanks would refuse every file."""
    with ExitStack() as stack:
        played = stack.enter_context(PlayedClamd(b"ClamAV 1\0", TOO_DEEP, FOUND))
        stack.enter_context(pytest.raises(ScannerUnreachable, match="blanks"))
        check_scanner(played.address, window_bytes=100)
