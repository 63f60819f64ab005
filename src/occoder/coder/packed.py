"""The texts of many records as one run of bytes, for compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Ends each field of a record.
FIELD_END: Final = 0x1F


@dataclass(frozen=True, slots=True)
class PackedTexts:
    """The texts of n records as one run of bytes.

    Parameters
    ----------
    data : uint8 array, shape (n_bytes,)
        ``title 0x1F tasks 0x1F`` of every record, one after another.
    starts : int64 array, shape (n_records + 1,)
        Where each record starts; the last entry is ``n_bytes``.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.starts) - 1


def pack(titles: Sequence[str], tasks: Sequence[str] | None = None) -> PackedTexts:
    """Return the texts as bytes that the compiled code reads.

    Characters outside ASCII, and 0x1F, count as blanks.

    Parameters
    ----------
    titles : sequence of str, shape (n_records,)
        Job titles.
    tasks : sequence of str, shape (n_records,), optional
        Tasks; None when there are none.

    Returns
    -------
    PackedTexts
        The records in the same order.

    Raises
    ------
    ValueError
        If the two sequences differ in length.
    """
    if tasks is None:
        tasks = [""] * len(titles)
    if len(titles) != len(tasks):
        message = f"{len(titles)} titles came with {len(tasks)} tasks; send one for one."
        raise ValueError(message)
    fields = [*titles, *tasks]
    fields[0::2], fields[1::2] = titles, tasks
    joined = "\x1f".join(fields)
    if not _is_plain(joined, len(fields)):
        joined = "\x1f".join(map(_plain, fields))
    data = np.frombuffer(joined.encode("ascii") + b"\x1f" * bool(fields), np.uint8)
    ends = np.flatnonzero(data == FIELD_END)[1::2] + 1
    return PackedTexts(data, np.concatenate(([0], ends)).astype(np.int64))


def _is_plain(joined: str, n_fields: int) -> bool:
    return joined.isascii() and joined.count("\x1f") == max(n_fields - 1, 0)


def _plain(text: str) -> str:
    if text.isascii() and "\x1f" not in text:
        return text
    return "".join(c if c.isascii() and c != "\x1f" else " " for c in text)
