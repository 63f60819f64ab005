"""Outcomes of a row."""

import pytest

from occoder.coder.reason import REASONS
from occoder.files.outcome import FAULTS, OUTCOMES, outcome_of


def test_coder_reasons_keep_positions() -> None:
    """The coder's reasons stand where the coder numbers them."""
    assert list(REASONS[1:]) == [reason for _, reason in OUTCOMES[1 : len(REASONS)]]
    assert ("coded", None) == OUTCOMES[0]


@pytest.mark.parametrize("reason", [*REASONS[1:], *FAULTS])
def test_reason_names_one_outcome(reason: str) -> None:
    """Every reason is found, and tells apart what was not coded from errors."""
    expected = ("error" if reason in FAULTS else "not coded", reason)

    assert expected == OUTCOMES[outcome_of(reason)]
