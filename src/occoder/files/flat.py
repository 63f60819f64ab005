"""Values that a format has no form for, written as text."""

from typing import Any, Final

import msgspec
import polars as pl

_NOT_IN_JSON: Final = ("Binary", "Duration")


def flattened(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without values that CSV and sheets can't hold.

    Lists and structs become JSON, bytes base64, durations ISO 8601.

    Examples
    --------
    >>> flattened(pl.DataFrame({"a": [[1, 2]]}))["a"].to_list()
    ['[1,2]']
    """
    return _with_texts(
        frame, [n for n, k in frame.schema.items() if k.is_nested() or _is_odd(k)]
    )


def without_odd_values(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without values that JSON can't hold: bytes and durations.

    Examples
    --------
    >>> without_odd_values(pl.DataFrame({"a": [b"x"], "b": [[1]]})).row(0)
    ('eA==', [1])
    """
    return _with_texts(
        frame, [name for name, kind in frame.schema.items() if _is_odd(kind)]
    )


def _is_odd(kind: pl.DataType) -> bool:
    """Whether there are bytes or durations in it, at any depth."""
    return any(word in str(kind) for word in _NOT_IN_JSON)


def _with_texts(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    texts = {name: [_text(value) for value in frame[name].to_list()] for name in names}
    return frame.with_columns(
        pl.Series(name, texts[name], dtype=pl.String) for name in names
    )


def _text(value: Any) -> str | None:
    plain = msgspec.to_builtins(value)
    return (
        plain
        if plain is None or isinstance(plain, str)
        else msgspec.json.encode(plain).decode()
    )
