"""Supplementary nfd codes follow from the structure alone."""

import pytest

from occoder.classification import bundled
from occoder.classification.nfd import nfd_codes


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("1", ("100000", "Managers nfd")),
        ("261", ("261000", "Business and Systems Analysts, and Programmers nfd")),
        ("2613", ("261300", "Software and Applications Programmers nfd")),
        ("8999", ("899900", "Other Miscellaneous Labourers nfd")),
    ],
)
def test_published_codes_are_made(group: str, expected: tuple[str, str]) -> None:
    """The rule gives nfd codes that the ABS publishes for ANZSCO."""
    assert expected == bundled("anzsco").nfd(group)


@pytest.mark.parametrize("code", ["11", "1111", "111111"])
def test_one_child_means_no_code(code: str) -> None:
    """A group with one child has no nfd code, nor has an occupation."""
    assert bundled("anzsco").nfd(code) is None


def test_codes_number_as_expected() -> None:
    """354 groups of ANZSCO and 398 of OSCA have more than one child."""
    n_codes = {
        name: sum(
            bundled(name).nfd(one.code) is not None for one in bundled(name).categories
        )
        for name in ("anzsco", "osca")
    }

    assert {"anzsco": 354, "osca": 398} == n_codes


def test_taken_code_is_not_made() -> None:
    """A group whose filled up code is a category has no nfd code."""
    made = nfd_codes([("01", "Forces"), ("11", "Chiefs")], code_length=4, taken={"0100"})

    assert {"11": ("1100", "Chiefs nfd")} == made


def test_shared_code_is_not_made() -> None:
    """Two groups that zeros can't tell apart have no nfd code."""
    assert {} == nfd_codes([("1", "Business"), ("10", "Chiefs")], code_length=3, taken=())
