"""Why a category was chosen: exact, since every step is a sum of weights."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Category, Classification
from occoder.coder.features import features_of
from occoder.coder.hsvm import HSVM, scale
from occoder.coder.packed import pack
from occoder.coder.pieces import pieces
from occoder.coder.vocabulary import find, lookup_table

N_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of the text, and what it added to the decision value.

    Parameters
    ----------
    text : str
        A word, two words in a row, or a fragment of a word ("lumb").
    weight : float
        Added to the chosen category less what it added to the rival.
    """

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step down the classification.

    Parameters
    ----------
    chosen : Category
        Where the step leads.
    rival : Category or None
        The best of its siblings; None for an only child.
    margin : float
        Decision value of the chosen category less that of the rival.
    bias : float
        The part of the margin that no piece of the text brought.
    evidence : tuple of Evidence
        All that the text brought, the strongest first, for or against.
    """

    chosen: Category
    rival: Category | None
    margin: float
    bias: float
    evidence: tuple[Evidence, ...]

    def __str__(self) -> str:
        """Return the step in one line."""
        if self.rival is None:
            return f"{self.chosen.code} (only choice)"
        found = ", ".join(
            f"{one.text} {one.weight:+.2f}" for one in self.evidence[:N_SHOWN]
        )
        return f"{self.chosen.code} over {self.rival.code} by {self.margin:.2f}: {found}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps from the broadest level to the best category.

    Parameters
    ----------
    steps : tuple of Step
        One for each level; none when the model knows nothing of the text.
    """

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Return all steps in one line."""
        return " | ".join(map(str, self.steps)) or "no known word"


class Explainer:
    """Explains the answers of a hierarchical SVM.

    Parameters
    ----------
    hsvm : HSVM
        The weights.
    classification : Classification
        The categories.
    """

    def __init__(self, hsvm: HSVM, classification: Classification) -> None:
        self._hsvm = hsvm
        self._classification = classification
        self._table = lookup_table(hsvm.keys)
        runs = np.bitwise_count(hsvm.bits).sum(axis=1, dtype=np.int64)
        self._first_run = np.concatenate(([0], np.cumsum(runs)))
        self._first_weight = np.concatenate(
            ([0], np.cumsum(hsvm.run_lengths, dtype=np.int64))
        )
        tree = hsvm.tree
        self._trunk = {int(p): column for column, p in enumerate(tree.trunk.position)}
        self._branch = {
            int(tree.branches.position[at]): (branch, at - int(start))
            for branch, (start, stop) in enumerate(pairwise(tree.starts))
            for at in range(start, stop)
        }

    def explain(self, title: str, tasks: str, code: str) -> Explanation:
        """Return what spoke for and against each step down to a category.

        Parameters
        ----------
        title, tasks : str
            The texts as they are coded.
        code : str
            Of the category to explain.
        """
        names, rows, values = self._known(title, tasks)
        path = [*self._classification.ancestors(code), self._classification[code]]
        return Explanation(
            tuple(self._step(chosen, names, rows, values) for chosen in path)
        )

    def _known(
        self, title: str, tasks: str
    ) -> tuple[list[str], list[int], NDArray[np.float64]]:
        """Return text, row and value of every feature that the model knows."""
        keys, counts, blocks = features_of(pack([title], [tasks]))
        rows = [int(find(self._table, key)) for key in keys]
        known = np.flatnonzero(np.array(rows) >= 0)
        # In double precision: the logarithm of a small integer has half of it.
        tf = 1 + np.log(counts[known], dtype=float)
        values = tf * self._hsvm.idf[np.array(rows)[known]]
        for block in set(blocks[known]):
            inside = blocks[known] == block
            values[inside] /= np.sqrt((values[inside] ** 2).sum())
        names = list(pieces(title, tasks))
        return [names[k] for k in known], [rows[k] for k in known], values

    def _step(
        self,
        chosen: Category,
        names: list[str],
        rows: list[int],
        values: NDArray[np.float64],
    ) -> Step:
        siblings = self._classification.children(chosen.parent)
        if len(siblings) == 1:
            return Step(chosen, None, 0.0, 0.0, ())
        parts = {one.code: self._parts(one.code, rows) * values for one in siblings}
        totals = {
            one.code: parts[one.code].sum() + self._bias(one.code) for one in siblings
        }
        rival = max(
            (one for one in siblings if one is not chosen), key=lambda one: totals[one.code]
        )
        difference = parts[chosen.code] - parts[rival.code]
        by_piece: defaultdict[str, float] = defaultdict(float)
        for name, weight in zip(names, difference.tolist(), strict=True):
            by_piece[name] += weight
        evidence = sorted(by_piece.items(), key=lambda item: (-abs(item[1]), item[0]))
        return Step(
            chosen,
            rival,
            float(totals[chosen.code] - totals[rival.code]),
            self._bias(chosen.code) - self._bias(rival.code),
            tuple(Evidence(name, weight) for name, weight in evidence if weight),
        )

    def _bias(self, code: str) -> float:
        position = self._classification.position(code)
        if position in self._trunk:
            return float(self._hsvm.trunk_bias[self._trunk[position]])
        branch, column = self._branch[position]
        return float(self._hsvm.branch_bias[self._hsvm.tree.starts[branch] + column])

    def _parts(self, code: str, rows: list[int]) -> NDArray[np.float64]:
        """Return the weight of each feature for a category."""
        position = self._classification.position(code)
        hsvm = self._hsvm
        if position in self._trunk:
            column = self._trunk[position]
            trunk = hsvm.trunk[rows, column].astype(np.float64)
            return trunk * scale(hsvm.trunk_scale[rows])
        branch, column = self._branch[position]
        weights = np.array(
            [self._branch_weight(row, branch, column) for row in rows], float
        )
        return weights * scale(hsvm.branch_scale[rows])

    def _branch_weight(self, row: int, branch: int, column: int) -> int:
        word, bit = divmod(branch, 64)
        bits = [int(one) for one in self._hsvm.bits[row]]
        if not bits[word] >> bit & 1:
            return 0
        before = sum(one.bit_count() for one in bits[:word])
        run = self._first_run[row] + before + (bits[word] & ((1 << bit) - 1)).bit_count()
        inside = slice(self._first_weight[run], self._first_weight[run + 1])
        at = np.flatnonzero(self._hsvm.columns[inside] == column)
        return int(self._hsvm.weights[inside][at[0]]) if len(at) else 0
