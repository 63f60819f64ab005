"""A line of the validated store: all that whoever codes ever gets to see of a line."""

import msgspec
from msgspec import UNSET, UnsetType


class ValidatedLine(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename=lambda name: "recordId" if name == "record_id" else name,
):
    """A line of an input file, checked: a record to code, or why it can't be coded.

    It holds what it was made of and nothing else: no field that the model does not take.

    Attributes
    ----------
    record_id : str, optional
        As submitted, an integer as its digits; "unknown" where the line could not be
        read. Not there where none was given or none that can be given back.
    occp_text, tasks_text : str or None, optional
        The texts of a record to code, as submitted: printable ASCII of a length that
        can be coded, though perhaps only blanks.
    input : str or dict of str to (str or None), optional
        Of a line with an error: its beginning where it could not be read, otherwise the
        texts that it has, cut.
    error : str, optional
        Why the line can't be coded.
    """

    record_id: str | UnsetType = UNSET
    occp_text: str | UnsetType | None = UNSET
    tasks_text: str | UnsetType | None = UNSET
    input: str | dict[str, str | None] | UnsetType = UNSET
    error: str | UnsetType = UNSET
