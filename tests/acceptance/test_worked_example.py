"""The answer that the page on the hierarchical SVM works out is the one of the model."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reference import Reference

from occoder.coder.artifact import load
from occoder.coder.features import features_of
from occoder.coder.hsvm import HSVM
from occoder.coder.packed import pack

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "hierarchical-svm.md"
ROW = re.compile(r"^\| (\d+) ([^|]+) \| (\S+) \| (\S+) \| (\S+) \| \S+ \|$", re.MULTILINE)
TITLE = "nurse"


def part(hsvm: HSVM, title: str) -> HSVM:
    """Return the weights for the features of one title alone."""
    keys, _, _ = features_of(pack([title]))
    rows = np.flatnonzero(np.isin(hsvm.keys, keys))
    n_runs = np.bitwise_count(hsvm.bits).sum(axis=1, dtype=np.int64)
    runs = np.isin(np.repeat(np.arange(len(n_runs)), n_runs), rows)
    weights = np.repeat(runs, hsvm.run_lengths)
    return replace(
        hsvm,
        keys=hsvm.keys[rows],
        idf=hsvm.idf[rows],
        trunk_scale=hsvm.trunk_scale[rows],
        branch_scale=hsvm.branch_scale[rows],
        trunk=hsvm.trunk[rows],
        bits=hsvm.bits[rows],
        run_lengths=hsvm.run_lengths[runs],
        columns=hsvm.columns[weights],
        weights=hsvm.weights[weights],
    )


def test_worked_example_is_real(osca_model: Path) -> None:
    """Decision values, supports and shares on the page follow from the weights."""
    model = load(osca_model)
    plain = Reference(part(model.hsvm, TITLE), model.classification)
    decision_values = plain.decision_values(TITLE, "")
    shares = plain.rank(TITLE, "").shares
    assert decision_values is not None
    shown, found = {}, {}
    for code, title, *numbers in ROW.findall(PAGE.read_text(encoding="utf-8")):
        position = model.classification.position(code)
        category = model.classification.categories[position]
        shown[code, title] = [float(number) for number in numbers]
        found[code, category.title] = [
            decision_values[position],
            plain.support(position, decision_values),
            shares[category.level - 1][position],
        ]

    assert 8 == len(shown)
    # Every text that is added to the corpus moves the numbers a little.
    near = {one: pytest.approx(numbers, abs=0.1) for one, numbers in shown.items()}
    assert near == found
