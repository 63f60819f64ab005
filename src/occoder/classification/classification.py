"""A classification: what may be assigned. Levels, categories, and how they nest."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

from occoder.classification.nfd import nfd_codes
from occoder.errors import UnknownCategory

_ENDINGS: Final = (" nec", " n.e.c.", " not elsewhere classified")
_GROUP_BEGINNINGS: Final = ("other ", "miscellaneous ")


@dataclass(frozen=True, slots=True)
class Level:
    """One rank of a classification.

    Parameters
    ----------
    number : int
        1 for the broadest.
    name : str
        Such as "major group".
    n_categories : int
        How many categories stand at this level, at least 1.
    """

    number: int
    name: str
    n_categories: int


@dataclass(frozen=True, slots=True)
class Category:
    """One item of a classification.

    Parameters
    ----------
    code : str
        Its identifier, always text: "0110" is not 110.
    title : str
        Its official name.
    level : int
        Number of its level, 1 for the broadest.
    parent : str or None
        Code of the category it belongs to; None at the broadest level.
    skill_level : str
        As published: "1", "1,2", "5 Aus,4 NZ"; "" when none is stated.
    is_residual : bool
        True for the remainder of a group, by the rule of `is_residual_title`.
    """

    code: str
    title: str
    level: int
    parent: str | None
    skill_level: str
    is_residual: bool


def is_residual_title(title: str, *, has_children: bool) -> bool:
    """Tell whether a title names what is left over of a group.

    At any level, a title that ends with "nec" ("n.e.c.", "not elsewhere classified").
    For a category with children, also one that begins with "Other" or "Miscellaneous".
    "Journalists and Other Writers" names something, and so does the occupation
    "Other Draftsperson": neither is residual.

    Examples
    --------
    >>> is_residual_title("Labourers nec", has_children=False)
    True
    >>> is_residual_title("Other Labourers", has_children=True)
    True
    >>> is_residual_title("Other Draftsperson", has_children=False)
    False
    """
    lower = title.lower()
    return lower.endswith(_ENDINGS) or (
        has_children and lower.startswith(_GROUP_BEGINNINGS)
    )


@dataclass(frozen=True)
class Classification:
    """A standard such as OSCA 2024: its levels and all its categories.

    Parameters
    ----------
    name : str
        Short name, such as "OSCA".
    full_name : str
        Such as "OSCA - Occupation Standard Classification for Australia".
    version : str
        Such as "2024".
    levels : tuple of Level
        Broadest first.
    categories : tuple of Category
        In code order: sorted by code as text. The *position* of a category is its
        index here, and the order of every array over categories.

    Raises
    ------
    ValueError
        If the categories are not in code order, or a parent is not one level up.
        `occoder.classification.read_table` finds such faults in a file, and names them.
    """

    name: str
    full_name: str
    version: str
    levels: tuple[Level, ...]
    categories: tuple[Category, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no lookup could answer truly."""
        if any(one.code >= next_.code for one, next_ in pairwise(self.categories)):
            raise ValueError("categories must stand in code order, each code once")
        levels: dict[str | None, int] = {one.code: one.level for one in self.categories}
        levels[None] = 0
        if any(levels.get(one.parent) != one.level - 1 for one in self.categories):
            raise ValueError("the parent of a category must stand one level above it")

    def __getitem__(self, code: str) -> Category:
        """Return the category with this code, or raise UnknownCategory."""
        return self.categories[self.position(code)]

    def __contains__(self, code: object) -> bool:
        """Tell whether a category has this code."""
        return code in self._positions

    def position(self, code: str) -> int:
        """Return the index of a category in ``categories``.

        Raises
        ------
        UnknownCategory
            If no category has this code.
        """
        try:
            return self._positions[code]
        except KeyError:
            raise UnknownCategory(code=code, classification=str(self)) from None

    def children(self, code: str | None) -> tuple[Category, ...]:
        """Return the categories directly below one, in code order; None: the top.

        Raises
        ------
        UnknownCategory
            If no category has this code.
        """
        if code is not None:
            self.position(code)
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[Category, ...]:
        """Return the categories above one, broadest first, without itself.

        Raises
        ------
        UnknownCategory
            If no category has this code.
        """
        above: list[Category] = []
        parent = self[code].parent
        while parent is not None:
            above.append(self[parent])
            parent = above[-1].parent
        return tuple(reversed(above))

    def finest(self, code: str | None) -> tuple[Category, ...]:
        """Return the categories without children in a group.

        A category without children stands for itself; None: those of the whole
        classification. In OSCA and ANZSCO these are the occupations.

        Raises
        ------
        UnknownCategory
            If no category has this code.
        """
        children = self.children(code)
        if not children and code is not None:
            return (self[code],)
        return tuple(fine for child in children for fine in self.finest(child.code))

    def at_level(self, number: int) -> tuple[Category, ...]:
        """Return the categories of one level, in code order; none for no such level."""
        return tuple(one for one in self.categories if one.level == number)

    def nfd(self, code: str) -> tuple[str, str] | None:
        """Return the supplementary nfd code and title of a group, where it has one.

        Raises
        ------
        UnknownCategory
            If no category has this code.
        """
        return self._nfd.get(self[code].code)

    def find(self, code: str) -> Category | None:
        """Return the category with this code or this nfd code, or None.

        Coded records often hold nfd codes: in ANZSCO, 261300 finds the group 2613.
        """
        return self[code] if code in self else self._groups_by_nfd.get(code)

    def __str__(self) -> str:
        """Return the name and the version."""
        return f"{self.name} {self.version}".rstrip()

    @cached_property
    def code_length(self) -> int:
        """Length of the longest code; 0 without categories."""
        return max(map(len, self._positions), default=0)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {category.code: i for i, category in enumerate(self.categories)}

    @cached_property
    def _children(self) -> dict[str | None, tuple[Category, ...]]:
        below: dict[str | None, list[Category]] = {}
        for category in self.categories:
            below.setdefault(category.parent, []).append(category)
        return {parent: tuple(children) for parent, children in below.items()}

    @cached_property
    def _nfd(self) -> dict[str, tuple[str, str]]:
        groups = (one for one in self.categories if len(self.children(one.code)) > 1)
        return nfd_codes(
            ((one.code, one.title) for one in groups),
            code_length=self.code_length,
            taken=self._positions,
        )

    @cached_property
    def _groups_by_nfd(self) -> dict[str, Category]:
        return {nfd_code: self[code] for code, (nfd_code, _) in self._nfd.items()}
