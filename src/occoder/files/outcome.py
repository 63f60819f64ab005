"""What can become of a row: coded, not coded for a reason, or an error."""

from typing import Final

from occoder.coder.reason import REASONS

FAULTS: Final[tuple[str, ...]] = (
    "blank line",
    "invalid JSON",
    "not a JSON object",
    "text is not a string",
    "field name is taken",
    "too few cells",
    "too many cells",
)

# An outcome is a position here: 0 is coded, then the coder's reasons, then the faults.
OUTCOMES: Final[tuple[tuple[str, str | None], ...]] = (
    ("coded", None),
    *(("not coded", reason) for reason in REASONS[1:]),
    *(("error", fault) for fault in FAULTS),
)


def outcome_of(reason: str) -> int:
    """Return the outcome with this reason.

    Examples
    --------
    >>> OUTCOMES[outcome_of("invalid JSON")]
    ('error', 'invalid JSON')
    """
    return next(i for i, (_, known) in enumerate(OUTCOMES) if known == reason)
