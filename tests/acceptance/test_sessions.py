"""The sessions on the pages are real ones; `python docs/sessions.py` writes them anew."""

import shutil
from pathlib import Path

import pytest
from sessions import DOCS, blanked, pages, run


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(DOCS)))
def test_sessions_are_real(
    page: Path, osca_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command and every line of Python on a page prints what the page shows."""
    home, text = tmp_path / "home", page.read_text(encoding="utf-8")
    shutil.copytree(osca_model, home / "models" / "osca" / osca_model.name)
    monkeypatch.setenv("OCCODER_HOME", str(home))

    assert blanked(text) == blanked(run(text, tmp_path / "work"))
