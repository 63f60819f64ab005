"""Links that an S3 store serves, signed with the gateway's credentials there.

The signature of an upload covers the two headers of the encryption, so the store refuses
who leaves one out or names another key. Signing asks nobody.
"""

from typing import Any, Final

from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.address import OF_CLIENT, Address, address_of
from occoder.batch.objects.s3_client import s3_client, sealed_with, told_as_unreachable
from occoder.batch.operation import INPUT, Operation, Store
from occoder.settings.settings import Settings

# The store refuses longer ones (Signature Version 4).
_LONGEST_S: Final = 7 * 86400

# What a browser takes each object for, and calls the file.
_OUTPUT_TYPE: Final = "application/octet-stream"
_METADATA_TYPE: Final = "application/json"


class S3Links:
    """Signs links; this is `Links` of a service whose objects are in an S3 store.

    Parameters
    ----------
    settings : Settings
        They name the store and its keys.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def key_arn(self, operation: Operation) -> str:
        """Return what whoever uploads has to name as the key."""
        return self._settings.s3_kms_key.replace(OF_CLIENT, operation.client_id)

    def upload(self, operation: Operation, base_url: str, now: float) -> str:
        """Return the link that the input is PUT to, good until ``upload_until``.

        Raises
        ------
        ObjectsUnreachable
            If there are no credentials to sign with.
        """
        address = self._address(Store.INGRESS, operation)
        what = {"Key": f"{operation.operation_id}/{INPUT}", **sealed_with(address.kms_key)}
        return _signed("put_object", address, what, operation.upload_until - now)

    def download(self, operation: Operation, name: str, base_url: str, now: float) -> str:
        """Return a link to the output or the metadata of a complete operation.

        Raises
        ------
        ObjectsUnreachable
            If there are no credentials to sign with.
        """
        is_output = name == OUTPUT
        ending = "jsonl" if is_output else "metadata.json"
        file_name = f"{operation.operation_id}.{ending}"
        what = {
            "Key": f"{operation.operation_id}/{name}",
            "ResponseContentDisposition": f'attachment; filename="{file_name}"',
            "ResponseContentType": _OUTPUT_TYPE if is_output else _METADATA_TYPE,
        }
        ttl_s: float = self._settings.download_url_ttl_s
        if operation.expires_at:
            ttl_s = min(ttl_s, operation.expires_at - now)
        return _signed("get_object", self._address(Store.EGRESS, operation), what, ttl_s)

    def _address(self, store: Store, operation: Operation) -> Address:
        return address_of(self._settings, store, client_id=operation.client_id)


def _signed(method: str, address: Address, what: dict[str, Any], ttl_s: float) -> str:
    bucket = address.bucket
    with told_as_unreachable(bucket):
        url: str = s3_client(address.endpoint, address.region).generate_presigned_url(
            method,
            Params={"Bucket": bucket, **what},
            ExpiresIn=max(1, min(int(ttl_s), _LONGEST_S)),
        )
    return url
