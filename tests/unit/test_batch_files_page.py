"""The page on the files of a batch tells what the scan does."""

import gzip
import json
import re
from pathlib import Path

import pytest
from scanned_upload import lines, scanned

from occoder.batch.scan.scan import InputRefused

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "batch-files.md"
TEXT = PAGE.read_text(encoding="utf-8")
RECORD = b'{"occp_text": "Baker"}\n'

EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
REFUSED = [
    b"\n",
    gzip.compress(RECORD),
    RECORD.decode().encode("utf-16-le"),
    b"[" + RECORD + b"]",
    b'{\n"occp_text": "Baker"\n}',
    b"Baker\n" * 1000,
    RECORD + b"\n" * 400_000 + RECORD,
    b'{"income": 1, "age": 2, "occp_text": "Baker"}',
]
MESSAGES = re.findall(r"^\| `(Input file .*?)` \|", TEXT, re.MULTILINE)
FAULTY = re.findall(r"^\| `([^|]*)` \| `([^I`|][^`|]*)` \|$", TEXT, re.MULTILINE)


def test_example_of_input_can_be_coded() -> None:
    """Every line of the example of an input file can be coded."""
    upload = EXAMPLES[0].encode()

    assert [json.loads(line) for line in upload.splitlines()] == lines(upload)


@pytest.mark.parametrize(
    ("upload", "message"),
    list(zip(REFUSED, MESSAGES, strict=True)),
    ids=range(len(MESSAGES)),
)
def test_refused_files_are_as_stated(upload: bytes, message: str) -> None:
    """Each message of a refused file is the one that such a file gets."""
    with pytest.raises(InputRefused) as refused:
        scanned(upload)

    assert message == refused.value.message


@pytest.mark.parametrize(("line", "error"), FAULTY)
def test_faulty_lines_are_as_stated(line: str, error: str) -> None:
    """Each example of a faulty line gets the error that is stated for it."""
    assert error == lines(RECORD + line.encode())[1]["error"]


@pytest.mark.parametrize("example", EXAMPLES[3:])
def test_examples_of_errors_are_as_stated(example: str) -> None:
    """The examples of lines with an error are what the scan makes of what they show."""
    shown = json.loads(example)
    name = {"recordId": shown["recordId"]} if isinstance(shown["input"], dict) else {}
    submitted = json.dumps({**name, **shown["input"]}) if name else shown["input"]

    assert shown == {
        "codeStatus": "unsuccessful",
        **lines(RECORD + submitted.encode())[1],
    }


def test_all_of_the_page_is_looked_at() -> None:
    """The page has the examples that these tests look for."""
    assert (5, 8, 9) == (len(EXAMPLES), len(MESSAGES), len(FAULTY))
