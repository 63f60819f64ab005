"""Looking texts up in the training texts."""

from occoder.evaluation.baselines import look_up, majority_index


def test_majority_wins() -> None:
    """Of several categories of one text the most frequent counts."""
    assert {"a": 2, "b": 9} == majority_index(["a", "a", "b", "a"], [5, 2, 9, 2])


def test_tie_goes_to_the_first_category() -> None:
    """Equally frequent categories are settled by their order, not by that of the texts."""
    assert {"a": 2} == majority_index(["a", "a"], [5, 2])


def test_specific_text_is_tried_first() -> None:
    """Title and tasks are looked up before the title alone; none is -1."""
    index = {"nurse|wards": 1, "nurse|": 2}
    found = look_up(index, ["nurse|wards", "nurse|aged", "x|"], ["nurse|", "nurse|", "x|"])

    assert [1, 2, -1] == found.tolist()
