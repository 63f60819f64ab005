"""The Python on the page about classifications gives what its comments say."""

import re
from pathlib import Path

from occoder.classification import bundled, bundled_correspondence, search

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "classifications.md"


def test_python_on_the_page_is_real() -> None:
    """Each line of Python on the page gives what its comment says."""
    names = {
        "anzsco": bundled("anzsco"),
        "search": search,
        "bundled_correspondence": bundled_correspondence,
    }
    text = PAGE.read_text(encoding="utf-8")
    stated = re.findall(r"^(\S.*?) +# (.+)$", text.split("```python")[1], re.MULTILINE)

    assert 5 == len(stated)
    for expression, value in stated:
        assert value == repr(eval(expression, names))
