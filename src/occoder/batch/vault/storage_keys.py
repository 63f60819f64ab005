"""The master keys of the stores, in a folder apart from what they seal.

Each store has a file of its own, so that a process can be given the keys of some stores
and not of others. A file holds several generations: the newest is used for what is new,
the others only open what is there.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Self

from occoder.batch.operation import Store
from occoder.batch.vault.master_keys import (
    MasterKey,
    Stamp,
    locked,
    new_master_key,
    read_master_keys,
    replace_master_keys,
    stamp_of,
    write_first,
)
from occoder.settings.settings import Settings

_LINKS: Final = b"occoder links"


class StorageKeys:
    """The master keys of some stores; those of the others can't be had through it.

    The files are read again whenever they change, so a rotation needs no restart.

    Parameters
    ----------
    folder : Path
        Where the files are; it is made when it is not there.
    stores : iterable of Store
        Whose files are opened, and made where there are none.

    Attributes
    ----------
    folder : Path
        Where the files are.
    stores : frozenset of Store
        Whose keys these are.

    Raises
    ------
    UnusableStorageKeys
        If a file can't be read or made, or others than its owner can open it.
    """

    def __init__(self, folder: Path, stores: Iterable[Store]) -> None:
        self.folder = folder
        self.stores = frozenset(stores)
        self._read: dict[Store, tuple[Stamp, tuple[MasterKey, ...]]] = {}
        for store in sorted(self.stores):
            write_first(key_file(folder, store))
            self.generations(store)

    @classmethod
    def from_settings(cls, settings: Settings, stores: Iterable[Store]) -> Self:
        """Return the keys of some stores, in the folder that the settings name.

        Raises
        ------
        UnusableStorageKeys
            If a file can't be read or made, or others than its owner can open it.
        """
        return cls(settings.keys_that_seal, stores)

    def generations(self, store: Store) -> tuple[MasterKey, ...]:
        """Return the master keys of a store, the newest last.

        Raises
        ------
        UnusableStorageKeys
            If the file can't be read any more.
        ValueError
            If this process was not given the keys of this store.
        """
        file = self._file(store)
        stamp = stamp_of(file)
        known = self._read.get(store)
        if known is None or known[0] != stamp:
            known = self._read[store] = (stamp, read_master_keys(file))
        return known[1]

    def find(self, store: Store, key_id: str) -> MasterKey | None:
        """Return a generation by its id, or None when it is not there.

        Raises
        ------
        UnusableStorageKeys
            If the file can't be read any more.
        ValueError
            If this process was not given the keys of this store.
        """
        for _ in range(2):
            for key in self.generations(store):
                if key.id == key_id:
                    return key
            self._read.pop(store, None)  # a network file system may show changes late
        return None

    def link_keys(self, store: Store) -> list[bytes]:
        """Return the keys that sign links to a store, the newest last.

        Raises
        ------
        UnusableStorageKeys
            If the file can't be read any more.
        ValueError
            If this process was not given the keys of this store.
        """
        return [key.derived(_LINKS) for key in self.generations(store)]

    def held(self, store: Store) -> AbstractContextManager[None]:
        """Let no generation be added or dropped while the context lasts.

        What is wrapped by the newest one is then kept before anyone looks whether it is
        still in use. Without effect for a process that can't write to the folder.
        """
        return locked(self._file(store), to_change=False)

    def rotate(self, store: Store) -> MasterKey:
        """Add a generation and return it; the others stay.

        Raises
        ------
        UnusableStorageKeys
            If it can't be written.
        ValueError
            If this process was not given the keys of this store.
        """
        file = self._file(store)
        with locked(file, to_change=True):
            key = new_master_key()
            replace_master_keys(file, [*read_master_keys(file), key])
        return key

    def forget_old(self, store: Store, in_use: Callable[[], Collection[str]]) -> int:
        """Drop the generations before the newest that nothing is wrapped by any more.

        Parameters
        ----------
        store : Store
            Whose.
        in_use : callable
            Returns the ids of those that something is wrapped by; it is asked while no
            process can use an old one for anything new.

        Returns
        -------
        int
            How many were dropped.

        Raises
        ------
        UnusableStorageKeys
            If the rest can't be written.
        ValueError
            If this process was not given the keys of this store.
        """
        file = self._file(store)
        with locked(file, to_change=True):
            *old, newest = read_master_keys(file)
            used = in_use()
            kept = [key for key in old if key.id in used]
            if len(kept) < len(old):
                replace_master_keys(file, [*kept, newest])
        return len(old) - len(kept)

    def _file(self, store: Store) -> Path:
        if store not in self.stores:
            raise ValueError(f"this process was not given the keys of {store}")
        return key_file(self.folder, store)


def key_file(folder: Path, store: Store) -> Path:
    """Return the file of the master keys of a store.

    >>> key_file(Path("keys"), Store.INGRESS).name
    'ingress.json'
    """
    return folder / f"{store}.json"
