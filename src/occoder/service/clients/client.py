"""A registered client: who it is, what it may do, how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from occoder.settings.limits import Limits
from occoder.settings.tier import Tier


class State(StrEnum):
    """How a registration stands (user guide, section 2.3)."""

    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    SUSPENDED = "suspended"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Limits of one client in place of its tier's; None leaves the tier's, 0 is none."""

    per_second: float | None = None
    per_hour: int | None = None
    per_day: int | None = None


NO_OVERRIDE: Final = Override()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registration, without its secret.

    Parameters
    ----------
    client_id : str
        ASCII without ":".
    organisation, contact : str
        Who it is, and an address to write to.
    tier : Tier
        What it may use.
    state : State
        Active ones and those under review get tokens and answers.
    terms_version, terms_accepted_by : str
        Which terms of use were accepted, and by whom on behalf of the organisation.
    terms_accepted_at, created_at : datetime
        In UTC.
    last_used_at : datetime or None
        Of the last call, to within a minute; None before the first.
    tokens_from : datetime
        Tokens issued before are refused.
    override : Override
        Limits of its own.
    """

    client_id: str
    organisation: str
    contact: str
    tier: Tier
    state: State
    terms_version: str
    terms_accepted_by: str
    terms_accepted_at: datetime
    created_at: datetime
    last_used_at: datetime | None
    tokens_from: datetime
    override: Override = NO_OVERRIDE

    @property
    def may_call(self) -> bool:
        """Tell whether it gets tokens and answers."""
        return self.state is State.ACTIVE or self.state is State.UNDER_REVIEW

    def limits(self, of_tier: Limits) -> Limits:
        """Return the limits that hold for it.

        Parameters
        ----------
        of_tier : Limits
            Those of its tier.
        """
        if self.override == NO_OVERRIDE:
            return of_tier
        return of_tier.overridden(
            per_second=self.override.per_second,
            per_hour=self.override.per_hour,
            per_day=self.override.per_day,
        )
