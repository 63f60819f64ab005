"""Answers set against the truth."""

from toy_coder import TOY, ToyCoder

from occoder.evaluation.checked import Checked, check
from occoder.evaluation.truth import truth_by_level

ANSWERS = {
    "grocer": (["111", "112"], (0.9, 0.8, 0.4)),
    "farmer": (["121", "122"], (0.9, 0.6, 0.3)),
    "retired": ([], (0.0, 0.0, 0.0)),
}


def checked(*codes: str) -> Checked:
    """Return the three answers checked against three codes."""
    coded = ToyCoder(ANSWERS).code_texts(list(ANSWERS))
    return check(coded, truth_by_level(codes, TOY))


def test_right_is_judged_level_by_level() -> None:
    """An answer can be right for the unit and wrong for the occupation."""
    assert [True, True, False] == checked("112", "121", "2").right[0].tolist()


def test_right_within_looks_further() -> None:
    """The second suggestion counts among the first two."""
    assert [True, True, True] == checked("112", "121", "2").right_within(2)[0].tolist()


def test_finer_than_the_truth_is_not_right() -> None:
    """Below the level of the truth nothing is checkable, and nothing is right."""
    found = checked("111", "12", "2")

    assert [True, True, False] == found.checkable[1].tolist()
    assert [True, True, False] == found.right[1].tolist()


def test_refused_records_have_no_confidence() -> None:
    """A record that is refused for what it says can pass no threshold."""
    assert [0.0, 0.0, 0.0] == checked("111", "121", "2").confidences[2].tolist()


def test_low_confidence_is_kept() -> None:
    """A record that only fell below the thresholds keeps its confidences."""
    coder = ToyCoder(ANSWERS, thresholds=(1.0, 1.0, 1.0))
    found = check(coder.code_texts(["farmer"]), truth_by_level(["121"], TOY))

    assert [0.9, 0.6, 0.3] == found.confidences[0].round(6).tolist()
