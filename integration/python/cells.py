"""From answers to the cells of a CSV file; all four languages here write the same bytes.

Every cell is quoted, rows end in CR LF, and the text is UTF-8 without a mark. Texts that
people wrote get an apostrophe in front where a spreadsheet would run them as a formula.
"""

import csv
import json
import re

CODE_FIELDS = ("codeCategory", "codeLabel", "codeConfidence")
TEXTS = ("input.occp_text", "input.tasks_text")

# Of answers to a call, and of the output of a batch.
ANSWER_COLUMNS = ["recordId", "codeStatus", *TEXTS]
ANSWER_COLUMNS += [f"result_{i}.{field}" for i in (1, 2, 3) for field in CODE_FIELDS]
OUTPUT_COLUMNS = ["recordId", "codeStatus", "error", *TEXTS]
OUTPUT_COLUMNS += [f"result.{field}" for field in CODE_FIELDS]
OUTPUT_COLUMNS += [f"suggestions_{i}.{field}" for i in (1, 2, 3) for field in CODE_FIELDS]

# The last four are = + - @ in their full-width forms.
BEGINS_A_FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")

# Makes texts of numbers, so that they keep the digits that they have.
NUMBERS = re.compile(r'("(?:recordId|codeConfidence)"\s*:\s*)(-?[0-9][0-9.eE+-]*)')


def read_json(text):
    """Return what a text of JSON holds; ids and confidences are texts."""
    return json.loads(NUMBERS.sub(r'\1"\2"', text))


def answer_cells(record):
    """Return the cells of an answer to a call."""
    cells = [_cell(record, "recordId"), _cell(record, "codeStatus"), *_texts(record)]
    return cells + _codes(record.get("result"), 3)


def output_cells(record):
    """Return the cells of a line of the output of a batch."""
    cells = [_cell(record, name) for name in ("recordId", "codeStatus", "error")]
    cells += _texts(record) + _codes([record.get("result")], 1)
    return cells + _codes(record.get("suggestions"), 3)


def write_csv(path, columns, rows):
    """Write a file whose name is there only when all of it is."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(rows)
    part.replace(path)


def _cell(value, name):
    """Return the text that stands under a name; what is no text, or not there, is ""."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _texts(record):
    """Return the two texts; the input of a line that is no record has none."""
    texts = [_cell(record.get("input"), name) for name in ("occp_text", "tasks_text")]
    return ["'" + text if text.startswith(BEGINS_A_FORMULA) else text for text in texts]


def _codes(codes, n):
    """Return the cells of n codes; those that are not there stay empty."""
    padded = [*(codes or []), *[None] * n][:n]
    return [_cell(code, field) for code in padded for field in CODE_FIELDS]
