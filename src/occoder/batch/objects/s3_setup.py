"""What the buckets of an S3 store need before the first batch.

What is there already stays: buckets, their objects, and rules of others.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from occoder.batch.objects.address import OF_CLIENT, Address, address_of
from occoder.batch.objects.s3_client import (
    ANY_REGION,
    code_of,
    s3_client,
    told_as_unreachable,
)
from occoder.batch.operation import Store
from occoder.settings.settings import Settings

RULE: Final = "occoder"
_DAY_S: Final = 86400

# How stores that are not at AWS say that they don't know something.
_NOT_KNOWN: Final = frozenset(
    {"NotImplemented", "MethodNotAllowed", "InvalidArgument", "InvalidRequest"}
)


def prepare_buckets(settings: Settings) -> Iterator[str]:
    """Make the three buckets, or what they lack; yield a sentence for each thing done.

    Raises
    ------
    ObjectsUnreachable
        If the store can't be used, or these credentials may not.
    """
    for store in Store:
        address = address_of(settings, store)
        bucket = _Bucket(address)
        ttl_s = settings.output_ttl_s if store is Store.EGRESS else settings.input_ttl_s
        kms_key = address.kms_key
        with told_as_unreachable(bucket.name):
            yield bucket.make()
            yield bucket.close()
            yield bucket.expire(days=math.ceil(ttl_s / _DAY_S))
            yield bucket.encrypt("" if OF_CLIENT in kms_key else kms_key)


@dataclass(frozen=True, slots=True)
class _Bucket:
    address: Address

    @property
    def name(self) -> str:
        return self.address.bucket

    @property
    def _client(self) -> Any:
        return s3_client(self.address.endpoint, self.address.region)

    def make(self) -> str:
        """Make the bucket if there is none."""
        try:
            self._client.head_bucket(Bucket=self.name)
        except ClientError as error:
            if code_of(error) != "404":
                raise
        else:
            return f"{self.name}: is there"
        # AWS wants to be told the region, but for the one that it began with.
        region = "" if self.address.endpoint else self._client.meta.region_name
        place = {"LocationConstraint": region}
        options: dict[str, Any] = {"CreateBucketConfiguration": place}
        self._client.create_bucket(
            Bucket=self.name, **options if region not in {"", ANY_REGION} else {}
        )
        return f"{self.name}: made"

    def close(self) -> str:
        """Let nobody see it without credentials, whatever an object or a policy says."""
        # Ceph up to 17 takes the first for "no upload at all", and the third for "no
        # policy", while policies give the roles their rights.
        is_aws = not self.address.endpoint
        rules = {
            "BlockPublicAcls": is_aws,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": is_aws,
            "RestrictPublicBuckets": True,
        }
        done = self._try("put_public_access_block", PublicAccessBlockConfiguration=rules)
        if done:
            return f"{self.name}: closed to the public"
        return f"{self.name}: this store can't be told to close it; it is private anyway"

    def expire(self, *, days: int) -> str:
        """Delete what is left over after some days, former versions too."""
        rule = {
            "ID": RULE,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": days},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
        }
        others = [one for one in self._rules() if one.get("ID") != RULE]
        self._client.put_bucket_lifecycle_configuration(
            Bucket=self.name, LifecycleConfiguration={"Rules": [*others, rule]}
        )
        return f"{self.name}: what is left over is deleted after {days} days"

    def encrypt(self, kms_key: str) -> str:
        """Encrypt by default with a key; "" leaves that as it is."""
        if not kms_key:
            return f"{self.name}: default encryption left as it is"
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
        rules = [{"ApplyServerSideEncryptionByDefault": default}]
        done = self._try(
            "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": rules}
        )
        if done:
            return f"{self.name}: encrypts with {kms_key} by default"
        return f"{self.name}: no default encryption here; each upload names its key"

    def _rules(self) -> list[dict[str, Any]]:
        try:
            found = self._client.get_bucket_lifecycle_configuration(Bucket=self.name)
        except ClientError as error:
            if code_of(error) != "NoSuchLifecycleConfiguration":
                raise
            return []
        rules: list[dict[str, Any]] = found.get("Rules", [])
        return rules

    def _try(self, method: str, **options: Any) -> bool:
        """Do something that only some stores know; return whether this one does."""
        try:
            getattr(self._client, method)(Bucket=self.name, **options)
        except ClientError as error:
            if self.address.endpoint and code_of(error) in _NOT_KNOWN:
                return False
            raise
        return True
