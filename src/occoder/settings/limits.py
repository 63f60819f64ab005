"""How often a client may call: the limits of the tiers, and the presets of them."""

from dataclasses import dataclass
from typing import Final, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often coding may be called.

    Parameters
    ----------
    per_second : float
        Calls a second; 0 for no limit.
    per_hour, per_day : int
        Calls in any hour, in any day; 0 for no limit.
    """

    per_second: float = 0.0
    per_hour: int = 0
    per_day: int = 0

    @property
    def are_none(self) -> bool:
        """Tell whether nothing is limited."""
        return not (self.per_second or self.per_hour or self.per_day)

    def overridden(
        self, *, per_second: float | None, per_hour: int | None, per_day: int | None
    ) -> Self:
        """Return these limits with those that are given in their place."""
        return type(self)(
            per_second=self.per_second if per_second is None else per_second,
            per_hour=self.per_hour if per_hour is None else per_hour,
            per_day=self.per_day if per_day is None else per_day,
        )


# The user guide of June 2025, section 1.2, and what the pages said later that year.
PRESETS: Final = {
    "seed-june-2025": {
        "public": Limits(per_second=1, per_hour=100),
        "partner": Limits(),
    },
    "live-late-2025": {
        "public": Limits(per_second=1, per_day=1_000),
        "partner": Limits(per_second=1, per_day=10_000),
    },
}

# Characters of a record in a batch, over both fields.
ASYNC_MAX_CHARS: Final = {"seed-june-2025": 100, "live-late-2025": 300}
