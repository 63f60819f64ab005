"""A training as it is asked for: files, columns and classification by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from occoder.classification import BUNDLED, Classification, bundled, read_table
from occoder.errors import NothingToTrainOn, UnknownTopic
from occoder.training.bundled import SOURCE, train_bundled
from occoder.training.calibrating import SEEN_SHARE
from occoder.training.gold import corpus_record_rows
from occoder.training.record_file import RecordColumns, RecordRow, read_rows
from occoder.training.records import check_records
from occoder.training.train import Progress, Trained, train


@dataclass(frozen=True, slots=True)
class Request:
    """What to train.

    Parameters
    ----------
    topic : str
        Short name of the topic.
    classification : Path or None
        Table of codes and titles; None for that of a bundled topic.
    files : tuple of Path
        Coded records; none for the bundled texts alone.
    columns : RecordColumns
        Where the records stand in the files.
    with_bundled : bool
        Train on the bundled texts too.
    skip_faulty : bool
        Leave out records with unknown codes instead of refusing all.
    """

    topic: str
    classification: Path | None
    files: tuple[Path, ...]
    columns: RecordColumns
    with_bundled: bool
    skip_faulty: bool


def train_requested(
    request: Request, progress: Progress = lambda stage, done: None
) -> tuple[Trained, Mapping[str, int]]:
    """Train a model as asked for.

    Returns
    -------
    Trained
        The model, and what held-out texts showed.
    dict of str to int
        How many records had a fault of each kind and were left out or moved.

    Raises
    ------
    UnknownTopic
        If no classification is named and the topic is not bundled.
    NothingToTrainOn
        If there are no records, or bundled ones are asked for that are of another topic.
    ClassificationFaults, FaultyRecords, NoSuchFile, UnreadableFile, UnknownColumn
        If a file can't be used.
    """
    has_bundled = request.topic in BUNDLED and request.classification is None
    if not has_bundled and (request.with_bundled or not request.files):
        raise NothingToTrainOn(topic=request.topic)
    if not request.files:
        return train_bundled(request.topic, progress), {}
    classification = _classification(request)
    names = [path.name for path in request.files]
    if request.with_bundled:
        names.append(SOURCE)
    source = ", ".join(names)
    records = check_records(
        _rows(request), classification, source=source, skip_faulty=request.skip_faulty
    )
    trained = train(
        records,
        classification,
        topic=request.topic,
        source=source,
        seen_share=SEEN_SHARE if request.with_bundled else None,
        progress=progress,
    )
    return trained, records.fault_counts()


def _classification(request: Request) -> Classification:
    if request.classification is not None:
        return read_table(request.classification, name=request.topic)
    if request.topic not in BUNDLED:
        raise UnknownTopic(topic=request.topic, known=list(BUNDLED))
    return bundled(request.topic)


def _rows(request: Request) -> Iterator[RecordRow]:
    yield from chain.from_iterable(
        read_rows(path, request.columns) for path in request.files
    )
    if request.with_bundled:
        yield from corpus_record_rows(request.topic)
