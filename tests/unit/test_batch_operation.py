"""The states of an operation."""

import pytest
from batch_rows import NOW, operation

from occoder.batch.operation import OperationState, states_before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("awaiting_input", {"in_progress", "timed_out", "failed"}),
        ("in_progress", {"complete", "failed"}),
        ("complete", set()),
        ("timed_out", set()),
        ("failed", set()),
    ],
)
def test_only_the_transitions_of_the_guide_lead_on(before: str, after: set[str]) -> None:
    """What follows a state is what the figure of section 8.3 shows, and cancelling."""
    state = OperationState(before)
    assert {str(one) for one in OperationState if state in states_before(one)} == after


def test_an_upload_that_never_came_times_out() -> None:
    """B46: awaiting input until the link ends, then timed out."""
    one = operation()
    assert one.state_at(NOW + 3599) is OperationState.AWAITING_INPUT
    assert one.state_at(NOW + 3600) is OperationState.TIMED_OUT
    assert not one.may_begin_upload(NOW + 3600)


def test_an_upload_under_way_is_waited_for() -> None:
    """B46: a slow upload that began in time may end later."""
    one = operation(uploading_until=NOW + 4000)
    assert one.state_at(NOW + 3999) is OperationState.AWAITING_INPUT
    assert one.state_at(NOW + 4000) is OperationState.TIMED_OUT


def test_what_has_ended_stays_as_it_is() -> None:
    """No time changes a state that nothing leads out of."""
    one = operation(state=OperationState.COMPLETE)
    assert one.state_at(NOW + 10**9) is OperationState.COMPLETE
