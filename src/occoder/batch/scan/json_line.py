"""One line read as JSON with care, where the decoder of records does not take it."""

import json
from typing import Any, Final, NoReturn

from occoder.wire.limits import MAX_RECORD_ID_CHARACTERS

# Far below the depth at which reading would give up, be the stack as deep as it may.
_MAX_BRACKETS: Final = 500


def text_of(line: bytes) -> tuple[str, bool]:
    r"""Return a line as text, and whether all of it was UTF-8; the rest is U+FFFD.

    >>> text_of(b"caf\xe9 ")
    ('caf\ufffd', False)
    """
    try:
        return line.decode().strip(" \t\r"), True
    except UnicodeDecodeError:
        return line.decode(errors="replace").strip(" \t\r"), False


def value_of(text: str) -> Any:
    """Return the JSON value that a line is.

    An integer too long to name a record becomes a float.

    Raises
    ------
    ValueError
        If it is not JSON, or nested beyond all reason.

    Examples
    --------
    >>> value_of('{"recordId": 7}')
    {'recordId': 7}
    """
    if text.count("[") + text.count("{") > _MAX_BRACKETS:
        raise ValueError("nested beyond all reason")
    return _read(text)


def _integer(digits: str) -> int | float:
    short = len(digits) <= MAX_RECORD_ID_CHARACTERS
    return int(digits) if short else float(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


_read: Final = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse).decode
