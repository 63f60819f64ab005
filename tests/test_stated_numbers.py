"""The numbers of the method that the pages state are those of the program."""

from pathlib import Path

import pytest

from occoder.coder.kernel import OPENING, UNOPENED
from occoder.coder.storage import MAX_IDF
from occoder.coder.text import MAX_CHARACTERS, MIN_CHARACTERS
from occoder.coder.tree import MAX_TRUNK
from occoder.training.calibrating import (
    CONFIDENCE,
    DEFAULT_MAX_ERROR,
    MAX_ERRORS,
    SEEN_SHARE,
    WRONGLY_REFUSED,
)
from occoder.training.fit import COST
from occoder.training.packing import PRUNE_BRANCHES, PRUNE_TRUNK
from occoder.training.train import N_FOLDS, UNPROMISED

DOCS = Path(__file__).parents[1] / "docs"


def percent(share: float) -> str:
    """Return a share as pages write it, without the sign."""
    return f"{100 * share:g}"


HSVM = "concepts/hierarchical-svm.md"
CALIBRATION = "concepts/calibration.md"
TRAIN = "guides/train-on-your-own-records.md"
CODE = "guides/code-a-file.md"
ERRORS = ", ".join(map(percent, MAX_ERRORS[:-1]))
STATED = [
    (HSVM, f"C = {'½' if COST == 0.5 else COST}"),
    (HSVM, f"at most {MAX_TRUNK} categories together"),
    (HSVM, f"at least {OPENING:g} times the best support"),
    (HSVM, f"with {'half' if UNOPENED == 0.5 else UNOPENED} of the squared support"),
    (HSVM, f"so that {percent(WRONGLY_REFUSED)} % of held-out texts"),
    (HSVM, f"at most {PRUNE_TRUNK} in the trunk, or {PRUNE_BRANCHES} in the branches"),
    (CALIBRATION, f"{percent(SEEN_SHARE)} % seen and {percent(1 - SEEN_SHARE)} % unseen"),
    (CALIBRATION, f"dealt into {'ten' if N_FOLDS == 10 else N_FOLDS} parts"),
    (CALIBRATION, f": {percent(WRONGLY_REFUSED)} % of its codable texts are above it"),
    (CALIBRATION, f"maximum error of {ERRORS} and {percent(MAX_ERRORS[-1])} %"),
    (CALIBRATION, f"The one for {percent(DEFAULT_MAX_ERROR)} % is in force"),
    ("concepts/what-can-go-wrong.md", f"suppose that {percent(SEEN_SHARE)} % of"),
    ("decisions/one-tree-with-refusals.md", f"so that {percent(WRONGLY_REFUSED)} % of"),
    (
        "decisions/small-models.md",
        f"at most {PRUNE_TRUNK} in the trunk and {PRUNE_BRANCHES}",
    ),
    ("decisions/trunk-and-branches.md", f"at least {OPENING:g} times the support"),
    ("decisions/default-promise.md", f"maximum error of {percent(DEFAULT_MAX_ERROR)} %"),
    ("decisions/default-promise.md", f"with {percent(CONFIDENCE)} % confidence"),
    ("decisions/default-promise.md", f"each code needs a confidence of {UNPROMISED}"),
    ("reference/model-folder.md", f"no *idf* is above {MAX_IDF}"),
    (TRAIN, f"each code needs a confidence of {UNPROMISED}"),
    (TRAIN, f"For the bundled models it is {percent(SEEN_SHARE)} %"),
    (CODE, f"at most {MAX_CHARACTERS} characters"),
    (CODE, f"Fewer than {MIN_CHARACTERS} characters"),
]


@pytest.mark.parametrize(("page", "sentence"), STATED)
def test_number_is_stated(page: str, sentence: str) -> None:
    """A page states a number of the method as the program has it."""
    assert sentence in (DOCS / page).read_text(encoding="utf-8")
