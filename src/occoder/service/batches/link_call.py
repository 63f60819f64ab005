"""A call with a signed link: what the link says, or why it is not good."""

from typing import Final

from occoder.batch.links.signed_links import PARAMETER, SignedLink, SignedLinks
from occoder.service.batches.storage_faults import (
    DENIED,
    EXPIRED,
    NOT_SIGNED,
    StorageFault,
    StorageKind,
    iso_second,
)
from occoder.service.call import Call
from occoder.service.problems import NO_SUCH_ROUTE, Problem
from occoder.service.service import Service
from occoder.telemetry.audit import SecurityEvent

_QUERY: Final = f"{PARAMETER}="


def opened_link(service: Service, call: Call, name: str) -> SignedLink:
    """Return what the link of a call says.

    Parameters
    ----------
    service : Service
        Whose link it should be.
    call : Call
        With the link as the only query parameter.
    name : str
        What the link has to be good for.

    Raises
    ------
    StorageFault
        If there is no link, or it is not good for this, or no longer.
    Problem
        If this service keeps no objects, since an S3 store does.
    """
    links = service.links
    if not isinstance(links, SignedLinks):
        raise Problem(NO_SUCH_ROUTE)
    query = call.query.decode("latin-1")
    if not query:
        raise denied(service, call, DENIED)
    text = query.removeprefix(_QUERY) if query.startswith(_QUERY) else ""
    link = links.opened(name, text)
    if link is None:
        raise denied(service, call, NOT_SIGNED)
    now = service.batches.clock()
    if link.is_good(now):
        return link
    raise StorageFault(
        EXPIRED,
        {
            "X-Amz-Expires": str(link.good_until - link.given_at),
            "Expires": iso_second(link.good_until),
            "ServerTime": iso_second(now),
        },
    )


def denied(
    service: Service, call: Call, kind: StorageKind, operation_id: str = ""
) -> StorageFault:
    """Write down that a call is refused, and return what it is answered with.

    Parameters
    ----------
    service : Service
        Keeps the audit log.
    call : Call
        The call.
    kind : StorageKind
        Why it is refused.
    operation_id : str
        Of the operation, where a good link named it.
    """
    facts = {"operation": operation_id} if operation_id else {}
    service.audit.record(
        SecurityEvent.OPERATION_DENIED,
        address=call.address,
        request_id=call.request_id,
        route=call.route,
        reason=kind.name,
        **facts,
    )
    return StorageFault(kind)
