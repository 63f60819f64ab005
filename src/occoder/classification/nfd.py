"""Supplementary "not further defined" (nfd) codes, made by rule.

They stand beside a classification, never in it: a record that can be coded to a group,
but to none of the categories below, is published under the code of the group filled
up with zeros (ABS, *Understanding supplementary codes in Census variables*).
"""

from collections import Counter
from collections.abc import Container, Iterable


def nfd_codes(
    groups: Iterable[tuple[str, str]], *, code_length: int, taken: Container[str]
) -> dict[str, tuple[str, str]]:
    """Return the nfd code and title of each group that has one.

    A code is the code of the group, filled up with zeros to ``code_length``. A group
    has none when that code is a category already, or would be shared with another
    group: then zeros can't tell them apart.

    Parameters
    ----------
    groups : iterable of (code, title)
        The categories with at least two children. A group with one child is as well
        defined as that child, so the caller leaves it out.
    code_length : int
        Length of the longest code of the classification.
    taken : container of str
        The codes of all categories.

    Returns
    -------
    dict of str to (str, str)
        Code of the group to its nfd code and title; empty when no group has one.

    Examples
    --------
    >>> nfd_codes([("1", "Managers"), ("261", "Programmers")], code_length=6, taken=())
    {'1': ('100000', 'Managers nfd'), '261': ('261000', 'Programmers nfd')}
    """
    filled = [(code, code.ljust(code_length, "0"), title) for code, title in groups]
    n_uses = Counter(nfd_code for _, nfd_code, _ in filled)
    return {
        code: (nfd_code, f"{title} nfd")
        for code, nfd_code, title in filled
        if n_uses[nfd_code] == 1 and nfd_code not in taken
    }
