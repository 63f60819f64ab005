"""The scan of an upload."""

import codecs
from collections.abc import Iterator

import pytest
from scanned_upload import Chunks, lines, scanned

from occoder.batch.scan.scan import CHUNK_BYTES, InputRefused, Scanned, scan_input

RECORD = b'{"recordId":"1","occp_text":"baker","tasks_text":"bakes bread"}\n'
FIELDS = ("occp_text", "tasks_text")


@pytest.mark.parametrize("upload", [b"", b"\n", b" \r\n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_no_records_are_refused(upload: bytes) -> None:
    """A file without a line that is not blank is refused."""
    with pytest.raises(InputRefused) as refused:
        scanned(upload)

    assert "Input file contained no records" == refused.value.message


def test_one_bad_line_spoils_nothing() -> None:
    """Every line comes out in its place, those that can't be coded too."""
    upload = (
        b'{"recordId":"001","occp_text":"baker","tasks_text":null}\n'
        b"this is not json\n\n"
        b'{"recordId":2,"occp_text":"x"}'
    )

    assert [
        {"recordId": "001", "occp_text": "baker", "tasks_text": None},
        {"recordId": "unknown", "input": "this is not json", "error": "invalid JSON"},
        {"recordId": "unknown", "input": "", "error": "invalid JSON"},
        {
            "recordId": "2",
            "input": {"occp_text": "x"},
            "error": "Record has a total text length under 3 min",
        },
    ] == lines(upload)


def test_equal_names_are_kept() -> None:
    """Records of the same name come out as they are, in their order."""
    assert 3 * [{"recordId": "1", "occp_text": "baker", "tasks_text": "bakes bread"}] == (
        lines(3 * RECORD)
    )


def test_powershell_file_is_read() -> None:
    """A file in UTF-16 with Windows line ends gives what one in UTF-8 gives."""
    upload = codecs.BOM_UTF16_LE + (
        RECORD.decode().replace("\n", "\r\n").encode("utf-16-le") * 3
    )

    assert (
        lines(3 * RECORD)
        == lines(upload)
        == lines(upload[i : i + 1] for i in range(len(upload)))
    )


def test_result_counts_what_was_written() -> None:
    """The result has the numbers of lines, of chunks and of bytes."""
    upload = b"?\n" + RECORD
    result, contents = scanned(upload)

    assert Scanned(2, 1, sum(map(len, contents))) == result


def test_chunks_are_large_enough() -> None:
    """Every chunk but the last has at least the size that a part needs, and few more."""
    n = 3 * CHUNK_BYTES // len(RECORD)
    result, contents = scanned(RECORD * 1000 for _ in range(n // 1000))

    assert 3 == len(contents) == result.n_chunks
    assert all(CHUNK_BYTES <= len(one) < CHUNK_BYTES + 2**17 for one in contents[:-1])
    assert all(one.endswith(b"}\n") for one in contents)
    assert b"".join(contents) == RECORD * (n // 1000 * 1000)


def test_chunks_do_not_depend_on_frames() -> None:
    """A second scan of an upload writes the same chunks, however it is cut."""
    upload = RECORD * (2 * CHUNK_BYTES // len(RECORD))
    frames = [upload[i : i + 100_003] for i in range(0, len(upload), 100_003)]

    assert scanned(upload) == scanned(frames)


def test_every_frame_is_inspected() -> None:
    """Every frame is shown to the scanner for malware as it was uploaded."""
    frames = [b"\xef\xbb\xbf", RECORD[:9], b"", RECORD[9:] + b"\n\n"]
    seen: list[bytes] = []
    scanned(frames, inspect=seen.append)

    assert frames == seen


def test_progress_is_told() -> None:
    """The number of lines done is told as chunks are done, up to all."""
    told: list[int] = []
    n = CHUNK_BYTES // len(RECORD) + 5000
    scanned([RECORD * n], on_progress=told.append)

    assert 2 == len(told)
    assert n == told[-1] > told[0] > 0


def test_first_record_with_foreign_field_is_refused() -> None:
    """Fields that the model does not take are told at once; later they spoil a line."""
    foreign = b'{"recordId":"1","occp_text":"baker","income":"90,000"}\n'
    with pytest.raises(InputRefused, match="fields not accepted by the model: income;"):
        scanned(foreign + RECORD)

    assert "malformed record" == lines(RECORD + foreign)[1]["error"]


def test_foreign_content_is_not_kept() -> None:
    """What the model does not take is in no chunk."""
    foreign = b'{"recordId":["canary"],"occp_text":"baker","canary":"canary"}\n'
    _, contents = scanned(RECORD + foreign)

    assert b"canary" not in b"".join(contents)


def test_refused_chunk_does_not_count() -> None:
    """A chunk under way when a file is refused does not end well."""
    chunks = Chunks()
    upload = b"?\n" * 1000 + RECORD
    frames = [b"?\n" * 50_000, upload]
    with pytest.raises(InputRefused, match="none of its first 1,000 lines"):
        scan_input(frames, chunks.open_chunk, input_format=FIELDS, max_chars=100)

    assert [] == chunks.contents


def test_file_of_empty_lines_does_not_fill_the_disk() -> None:
    """A file that would grow far beyond its size is refused."""
    frames = [RECORD, b"\n" * 400_000, RECORD]
    with pytest.raises(InputRefused, match="JSON Lines: nearly all of its lines are empty"):
        scanned(frames)


def test_lost_input_goes_through() -> None:
    """What goes wrong in reading the upload is raised as it is, and leaves no chunk."""

    def frames() -> Iterator[bytes]:
        yield RECORD * 2000
        raise ConnectionError

    chunks = Chunks()
    with pytest.raises(ConnectionError):
        scan_input(frames(), chunks.open_chunk, input_format=FIELDS, max_chars=100)

    assert [] == chunks.contents
