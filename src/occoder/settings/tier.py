"""The tiers of the service."""

from enum import StrEnum


class Tier(StrEnum):
    """What a client may use (user guide, section 1.2)."""

    PUBLIC = "public"
    PARTNER = "partner"
