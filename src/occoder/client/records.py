"""From what a caller has to the body of a coding call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from msgspec import UNSET

from occoder import wire

Record: TypeAlias = str | tuple[str, str] | Mapping[str, str | None]

# So many records the service explains in one call.

_FIELDS: Final = ("recordId", "occp_text", "tasks_text")
_ENCODER: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a caller wants to know of each record.

    Parameters
    ----------
    suggestions : int
        How many categories, 0 to 16.
    levels : bool
        The best category of every level as well.
    explain : bool
        What spoke for each step as well.
    model : str or None
        By which model; by default the latest.

    Raises
    ------
    TypeError, ValueError
        If ``suggestions`` is no whole number from 0 to 16.
    """

    suggestions: int = wire.DEFAULT_SUGGESTIONS
    levels: bool = False
    explain: bool = False
    model: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.suggestions, int):
            raise TypeError("suggestions must be a whole number")
        if not 0 <= self.suggestions <= wire.MAX_SUGGESTIONS:
            raise ValueError(f"suggestions must be from 0 to {wire.MAX_SUGGESTIONS}")

    @property
    def max_records(self) -> int:
        """Return how many records go into one call."""
        return wire.MAX_EXPLAINED if self.explain else wire.MAX_RECORDS


def one_record(title: str, tasks: str) -> wire.Record:
    """Return the record of one title; tasks that are "" are left out.

    Raises
    ------
    TypeError
        If one is not a text.
    """
    return wire_record(title if tasks == "" else (title, tasks), 0)


def wire_record(record: Record, position: int) -> wire.Record:
    """Return a record as it is sent: its texts as they are, and nothing else of it.

    Parameters
    ----------
    record : str, tuple or mapping
        A title, a title and tasks, or a mapping with ``occp_text``, ``tasks_text`` or
        both, and perhaps ``recordId``. What else a mapping holds stays here.
    position : int
        Where it stands, for the message.

    Raises
    ------
    TypeError
        If it is none of these, or a text in it is none.
    ValueError
        If a mapping has neither of the texts, or a text is no Unicode.

    Examples
    --------
    >>> wire_record({"recordId": "7", "occp_text": "sparky", "age": "31"}, 0)
    Record(occp_text='sparky', tasks_text=UNSET, record_id='7')
    """
    if isinstance(record, str):
        fields: Mapping[str, object] = {"occp_text": record}
    elif isinstance(record, tuple) and len(record) == 2:
        fields = dict(zip(_FIELDS[1:], record, strict=True))
    elif isinstance(record, Mapping):
        fields = record
    else:
        raise TypeError(
            f"record {position} is a {type(record).__name__}; send a job title, a pair of "
            f"title and tasks, or a mapping with occp_text and tasks_text"
        )
    if not {"occp_text", "tasks_text"} & set(fields):
        raise ValueError(
            f"record {position} has neither occp_text nor tasks_text; send one or both"
        )
    record_id, title, tasks = (_text(fields, name, position) for name in _FIELDS)
    return wire.Record(title, tasks, UNSET if record_id is None else record_id)


def body_of(what: wire.Record | Sequence[wire.Record], wanted: Wanted) -> bytes:
    """Return the body of a coding call.

    Extensions are named only where they are wanted: a service that doesn't have them may
    refuse what it doesn't know.

    Parameters
    ----------
    what : Record or sequence of Record
        One record, or a small batch.
    wanted : Wanted
        What to ask of each.

    Examples
    --------
    >>> body_of(one_record("sparky", ""), Wanted())
    b'{"record":{"occp_text":"sparky"},"numberOfSuggestions":3}'
    """
    body: dict[str, object] = {
        "record" if isinstance(what, wire.Record) else "records": what,
        "numberOfSuggestions": wanted.suggestions,
    }
    extensions = {"levels": wanted.levels, "explain": wanted.explain}
    body.update({name: True for name, is_wanted in extensions.items() if is_wanted})
    return _ENCODER.encode(body)


def _text(
    fields: Mapping[str, object], name: str, position: int
) -> str | msgspec.UnsetType | None:
    text = fields.get(name, UNSET)
    if text is UNSET or text is None:
        return text
    if not isinstance(text, str):
        raise TypeError(
            f"{name} of record {position} is a {type(text).__name__}; it must be a text"
        )
    try:
        text.encode()
    except UnicodeEncodeError:  # which would hold the text
        raise ValueError(
            f"{name} of record {position} holds half a character; it can't be sent"
        ) from None
    return text
