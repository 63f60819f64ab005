"""The arrays of a model on disk: complete, and checked before they are used."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from random_models import classification_of, random_model
from toy_coder import TOY
from toy_model import small_model

from occoder.coder.hsvm import HSVM
from occoder.coder.model import Model
from occoder.coder.storage import LAYOUT, build, stored

Array = NDArray[Any]
WIDE = random_model(classification_of([[[]] * 300, *[[[], []]] * 70]), seed=3)


@pytest.mark.parametrize("model", [small_model(), WIDE], ids=["small", "wide"])
def test_arrays_follow_their_layout(model: Model) -> None:
    """What is stored has the names, types and dimensions of the stated layout."""
    arrays = stored(model.hsvm, model.calibration)

    assert list(LAYOUT) == [
        (name, array.dtype.name, array.ndim) for name, array in arrays.items()
    ]


@pytest.mark.parametrize("model", [small_model(), WIDE], ids=["small", "wide"])
def test_what_is_built_was_stored(model: Model) -> None:
    """Stored arrays build the same weights and the same calibration."""
    classification = model.classification
    hsvm, calibration = build(stored(model.hsvm, model.calibration), classification)
    names = [one.name for one in fields(HSVM) if one.name != "tree"]

    assert [] == [
        name for name in names if not same(getattr(model.hsvm, name), getattr(hsvm, name))
    ]
    assert same(model.calibration.coefficients, calibration.coefficients)


def same(one: Array, other: Array) -> bool:
    """Tell whether two arrays are equal in type, shape and content."""
    return one.dtype == other.dtype and np.array_equal(one, other)


def refusal(model: Model, **changes: Callable[[Array], Array]) -> str:
    """Return why changed arrays are refused."""
    arrays = stored(model.hsvm, model.calibration)
    arrays |= {name: change(arrays[name]) for name, change in changes.items()}
    with pytest.raises(ValueError) as raised:
        build(arrays, model.classification)
    return str(raised.value)


@pytest.mark.parametrize("name", [name for name, _, _ in LAYOUT])
def test_missing_array_is_refused(name: str) -> None:
    """Without any one of the arrays nothing is built."""
    arrays = stored(small_model().hsvm, small_model().calibration)
    del arrays[name]
    with pytest.raises(ValueError, match=name):
        build(arrays, TOY)


@pytest.mark.parametrize("name", [name for name, _, _ in LAYOUT])
def test_other_type_is_refused(name: str) -> None:
    """An array of another type, another byte order or more dimensions is refused."""
    assert name in refusal(small_model(), **{name: lambda a: a.astype(np.complex64)})
    assert name in refusal(small_model(), **{name: lambda a: a[..., None]})


@pytest.mark.parametrize("name", [name for name, _, _ in LAYOUT])
def test_other_length_is_refused(name: str) -> None:
    """An array with a row more or less is refused."""
    assert refusal(small_model(), **{name: lambda a: a[:-1]})
    assert refusal(small_model(), **{name: lambda a: np.concatenate([a, a[:1]])})
    assert refusal(small_model(), **{name: lambda a: a[:1]})


@pytest.mark.parametrize("name", [name for name, kind, _ in LAYOUT if "float" in kind])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_must_be_finite(name: str, number: float) -> None:
    """One number that is not finite is enough to refuse."""

    def spoil(array: Array) -> Array:
        spoilt = array.copy()
        spoilt.flat[-1] = number
        return spoilt

    assert f"{name} holds numbers that are not finite" == refusal(
        small_model(), **{name: spoil}
    )


def first(number: int) -> Callable[[Array], Array]:
    """Return a change of the first number of an array."""
    return lambda array: np.concatenate([np.array([number], array.dtype), array[1:]])


def test_columns_stay_in_their_branch() -> None:
    """A weight for a column beyond its branch is refused."""
    assert "columns lie outside" in refusal(small_model(), columns_low=first(9))
    assert "columns lie outside" in refusal(small_model(), columns_high=first(1))


def test_runs_are_not_empty() -> None:
    """A run of no weights, made up for by a longer one, is refused."""

    def shift(lengths: Array) -> Array:
        return np.concatenate(
            [np.array([0, lengths[0] + lengths[1]], np.uint16), lengths[2:]]
        )

    assert "columns lie outside" in refusal(small_model(), run_lengths=shift)


def test_runs_fit_their_branch() -> None:
    """A run with more weights than its branch has columns is refused."""
    assert "columns lie outside" in refusal(
        small_model(),
        run_lengths=lambda a: np.concatenate([np.array([a[0] + 9], np.uint16), a[1:]]),
        columns_low=lambda a: np.concatenate([np.zeros(9, np.uint8), a]),
        columns_high=lambda a: np.concatenate([np.zeros(9, np.uint8), a]),
        weights=lambda a: np.concatenate([np.ones(9, np.int8), a]),
    )


def test_bits_name_branches_that_exist() -> None:
    """A bit beyond the last branch is refused, its run given or not."""

    def move(bits: Array) -> Array:
        moved = bits.copy()
        row = int(np.flatnonzero(bits[:, 0])[0])
        moved[row, 0] = np.uint64(1 << 63)
        return moved

    assert "bits name branches that are not there" == refusal(small_model(), bits=move)


@pytest.mark.parametrize("factor", [1e20, -1e20])
def test_idf_has_a_limit(factor: float) -> None:
    """A feature so weighted that sums would overflow is refused."""
    assert "idf holds numbers beyond 100" == refusal(
        small_model(), idf=lambda a: a * np.float32(factor)
    )


def test_slopes_are_above_zero() -> None:
    """A confidence that falls where the share grows is refused."""
    assert "slope" in refusal(small_model(), coefficients=lambda a: -np.abs(a))


def test_arrays_belong_to_their_classification() -> None:
    """Arrays of one classification are refused for another."""
    other = classification_of([[[], []], [[]]])
    with pytest.raises(ValueError, match="shape"):
        build(stored(small_model().hsvm, small_model().calibration), other)


def test_any_type_of_the_layout_is_numeric() -> None:
    """No array of the layout could hold objects: nothing is ever unpickled."""
    assert not any(np.dtype(kind).hasobject for _, kind, _ in LAYOUT)
