"""Opening a store of objects, be it a folder or a bucket."""

from pathlib import Path

from occoder.batch.objects.address import OF_CLIENT, S3, Address, address_of
from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.objects import Objects
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable
from occoder.settings.settings import Settings

__all__ = ["OF_CLIENT", "S3", "Address", "address_of", "open_address", "open_objects"]


def open_address(address: Address) -> Objects:
    """Open the store at an address.

    Raises
    ------
    ObjectsUnreachable
        If it is an S3 store, and the library for it is missing.
    """
    if not address.bucket:
        return LocalObjects(Path(address.url))
    try:
        # Needs a library that only installations with an S3 store have.
        from occoder.batch.objects.s3_objects import S3Objects
    except ImportError as error:
        problem = 'install "occoder[s3]"'
        raise ObjectsUnreachable(store=address.url, problem=problem) from error
    return S3Objects(
        address.bucket,
        endpoint=address.endpoint,
        region=address.region,
        kms_key=address.kms_key,
    )


def open_objects(settings: Settings, store: Store, *, client_id: str = "") -> Objects:
    """Open a store that the settings name, as `address_of` finds it."""
    return open_address(address_of(settings, store, client_id=client_id))
