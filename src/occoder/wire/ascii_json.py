"""JSON in ASCII only: clients are known that read answers as Latin-1."""

import re
from typing import Final

_OTHER: Final = re.compile(r"[^\x00-\x7f]")


def ascii_json(body: bytes) -> bytes:
    r"""Return JSON with every character beyond ASCII escaped.

    Parameters
    ----------
    body : bytes
        JSON in UTF-8.

    Examples
    --------
    >>> ascii_json('["M\u0101ori", "\U0001f600"]'.encode())
    b'["M\\u0101ori", "\\ud83d\\ude00"]'
    """
    if body.isascii():
        return body
    return _OTHER.sub(_escaped, body.decode()).encode("ascii")


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
