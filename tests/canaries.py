"""Words that are searched for everywhere: each stands for something that must not leak."""

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path


class Canaries:
    """Words that occur nowhere else, each for one place that a caller can write to.

    All begin and end alike, so that one search finds any of them, and a word that was cut
    off too; a number between tells them apart.
    """

    def __init__(self) -> None:
        self._head = "zq" + secrets.token_hex(5)
        self._tail = secrets.token_hex(5) + "qz"
        self._places: list[str] = []
        self._forms = [
            form for part in (self._head, self._tail) for form in _forms(part.encode())
        ]

    def word(self, place: str) -> str:
        """Return a new word: lower-case letters and digits, which no encoding changes.

        Parameters
        ----------
        place : str
            Where it will be sent, for the message of a test that finds it again.
        """
        self._places.append(place)
        return f"{self._head}{len(self._places) - 1:04}{self._tail}"

    def traces(self, searched: Mapping[str, bytes]) -> list[str]:
        """Return where words are found: as text, UTF-16, hexadecimal or base64.

        Parameters
        ----------
        searched : mapping
            Bytes by the name of what they were read from; the name is searched too.
        """
        found = []
        for name, content in searched.items():
            lowered = (name.encode() + b"\n" + content).lower()
            if any(form in lowered for form in self._forms):
                found.append(f"{self._places_in(lowered)} in {name}")
        return found

    def _places_in(self, lowered: bytes) -> str:
        numbers = re.findall(self._head.encode() + rb"(\d{4})", lowered)
        places = sorted({self._places[int(number)] for number in numbers})
        return ", ".join(places) or "an encoded or shortened canary"


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file below a folder, with its path inside."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder.parent)), path.read_bytes()


def _forms(part: bytes) -> Iterator[bytes]:
    yield part
    yield part.decode().encode("utf-16-le")
    yield part.hex().encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + part)
        # Whole groups only: the others depend on the neighbours, too.
        yield encoded[4 if offset else 0 : (offset + len(part)) // 3 * 4].lower()
