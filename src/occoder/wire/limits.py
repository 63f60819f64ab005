"""Numbers and words that the contract fixes (user guide, sections 4.2 and 7.1.3)."""

from typing import Final

MAX_RECORDS: Final = 300
MIN_CHARACTERS: Final = 3
MAX_CHARACTERS: Final = 100
MAX_SUGGESTIONS: Final = 16
DEFAULT_SUGGESTIONS: Final = 3
SUCCESSFUL: Final = "successful"
UNSUCCESSFUL: Final = "unsuccessful"
MAX_RECORD_ID_CHARACTERS: Final = 256
MAX_EXPLAINED: Final = 20
MAX_SUGGESTIONS_OF_BATCH: Final = 3
MAX_INPUT_CHARACTERS: Final = 1000  # of a line that is no record, given back
NOT_A_RECORD: Final = "unknown"  # the recordId of a line that is not JSON
ENCRYPTION_HEADER: Final = "x-amz-server-side-encryption"
ENCRYPTION_VALUE: Final = "aws:kms"
KEY_HEADER: Final = "x-amz-server-side-encryption-aws-kms-key-id"
