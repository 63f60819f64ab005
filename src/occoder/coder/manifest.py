"""What a model says of itself: the readable part of a model folder."""

from typing import Final

import msgspec

# Raise this when a folder written before can't be read by the new code, or the other way
# round. Then keep a reader for each older number, and a sample folder in tests/artifacts.
FORMAT: Final = 1
KIND: Final = "hsvm2"


class ClassificationFacts(msgspec.Struct, frozen=True):
    """The classification that a model codes to.

    ``level_names`` and the table ``categories.csv`` of the folder hold the rest.
    """

    name: str
    full_name: str
    version: str
    level_names: tuple[str, ...]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Thresholds with a stated maximum error, and what the statement rests on.

    Attributes
    ----------
    max_error : float
        At most this part of the codes given is wrong, in (0, 1).
    confidence : float
        Probability that the statement holds, over the choice of the records.
    thresholds : tuple of float
        Lowest confidence accepted at each level, broadest first.
    n_records, n_answered, n_wrong : int
        Records it was shown on, how many of them got a code, how many a wrong one.
    upper_bound : float
        Exact upper bound of the error at these thresholds.
    production_rate : float
        Part of the records that got a code.
    production_by_level : tuple of float
        Part of the records that got a code of each level.
    records : str
        What the records were.
    method : str
        How the thresholds were found.
    """

    max_error: float
    confidence: float
    thresholds: tuple[float, ...]
    n_records: int
    n_answered: int
    n_wrong: int
    upper_bound: float
    production_rate: float
    production_by_level: tuple[float, ...]
    records: str
    method: str


class TrainingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a model was trained on.

    ``fingerprint`` is the SHA-256 of all texts with their codes, in order.
    """

    records: str
    n_records: int
    n_refusals: int
    n_held_out: int
    fingerprint: str


class FileFacts(msgspec.Struct, frozen=True):
    """Size and SHA-256 of one file of the folder."""

    n_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of ``manifest.json``.

    Attributes
    ----------
    model_id : str
        A GUID made from the contents: equal models have equal ids.
    model_version : int
        Number within the topic, from 1; 0 before a catalogue gives one.
    released : str
        When it was trained or recalibrated, ISO 8601; plays no part in the id.
    thresholds : tuple of float
        In force: those of the promise that ``max_error`` names.
    refusal_threshold : float
        A text whose share of refusals is above this gets no code.
    max_error : float
        Names the promise in force.
    promises : tuple of Promise
        All that are known, the strictest first.
    """

    format: int
    kind: str
    model_id: str
    model_version: int
    released: str
    topic: str
    classification: ClassificationFacts
    input_format: tuple[str, ...]
    thresholds: tuple[float, ...]
    refusal_threshold: float
    max_error: float
    promises: tuple[Promise, ...]
    training: TrainingFacts
    packages: dict[str, str]
    files: dict[str, FileFacts]
