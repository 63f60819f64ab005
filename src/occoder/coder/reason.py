"""Why a record was not coded."""

from typing import Final

# Texts that name no occupation, by what they say instead.
REFUSALS: Final[tuple[str, ...]] = (
    "retired",
    "student",
    "home duties",
    "unemployed",
    "pension or benefit",
    "refusal or filler",
    "gibberish",
    "too vague",
    "not a job",
)

# Position 0 means "coded". The order is part of the model format: only append.
REASONS: Final[tuple[str, ...]] = ("", "empty", "too short", *REFUSALS, "low confidence")
