"""Every error that occoder raises on purpose, drawn as one tree.

OccoderError
├── InputError        what the caller sent can't be used as it is
│   ├── AmbiguousColumn         several columns could hold the texts
│   ├── UnknownColumn           a table lacks the column that holds the texts
│   ├── UnknownFormat           a file name doesn't tell a format that can be coded
│   ├── UnreadableFile          a file is damaged, or not of the format it claims
│   ├── UnwritableFile          an output can't be written where it was asked for
│   ├── ClassificationFaults    a table of a classification has faults, all listed
│   ├── ClaimNotReached         too many answers are wrong for the promise asked for
│   ├── FaultyRecords           coded records hold faults, all listed
│   ├── NoPromise               a model has no thresholds for a maximum error
│   ├── NothingToTrainOn        a training names no records that it could use
│   ├── TooFewRecords           too few coded records for the promise asked for
│   └── WorkbookLayout          a workbook lacks the sheet or headings to import
├── NotFound          a topic, model, category or file is not there
│   ├── NoSuchFile              an input file is not there
│   ├── UnknownCategory         a classification has no category with this code
│   ├── UnknownClassification   no classification of this name is bundled
│   ├── UnknownCorrespondence   no correspondence between these two is bundled
│   ├── UnknownModel            a topic has no model with this id
│   └── UnknownTopic            there is no model for a topic, and none is bundled
├── WorkerDied        a process that codes was ended from outside
└── ArtifactError     a model folder is damaged, or of another format
    ├── DamagedModel            a file of it is missing or was changed
    ├── NotAModel               a folder holds no model
    └── UnknownModelFormat      it is of a format that this version can't read
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class OccoderError(Exception):
    """Something that occoder can name went wrong."""

    slug = "error"


class InputError(OccoderError):
    """What the caller sent can't be used as it is."""

    slug = "input"


class NotFound(OccoderError):
    """A topic, model, category or file is not there."""

    slug = "not-found"


