"""How old the oldest thing is in each store."""

from dataclasses import dataclass

from occoder.batch.batches import Batches
from occoder.batch.operation import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a store holds.

    Parameters
    ----------
    store : Store
        Which.
    n_objects, n_bytes : int
        How much.
    oldest_at : float
        When its oldest object was written, in seconds since 1970; 0 for none.
    limit_s : float
        How old anything there may become.
    """

    store: Store
    n_objects: int
    n_bytes: int
    oldest_at: float
    limit_s: float


def kept(batches: Batches) -> list[Kept]:
    """Return what each store holds.

    Parameters
    ----------
    batches : Batches
        With the stores to look at; no key is used.
    """
    settings = batches.settings
    limits = {
        Store.INGRESS: settings.input_ttl_s,
        Store.VALIDATED: settings.input_ttl_s,
        Store.EGRESS: settings.output_ttl_s,
    }
    return [
        _kept(store, batches, limits[store] + settings.sweep_every_s)
        for store in batches.objects
    ]


def _kept(store: Store, batches: Batches, limit_s: float) -> Kept:
    found = list(batches.objects[store].found())
    return Kept(
        store=store,
        n_objects=len(found),
        n_bytes=sum(one.n_bytes for one in found),
        oldest_at=min((one.modified_at for one in found), default=0.0),
        limit_s=limit_s,
    )
