"""How the value of a setting is read from text, and what is expected of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from occoder.settings.limits import PRESETS


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of value.

    Parameters
    ----------
    read : callable
        Text to value; raises ValueError.
    expected : str
        What the text should be, for faults and for the reference page.
    """

    read: Callable[[str], Any]
    expected: str


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else -1
        if number < low or (high is not None and number > high):
            raise ValueError
        return number

    return read


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate < 1e6:
        raise ValueError
    return rate


def _one_of(*known: str) -> Reader:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError
        return text

    return Reader(read, " or ".join(known))


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[_one_of("true", "false").read(text)]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def setting(reader: str, default: Any, sentence: str) -> Any:
    """Return a field with how it is read and what it is for.

    Parameters
    ----------
    reader : str
        One of `READERS`.
    default : any
        What holds where nothing is set.
    sentence : str
        For the page of all settings.
    """
    return field(default=default, metadata={"reader": reader, "sentence": sentence})


READERS: Final = {
    "text": Reader(str, "text"),
    "path": Reader(Path, "a folder"),
    "port": Reader(_whole(0, 65535), "a whole number from 0 to 65535"),
    "count": Reader(_whole(1), "a whole number from 1"),
    "quota": Reader(_whole(0), "a whole number, 0 for no limit"),
    "number": Reader(_whole(0), "a whole number from 0"),
    "rate": Reader(_rate, "a number, 0 for no limit"),
    "flag": Reader(_flag, "true or false"),
    "names": Reader(_names, "names with commas between them"),
    "preset": _one_of(*PRESETS),
    "unsuccessful": _one_of("empty", "suggestions"),
    "log_format": _one_of("auto", "json", "console"),
}
