"""Links that this service signs and serves itself.

A link says what it is good for, of which operation, since when and until when, signed
with a key of the store that it opens. It has one query parameter and no "&", so that it
survives a shell without quotes (B68).
"""

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from occoder.batch.links.links import OUTPUT
from occoder.batch.operation import INPUT, METADATA, Operation, Store
from occoder.batch.vault.arn import kms_arn
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.settings.settings import Settings

PARAMETER: Final = "link"
PATHS: Final = {name: f"/objects/{name}" for name in (INPUT, OUTPUT, METADATA)}

_STORES: Final = {INPUT: Store.INGRESS, OUTPUT: Store.EGRESS, METADATA: Store.EGRESS}
_FACTS: Final = struct.Struct(">16sQQ")  # operation, given at, good until
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLink:
    """What a link that we signed says.

    Parameters
    ----------
    name : str
        What it is good for: `INPUT`, `OUTPUT` or `METADATA`.
    operation_id : str
        Of which operation.
    given_at, good_until : int
        Seconds since 1970.
    """

    name: str
    operation_id: str
    given_at: int
    good_until: int

    def is_good(self, now: float) -> bool:
        """Tell whether it may still be used."""
        return now < self.good_until


class _Parts(Protocol):
    """What links are made with; `Batches` has it."""

    @property
    def settings(self) -> Settings: ...
    @property
    def storage_keys(self) -> StorageKeys: ...
    @property
    def keys(self) -> ClientKeys: ...


class SignedLinks:
    """Signs links, and reads them; this is `Links` of a service that keeps the objects.

    Parameters
    ----------
    parts : Batches
        Settings and keys of the gateway.
    """

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts

    def key_arn(self, operation: Operation) -> str:
        """Return what whoever uploads has to name as the key."""
        return kms_arn(self._parts.keys.key_id(operation.client_id, Store.INGRESS))

    def upload(self, operation: Operation, base_url: str, now: float) -> str:
        """Return the link that the input is PUT to, good until ``upload_until``."""
        return self._url(INPUT, operation, base_url, now, operation.upload_until)

    def download(self, operation: Operation, name: str, base_url: str, now: float) -> str:
        """Return a link to the output or the metadata of a complete operation."""
        good_until = now + self._parts.settings.download_url_ttl_s
        if operation.expires_at:
            good_until = min(good_until, operation.expires_at)
        return self._url(name, operation, base_url, now, good_until)

    def opened(self, name: str, text: str) -> SignedLink | None:
        """Return what a link says, None when it is not one of ours for this purpose.

        Parameters
        ----------
        name : str
            What it is used for.
        text : str
            Value of the query parameter.
        """
        if not _SHAPE.fullmatch(text):
            return None
        try:
            signed = self._signer(name).unsign(text).decode("ascii")
            facts = _FACTS.unpack(base64_decode(signed))
        except (BadSignature, struct.error):
            return None
        # Several texts decode to one signature; only the one that was given is taken.
        signature = text.rpartition(".")[2]
        if base64_encode(base64_decode(signature)).decode("ascii") != signature:
            return None
        operation_id, given_at, good_until = facts
        return SignedLink(
            name=name,
            operation_id=str(UUID(bytes=operation_id)),
            given_at=given_at,
            good_until=good_until,
        )

    def _url(
        self, name: str, operation: Operation, base_url: str, now: float, until: float
    ) -> str:
        operation_id = UUID(operation.operation_id).bytes
        facts = _FACTS.pack(operation_id, int(now), int(until))
        signed = self._signer(name).sign(base64_encode(facts)).decode("ascii")
        return f"{base_url}/v1{PATHS[name]}?{PARAMETER}={signed}"

    def _signer(self, name: str) -> Signer:
        """Return what signs and verifies links of one purpose, with old keys as well."""
        keys: Sequence[bytes] = self._parts.storage_keys.link_keys(_STORES[name])
        return Signer(
            list(keys),
            salt=f"occoder link {name}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
