"""The stated text rules."""

import pytest

from occoder.coder.text import (
    MAX_CHARACTERS,
    PreparedTexts,
    fit,
    may_name_several_jobs,
    plain,
    prepare,
    prepare_all,
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("nurse", "nurse", id="plain"),
        pytest.param("  truck\tdriver\r\n(HR) ", "truck driver (HR)", id="white space"),
        pytest.param("don’t ‘x’ “y” „z‟", "don't 'x' \"y\" \"z\"", id="quotes"),
        pytest.param("FIFO – 2‑up — now − 1", "FIFO - 2-up - now - 1", id="dashes"),
        pytest.param("café Façade naïve Ünal", "cafe Facade naive Unal", id="accents"),
        pytest.param("Māori wārdēn", "Maori warden", id="macrons"),
        pytest.param("oﬃce ﬁtter ﬂoor", "office fitter floor", id="ligatures"),
        pytest.param("Straße Æ œ Ø Łódź þing", "Strasse AE oe O Lodz thing", id="letters"),
        pytest.param("ＮＵＲＳＥ　１", "NURSE 1", id="full width"),
        pytest.param("½ day … 3× ™", "1/2 day ... 3x TM", id="signs"),
        pytest.param("a\u00a0b\u2028c\u3000d", "a b c d", id="odd spaces"),
        pytest.param("co\u00adop\u200b \ufeffx", "coop x", id="invisible"),
        pytest.param("nur\x00se\x07\x7f", "nurse", id="control"),
        pytest.param("chef 👩‍🍳 厨师", "chef", id="no ASCII form"),
        pytest.param("厨师", "", id="nothing left"),
        pytest.param("a | b `c`", "a | b `c`", id="ASCII stays"),
    ],
)  # fmt: skip
def test_plain_is_printable_ascii(typed: str, expected: str) -> None:
    """Every character gets its nearest ASCII form or is dropped; spaces collapse."""
    assert expected == plain(typed)


def test_fit_keeps_what_fits() -> None:
    """Texts of exactly the limit stay whole."""
    title, tasks = "t" * 40, "k" * 60

    assert (title, tasks) == fit(title, tasks)


def test_fit_cuts_tasks_first() -> None:
    """Tasks lose their last words; the title stays."""
    assert ("plumber", "fixing taps") == fit("plumber", "fixing taps and drains", limit=20)


def test_fit_cuts_at_word_end() -> None:
    """A word that ends exactly at the limit stays."""
    assert ("abc", "de fg") == fit("abc", "de fg hi", limit=8)
    assert ("abc", "de") == fit("abc", "de fg hi", limit=7)


def test_fit_cuts_title_alone() -> None:
    """A title too long by itself loses words, and the tasks go."""
    assert ("aa bb", "") == fit("aa bb cc", "dd", limit=6)


def test_fit_drops_tasks_without_room() -> None:
    """Where no whole word of the tasks fits, none is kept in pieces."""
    assert ("abcdef", "") == fit("abcdef", "management", limit=8)


@pytest.mark.parametrize(
    ("title", "tasks"), [("x" * 300, ""), ("", "x" * 300), ("x" * 300, "y")]
)
def test_fit_never_loses_all(title: str, tasks: str) -> None:
    """A single endless word is cut inside."""
    assert "x" * MAX_CHARACTERS == "".join(fit(title, tasks))


@pytest.mark.parametrize(
    ("title", "tasks", "reason"),
    [
        (None, None, "empty"),
        ("", " \n", "empty"),
        ("👍", "", "empty"),
        ("ab", "", "too short"),
        ("a", "b", "too short"),
        ("abc", "", ""),
        ("a", "bc", ""),
    ],
)
def test_reason_follows_total_length(
    title: str | None, tasks: str | None, reason: str
) -> None:
    """Under 3 characters in total are too short, none at all is empty."""
    assert reason == prepare(title, tasks).reason


def test_changes_are_told() -> None:
    """Transliteration and cutting are reported, white space alone is not."""
    clean, foreign, long = (
        prepare(" a  nurse\n"),
        prepare("né", "nurse"),
        prepare("x " * 80),
    )

    assert (False, False) == (clean.transliterated, clean.cut)
    assert (True, False) == (foreign.transliterated, foreign.cut)
    assert (False, True) == (long.transliterated, long.cut)


def test_all_are_counted() -> None:
    """Positions of what can't be coded, and numbers of what was changed."""
    expected = PreparedTexts(
        titles=["nurse", "", "x", "cafe", "w" * 100],
        tasks=["", "", "", "work", ""],
        empty=[1],
        too_short=[2],
        n_transliterated=1,
        n_cut=1,
    )
    titles = ["nurse", None, " x", "café", "w" * 101]

    assert expected == prepare_all(titles, ["", "", None, "work", ""])


def test_tasks_may_be_absent() -> None:
    """Without tasks every record has empty ones."""
    assert ["", ""] == prepare_all(["nurse", "cook"]).tasks


def test_lengths_must_agree() -> None:
    """Titles and tasks of different length are a programming error."""
    with pytest.raises(ValueError, match="zip"):
        prepare_all(["nurse", "cook"], [""])


@pytest.mark.parametrize(
    "title", ["a/b", "cook; cleaner", "cook and cleaner", "COOK AND MAID"]
)
def test_several_jobs_are_suspected(title: str) -> None:
    """A slash, a semicolon or "and" between words raises the suspicion."""
    assert may_name_several_jobs(title)


@pytest.mark.parametrize("title", ["", "sandblaster", "land surveyor", "and"])
def test_one_job_raises_no_suspicion(title: str) -> None:
    """Letters inside a word don't count."""
    assert not may_name_several_jobs(title)
