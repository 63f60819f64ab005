"""A correspondence: which categories of one classification meet which of another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from occoder.classification.classification import Classification

Status = Literal["one", "several", "none", "unknown"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Map:
    """One row of a correspondence.

    Parameters
    ----------
    source, target : str
        Codes of the two categories.
    partial : bool
        True when the source holds only a part of the jobs of the target.
    """

    source: str
    target: str
    partial: bool


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a code becomes in another classification.

    Parameters
    ----------
    code : str
        The code as it was given.
    source : str or None
        Code of the category it names: another one for an nfd code; None when unknown.
    targets : tuple of Map
        All that it may become, in code order.
    group : str or None
        Code of the smallest category that holds all targets; None when they have no
        category in common. It is the finest code that is surely right.
    """

    code: str
    source: str | None
    targets: tuple[Map, ...]
    group: str | None

    @property
    def status(self) -> Status:
        """How many targets there are; "unknown" when the source has no such code."""
        if self.source is None:
            return "unknown"
        return (
            "none" if not self.targets else "one" if len(self.targets) == 1 else "several"
        )


@dataclass(frozen=True)
class Correspondence:
    """The relation between two classifications, looked up in both directions.

    Parameters
    ----------
    source_name, target_name : str
        Such as "ANZSCO 2022" and "OSCA 2024".
    maps : tuple of Map
        Between the finest categories of both.
    source, target : Classification or None
        None where only codes are known, as for ISCO-08. Then a group is the beginning
        of its codes.
    """

    source_name: str
    target_name: str
    maps: tuple[Map, ...] = field(repr=False)
    source: Classification | None = field(default=None, repr=False)
    target: Classification | None = field(default=None, repr=False)

    def targets(self, code: str) -> tuple[Map, ...]:
        """Return the rows of a source code; none when it has no target or is unknown."""
        return self._by_source.get(code, ())

    def sources(self, code: str) -> tuple[Map, ...]:
        """Return the rows of a target code; none when it has no source or is unknown."""
        return self._by_target.get(code, ())

    def reversed(self) -> "Correspondence":
        """Return the correspondence the other way round.

        A row is then partial when the new target has other sources too.
        """
        maps = (Map(m.target, m.source, len(self.targets(m.source)) > 1) for m in self.maps)
        return Correspondence(
            source_name=self.target_name,
            target_name=self.source_name,
            maps=tuple(sorted(maps, key=lambda m: (m.source, m.target))),
            source=self.target,
            target=self.source,
        )

    def convert(self, codes: Iterable[str]) -> tuple[Conversion, ...]:
        """Return what each code becomes, in the order given.

        An occupation becomes its targets. A group, or its nfd code, becomes the targets
        of all its occupations; where these are all the occupations of a group of the
        target, that group stands for them. Nothing is added and nothing is chosen: a
        code with several targets keeps them all.

        Examples
        --------
        >>> from occoder.classification import bundled_correspondence
        >>> (found,) = bundled_correspondence("anzsco", "osca").convert(["131112"])
        >>> [m.target for m in found.targets], found.group
        (['112132', '112133'], '1121')
        """
        return tuple(map(self._convert, codes))

    def _convert(self, code: str) -> Conversion:
        source, finest = self._sources_under(code)
        if source is None:
            return Conversion(code, None, (), None)
        if finest == {source}:
            maps = self.targets(source)
        else:
            maps = self._maps_of_group(source, finest)
        return Conversion(code, source, maps, self._smallest_group(maps))

    def _sources_under(self, code: str) -> tuple[str | None, set[str]]:
        """The category that a code names, and the codes of the finest ones under it."""
        if self.source is None:
            finest = {known for known in self._by_source if known.startswith(code)}
            return (code, finest) if code and finest else (None, set())
        category = self.source.find(code)
        if category is None:
            return None, set()
        return category.code, {one.code for one in self.source.finest(category.code)}

    def _maps_of_group(self, group: str, finest: set[str]) -> tuple[Map, ...]:
        """The targets of a group; partial where another group has a part of one."""
        targets = {m.target for code in finest for m in self.targets(code)}
        partial = {
            target: any(m.source not in finest for m in self.sources(target))
            for target in targets
        }
        if self.target is not None:
            partial = _with_whole_groups(partial, self.target)
        return tuple(Map(group, target, partial[target]) for target in sorted(partial))

    def _smallest_group(self, maps: Iterable[Map]) -> str | None:
        shared: str | None = None
        for codes in zip(*(self._target_path(m.target) for m in maps), strict=False):
            if len(set(codes)) == 1:
                shared = codes[0]
        return shared

    def _target_path(self, code: str) -> list[str]:
        """The codes from the broadest level down to this one."""
        if self.target is None:
            return [code[:length] for length in range(1, len(code) + 1)]
        return [*(above.code for above in self.target.ancestors(code)), code]

    @cached_property
    def _by_source(self) -> dict[str, tuple[Map, ...]]:
        return _grouped((m.source, m) for m in self.maps)

    @cached_property
    def _by_target(self) -> dict[str, tuple[Map, ...]]:
        return _grouped((m.target, m) for m in self.maps)


def _with_whole_groups(
    partial: Mapping[str, bool], target: Classification
) -> dict[str, bool]:
    """Put a group in the place of its children wherever all of them are there."""
    merged = dict(partial)
    for level in reversed(target.levels[:-1]):
        for group in target.at_level(level.number):
            children = [child.code for child in target.children(group.code)]
            if children and all(child in merged for child in children):
                merged[group.code] = any([merged.pop(child) for child in children])
    return merged


def _grouped(keyed: Iterable[tuple[str, Map]]) -> dict[str, tuple[Map, ...]]:
    groups: dict[str, list[Map]] = {}
    for code, one in keyed:
        groups.setdefault(code, []).append(one)
    return {code: tuple(maps) for code, maps in groups.items()}
