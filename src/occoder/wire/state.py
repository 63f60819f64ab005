"""What answers at an address, and how it is (not in the user guide)."""

import msgspec
from msgspec import UNSET, UnsetType


class Health(msgspec.Struct, frozen=True):
    """Whether the process is alive, or ready to code.

    Attributes
    ----------
    status : str
        "live", "ready" or "not ready".
    checks : dict
        For readiness, what was looked at: "ok" or what is wrong.
    """

    status: str
    checks: dict[str, str] | UnsetType = UNSET


class Api(msgspec.Struct, frozen=True):
    """What answers at this address.

    Attributes
    ----------
    name, version, status : str
        Of the software.
    documentation : str
        Path of the OpenAPI document.
    """

    name: str
    version: str
    status: str
    documentation: str
