"""From codes of any level to the true category at each level."""

import pytest
from toy_coder import TOY

from occoder.errors import UnknownCategory
from occoder.evaluation.truth import category_sets, paths, truth_by_level


def codes(row: list[int]) -> list[str]:
    """Return the codes of positions, "-" for none."""
    return ["-" if i < 0 else TOY.categories[i].code for i in row]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("112", ["1", "11", "112"]),
        ("12", ["1", "12", "-"]),
        ("2", ["2", "-", "-"]),
        ("21", ["2", "21", "21"]),
    ],
    ids=["finest", "unit", "group", "without children"],
)
def test_truth_stops_at_its_level(code: str, expected: list[str]) -> None:
    """Truth is unknown below a group; a category without children stands for itself."""
    assert expected == codes(truth_by_level([code], TOY)[0].tolist())


def test_no_category_has_no_path() -> None:
    """Position -1 gives no category at any level."""
    assert [-1, -1, -1] == paths(TOY)[-1].tolist()


def test_unknown_code_is_refused() -> None:
    """A code that is not in the classification raises."""
    with pytest.raises(UnknownCategory):
        truth_by_level(["111", "999"], TOY)


def test_sets_count_each_category_once() -> None:
    """A category that stands for itself further down is one category."""
    along = category_sets(truth_by_level(["21", "111"], TOY))

    assert [["2", "21", "-"], ["1", "11", "111"]] == [codes(row) for row in along.tolist()]
