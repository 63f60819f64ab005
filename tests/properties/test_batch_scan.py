"""Laws of the scan, for whatever is uploaded."""

import codecs
import json

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st
from scanned_upload import FIELDS, lines, scanned

from occoder.batch.scan.lines import MAX_LINE_BYTES
from occoder.batch.scan.scan import InputRefused, Scanned
from occoder.batch.scan.validated_line import ValidatedLine

RECORD = b'{"occp_text":"baker"}'
# What strings can be made of: whole characters, halves of them, and what JSON escapes.
TEXT = st.text(max_size=12) | st.text(st.characters(codec=None), max_size=5)
LENGTH = st.sampled_from(["x" * 98, "y" * 257, "é" * 101, "   "])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | LENGTH,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
NAME = st.sampled_from(["recordId", "occp_text", "tasks_text", "input", "error", "id"])
RECORDS = st.lists(st.tuples(NAME, VALUE | TEXT), max_size=4).map(
    lambda pairs: (
        "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in pairs) + "}"
    ).encode()
)
UNESCAPED = st.dictionaries(NAME, TEXT, max_size=3).map(
    lambda record: json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass")
)
NUMBERED = st.sampled_from(["1e400", "-0", "9" * 5000, "NaN", "1.0", "007"]).map(
    lambda number: f'{{"recordId":{number},"occp_text":"baker"}}'.encode()
)
NESTED = st.integers(1, 3000).map(lambda n: b'{"occp_text":' + b"[" * n)
LINE = st.one_of(
    st.just(RECORD),
    *(RECORDS, UNESCAPED, NUMBERED, NESTED),
    st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
    st.sampled_from([b"", b" ", b"\r", b"{", b"[", b"7", b'"']),
    st.integers(-2, 2).map(lambda n: RECORD.ljust(MAX_LINE_BYTES + n)),
)
LINES = st.lists(LINE, max_size=8)
ENDS = st.sampled_from([b"\n", b"\r\n"])
UPLOAD = st.binary(max_size=60) | st.builds(
    lambda ends, lines, last: ends.join(lines) + last,
    ENDS,
    LINES,
    st.sampled_from([b"", b"\n"]),
)
CUTS = st.lists(st.integers(0, 200), max_size=6) | st.just([1] * 100)


def outcome(upload: list[bytes]) -> tuple[Scanned, list[bytes]] | str:
    """Return what comes of an upload, refused or not."""
    try:
        return scanned(upload)
    except InputRefused as refused:
        return refused.message


def cut(upload: bytes, sizes: list[int]) -> list[bytes]:
    """Cut an upload into pieces of some sizes and a rest."""
    pieces = []
    for size in sizes:
        pieces.append(upload[:size])
        upload = upload[size:]
    return [*pieces, upload]


def n_lines(upload: bytes) -> int:
    """Return how many lines an upload has up to its last that is not blank."""
    content = upload.removeprefix(codecs.BOM_UTF8)
    kept = content.split(b"\n")
    while kept and len(kept[-1]) <= MAX_LINE_BYTES and not kept[-1].strip(b" \t\r"):
        kept.pop()
    return len(kept)


@given(UPLOAD, CUTS)
def test_cut_makes_no_difference(upload: bytes, sizes: list[int]) -> None:
    """An upload gives the same result and the same chunks, however it is cut."""
    assert outcome([upload]) == outcome(cut(upload, sizes))


@given(LINES, ENDS, st.sampled_from([b"", b"\n", b"\r\n", b"\n\n \r\n"]))
@example([b"[" * 500], b"\n", b"")
def test_one_line_for_each(lines: list[bytes], end: bytes, last: bytes) -> None:
    """There is one line for each of the input, whatever it is; blank ends are none."""
    upload = RECORD + end + end.join(lines) + last
    result, contents = scanned(upload)
    written = b"".join(contents)

    assert n_lines(upload) == result.n_records
    assert n_lines(upload) == written.count(b"\n") == len(written.splitlines())
    assert len(written) == result.n_bytes


@given(LINES)
def test_nothing_foreign_is_written(foreign: list[bytes]) -> None:
    """Every line that is written has what it may have, and nothing else."""
    decoder = msgspec.json.Decoder(ValidatedLine)
    _, contents = scanned(b"\n".join([RECORD, *foreign]))
    for line in b"".join(contents).splitlines():
        decoder.decode(line)
        value = json.loads(line)
        texts = value.get("input", {})

        if "error" in value:
            assert {"input", "error"} == value.keys() - {"recordId"}
            assert isinstance(texts, str) or texts.keys() <= set(FIELDS)
        else:
            assert value.keys() <= {"recordId", *FIELDS}
            total = "".join(value.get(field) or "" for field in FIELDS)
            assert 3 <= len(total) <= 100
            assert total.isascii() and total.isprintable()


@given(LINE, LINES, LINES)
def test_neighbours_make_no_difference(
    line: bytes, before: list[bytes], after: list[bytes]
) -> None:
    """What a line is found to be depends on no other."""
    alone = lines(b"\n".join([RECORD, line, RECORD]))[1]
    among = lines(b"\n".join([RECORD, *before, line, *after, RECORD]))

    assert alone == among[1 + len(before)]


@given(st.lists(st.text(max_size=20).map(lambda text: text.replace("\n", "")), max_size=5))
def test_utf16_gives_the_same(texts: list[str]) -> None:
    """A file in UTF-16 gives what the same file in UTF-8 gives."""
    upload = "\n".join([RECORD.decode(), *texts])
    of_utf8 = outcome([upload.encode()])

    assert of_utf8 == outcome([codecs.BOM_UTF16_LE + upload.encode("utf-16-le")])
    assert of_utf8 == outcome([codecs.BOM_UTF16_BE + upload.encode("utf-16-be")])
