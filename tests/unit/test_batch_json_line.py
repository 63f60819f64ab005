"""One line read as JSON with care."""

import math

import pytest

from occoder.batch.scan.json_line import text_of, value_of


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b" a b\t\r", ("a b", True)),
        ("é".encode(), ("é", True)),
        (b"\xe9\r", ("\ufffd", False)),
        (b"\xed\xa0\x80", ("\ufffd" * 3, False)),
    ],
)
def test_text_of_any_bytes(line: bytes, expected: tuple[str, bool]) -> None:
    """Any line is a text, and whether it was UTF-8 is told."""
    assert expected == text_of(line)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "{", "{}{}", "{'a': 1}", '{"a": 1,}', "NaN", '{"a": -Infinity}'),
        *('"tab\t"', "[" * 100_000, '{"a":' * 400 + "1" + "}" * 400 + "[" * 101, "01"),
    ],
)
def test_no_json_is_a_value_error(text: str) -> None:
    """What is not JSON, or is nested beyond reason, raises nothing but a ValueError."""
    with pytest.raises(ValueError):
        value_of(text)


def test_deep_nesting_is_read() -> None:
    """As much nesting as is let through is read without exhausting the stack."""
    value = value_of("[" * 500 + "]" * 500)

    assert isinstance(value, list)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        ("-0", 0),
        ("9" * 256, 10**256 - 1),
        ("9" * 5000, math.inf),
        ("1e400", math.inf),
    ],
)
def test_numbers_of_any_size(text: str, expected: float) -> None:
    """A number of any size is read; an integer that is too long is one no more."""
    value = value_of(text)

    assert expected == value
    assert type(expected) is type(value)


def test_last_of_two_equal_names_counts() -> None:
    """Where a name is given twice, the last counts, as for most readers of JSON."""
    assert {"a": 2} == value_of('{"a": 1, "a": 2}')
