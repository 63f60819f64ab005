"""The reference pages list what there is: public names, arrays, fields, words."""

import re
from pathlib import Path

import pytest
from generate import API, API_PAGE, api_page
from settings_page import SETTINGS_PAGE, settings_page

import occoder
from occoder.coder.manifest import FORMAT, KIND, Manifest
from occoder.coder.storage import LAYOUT

ROOT = Path(__file__).parents[1]
FOLDER_PAGE = ROOT / "docs" / "reference" / "model-folder.md"
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
TERMS = re.findall(r"^## (.+)$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)


def rows(section: str) -> list[list[str]]:
    """Return the cells of the first table in a section of the page on model folders."""
    page = FOLDER_PAGE.read_text(encoding="utf-8")
    text = page.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [line.split(" | ") for line in lines[1:]]


def test_python_page_is_current() -> None:
    """The page on Python is what the docstrings say; else run docs/generate.py."""
    assert api_page() == API_PAGE.read_text(encoding="utf-8")


def test_settings_page_is_current() -> None:
    """The page on settings is what the table says; else run docs/generate.py."""
    assert settings_page() == SETTINGS_PAGE.read_text(encoding="utf-8")


def test_python_page_has_the_public_names() -> None:
    """Every name that `import occoder` offers is on the page on Python."""
    assert set() == {getattr(occoder, name) for name in occoder.__all__} - set(API)


def test_every_array_is_described() -> None:
    """The page on model folders has every stored array, with its type, in order."""
    shown = [
        (name.strip("`"), dtype)
        for names, dtypes, *_ in rows("weights.npz")
        for name, dtype in zip(names.split(", "), dtypes.split(", "), strict=True)
    ]

    assert [(name, dtype) for name, dtype, _ in LAYOUT] == shown


def test_every_field_is_described() -> None:
    """The page on model folders has every field of the manifest, in order."""
    shown = [name.strip("`") for name, _ in rows("manifest.json")]

    assert list(Manifest.__struct_fields__) == shown


def test_format_is_stated() -> None:
    """The page on model folders states the format and the kind of this version."""
    described = dict(rows("manifest.json"))

    assert described["`format`"].endswith(f": {FORMAT}")
    assert f"`{KIND}`" in described["`kind`"]


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_used(term: str) -> None:
    """Every word of the glossary is used on another page."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(p.read_text(encoding="utf-8") for p in pages if p != GLOSSARY)

    assert re.search(rf"\b{term.replace(' and ', '|')}", text, re.IGNORECASE)


def test_terms_are_sorted() -> None:
    """The glossary is in the order of the alphabet."""
    assert sorted(TERMS) == TERMS
