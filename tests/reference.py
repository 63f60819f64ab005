"""The coder once more, plain and slow: what the compiled code must agree with.

Written from the docstrings of `occoder.coder.features`, `occoder.coder.hsvm` and
`occoder.coder.search`; it uses none of their code, only their arrays.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.hsvm import HSVM
from occoder.coder.reason import REFUSALS

MAX_TRUNK = 128
OPENING = 0.3
UNOPENED = 0.5

# The hash is part of the model format: other numbers here are another format.
OFFSET, PRIME = 0xCBF29CE484222325, 0x100000001B3
PAIR, FRAGMENT, TITLE = 0x9E3779B97F4A7C15, 0x5851F42D4C957F2D, 0x14057B7EF767814F
BITS_64, BITS_40 = 2**64 - 1, 2**40 - 1


def words(field: str) -> list[str]:
    """Return the words of a field."""
    found, inside = [""], False
    for character in field:
        if character == "'" and inside:
            continue
        inside = character.isascii() and (character.isalnum() or character in "+#")
        if inside:
            found[-1] += character.lower()
        elif found[-1]:
            found.append("")
    return [word for word in found if word]


def mix(number: int) -> int:
    """Return a 64-bit number with its bits stirred."""
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & BITS_64
    number = (number ^ number >> 27) * 0x94D049BB133111EB & BITS_64
    return number ^ number >> 31


def word_hash(word: str) -> int:
    """Return the hash of a word, all 64 bits of it."""
    number = OFFSET
    for byte in word.encode():
        number = (number ^ byte) * PRIME & BITS_64
    return mix(number)


def word_features(field: str) -> Iterator[int]:
    """Yield the keys of the words and word pairs of a field."""
    hashes = [word_hash(word) for word in words(field)]
    yield from (one & BITS_40 for one in hashes)
    yield from (mix(a * PAIR + b & BITS_64) & BITS_40 for a, b in pairwise(hashes))


def fragment_features(field: str) -> Iterator[int]:
    """Yield the keys of the 4-grams of a field; a word of one letter is a 3-gram."""
    for word in words(field):
        padded = f" {word} "
        for start in range(max(len(padded) - 3, 1)):
            fragment = padded[start : start + 4].encode()
            yield mix(int.from_bytes(fragment) ^ FRAGMENT) & BITS_40


def blocks(title: str, tasks: str) -> list[Counter[int]]:
    """Return how often each feature occurs, block by block."""
    found = []
    for features in (word_features, fragment_features):
        of_title = Counter(features(title))
        found.append(of_title + Counter(features(tasks)))
        found.append(
            Counter({mix(key ^ TITLE) & BITS_40: n for key, n in of_title.items()})
        )
    return found


def weighed(blocks: list[Counter[int]], idf: dict[int, float]) -> dict[int, float]:
    """Return ``(1 + log tf) idf`` of the known features, each block with norm 1."""
    values: dict[int, float] = {}
    for block in blocks:
        raw = {key: (1 + log(n)) * idf[key] for key, n in block.items() if key in idf}
        norm = sqrt(sum(value**2 for value in raw.values()))
        values |= {key: value / norm for key, value in raw.items()}
    return values


@dataclass(frozen=True)
class Ranked:
    """Share of every category that was come upon, level by level, by position.

    ``nearest`` tells how close a decision to open a branch was, as a part of the support:
    at 0, rounding decides.
    """

    shares: list[dict[int, float]]
    refusal: float
    reason: int
    nearest: float


@dataclass(frozen=True)
class Reference:
    """Ranks categories as `occoder.coder.search.Search` must.

    The texts to refuse stand at the position after the last category, the reasons after
    that.
    """

    hsvm: HSVM
    classification: Classification

    @property
    def refused(self) -> int:
        """Position of the texts to refuse."""
        return len(self.classification.categories)

    @cached_property
    def rows(self) -> dict[int, int]:
        """Row of each feature."""
        return {int(key): row for row, key in enumerate(self.hsvm.keys)}

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Weights of all SVMs, shape (n_features, n_positions)."""
        hsvm, tree = self.hsvm, self.hsvm.tree
        weights = np.zeros((len(hsvm.keys), self.refused + 1 + len(REFUSALS)))
        trunk_scale = 2 ** (-hsvm.trunk_scale.astype(float) / 8)
        weights[:, tree.trunk.position] = hsvm.trunk * trunk_scale[:, None]
        run = at = 0
        for row in range(len(hsvm.keys)):
            for branch in range(len(tree.tips)):
                if int(hsvm.bits[row, branch // 64]) >> branch % 64 & 1:
                    length = int(hsvm.run_lengths[run])
                    columns = tree.starts[branch] + hsvm.columns[at : at + length]
                    scale = 2 ** (-float(hsvm.branch_scale[row]) / 8)
                    found = hsvm.weights[at : at + length] * scale
                    weights[row, tree.branches.position[columns]] = found
                    run, at = run + 1, at + length
        return weights

    @cached_property
    def bias(self) -> NDArray[np.float64]:
        """Bias of every SVM, shape (n_positions,)."""
        bias = np.zeros(self.refused + 1 + len(REFUSALS))
        bias[self.hsvm.tree.trunk.position] = self.hsvm.trunk_bias
        bias[self.hsvm.tree.branches.position] = self.hsvm.branch_bias
        return bias

    @cached_property
    def idf(self) -> dict[int, float]:
        """Inverse document frequency of every known feature, by key."""
        return {
            int(k): float(v) for k, v in zip(self.hsvm.keys, self.hsvm.idf, strict=True)
        }

    @cached_property
    def tips(self) -> list[int]:
        """Positions of the tips of the trunk, in its order."""
        whole = self.classification
        sizes = np.cumsum([len(whole.at_level(level.number)) for level in whole.levels])
        depth = max(1, int((sizes <= MAX_TRUNK).sum()))
        trunk = [one for n in range(1, depth + 1) for one in whole.at_level(n)]
        tips = [c for c in trunk if c.level == depth or not whole.children(c.code)]
        return [*(whole.position(tip.code) for tip in tips), self.refused]

    def finest(self, position: int) -> list[int]:
        """Return the positions below one that have nothing below themselves."""
        if position == self.refused:
            return [position + 1 + reason for reason in range(len(REFUSALS))]
        code = self.classification.categories[position].code
        return [
            self.classification.position(c.code) for c in self.classification.finest(code)
        ]

    def decision_values(self, title: str, tasks: str) -> NDArray[np.float64] | None:
        """Return the decision value of every position; None without a known feature."""
        values = weighed(blocks(title, tasks), self.idf)
        rows = [self.rows[key] for key in values]
        return (
            np.array([*values.values()]) @ self.weights[rows] + self.bias if rows else None
        )

    def support(self, position: int, decision_values: NDArray[np.float64]) -> float:
        """Return the product of ``1 / (1 + exp(-2 z))`` down the path to a position."""
        own = 1 / (1 + exp(-2 * decision_values[position]))
        if position == self.refused:
            return own
        if position > self.refused:
            return own * self.support(self.refused, decision_values)
        parent = self.classification.categories[position].parent
        if len(self.classification.children(parent)) == 1:
            own = 1.0
        if parent is None:
            return own
        return own * self.support(self.classification.position(parent), decision_values)

    def rank(self, title: str, tasks: str) -> Ranked:
        """Return the share of every category, and that of the texts to refuse."""
        decision_values = self.decision_values(title, tasks)
        if decision_values is None:
            return Ranked([{} for _ in self.classification.levels], 0.0, 0, inf)
        supports = {tip: self.support(tip, decision_values) for tip in self.tips}
        masses: dict[int, float] = {}
        highest, reason, nearest, has_category = 0.0, 0, inf, False
        for tip in sorted(self.tips, key=lambda tip: -supports[tip]):
            nearest = min(
                nearest, abs(supports[tip] / (OPENING * highest) - 1) if highest else inf
            )
            if has_category and supports[tip] < OPENING * highest:
                masses[tip] = UNOPENED * supports[tip] ** 2
                continue
            has_category |= tip != self.refused
            below = {one: self.support(one, decision_values) for one in self.finest(tip)}
            masses |= {one: support**2 for one, support in below.items()}
            highest = max(highest, *below.values())
            if tip == self.refused:
                reason = max(below, key=lambda one: below[one]) - tip - 1
        return self._ranked(masses, reason, nearest)

    def _ranked(self, masses: dict[int, float], reason: int, nearest: float) -> Ranked:
        total = sum(masses.values())
        shares: list[dict[int, float]] = [{} for _ in self.classification.levels]
        for position, mass in masses.items():
            if position < self.refused:
                for level, one in enumerate(self._path(position)):
                    shares[level][one] = shares[level].get(one, 0.0) + mass / total
        refusal = sum(mass for position, mass in masses.items() if position >= self.refused)
        return Ranked(shares, refusal / total, reason, nearest)

    def _path(self, position: int) -> list[int]:
        """Return the positions from the broadest level to one; a finest one to the end."""
        whole = self.classification
        code = whole.categories[position].code
        path = [whole.position(above.code) for above in whole.ancestors(code)] + [position]
        if not whole.children(code):
            path += [position] * (len(whole.levels) - len(path))
        return path
