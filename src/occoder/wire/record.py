"""What is coded, and what it may be coded to (user guide, sections 11.2 and 11.3.3)."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from occoder.wire.limits import MAX_RECORD_ID_CHARACTERS

Confidence = Annotated[float, Meta(ge=0, le=1, description="Calibrated, in [0, 1].")]


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person wrote about a job, as submitted.

    Attributes
    ----------
    occp_text, tasks_text : str or None, optional
        Job title and tasks: printable ASCII, 3 to 100 characters in total.
    """

    occp_text: str | UnsetType | None = UNSET
    tasks_text: str | UnsetType | None = UNSET


class Record(
    Texts,
    frozen=True,
    forbid_unknown_fields=True,
    rename=lambda name: "recordId" if name == "record_id" else name,
):
    """One record to code (section 11.2).

    Attributes
    ----------
    record_id : str, optional
        Given back with the answer; need not be unique.
    """

    record_id: Annotated[str, Meta(max_length=MAX_RECORD_ID_CHARACTERS)] | UnsetType = UNSET


class CodedRecord(msgspec.Struct, frozen=True, rename="camel"):
    """A category with the confidence that it is right (section 11.3.3).

    Attributes
    ----------
    code_category, code_label : str
        Code and title, as the classification has them.
    code_confidence : float
        In [0, 1], rounded to six decimals.
    """

    code_category: str
    code_label: str
    code_confidence: Confidence
