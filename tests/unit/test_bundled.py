"""The bundled classifications are the published ones."""

import time

import pytest

from occoder.classification import (
    BUNDLED,
    Classification,
    bundled,
    bundled_correspondence,
)
from occoder.errors import UnknownClassification, UnknownCorrespondence


@pytest.mark.parametrize(
    ("name", "counts"),
    [("osca", [8, 53, 111, 421, 1156]), ("anzsco", [8, 43, 99, 364, 1076])],
)
def test_levels_have_published_counts(name: str, counts: list[int]) -> None:
    """Each level holds as many categories as the ABS says, under its own name."""
    levels = bundled(name).levels
    names = ["major group", "sub-major group", "minor group", "unit group", "occupation"]

    assert counts == [level.n_categories for level in levels]
    assert names == [level.name for level in levels]
    assert [1, 2, 3, 4, 5] == [level.number for level in levels]


def test_names_are_official() -> None:
    """Name, full name and version are those of the API."""
    osca, anzsco = bundled("osca"), bundled("anzsco")

    assert ("OSCA", "2024") == (osca.name, osca.version)
    assert "OSCA - Occupation Standard Classification for Australia" == osca.full_name
    assert ("ANZSCO", "2022") == (anzsco.name, anzsco.version)
    assert (
        "ANZSCO - Australian and New Zealand Standard Classification of Occupations"
        == anzsco.full_name
    )


def test_categories_have_skill_levels() -> None:
    """Skill levels are as published, several for a mixed group."""
    assert "1" == bundled("osca")["273333"].skill_level
    assert "1,2" == bundled("anzsco")["1"].skill_level


def ends_in_nine(code: str, classification: Classification) -> bool:
    """Tell whether a code has the ending that the ABS keeps for residual categories."""
    ending = "9" if classification.children(code) else "99"
    return len(code) > 1 and code.endswith(ending)


@pytest.mark.parametrize("name", BUNDLED)
def test_nines_are_residual(name: str) -> None:
    """Whatever has a code kept for residual categories is told residual by its title."""
    classification = bundled(name)
    nines = [
        one for one in classification.categories if ends_in_nine(one.code, classification)
    ]

    assert len(nines) > 100
    assert [] == [one.title for one in nines if not one.is_residual]


def test_few_residuals_have_other_codes() -> None:
    """Some groups titled Other don't have a code that ends in 9."""
    others = {
        one.code
        for name in BUNDLED
        for one in bundled(name).categories
        if one.is_residual and not ends_in_nine(one.code, bundled(name))
    }

    assert {"1414", "5491", "1344", "4518", "8116"} == others


def test_loading_is_quick() -> None:
    """OSCA is read and checked in less than a few dozen milliseconds of work."""
    bundled.cache_clear()
    start = time.process_time()
    bundled("osca")

    assert time.process_time() - start < 0.2


def test_loaded_once() -> None:
    """A bundled classification is one value, however often it is asked for."""
    assert bundled("osca") is bundled("osca")


def test_unknown_name_lists_bundled() -> None:
    """An unknown name is answered with those that exist."""
    with pytest.raises(UnknownClassification) as caught:
        bundled("isco-08")

    assert ("osca", "anzsco") == caught.value.bundled


@pytest.mark.parametrize("pair", [("osca", "osca"), ("noc", "osca")], ids=str)
def test_unknown_pair_lists_bundled(pair: tuple[str, str]) -> None:
    """An unknown correspondence is answered with the classifications that have one."""
    with pytest.raises(UnknownCorrespondence) as caught:
        bundled_correspondence(*pair)

    assert ("osca", "anzsco", "isco-08") == caught.value.bundled


@pytest.mark.parametrize(
    ("pair", "n_rows"),
    [
        (("osca", "anzsco"), 1348),
        (("osca", "isco-08"), 1443),
        (("anzsco", "isco-08"), 1340),
    ],
    ids=str,
)
def test_correspondences_are_complete(pair: tuple[str, str], n_rows: int) -> None:
    """Each correspondence has its published rows, and covers its source."""
    correspondence = bundled_correspondence(*pair)
    occupations = {one.code for one in bundled(pair[0]).finest(None)}

    assert n_rows == len(correspondence.maps)
    missing = occupations - {one.source for one in correspondence.maps}
    # The ABS table of ANZSCO to ISCO-08 has no row for this occupation.
    assert ({"121617"} if pair == ("anzsco", "isco-08") else set()) == missing


def test_isco_has_codes_only() -> None:
    """ISCO-08 is known by its codes, not by titles."""
    correspondence = bundled_correspondence("isco-08", "osca")

    assert correspondence.source is None
    assert "ISCO-08" == correspondence.source_name
