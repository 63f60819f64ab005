"""The parts that a role works on batches with, put together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

import sqlalchemy as sa

from occoder.batch.links.links import Links
from occoder.batch.objects.address import is_local
from occoder.batch.objects.objects import Objects
from occoder.batch.objects.open_objects import Address, address_of, open_address
from occoder.batch.operation import Operation, Store
from occoder.batch.operation_store import OperationStore
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.sealed import SealedObjects
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.settings.settings import Settings

# What each role may open (user guide, section 12): nobody who codes holds any of it.
GATEWAY: Final = (Store.INGRESS, Store.EGRESS)
DISPATCHER: Final = (Store.INGRESS, Store.VALIDATED, Store.EGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """What a role works with.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    operations : OperationStore
        The operations.
    storage_keys : StorageKeys
        The keys of the stores that this role may open.
    keys : ClientKeys
        The keys of the clients, of the same stores.
    objects : mapping of Store to Objects
        The same stores.
    clock : callable
        Seconds since 1970.
    """

    settings: Settings
    operations: OperationStore
    storage_keys: StorageKeys
    keys: ClientKeys
    objects: Mapping[Store, Objects]
    clock: Callable[[], float]

    @classmethod
    def open(
        cls,
        settings: Settings,
        engine: sa.Engine,
        stores: Iterable[Store],
        clock: Callable[[], float],
    ) -> Self:
        """Open some stores.

        Parameters
        ----------
        settings : Settings
            As the operator set them.
        engine : Engine
            The database.
        stores : iterable of Store
            Those of a role.
        clock : callable
            Seconds since 1970.

        Raises
        ------
        UnusableStorageKeys, ObjectsUnreachable
            If keys or stores can't be used.
        """
        opened = tuple(stores)
        storage_keys = StorageKeys.from_settings(settings, opened)
        objects = {one: open_address(address_of(settings, one)) for one in opened}
        return cls(
            settings=settings,
            operations=OperationStore(engine, clock),
            storage_keys=storage_keys,
            keys=ClientKeys(engine, storage_keys),
            objects=MappingProxyType(objects),
            clock=clock,
        )

    @property
    def is_local(self) -> bool:
        """Tell whether this service keeps and seals the objects itself."""
        return is_local(self.settings)

    @property
    def ingress(self) -> Objects:
        """Return the store of what was uploaded."""
        return self.objects[Store.INGRESS]

    def address(self, operation: Operation, store: Store) -> Address:
        """Return where a store is, for a process that writes or reads an operation."""
        return address_of(self.settings, store, client_id=operation.client_id)

    def links(self) -> Links:
        """Return what makes the links of uploads and downloads."""
        if self.is_local:
            from occoder.batch.links.signed_links import SignedLinks

            return SignedLinks(self)
        from occoder.batch.objects.s3_links import S3Links

        return S3Links(self.settings)

    def seals(self, store: Store) -> bool:
        """Tell whether objects of a store are sealed here.

        An S3 store encrypts what clients send and get by itself, with its own keys.
        """
        return self.is_local or store is Store.VALIDATED

    def data_key(self, operation: Operation, store: Store) -> bytes | None:
        """Return the key of an operation in a store; None where the store encrypts.

        Raises
        ------
        DamagedObject
            If it can't be opened any more.
        """
        wrapped: bytes = getattr(operation, f"{store}_key")
        if not self.seals(store):
            return None
        return self.keys.open_data_key(operation.client_id, store, wrapped)

    def new_data_key(self, client_id: str, store: Store) -> bytes:
        """Return a new data key, wrapped; b"" where the store encrypts by itself."""
        return self.keys.new_data_key(client_id, store)[1] if self.seals(store) else b""

    def sealed(self, operation: Operation, store: Store) -> SealedObjects:
        """Return a store as one operation can use it."""
        key = self.data_key(operation, store)
        if key is None:  # the store encrypts by itself, with a key that may be the client's
            return SealedObjects(open_address(self.address(operation, store)), None)
        return SealedObjects(self.objects[store], key)
