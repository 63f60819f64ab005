"""What the first lines tell of a whole file: whether it is JSON Lines, of which fields."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from occoder.batch.scan.input_refused import InputRefused
from occoder.batch.scan.json_line import text_of, value_of
from occoder.batch.scan.lines import BLANK, MAX_LINE_BYTES, is_overlong

MAX_LINES_BEFORE_RECORD: Final = 1000
_MAX_NAMES: Final = 5
_MAX_NAME_CHARACTERS: Final = 40

# How compressed files begin. An Excel workbook is a zip file, too.
_COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip, as workbooks are too",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
}


def with_checked_beginning(
    line_lists: Iterable[list[bytes]], fields: Collection[str]
) -> Iterator[list[bytes]]:
    """Yield the lines of a file on, once its first record shows what it is.

    Parameters
    ----------
    line_lists : iterable of list of bytes
        The lines, many at once.
    fields : collection of str
        What a record may have.

    Raises
    ------
    InputRefused
        If the file is compressed, binary, an array or a pretty-printed object, if none of
        its first lines is an object, or if the first that is has a field that a record
        may not have.
    """
    lists = iter(line_lists)
    n_seen = 0
    is_first = True
    for lines in lists:
        for line in lines[: MAX_LINES_BEFORE_RECORD - n_seen]:
            content = line[:MAX_LINE_BYTES].strip(BLANK)
            if content and is_first:
                _refuse_unless_line_of_json(content)
                is_first = False
            record = _object(line)
            if record is not None:
                _refuse_unknown(record, fields)
                yield lines
                yield from lists
                return
        n_seen += len(lines)
        if n_seen >= MAX_LINES_BEFORE_RECORD:
            n = f"{MAX_LINES_BEFORE_RECORD:,}"
            why = f"none of its first {n} lines is an object"
            raise InputRefused.not_json_lines(why)
        yield lines


def _refuse_unless_line_of_json(first: bytes) -> None:
    why = _not_json_lines(first)
    if why:
        raise InputRefused.not_json_lines(why)


def _not_json_lines(first: bytes) -> str:
    """Return why a file with such a first line is no JSON Lines, "" where it may be."""
    for magic, name in _COMPRESSED.items():
        if first.startswith(magic):
            return f"it is compressed ({name}); send the text itself"
    if b"\0" in first:
        return "it has NUL bytes, as no text has; save it as text in UTF-8"
    if first.startswith(b"["):
        return "it begins with [, as an array does; write each object on a line of its own"
    if first == b"{":
        return "its first line is just {; write each object on one line"
    return ""


def _object(line: bytes) -> dict[str, Any] | None:
    if is_overlong(line):
        return None
    try:
        value = value_of(text_of(line)[0])
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _refuse_unknown(record: Collection[str], fields: Collection[str]) -> None:
    unknown = [name for name in record if name not in fields]
    if not unknown:
        return
    names = ", ".join(map(_shown, unknown[:_MAX_NAMES]))
    more = ", ..." if len(unknown) > _MAX_NAMES else ""
    accepted = ", ".join(fields)
    raise InputRefused.unknown_fields(f"{names}{more}; it accepts {accepted}")


def _shown(name: str) -> str:
    cut = name[:_MAX_NAME_CHARACTERS]
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in cut)
