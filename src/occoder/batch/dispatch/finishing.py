"""The last step: what is known of an operation is put beside its output."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from occoder import wire
from occoder.batch.operation import ChunkDone, Operation
from occoder.coder.manifest import Manifest
from occoder.model_facts import iso, model_facts
from occoder.wire.ascii_json import ascii_json


def metadata(
    operation: Operation, manifest: Manifest, chunks: Sequence[ChunkDone], now: float
) -> bytes:
    """Return what is known of an operation, as JSON (B49).

    Parameters
    ----------
    operation : Operation
        Whose chunks are all coded.
    manifest : Manifest
        Of its model.
    chunks : sequence of ChunkDone
        All of them, in order.
    now : float
        Seconds since 1970.
    """
    names = manifest.classification.level_names
    by_level: Counter[str] = Counter()
    for chunk in chunks:
        by_level.update(dict(zip(names, chunk.by_level, strict=True)))
    facts = wire.OperationMetadata(
        **msgspec.structs.asdict(model_facts(manifest)),
        operation_id=operation.operation_id,
        topic=operation.topic,
        records_total=sum(chunk.n_records for chunk in chunks),
        records_unsuccessful=sum(chunk.n_unsuccessful for chunk in chunks),
        records_with_errors=sum(chunk.n_errors for chunk in chunks),
        records_by_level={name: by_level[name] for name in names},
        thresholds=dict(zip(names, manifest.thresholds, strict=True)),
        uploaded_at=_time(operation.uploaded_at),
        started_at=_time(operation.started_at),
        finished_at=_time(now),
        output_bytes=sum(chunk.n_bytes for chunk in chunks),
        output_parts=tuple(
            wire.OutputPart(chunk.n_bytes, chunk.sha256) for chunk in chunks
        ),
    )
    return ascii_json(msgspec.json.encode(facts))


def _time(seconds: float) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))