class ArtifactError(OccoderError):
    """A model folder is damaged, or written in a format this version can't read."""

    slug = "artifact"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one line of a table.

    Parameters
    ----------
    line : int
        Number of the line in the file; the line of headings is 1.
    slug : str
        Permanent name of the kind of fault, such as "duplicate-code".
    message : str
        What is wrong there and what was expected.
    """

    line: int
    slug: str
    message: str

    def __str__(self) -> str:
        """Return the line and the message."""
        return f"line {self.line}: {self.message}"


class ClassificationFaults(InputError):
    """A table of a classification, or of a correspondence, has faults."""

    slug = "classification-faults"

    def __init__(self, *, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        counted = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(
            f"{source} has {counted}. First, {faults[0]}. Correct the file; "
            f"`occoder classification check` lists every fault of a classification."
        )


class ClaimNotReached(InputError):
    """Too many of the most confident answers are wrong for the promise asked for."""

    slug = "claim-not-reached"

    def __init__(
        self,
        *,
        max_error: float,
        confidence: float,
        n_answered: int,
        n_wrong: int,
        possible_error: float,
    ) -> None:
        self.max_error = max_error
        self.confidence = confidence
        self.n_answered = n_answered
        self.n_wrong = n_wrong
        self.possible_error = possible_error
        super().__init__(
            f"No threshold keeps the error at {100 * max_error:g} % with "
            f"{100 * confidence:g} % confidence: of the {n_answered} most confident answers "
            f"{n_wrong} are wrong, which supports {100 * possible_error:.1f} %. "
            f"Allow a larger error, or improve the model and try again on other records."
        )


class FaultyRecords(InputError):
    """Coded records hold faults that would change what they say, all listed."""

    slug = "faulty-records"

    def __init__(self, *, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        lines: dict[str, list[str]] = {}
        for fault in faults:
            lines.setdefault(fault.message, []).append(str(fault.line))
        listed = "; ".join(
            f"{message} (line {', '.join(where[:5])}"
            f"{f' and {len(where) - 5} more' if len(where) > 5 else ''})"
            for message, where in lines.items()
        )
        counted = "1 record" if len(faults) == 1 else f"{len(faults)} records"
        super().__init__(
            f"{source} has {counted} that can't be used: {listed}. "
            f"Correct the file, or leave such records out with --skip-faulty."
        )


class TooFewRecords(InputError):
    """Too few coded records for the promise asked for."""

    slug = "too-few-records"

    def __init__(
        self, *, n_records: int, n_needed: int, max_error: float, confidence: float
    ) -> None:
        self.n_records = n_records
        self.n_needed = n_needed
        self.max_error = max_error
        self.confidence = confidence
        super().__init__(
            f"{n_records} coded records can't show with {100 * confidence:g} % confidence "
            f"that at most {100 * max_error:g} % of the codes given are wrong. "
            f"Going by these, it takes about {n_needed}. Code more, or allow a larger error."
        )


class WorkbookLayout(InputError):
    """A workbook doesn't have the one sheet with the headings that an import needs."""

    slug = "workbook-layout"

    def __init__(
        self, *, source: str, wanted: str, n_found: int, sheets: Mapping[str, Sequence[str]]
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.n_found = n_found
        self.sheets = {name: tuple(headings) for name, headings in sheets.items()}
        found = "; ".join(
            f'"{name}" ({", ".join(headings)})' if headings else f'"{name}"'
            for name, headings in self.sheets.items()
        )
        super().__init__(
            f"{source} has {n_found or 'no'} sheets with {wanted}; one is needed. "
            f"Its sheets and their headings: {found}. "
            f"Name the sheet, or choose another kind of import."
        )


class UnknownCategory(NotFound):
    """A classification has no category with this code."""

    slug = "unknown-category"

    def __init__(self, *, code: str, classification: str) -> None:
        self.code = code
        self.classification = classification
        super().__init__(
            f"There is no category {code} in {classification}. Look for its title with "
            f"`occoder classification search`, or check which version the code is of."
        )


class UnknownClassification(NotFound):
    """No classification of this name is bundled."""

    slug = "unknown-classification"

    def __init__(self, *, name: str, bundled: Sequence[str]) -> None:
        self.name = name
        self.bundled = tuple(bundled)
        super().__init__(
            f"No classification {name} is bundled; there are {', '.join(bundled)}. "
            f"Another one is read from a CSV file of codes and titles."
        )


class UnknownCorrespondence(NotFound):
    """No correspondence between these two classifications is bundled."""

    slug = "unknown-correspondence"

    def __init__(self, *, source: str, target: str, bundled: Sequence[str]) -> None:
        self.source = source
        self.target = target
        self.bundled = tuple(bundled)
        super().__init__(
            f"No correspondence from {source} to {target} is bundled; there are those "
            f"between {', '.join(bundled)}. Another one is read from a CSV file."
        )


class AmbiguousColumn(InputError):
    """Several columns have a usual name for the same text."""

    slug = "ambiguous-column"

    def __init__(self, *, option: str, candidates: Sequence[str]) -> None:
        self.option = option
        self.candidates = tuple(candidates)
        super().__init__(
            f"Several columns could hold the {option}: {', '.join(candidates)}. "
            f"Name one with --{option}."
        )


class UnknownColumn(InputError):
    """A table lacks the column that holds the texts."""

    slug = "unknown-column"

    def __init__(self, *, option: str, wanted: str | None, columns: Sequence[str]) -> None:
        self.option = option
        self.wanted = wanted
        self.columns = tuple(columns)
        missing = (
            f'column "{wanted}"' if wanted is not None else f"usual name for the {option}"
        )
        shown = ", ".join(name[:40] for name in columns[:30])
        more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
        super().__init__(
            f"There is no {missing} among the columns: {shown}{more}. "
            f"Name the column with --{option}."
        )


class UnknownFormat(InputError):
    """The name of a file doesn't tell a format that can be coded."""

    slug = "unknown-format"

    def __init__(self, *, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(
            f'The format of "{name}" is not known. A name ends in {", ".join(known)}; text '
            f"formats also in .gz or come through a pipe. State another file's format with "
            f"--input-format or --output-format."
        )


class UnreadableFile(InputError):
    """A file is damaged, or not of the format it claims."""

    slug = "unreadable-file"

    def __init__(self, *, source: str, problem: str) -> None:
        self.source = source
        self.problem = problem
        super().__init__(f"{source} can't be read: {problem}.")


class UnwritableFile(InputError):
    """An output can't be written where it was asked for."""

    slug = "unwritable-file"

    def __init__(self, *, target: str, problem: str) -> None:
        self.target = target
        self.problem = problem
        super().__init__(f"{target} can't be written: {problem}. Nothing was written.")


class NoSuchFile(NotFound):
    """An input file is not there."""

    slug = "no-such-file"

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f"There is no file {source}. Check its name and folder.")


class WorkerDied(OccoderError):
    """A process that codes was ended from outside, often for lack of memory."""

    slug = "worker-died"

    def __init__(self, *, n_workers: int) -> None:
        self.n_workers = n_workers
        super().__init__(
            f"One of {n_workers} coding processes ended early; the system may lack memory. "
            f"Try again with --workers 1. (A script that codes files with several workers "
            f'must do so below `if __name__ == "__main__":`.)'
        )


class NotAModel(ArtifactError):
    """A folder holds no model."""

    slug = "not-a-model"

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} holds no model: it has no manifest.json that can be read. "
            f"Name the folder of a model, or train one with `occoder train`."
        )


