"""The classifications and correspondences that come with occoder.

Source: Australian Bureau of Statistics, CC BY 4.0. Of ISCO-08 only the codes in the
correspondences are here, no titles.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from occoder.classification.classification import Classification
from occoder.classification.correspondence import Correspondence
from occoder.classification.correspondence_table import read_correspondence
from occoder.classification.table import read_table
from occoder.errors import UnknownClassification, UnknownCorrespondence


class _Standard(NamedTuple):
    file: str
    name: str
    full_name: str
    version: str


_STANDARDS: Final = MappingProxyType(
    {
        "osca": _Standard(
            file="osca-2024.csv",
            name="OSCA",
            full_name="OSCA - Occupation Standard Classification for Australia",
            version="2024",
        ),
        "anzsco": _Standard(
            file="anzsco-2022.csv",
            name="ANZSCO",
            full_name=(
                "ANZSCO - Australian and New Zealand Standard Classification of Occupations"
            ),
            version="2022",
        ),
    }
)
_LEVEL_NAMES: Final = (
    "major group",
    "sub-major group",
    "minor group",
    "unit group",
    "occupation",
)
_CORRESPONDENCES: Final = MappingProxyType(
    {
        ("osca", "anzsco"): "osca-2024_anzsco-2022.csv",
        ("osca", "isco-08"): "osca-2024_isco-08.csv",
        ("anzsco", "isco-08"): "anzsco-2022_isco-08.csv",
    }
)

BUNDLED: Final = tuple(_STANDARDS)
BUNDLED_CODES_ONLY: Final = ("isco-08",)


@cache
def bundled(name: str) -> Classification:
    """Return a classification that comes with occoder: "osca" or "anzsco".

    Raises
    ------
    UnknownClassification
        For any other name.

    Examples
    --------
    >>> bundled("osca")["273333"].title
    'Software Engineer'
    """
    if name not in _STANDARDS:
        raise UnknownClassification(name=name, bundled=BUNDLED)
    standard = _STANDARDS[name]
    with _data_file(standard.file) as path:
        return read_table(
            path,
            name=standard.name,
            full_name=standard.full_name,
            version=standard.version,
            level_names=_LEVEL_NAMES,
        )


@cache
def bundled_correspondence(source: str, target: str) -> Correspondence:
    """Return the correspondence between two of "osca", "anzsco" and "isco-08".

    Raises
    ------
    UnknownCorrespondence
        For any other pair.

    Examples
    --------
    >>> [m.target for m in bundled_correspondence("osca", "isco-08").targets("273333")]
    ['2512', '2514']
    """
    if (target, source) in _CORRESPONDENCES:
        return bundled_correspondence(target, source).reversed()
    if (source, target) not in _CORRESPONDENCES:
        known = (*BUNDLED, *BUNDLED_CODES_ONLY)
        raise UnknownCorrespondence(source=source, target=target, bundled=known)
    with _data_file(_CORRESPONDENCES[source, target]) as path:
        return read_correspondence(
            path,
            source_name=_full_version(source),
            target_name=_full_version(target),
            source=_structure(source),
            target=_structure(target),
        )


def _structure(name: str) -> Classification | None:
    return bundled(name) if name in BUNDLED else None


def _full_version(name: str) -> str:
    return str(_structure(name) or name.upper())


@contextmanager
def _data_file(name: str) -> Iterator[Path]:
    with as_file(files("occoder") / "data" / "classification" / name) as path:
        yield path
