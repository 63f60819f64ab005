"""Whether there is space for an upload and for all that is made of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from occoder.service.batches.storage_faults import SLOW_DOWN, StorageFault

# Bytes on the disk for a byte of input, at most. While it is scanned, the input and its
# copy of checked lines are there; while it is coded, the copy and the output, which is
# two and a half to four times as large.
NEEDED_FOR_A_BYTE: Final = 5

_CHECK_EVERY_BYTES: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class DiskSpace:
    """Watches the space that an upload takes, while it arrives.

    Parameters
    ----------
    folder : Path
        On the disk where it is stored.
    reserve_bytes : int
        What no upload may use.
    due_bytes : int
        Size of the other inputs, whose copies and output are yet to come.
    """

    folder: Path
    reserve_bytes: int
    due_bytes: int
    _checked_bytes: int = 0

    def check(self, n_bytes: int, *, n_arrived: int = 0) -> None:
        """Raise where an input of so many bytes has no place.

        Parameters
        ----------
        n_bytes : int
            Its size, as far as it is known.
        n_arrived : int
            How much of it is stored already.

        Raises
        ------
        StorageFault
            If it can't be taken now; later there may be space.
        """
        needed = NEEDED_FOR_A_BYTE * (n_bytes + self.due_bytes) - n_arrived
        if shutil.disk_usage(_existing(self.folder)).free < needed + self.reserve_bytes:
            raise StorageFault(SLOW_DOWN)

    def is_due(self, n_arrived: int) -> bool:
        """Tell whether so much has arrived since that it should be checked again."""
        if n_arrived - self._checked_bytes < _CHECK_EVERY_BYTES:
            return False
        self._checked_bytes = n_arrived
        return True


def _existing(folder: Path) -> Path:
    """Return a folder, or what it will be made in."""
    return next(one for one in (folder, *folder.parents) if one.exists())
