"""The arrays of a model as its folder stores them: small, and checked when they return."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.calibration import Calibration
from occoder.coder.hsvm import HSVM
from occoder.coder.reason import REFUSALS
from occoder.coder.tree import grow

# Far above 1 + log(number of records); sums of squares of larger ones could overflow.
MAX_IDF: Final = 100

# Name, dtype and number of dimensions of every array in the folder.
LAYOUT: Final = (
    ("keys_low", "uint32", 1),
    ("keys_high", "uint8", 1),
    ("idf", "float32", 1),
    ("trunk_scale", "uint8", 1),
    ("branch_scale", "uint8", 1),
    ("trunk", "int8", 2),
    ("bits", "uint64", 2),
    ("run_lengths", "uint16", 1),
    ("columns_low", "uint8", 1),
    ("columns_high", "uint8", 1),
    ("weights", "int8", 1),
    ("trunk_bias", "float32", 1),
    ("branch_bias", "float32", 1),
    ("coefficients", "float64", 2),
)


def stored(hsvm: HSVM, calibration: Calibration) -> dict[str, NDArray[Any]]:
    """Return the arrays to store, by name, as `LAYOUT` lists them."""
    split: dict[str, NDArray[Any]] = {
        "keys_low": hsvm.keys.astype(np.uint32),
        "keys_high": (hsvm.keys >> np.uint64(32)).astype(np.uint8),
        "columns_low": hsvm.columns.astype(np.uint8),
        "columns_high": (hsvm.columns >> 8).astype(np.uint8),
        "coefficients": calibration.coefficients,
    }
    return {
        name: split[name] if name in split else getattr(hsvm, name) for name, _, _ in LAYOUT
    }


def build(
    found: dict[str, NDArray[Any]], classification: Classification
) -> tuple[HSVM, Calibration]:
    """Return weights and calibration from stored arrays.

    Parameters
    ----------
    found : dict
        The arrays by name.
    classification : Classification
        The categories that they are about.

    Raises
    ------
    ValueError
        If an array is missing, or its type, shape or contents can't be right.
    """
    _check_arrays(found)
    tree = grow(classification, len(REFUSALS))
    hsvm = HSVM(
        tree,
        found["keys_low"] | found["keys_high"].astype(np.uint64) << np.uint64(32),
        found["idf"],
        found["trunk_scale"],
        found["branch_scale"],
        found["trunk"],
        found["bits"],
        found["run_lengths"],
        found["columns_low"] | found["columns_high"].astype(np.uint16) << np.uint16(8),
        found["weights"],
        found["trunk_bias"],
        found["branch_bias"],
    )
    _check(hsvm)
    coefficients = found["coefficients"]
    if coefficients.shape != (len(classification.levels), 2):
        raise ValueError("coefficients do not fit the levels")
    return hsvm, Calibration(coefficients)


def _check_arrays(found: dict[str, NDArray[Any]]) -> None:
    """Refuse arrays of another layout, and numbers that no training gives."""
    for name, dtype, n_dimensions in LAYOUT:
        array = found.get(name)
        if array is None or array.dtype != dtype or array.ndim != n_dimensions:
            raise ValueError(f"{name} is not a {dtype} array of {n_dimensions} dimensions")
        if dtype.startswith("float") and not np.isfinite(array).all():
            raise ValueError(f"{name} holds numbers that are not finite")
    if (np.abs(found["idf"]) > MAX_IDF).any():
        raise ValueError(f"idf holds numbers beyond {MAX_IDF}")
    if (found["coefficients"][:, 1:] <= 0).any():
        raise ValueError("coefficients have a slope that is not above 0")
    for name in ("keys", "columns"):
        if found[f"{name}_low"].shape != found[f"{name}_high"].shape:
            raise ValueError(f"{name}_low and {name}_high differ in length")


def _check(hsvm: HSVM) -> None:
    """Refuse arrays with which the search could read beyond their ends."""
    n, tree = len(hsvm.keys), hsvm.tree
    words = -(-len(tree.tips) // 64)
    shapes = {
        "idf": (n,),
        "trunk_scale": (n,),
        "branch_scale": (n,),
        "trunk": (n, len(tree.trunk)),
        "bits": (n, words),
        "run_lengths": (int(np.bitwise_count(hsvm.bits).sum()),),
        "columns": (int(hsvm.run_lengths.sum(dtype=np.int64)),),
        "weights": hsvm.columns.shape,
        "trunk_bias": (len(tree.trunk),),
        "branch_bias": (len(tree.branches),),
    }
    for name, shape in shapes.items():
        if getattr(hsvm, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(hsvm, name).shape}, not {shape}")
    if len(tree.tips) % 64 and (hsvm.bits[:, -1] >> np.uint64(len(tree.tips) % 64)).any():
        raise ValueError("bits name branches that are not there")
    sizes = np.diff(tree.starts)
    branch = np.flatnonzero(_unpacked(hsvm.bits)) % (64 * words)
    if len(hsvm.columns) and (
        (hsvm.run_lengths == 0).any()
        or (hsvm.run_lengths > sizes[branch]).any()
        or (
            np.maximum.reduceat(hsvm.columns, _starts(hsvm.run_lengths)) >= sizes[branch]
        ).any()
    ):
        raise ValueError("columns lie outside their branches")


def _unpacked(bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.unpackbits(bits.astype("<u8").view(np.uint8), axis=1, bitorder="little")


def _starts(lengths: NDArray[np.uint16]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths[:-1], dtype=np.int64)))
