"""The reference page on the settings of the service."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from occoder.settings.batch_settings import BatchSettings
from occoder.settings.settings import Settings, reader_of, variable

SETTINGS_PAGE = Path(__file__).parent / "reference" / "settings.md"

HEAD = """\
# Settings of the service

This page is written by `python docs/generate.py`; a test keeps it true.

`occoder serve`, `occoder dispatch`, `occoder doctor`, and the commands that look after \
clients, keys and batches read these environment variables.
An option of `occoder serve` counts more than the variable of the same name.
An unknown name that begins with `OCCODER_` stops the service, so that a slip of the pen \
does not go unnoticed; all faults are told at once.

What the user guide fixes is not a setting: 300 records in a call, 3 to 100 characters in \
a record, 16 suggestions at most, 3 by default.
"""

TABLE = """
## {title}

| variable | value | default | what for |
|---|---|---|---|
"""


def settings_page() -> str:
    """Return the text of the page."""
    of_batches = dataclasses.fields(BatchSettings)
    names = {one.name for one in of_batches}
    others = [one for one in dataclasses.fields(Settings) if one.name not in names]
    return HEAD + _table("The service", others) + _table("Batches", of_batches)


def _table(title: str, fields: "Iterable[dataclasses.Field[object]]") -> str:
    rows = "".join(f"| {' | '.join(_cells(one))} |\n" for one in fields)
    return TABLE.format(title=title) + rows


def _cells(one: "dataclasses.Field[object]") -> tuple[str, str, str, str]:
    sentence = one.metadata["sentence"].rstrip(".")
    return f"`{variable(one.name)}`", reader_of(one).expected, _default(one), sentence


def _default(one: "dataclasses.Field[object]") -> str:
    if one.default is dataclasses.MISSING:
        return "the usual place for data of the user"
    if one.default is None or one.default in ("", ()):
        return ""
    is_flag = isinstance(one.default, bool)
    return f"`{str(one.default).lower() if is_flag else one.default}`"
