"""The stated rules that turn what people typed into the texts that are coded.

1. Every character outside printable ASCII (0x20 to 0x7E) becomes its nearest ASCII
   form; what has none is dropped.
2. A run of white space, line breaks and tabs included, becomes one space.
3. A field that says only that nothing stands in it ("n/a", "as above", "-") counts as
   empty when the other field says something else.
4. Job title and tasks together keep at most 100 characters: the tasks are cut first,
   at a word boundary; the title only when it alone is too long.
5. Fewer than 3 characters in total are not coded.

Nothing of this happens silently: every change comes back as a fact or a count.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MIN_CHARACTERS: Final = 3
MAX_CHARACTERS: Final = 100

# What people put into a field that they leave to the other one, without punctuation at
# the ends, in lower case.
_FILLERS: Final = frozenset(
    [
        *("", "n/a", "na", "n.a", "nil", "none", "no", "nothing", "not applicable"),
        *("as above", "see above", "above", "same as above", "as per above", "refer above"),
        *("as below", "see below", "below", "same as below", "refer below"),
        *(
            "same",
            "the same",
            "same thing",
            "ditto",
            "as stated",
            "as before",
            "see previous",
        ),
        *("blank", "left blank", "unknown", "x", "xx", "xxx", "0"),
    ]
)
_LONGEST_FILLER: Final = 20
_ENDS: Final = " .,:;!?*#/\\|()[]'\"-_"

# What NFKD leaves alone, or would break into a space and a combining mark.
_ASCII_FORMS: Final = str.maketrans(
    {
        **dict.fromkeys([*range(0x20), 0x7F]),  # control characters: dropped
        **dict.fromkeys("‘’‚‛′´ʻʼʹ‹›", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−⁃", "-"),
        **dict.fromkeys("•·∙●▪■◦‣¦", " "),
        **dict.fromkeys("⁄∕÷", "/"),
        **{"×": "x", "…": "...", "₤": "L", "ı": "i"},
        **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"},
        **{"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"},
        **{"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H"},
    }
)


@dataclass(frozen=True, slots=True)
class PreparedText:
    """One record's texts as they are coded, and what was done to them.

    Parameters
    ----------
    title, tasks : str
        Printable ASCII, single spaces, at most the limit in total.
    reason : str
        ``"empty"`` or ``"too short"`` when the record can't be coded, else ``""``.
    transliterated : bool
        A character other than white space was replaced or dropped.
    cut : bool
        Words were cut off to keep the limit.
    """

    title: str
    tasks: str
    reason: str
    transliterated: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class PreparedTexts:
    """Many records' texts as they are coded, and how many of them were changed.

    Parameters
    ----------
    titles, tasks : list of str, length n_records
        As in :class:`PreparedText`.
    empty, too_short : list of int
        Positions of the records that can't be coded, by reason, ascending.
    n_transliterated, n_cut : int
        Number of records so changed.
    """

    titles: list[str]
    tasks: list[str]
    empty: list[int]
    too_short: list[int]
    n_transliterated: int
    n_cut: int


def plain(text: str) -> str:
    r"""Return the text in printable ASCII with single spaces and none at the ends.

    Examples
    --------
    >>> plain("Chef de  cuisine — café\n")
    'Chef de cuisine - cafe'
    """
    text = " ".join(text.split())
    if is_printable_ascii(text):
        return text
    text = unicodedata.normalize("NFKD", text.translate(_ASCII_FORMS))
    text = text.translate(_ASCII_FORMS).encode("ascii", "ignore").decode("ascii")
    return " ".join(text.split())


def fit(title: str, tasks: str, *, limit: int = MAX_CHARACTERS) -> tuple[str, str]:
    """Return title and tasks cut to at most ``limit`` characters in total.

    A word longer than all the room there is gets cut inside, so a text is never lost.
    Of tasks nothing is kept beside a title that had to be cut.

    Examples
    --------
    >>> fit("plumber", "fixing taps and drains", limit=20)
    ('plumber', 'fixing taps')
    """
    if len(title) + len(tasks) <= limit:
        return title, tasks
    kept = _cut(title, limit) or title[:limit]
    if kept != title:
        return kept, ""
    return kept, _cut(tasks, limit - len(kept)) or ("" if kept else tasks[:limit])


def without_fillers(title: str, tasks: str) -> tuple[str, str]:
    """Return the fields, one of them empty where it only points to the other.

    Examples
    --------
    >>> without_fillers("as above", "drive a tram")
    ('', 'drive a tram')
    >>> without_fillers("N/A", "-")
    ('N/A', '-')
    """
    if _is_filler(title):
        return (title, tasks) if _is_filler(tasks) else ("", tasks)
    return (title, "") if tasks and _is_filler(tasks) else (title, tasks)


def prepare(
    title: str | None, tasks: str | None = None, *, limit: int = MAX_CHARACTERS
) -> PreparedText:
    """Return one record's texts as they are coded; ``None`` counts as empty.

    Examples
    --------
    >>> prepare("Façade cleaner").title
    'Facade cleaner'
    >>> prepare("?").reason
    'too short'
    """
    title, tasks = title or "", tasks or ""
    plain_title, plain_tasks = without_fillers(plain(title), plain(tasks))
    kept = fit(plain_title, plain_tasks, limit=limit)
    n = len(kept[0]) + len(kept[1])
    return PreparedText(
        *kept,
        reason="empty" if n == 0 else "too short" if n < MIN_CHARACTERS else "",
        transliterated=_is_foreign(title) or _is_foreign(tasks),
        cut=kept != (plain_title, plain_tasks),
    )


def prepare_all(
    titles: Sequence[str | None],
    tasks: Sequence[str | None] | None = None,
    *,
    limit: int = MAX_CHARACTERS,
) -> PreparedTexts:
    """Return many records' texts as they are coded, equal to :func:`prepare` on each.

    Raises
    ------
    ValueError
        If titles and tasks differ in length.
    """
    kept_titles = [title or "" for title in titles]
    kept_tasks = [""] * len(titles) if tasks is None else [text or "" for text in tasks]
    found: dict[str, list[int]] = {"empty": [], "too short": [], "": []}
    n_transliterated = n_cut = 0
    for i in _unready(kept_titles, kept_tasks, limit):
        record = prepare(kept_titles[i], kept_tasks[i], limit=limit)
        kept_titles[i], kept_tasks[i] = record.title, record.tasks
        found[record.reason].append(i)
        n_transliterated += record.transliterated
        n_cut += record.cut
    return PreparedTexts(
        kept_titles,
        kept_tasks,
        empty=found["empty"],
        too_short=found["too short"],
        n_transliterated=n_transliterated,
        n_cut=n_cut,
    )


def may_name_several_jobs(title: str) -> bool:
    """Return whether a job title looks like two jobs in one answer.

    Only a suspicion, for counting: the record is coded as it is, to one category.

    Examples
    --------
    >>> may_name_several_jobs("cleaner / barista"), may_name_several_jobs("cleaner")
    (True, False)
    """
    return "/" in title or ";" in title or " and " in title or " AND " in title


def _unready(titles: list[str], tasks: list[str], limit: int) -> list[int]:
    """Return the positions of records that `prepare` might change or refuse: few.

    Inlined on purpose: a call for each record would double the time of this pass.
    """
    pairs = zip(titles, tasks, strict=True)
    joined = [f"{title} {task}" if task else title for title, task in pairs]
    return [
        i
        for i, (both, title, task) in enumerate(zip(joined, titles, tasks, strict=True))
        if not (
            MIN_CHARACTERS < len(both) <= limit
            and (len(title) > _LONGEST_FILLER or not (task and _is_filler(title)))
            and (len(task) > _LONGEST_FILLER or not task or not _is_filler(task))
            and both.isascii()
            and both.isprintable()
            and "  " not in both
            and both[0] != " " != both[-1]
        )
    ]


def _is_filler(field: str) -> bool:
    return len(field) <= _LONGEST_FILLER and field.strip(_ENDS).lower() in _FILLERS


def _is_foreign(text: str) -> bool:
    return not is_printable_ascii(" ".join(text.split()))


def is_printable_ascii(text: str) -> bool:
    r"""Tell whether a text has characters from 0x20 to 0x7E only.

    >>> is_printable_ascii("wiring, 3 a day"), is_printable_ascii("tab\t")
    (True, False)
    """
    return text.isascii() and text.isprintable()


def _cut(text: str, room: int) -> str:
    """Return the whole words that fit, or nothing."""
    if len(text) <= room:
        return text
    return text[: text.rfind(" ", 0, room + 1) + 1].rstrip()
