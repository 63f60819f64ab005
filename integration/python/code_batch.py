"""Code up to 300 records at once, and write the answers as CSV (or JSON).

    python code_batch.py --api-url https://coder.example ../sample.jsonl coded.csv

The input has one record a line. One that is refused fails them all, and the message says
which; the first has the index 0. An output that ends in .json gets the answer as it came.
"""

from pathlib import Path

from cells import ANSWER_COLUMNS, answer_cells, read_json, write_csv
from service import Service, options, run


def main():
    """Code the records of a file."""
    parser = options(__doc__)
    parser.add_argument("input", type=Path, help="records, as JSON Lines")
    parser.add_argument("output", type=Path, help="where to: .csv or .json")
    arguments = parser.parse_args()

    with arguments.input.open(encoding="utf-8-sig") as lines:
        records = ",".join(line.strip() for line in lines if line.strip())
    body = f'{{"records":[{records}],"numberOfSuggestions":3}}'
    answer = Service(arguments).call("POST", "code", body)
    if arguments.output.suffix == ".json":
        arguments.output.write_text(answer, encoding="utf-8")
    else:
        write_csv(arguments.output, ANSWER_COLUMNS, map(answer_cells, read_json(answer)))


run(main)
