"""Real-time coding: the request and its answers (user guide, sections 7 and 11.3.1)."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from occoder.wire.limits import DEFAULT_SUGGESTIONS, MAX_RECORDS, MAX_SUGGESTIONS
from occoder.wire.record import CodedRecord, Record, Texts


class CodeRequest(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The body of a coding call (section 7.1.3): either ``record`` or ``records``.

    Attributes
    ----------
    record : Record, optional
        One record.
    records : list of Record, optional
        1 to 300 of them.
    number_of_suggestions : int
        How many categories to give, 0 to 16.
    explain : bool
        Extension: give what spoke for each step to the best category.
    levels : bool
        Extension: give the best category of every level.
    """

    record: Record | UnsetType = UNSET
    records: (
        Annotated[list[Record], Meta(min_length=1, max_length=MAX_RECORDS)] | UnsetType
    ) = UNSET
    number_of_suggestions: Annotated[int, Meta(ge=0, le=MAX_SUGGESTIONS)] = (
        DEFAULT_SUGGESTIONS
    )
    explain: bool = False
    levels: bool = False


class Evidence(msgspec.Struct, frozen=True):
    """Extension: a piece of the text and the weight that it brought.

    Attributes
    ----------
    text : str
        A word, two words in a row or a fragment of a word.
    weight : float
        Above 0 it spoke for the category, below 0 for its rival.
    """

    text: str
    weight: float


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Extension: one step down the classification.

    Attributes
    ----------
    code_category, code_label : str
        Where the step leads.
    rival_category, rival_label : str, optional
        The best of its siblings, where there is one.
    margin : float
        By how much it won.
    evidence : tuple of Evidence
        The strongest pieces first.
    """

    code_category: str
    code_label: str
    rival_category: str | UnsetType = UNSET
    rival_label: str | UnsetType = UNSET
    margin: float
    evidence: tuple[Evidence, ...]


class SynchronousCodeResponse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The answer for one record (section 11.3.1).

    Attributes
    ----------
    record_id : str, optional
        As submitted.
    code_status : str
        "successful" or "unsuccessful".
    input : Texts
        As submitted.
    result : tuple of CodedRecord
        The answer first, then the next best of its level; empty when unsuccessful.
    suggestions : tuple of CodedRecord, optional
        Extension, when unsuccessful: the best categories of the finest level.
    reason : str, optional
        Extension, when unsuccessful: why there is no code.
    levels : tuple of CodedRecord, optional
        Extension, when asked for: the best category of each level, broadest first.
    explanation : tuple of Step, optional
        Extension, when asked for.
    """

    record_id: str | UnsetType = UNSET
    code_status: str
    input: Texts
    result: tuple[CodedRecord, ...]
    suggestions: tuple[CodedRecord, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    levels: tuple[CodedRecord, ...] | UnsetType = UNSET
    explanation: tuple[Step, ...] | UnsetType = UNSET
