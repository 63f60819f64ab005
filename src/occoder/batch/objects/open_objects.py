"""Where a store of objects is, and how it is opened there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.objects import Objects
from occoder.batch.operation import Store
from occoder.settings.settings import Settings

S3: Final = "s3://"
OF_CLIENT: Final = "{client}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A store, in words that another process can open it by.

    Parameters
    ----------
    url : str
        Path of a folder, or "s3://" and the name of a bucket.
    endpoint, region, kms_key : str
        Of an S3 store; "" for its own choice.
    """

    url: str
    endpoint: str = ""
    region: str = ""
    kms_key: str = ""

    @property
    def encrypts_by_itself(self) -> bool:
        """Tell whether the store encrypts what it is given, so that nobody else need."""
        return self.url.startswith(S3)


def address_of(settings: Settings, store: Store, *, client_id: str = "") -> Address:
    """Return the address of a store.

    Parameters
    ----------
    settings : Settings
        Those of the service.
    store : Store
        Which of the three.
    client_id : str
        Whose objects are written there; needed where the key of an S3 store is one for
        each client.
    """
    if not settings.objects.startswith(S3):
        folder = Path(settings.objects) if settings.objects else settings.folder / "objects"
        return Address(url=str(folder.absolute() / store))
    return Address(
        url=f"{settings.objects.rstrip('/')}-{store}",
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        kms_key=settings.s3_kms_key.replace(OF_CLIENT, client_id or OF_CLIENT),
    )


def open_address(address: Address) -> Objects:
    """Open the store at an address."""
    if not address.url.startswith(S3):
        return LocalObjects(Path(address.url))
    # Needs a library that only installations with an S3 store have.
    from occoder.batch.objects.s3_objects import S3Objects

    return S3Objects(
        address.url.removeprefix(S3),
        endpoint=address.endpoint,
        region=address.region,
        kms_key=address.kms_key,
    )


def open_objects(settings: Settings, store: Store, *, client_id: str = "") -> Objects:
    """Open a store that the settings name, as `address_of` finds it."""
    return open_address(address_of(settings, store, client_id=client_id))
