"""What stands in the validated store for a line."""

import msgspec
from msgspec import UNSET

from occoder.batch.scan.validated_line import ValidatedLine


def test_only_what_was_given_is_written() -> None:
    """A field that a line does not have is not written; null is."""
    line = ValidatedLine(record_id="a", tasks_text=None)

    assert b'{"recordId":"a","tasks_text":null}' == msgspec.json.encode(line)


def test_reads_back() -> None:
    """A line with an error reads back, with a text or with fields as its input."""
    lines = [
        ValidatedLine(record_id="unknown", input="?", error="invalid JSON"),
        ValidatedLine(input={"occp_text": None}, error="malformed record"),
    ]
    encoded = msgspec.json.Encoder().encode_lines(lines)

    assert lines == msgspec.json.Decoder(ValidatedLine).decode_lines(encoded)
    assert UNSET is lines[1].record_id
