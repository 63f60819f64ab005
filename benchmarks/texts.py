"""Texts to time coding and training with, made from the bundled ones, always the same.

Nothing of the sets that quality is measured on is used.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from occoder.coder.text import MAX_CHARACTERS, fit
from occoder.training.corpus import corpus_rows
from occoder.training.record_file import RecordRow

# Nine answers of ten have tasks beside the title, as in the simulated survey.
WITH_TASKS: Final = 0.9
_SEED: Final = 20241206
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Answers:
    """Texts of n records."""

    titles: list[str]
    tasks: list[str]

    @property
    def mean_length(self) -> float:
        """Characters of a record, both fields together, on average."""
        pairs = zip(self.titles, self.tasks, strict=True)
        return fmean(len(title) + len(tasks) for title, tasks in pairs)


def answers(n: int) -> Answers:
    """Return n records: a title, mostly with a task phrase of the same occupation."""
    rng = random.Random(_SEED)
    titles, tasks = _by_code()
    codes = sorted(titles.keys() & tasks.keys())
    chosen = [codes[rng.randrange(len(codes))] for _ in range(n)]
    return Answers(
        [rng.choice(titles[code]) for code in chosen],
        [rng.choice(tasks[code]) if rng.random() < WITH_TASKS else "" for code in chosen],
    )


def titles_alone(n: int) -> Answers:
    """Return n records with a title and no tasks."""
    return Answers(answers(n).titles, [""] * n)


def long_answers(n: int) -> Answers:
    """Return n records with as many task phrases as fit into what is coded."""
    rng = random.Random(_SEED)
    titles, tasks = _by_code()
    codes = sorted(titles.keys() & tasks.keys())
    found = Answers([], [])
    for code in rng.choices(codes, k=n):
        phrases = ", ".join(rng.choices(tasks[code], k=4))
        title, phrases = fit(rng.choice(titles[code]), phrases, limit=MAX_CHARACTERS)
        found.titles.append(title)
        found.tasks.append(phrases)
    return found


def varied_rows(rows: Sequence[RecordRow], n: int) -> Iterator[RecordRow]:
    """Yield n coded records: the given ones, then variations of them.

    A variation of a record changes each of its fields with words by one of four edits,
    drawn evenly: a word is replaced by one that another record of the same code has, a
    word is left out, two neighbours change places, a letter of a word becomes another.

    Parameters
    ----------
    rows : sequence of RecordRow
        The records to start from.
    n : int
        How many records in all.
    """
    rng = random.Random(_SEED)
    yield from rows[:n]
    words: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        words[row.code] += f"{row.title} {row.tasks}".split()
    for i in range(len(rows), n):
        row = rows[i % len(rows)]
        title, tasks = (
            _varied(text, words[row.code], rng) for text in (row.title, row.tasks)
        )
        yield RecordRow(i + 1, title, tasks, row.code)


def _varied(text: str, others: Sequence[str], rng: random.Random) -> str:
    words = text.split()
    if not words:
        return text
    at, edit = rng.randrange(len(words)), rng.randrange(4)
    if edit == 0:
        words[at] = rng.choice(others)
    elif edit == 1 and len(words) > 1:
        del words[at]
    elif edit == 2 and at > 0:
        words[at - 1], words[at] = words[at], words[at - 1]
    else:
        letter = rng.randrange(len(words[at]))
        words[at] = words[at][:letter] + rng.choice(_LETTERS) + words[at][letter + 1 :]
    return " ".join(words)


def _by_code() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the bundled titles and task phrases of each OSCA code."""
    titles: dict[str, list[str]] = defaultdict(list)
    tasks: dict[str, list[str]] = defaultdict(list)
    for _, _, row in corpus_rows():
        if row["osca"]:
            for field, found in (("occp_text", titles), ("tasks_text", tasks)):
                if row[field]:
                    found[row["osca"]].append(row[field])
    return titles, tasks
