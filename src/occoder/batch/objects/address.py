"""Where a store of objects is, in words that any process understands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from occoder.batch.operation import Store
from occoder.settings.settings import Settings

S3: Final = "s3://"
OF_CLIENT: Final = "{client}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A store, as another process can be told to open it.

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
    def bucket(self) -> str:
        """Return the bucket of an S3 store, "" for a folder."""
        return self.url.removeprefix(S3) if self.url.startswith(S3) else ""


def is_local(settings: Settings) -> bool:
    """Tell whether objects are kept in folders, not in an S3 store."""
    return not settings.objects.startswith(S3)


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
    if is_local(settings):
        folder = Path(settings.objects) if settings.objects else settings.folder / "objects"
        return Address(url=str(folder.absolute() / store))
    # What was validated is sealed before it gets there.
    kms_key = "" if store is Store.VALIDATED else settings.s3_kms_key
    return Address(
        url=f"{settings.objects.rstrip('/')}-{store}",
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        kms_key=kms_key.replace(OF_CLIENT, client_id or OF_CLIENT),
    )