class UnknownModelFormat(ArtifactError):
    """A model folder is written in a format that this version can't read."""

    slug = "unknown-model-format"

    def __init__(self, *, folder: Path, found: int, known: int) -> None:
        self.folder = folder
        self.found = found
        self.known = known
        super().__init__(
            f"{folder} is a model of format {found}; this version reads format {known}. "
            f"Train the model again, or use the version of occoder that wrote it."
        )


class DamagedModel(ArtifactError):
    """A file of a model folder is missing, or is not as it was written."""

    slug = "damaged-model"

    def __init__(self, *, folder: Path, file: str, problem: str) -> None:
        self.folder = folder
        self.file = file
        self.problem = problem
        super().__init__(
            f"The model in {folder} is damaged: {file}: {problem}. "
            f"Copy the folder again from where it came, or train the model again."
        )


class NoPromise(InputError):
    """A model has no thresholds for the maximum error asked for."""

    slug = "no-promise"

    def __init__(self, *, max_error: float, known: Sequence[float]) -> None:
        self.max_error = max_error
        self.known = tuple(known)
        listed = ", ".join(f"{error:g}" for error in known) or "none"
        super().__init__(
            f"The model has no thresholds for a maximum error of {max_error:g}; it has: "
            f"{listed}. Name one of these, or find thresholds with `occoder calibrate`."
        )


class UnknownTopic(NotFound):
    """There is no model for a topic, and none is bundled."""

    slug = "unknown-topic"

    def __init__(self, *, topic: str, known: Sequence[str]) -> None:
        self.topic = topic
        self.known = tuple(known)
        super().__init__(
            f"There is no topic {topic!r}; there are: {', '.join(known)}. "
            f"Train a model for a topic of your own with `occoder train`."
        )


class UnknownModel(NotFound):
    """A topic has no model with this id."""

    slug = "unknown-model"

    def __init__(self, *, topic: str, model: str) -> None:
        self.topic = topic
        self.model = model
        super().__init__(
            f"Topic {topic} has no model {model}. `occoder model list` shows all models."
        )


class NothingToTrainOn(InputError):
    """A training names no records that it could use."""

    slug = "nothing-to-train-on"

    def __init__(self, *, topic: str) -> None:
        self.topic = topic
        super().__init__(
            f"There are no coded records to train {topic} on. "
            f"Name a file of them with --records FILE."
        )
