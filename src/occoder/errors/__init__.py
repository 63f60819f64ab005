"""Every error that occoder raises on purpose, drawn as one tree.

OccoderError
├── InputError        what the caller sent can't be used as it is
│   ├── AmbiguousColumn         several columns could hold the texts
│   ├── UnknownColumn           a table lacks the column that holds the texts
│   ├── UnknownFormat           a file name doesn't tell a format that can be coded
│   ├── UnreadableFile          a file is damaged, or not of the format it claims
│   ├── UnwritableFile          an output can't be written where it was asked for
│   ├── JobUnderWay             another process is at work on the same output
│   ├── OtherJob                an unfinished run has another input or other options
│   ├── UncleanTexts            texts would have to be changed, and that was not to be
│   ├── ClassificationFaults    a table of a classification has faults, all listed
│   ├── ClaimNotReached         too many answers are wrong for the promise asked for
│   ├── FaultyRecords           coded records hold faults, all listed
│   ├── NoPromise               a model has no thresholds for a maximum error
│   ├── NothingToTrainOn        a training names no records that it could use
│   ├── SettingsFaults          settings of the service have faults, all listed
│   ├── TooFewRecords           too few coded records for the promise asked for
│   ├── UnusableClient          what a client is to be registered with can't be used
│   ├── UnusableTopic           the name of a topic can't be that of a folder
│   └── WorkbookLayout          a workbook lacks the sheet or headings to import
├── NotFound          a topic, model, category or file is not there
│   ├── NoSuchFile              an input file is not there
│   ├── UnknownCategory         a classification has no category with this code
│   ├── UnknownClassification   no classification of this name is bundled
│   ├── UnknownClient           no client is registered under this id
│   ├── UnknownCorrespondence   no correspondence between these two is bundled
│   ├── UnknownModel            a topic has no model with this id
│   ├── UnknownOperation        there is no operation of this id
│   └── UnknownTopic            there is no model for a topic, and none is bundled
├── WorkerDied        a process that codes was ended from outside
├── ServiceError      the service, or what it stands on, is not as it needs to be
│   ├── AddressUnusable         the service can't listen at its address
│   ├── DamagedObject           a stored object was changed or cut short
│   ├── DatabaseOfOtherVersion  the database was made by another version
│   ├── DatabaseUnreachable     the database can't be opened
│   ├── ExecutorUnreachable     the cluster that codes does not answer
│   ├── ObjectsUnreachable      a store of objects can't be used
│   ├── ScannerUnreachable      the scanner for malware does not answer
│   ├── UnusableCertificate     a certificate or its key can't be used for TLS
│   ├── UnusableKeys            the keys that sign tokens can't be used
│   └── UnusableStorageKeys     the keys that seal what is stored can't be used
├── RemoteError       a service elsewhere does not answer as hoped
│   ├── AnswerNotUnderstood     what it answers is not of the contract
│   ├── AnswersDoNotFit         its answers are not those to the records that were sent
│   ├── CredentialsRefused      it gives no token for an id and secret
│   ├── DownloadDamaged         its output arrives changed
│   ├── OperationFailed         it could not code a file, or lost it
│   ├── RequestRefused          it refuses a request
│   ├── ServiceUnreachable      it gives no answer
│   ├── Throttled               it asks to wait longer than the caller would
│   └── TransferRefused         it refuses to take or give a file
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
from occoder.errors.batch import (
    DamagedObject,
    ExecutorUnreachable,
    ObjectsUnreachable,
    ScannerUnreachable,
    UnknownOperation,
    UnusableStorageKeys,
)
from occoder.errors.branches import (
    ArtifactError,
    InputError,
    NotFound,
    OccoderError,
    RemoteError,
    ServiceError,
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
from occoder.errors.remote import (
    AnswerNotUnderstood,
    AnswersDoNotFit,
    CredentialsRefused,
    DownloadDamaged,
    JobUnderWay,
    OperationFailed,
    OtherJob,
    RequestRefused,
    ServiceUnreachable,
    Throttled,
    TransferRefused,
    UncleanTexts,
)
from occoder.errors.service import (
    AddressUnusable,
    DatabaseOfOtherVersion,
    DatabaseUnreachable,
    SettingsFaults,
    UnknownClient,
    UnusableCertificate,
    UnusableClient,
    UnusableKeys,
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
    "AddressUnusable",
    "AmbiguousColumn",
    "AnswerNotUnderstood",
    "AnswersDoNotFit",
    "ArtifactError",
    "ClaimNotReached",
    "ClassificationFaults",
    "CredentialsRefused",
    "DamagedModel",
    "DamagedObject",
    "DatabaseOfOtherVersion",
    "DatabaseUnreachable",
    "DownloadDamaged",
    "ExecutorUnreachable",
    "Fault",
    "FaultyRecords",
    "InputError",
    "JobUnderWay",
    "NoPromise",
    "NoSuchFile",
    "NotAModel",
    "NotFound",
    "NothingToTrainOn",
    "ObjectsUnreachable",
    "OccoderError",
    "OperationFailed",
    "OtherJob",
    "RemoteError",
    "RequestRefused",
    "ScannerUnreachable",
    "ServiceError",
    "ServiceUnreachable",
    "SettingsFaults",
    "Throttled",
    "TooFewRecords",
    "TransferRefused",
    "UncleanTexts",
    "UnknownCategory",
    "UnknownClassification",
    "UnknownClient",
    "UnknownColumn",
    "UnknownCorrespondence",
    "UnknownFormat",
    "UnknownModel",
    "UnknownModelFormat",
    "UnknownOperation",
    "UnknownTopic",
    "UnreadableFile",
    "UnusableCertificate",
    "UnusableClient",
    "UnusableKeys",
    "UnusableStorageKeys",
    "UnusableTopic",
    "UnwritableFile",
    "WorkbookLayout",
    "WorkerDied",
]
