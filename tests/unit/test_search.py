"""Search finds titles by their words."""

import pytest

from occoder.classification import bundled, search


def found(words: str, name: str = "osca") -> list[str]:
    """Return the titles that a search finds, best first."""
    return [one.title for one in search(bundled(name), words)]


def test_beginnings_of_words_are_enough() -> None:
    """Every word sought must begin a word of the title, in any order."""
    assert ["Software Engineer", "Software and Applications Engineers"] == found("eng soft")


def test_whole_words_come_first() -> None:
    """A title with the very word stands before titles where it only begins one."""
    titles = found("nurse")

    whole = [("nurse" in title.lower().replace("(", " ").split()) for title in titles]
    assert sorted(whole, reverse=True) == whole
    assert True in whole
    assert False in whole


def test_shorter_title_comes_first() -> None:
    """Of titles that begin alike, the one with fewer words stands first."""
    assert "Chef" == found("chef")[0]


@pytest.mark.parametrize("words", ["māori health", "MAORI HEALTH", "Maori healt"])
def test_case_and_accents_are_alike(words: str) -> None:
    """Upper case and macrons make no difference."""
    assert "Traditional Māori Health Practitioner" in found(words, "anzsco")


def test_code_counts_as_a_word() -> None:
    """The beginning of a code finds its categories."""
    assert ["Social Workers", "Social Worker"] == found("2613")


@pytest.mark.parametrize("words", ["zzz", "software zzz", "", "  ", "?"], ids=repr)
def test_nothing_is_found(words: str) -> None:
    """A word that begins no word of a title finds nothing, nor does no word."""
    assert [] == found(words)
