"""A model's id: the same for the same contents, another for any other."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from toy_model import small_model

from occoder.coder.calibration import Calibration
from occoder.coder.manifest import Promise
from occoder.coder.model import Model

PROMISE = Promise(
    max_error=0.05,
    confidence=0.95,
    thresholds=(0.5, 0.625, 0.75),
    n_records=100,
    n_answered=80,
    n_wrong=1,
    upper_bound=0.04,
    production_rate=0.8,
    production_by_level=(0.1, 0.1, 0.6),
    records="gold.csv",
    method="by hand",
)


def other_title(model: Model) -> Model:
    """Return the model with another title of one category."""
    first, *others = model.classification.categories
    categories = (replace(first, title="Bosses"), *others)
    return replace(
        model, classification=replace(model.classification, categories=categories)
    )


def other_weight(model: Model) -> Model:
    """Return the model with one weight changed."""
    weights = model.hsvm.weights.copy()
    weights[-1] += 1
    return replace(model, hsvm=replace(model.hsvm, weights=weights))


CHANGES: dict[str, Callable[[Model], Model]] = {
    "topic": lambda model: replace(model, topic="other"),
    "title": other_title,
    "weight": other_weight,
    "calibration": lambda model: replace(
        model, calibration=Calibration(model.calibration.coefficients + 0.01)
    ),
    "thresholds": lambda model: replace(model, thresholds=(0.5, 0.625, 0.7500001)),
    "refusal threshold": lambda model: replace(model, refusal_threshold=0.4),
    "promise": lambda model: replace(model, promises=(PROMISE,)),
    "maximum error": lambda model: replace(model, max_error=0.05),
}


def test_equal_models_have_equal_ids() -> None:
    """A model made anew from the same contents has the same id."""
    copy = replace(small_model(), hsvm=replace(small_model().hsvm))

    assert small_model().model_id == copy.model_id


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_other_content_is_another_model(change: Callable[[Model], Model]) -> None:
    """Whatever changes an answer, a title or a promise changes the id."""
    assert small_model().model_id != change(small_model()).model_id
