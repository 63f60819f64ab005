"""One thing that the doctor looked at."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and how it is.

    Parameters
    ----------
    name : str
        What was looked at.
    is_ok : bool
        Whether the service can run with it.
    finding : str
        How it is.
    remedy : str
        What the operator should do; "" if nothing.
    """

    name: str
    is_ok: bool
    finding: str
    remedy: str = ""

    @classmethod
    def ok(cls, name: str, finding: str) -> Self:
        """Return that something is as it should be."""
        return cls(name, True, finding)

    @classmethod
    def failed(cls, name: str, finding: str, remedy: str) -> Self:
        """Return that something is not as it should be."""
        return cls(name, False, finding, remedy)
