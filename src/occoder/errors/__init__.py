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
│   ├── UnusableTopic           the name of a topic can't be that of a folder
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

from occoder.errors.artifacts import (
    DamagedModel,
    NotAModel,
    UnknownModel,
    UnknownModelFormat,
    UnknownTopic,
    UnusableTopic,
)
from occoder.errors.branches import (
    ArtifactError,
    InputError,
    NotFound,
    OccoderError,
)
from occoder.errors.categories import (
    UnknownCategory,
    UnknownClassification,
    UnknownCorrespondence,
)
from occoder.errors.faults import (
    ClassificationFaults,
    Fault,
    FaultyRecords,
    WorkbookLayout,
)
from occoder.errors.promises import (
    ClaimNotReached,
    NoPromise,
    NothingToTrainOn,
    TooFewRecords,
)
from occoder.errors.tables import (
    AmbiguousColumn,
    NoSuchFile,
    UnknownColumn,
    UnknownFormat,
    UnreadableFile,
    UnwritableFile,
    WorkerDied,
)

__all__ = [
    "AmbiguousColumn",
    "ArtifactError",
    "ClaimNotReached",
    "ClassificationFaults",
    "DamagedModel",
    "Fault",
    "FaultyRecords",
    "InputError",
    "NoPromise",
    "NoSuchFile",
    "NotAModel",
    "NotFound",
    "NothingToTrainOn",
    "OccoderError",
    "TooFewRecords",
    "UnknownCategory",
    "UnknownClassification",
    "UnknownColumn",
    "UnknownCorrespondence",
    "UnknownFormat",
    "UnknownModel",
    "UnknownModelFormat",
    "UnknownTopic",
    "UnreadableFile",
    "UnusableTopic",
    "UnwritableFile",
    "WorkbookLayout",
    "WorkerDied",
]
