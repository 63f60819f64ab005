"""Codes what people write about their job to an occupation classification."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from occoder.coder.coded import CodedRecord, Suggestion
    from occoder.coder.coder import Coder
    from occoder.files.frame import code_frame
    from occoder.loading import load

__all__ = ["CodedRecord", "Coder", "Suggestion", "code_frame", "load"]

_HOMES = {
    "CodedRecord": "occoder.coder.coded",
    "Coder": "occoder.coder.coder",
    "Suggestion": "occoder.coder.coded",
    "code_frame": "occoder.files.frame",
    "load": "occoder.loading",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `occoder --help` needs none of them."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
