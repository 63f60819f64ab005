"""What is answered along a path of thresholds."""

import numpy as np
import pytest

from occoder.evaluation.walk import single_threshold_path, walk

CONFIDENCES = np.array([[0.9, 0.8], [0.9, 0.3], [0.5, 0.4], [0.0, 0.0]])
RIGHT = np.array([[True, False], [True, True], [False, False], [True, True]])


def test_path_holds_every_change() -> None:
    """The default path is every confidence above 0, strict to lenient, at all levels."""
    path = single_threshold_path(CONFIDENCES)

    assert [0.9, 0.8, 0.5, 0.4, 0.3] == path[:, 0].tolist()
    assert path[:, 0].tolist() == path[:, 1].tolist()


def test_answers_move_to_deeper_levels() -> None:
    """As the threshold falls, records enter, and then get finer answers."""
    steps = walk(CONFIDENCES, RIGHT, single_threshold_path(CONFIDENCES))

    assert [[2, 0], [1, 1], [2, 1], [1, 2], [0, 3]] == steps.answered.tolist()
    assert [2, 2, 3, 3, 3] == steps.n_answered.tolist()


def test_wrong_answers_are_those_of_the_level() -> None:
    """A record counts as right or wrong by the level at which it is answered."""
    steps = walk(CONFIDENCES, RIGHT, single_threshold_path(CONFIDENCES))

    assert [[0, 0], [0, 1], [1, 1], [0, 2], [0, 2]] == steps.wrong.tolist()
    assert [0, 1, 2, 2, 2] == steps.n_wrong.tolist()


def test_levels_can_have_their_own_thresholds() -> None:
    """A path may give each level another threshold."""
    steps = walk(CONFIDENCES, RIGHT, np.array([[0.95, 0.35], [0.5, 0.35]]))

    assert [[0, 2], [1, 2]] == steps.answered.tolist()


@pytest.mark.parametrize(
    "path", [[[0.5, 0.5], [0.6, 0.5]], [[0.5, 0.0]]], ids=["not falling", "zero"]
)
def test_bad_path_is_refused(path: list[list[float]]) -> None:
    """A path that gets stricter, or would answer what is never answered, raises."""
    with pytest.raises(ValueError, match="strict to lenient"):
        walk(CONFIDENCES, RIGHT, np.array(path))
