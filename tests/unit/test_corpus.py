"""The texts that come with occoder."""

from collections import Counter
from functools import cache

import pytest

from occoder.classification import BUNDLED, bundled
from occoder.coder.reason import REFUSALS
from occoder.coder.text import MAX_CHARACTERS, plain
from occoder.training.corpus import REFUSAL_FILE, corpus_rows, refusals
from occoder.training.gold import corpus_records
from occoder.training.split import normal_form

HEADINGS = ["osca", "anzsco", "occp_text", "tasks_text"]
Row = tuple[str, int, dict[str, str]]


@cache
def coded() -> list[Row]:
    """Return file, line and columns of every coded text."""
    return list(corpus_rows())


@cache
def to_refuse() -> list[tuple[str, str, str]]:
    """Return title, tasks and reason of every text to refuse."""
    return [
        (title, tasks, REFUSALS[reason])
        for title, tasks, reason in zip(*refusals(), strict=True)
    ]


def where(row: Row) -> str:
    """Return the file and line of a row."""
    return f"{row[0]}:{row[1]}"


def test_rows_have_their_columns() -> None:
    """Each row has the four columns, all filled or empty, none missing."""
    assert [] == [
        where(row)
        for row in coded()
        if list(row[2]) != HEADINGS or any(cell is None for cell in row[2].values())
    ]


def test_lines_are_those_of_the_file() -> None:
    """The first row of a file stands in line 2, below the headings, and so on."""
    lines: dict[str, list[int]] = {}
    for file, line, _ in coded():
        lines.setdefault(file, []).append(line)

    assert REFUSAL_FILE not in lines
    assert all(list(range(2, len(found) + 2)) == found for found in lines.values())


@pytest.mark.parametrize("topic", BUNDLED)
def test_codes_are_of_the_classification(topic: str) -> None:
    """Every code is a category of its classification, of any level."""
    classification = bundled(topic)

    assert [] == [
        where(r) for r in coded() if r[2][topic] and r[2][topic] not in classification
    ]


def test_every_row_has_a_code() -> None:
    """Each text is coded in one of the classifications, nearly all of them in both."""
    codes = [tuple(bool(row[2][topic]) for topic in BUNDLED) for row in coded()]

    assert [] == [where(r) for r, both in zip(coded(), codes, strict=True) if not any(both)]
    assert 0.999 < sum(map(all, codes)) / len(codes)


@pytest.mark.parametrize("topic", BUNDLED)
def test_every_occupation_has_texts(topic: str) -> None:
    """No category of the finest level goes untrained."""
    found = {row[2][topic] for row in coded()}

    assert [] == [one.code for one in bundled(topic).finest(None) if one.code not in found]


def test_texts_are_as_they_are_coded() -> None:
    """Every text is printable ASCII with single blanks, and no longer than is coded."""
    texts = [(where(row), row[2]["occp_text"], row[2]["tasks_text"]) for row in coded()]
    texts += [(reason, title, tasks) for title, tasks, reason in to_refuse()]

    assert [] == [
        place
        for place, title, tasks in texts
        if (plain(title), plain(tasks)) != (title, tasks)
        or not 0 < len(title) + len(tasks) <= MAX_CHARACTERS
    ]


def test_coded_texts_have_words() -> None:
    """Every coded text says something in letters or digits."""
    assert [] == [
        where(row)
        for row in coded()
        if normal_form(row[2]["occp_text"], row[2]["tasks_text"]) == "|"
    ]


def test_no_row_stands_twice() -> None:
    """No text stands twice with the same codes, case apart, nor twice among refusals."""
    rows = Counter(tuple(cell.lower() for cell in row[2].values()) for row in coded())
    refused = Counter((title, tasks) for title, tasks, _ in to_refuse())

    assert [] == [row for row, n in rows.items() if n > 1]
    assert [] == [text for text, n in refused.items() if n > 1]


@pytest.mark.parametrize("topic", BUNDLED)
def test_contradictions_are_rare(topic: str) -> None:
    """Hardly any text stands under several codes, and nothing else is wrong."""
    counts = corpus_records(topic, bundled(topic)).fault_counts()

    assert {"contradiction"} >= set(counts)
    assert sum(counts.values()) <= 20


def test_no_text_is_both_coded_and_refused() -> None:
    """A text that names an occupation is not among those that name none."""
    of_jobs = {normal_form(row[2]["occp_text"], row[2]["tasks_text"]) for row in coded()}

    assert [] == [
        (title, tasks)
        for title, tasks, _ in to_refuse()
        if normal_form(title, tasks) in of_jobs
    ]


def test_every_reason_has_texts() -> None:
    """Each reason to refuse a text has a good number of texts."""
    counts = Counter(reason for _, _, reason in to_refuse())

    assert set(REFUSALS) == set(counts)
    assert 100 < min(counts.values())
