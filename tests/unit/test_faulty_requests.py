"""The faulty requests are refused, each for what it stands for."""

import pytest

from occoder.service.checks.faulty_requests import FAULTY, FaultyRequest
from occoder.service.coding.coding_request import read_request
from occoder.service.problems import Problem


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda one: one.title)
def test_f3_faulty_requests_are_refused(faulty: FaultyRequest) -> None:
    """Each body is refused as the kind and with the message that stand beside it."""
    with pytest.raises(Problem) as caught:
        read_request(faulty.body).checked()

    assert faulty.kind is caught.value.kind
    assert faulty.message == caught.value.message


def test_faulty_requests_have_titles_of_their_own() -> None:
    """No two faulty requests are called the same."""
    titles = [one.title for one in FAULTY]

    assert sorted(set(titles)) == sorted(titles)
