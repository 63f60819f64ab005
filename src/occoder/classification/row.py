"""One category as a table gives it, before it is checked."""

from typing import NamedTuple


class Row(NamedTuple):
    """One category as a table gives it.

    ``parent`` is None where the table has no column of parents, "" for the top level.
    ``line`` is 0 for a group that stands in no line, but was derived.
    """

    line: int
    code: str
    title: str
    parent: str | None
    skill_level: str
