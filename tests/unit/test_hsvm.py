"""The scales of the weights."""

import numpy as np

from occoder.coder.hsvm import scale


def test_scales_are_powers_of_two() -> None:
    """Eight steps halve the scale; 0 stands for 1."""
    expected = np.array([1, 0.5, 0.25, 2**-0.125], np.float32)

    assert expected.tolist() == scale(np.array([0, 8, 16, 1], np.uint8)).tolist()
