"""The classification of a service, from its answers."""

import pytest
from remote_runs import model

from occoder.classification import bundled
from occoder.remote.categories import classification_of


def test_bundled_is_taken_as_it_is() -> None:
    """A known topic and version has all its categories, also without answers."""
    found = classification_of("OSCA", model())

    assert bundled("osca").categories == found.categories
    assert bundled("osca").levels == found.levels
    assert "OSCA 2024" == str(found)


def test_titles_are_those_of_the_answers() -> None:
    """The service says what a code means; the rest stays as it is known."""
    found = classification_of("osca", model(), [("273333", "Coder"), ("273333", "Other")])

    assert "Coder" == found["273333"].title
    assert bundled("osca")["273333"].parent == found["273333"].parent
    assert bundled("osca")["2733"] == found["2733"]


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("999999", 5, "9999"),
        ("99999", 5, "9999"),
        ("9", 1, None),
        ("99999999", 6, "999999"),
    ],
)
def test_unknown_code_finds_its_place(code: str, level: int, parent: str | None) -> None:
    """A code that the table lacks stands below those that it begins with."""
    found = classification_of("osca", model(), [(code, "New")])

    assert ("New", level, parent) == (
        found[code].title,
        found[code].level,
        found[code].parent,
    )


def test_other_version_is_another_classification() -> None:
    """A version that is not here is known by its answers alone."""
    found = classification_of("osca", model(topicVersion="2030"), [("12", "Bakers")])

    assert "OSCA 2030" == str(found)
    assert ["1", "12"] == [one.code for one in found.categories]


def test_own_topic_has_a_level_for_each_length() -> None:
    """Of a topic that is not known a code of n characters stands at level n."""
    own = model(topicStandard="My shop", topicVersion="")
    found = classification_of("shop", own, [("A1x", "Till"), ("B", "Office")])

    assert {"A": 1, "A1": 2, "A1x": 3, "B": 1} == {
        one.code: one.level for one in found.categories
    }
    assert [1, 2, 3] == [level.number for level in found.levels]
    assert "My shop" == str(found)


def test_nothing_was_answered() -> None:
    """Without any answer an unknown topic still has a classification."""
    assert 1 == len(classification_of("shop", model(topicStandard="S")).levels)
