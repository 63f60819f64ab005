"""What clients are told of a model."""

from datetime import UTC, datetime

from occoder import wire
from occoder.coder.manifest import Manifest


def model_facts(manifest: Manifest) -> wire.Model:
    """Return what clients are told of a model (user guide, section 11.1)."""
    released = datetime.fromisoformat(manifest.released).astimezone(UTC)
    return wire.Model(
        model_id=manifest.model_id.lower(),
        model_version=manifest.model_version,
        model_release_date=iso(released),
        model_type=manifest.kind,
        input_format=manifest.input_format,
        topic_standard=manifest.classification.full_name,
        topic_version=manifest.classification.version,
    )


def iso(time: datetime) -> str:
    """Return a time as the contract has it.

    >>> iso(datetime(2026, 11, 30, 6, tzinfo=UTC))
    '2026-11-30T06:00:00.000Z'
    """
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
