"""Turn the output of a batch into CSV, line by line, so that its size does not matter.

python jsonl_to_csv.py coded.jsonl coded.csv
"""

import argparse
from pathlib import Path

from cells import OUTPUT_COLUMNS, output_cells, read_json, write_csv
from service import Failed, run


def rows(path):
    """Yield the cells of each line."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    record = read_json(line)
                except ValueError:
                    raise Failed(f"Line {number} of {path} is not JSON.") from None
                yield output_cells(record)


def main():
    """Convert one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path, help="the output of a batch, as JSON Lines")
    parser.add_argument("output", type=Path, help="where the CSV goes")
    arguments = parser.parse_args()
    write_csv(arguments.output, OUTPUT_COLUMNS, rows(arguments.input))


run(main)
