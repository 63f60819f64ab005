"""JSON Lines to JSON Lines."""

import json

import pytest
from stand_in_coder import load_stand_in

from occoder.errors import UnreadableFile
from occoder.files.answers import Counts, Plan
from occoder.files.columns import TextColumns, added_columns
from occoder.files.json_lines import (
    CodeLines,
    field_names,
    object_of,
)

OSCA = load_stand_in("osca")


def coded(block: bytes, *, tasks: str | None = "tasks") -> tuple[list[bytes], Counts]:
    """Return the lines of a block as they come out, and the counts."""
    plan = Plan(
        load_stand_in, (("osca", "told"),), (OSCA.thresholds,), 0, (5,), False, False
    )
    added = added_columns([], ["osca"], n_suggestions=0, explain=False)
    output, counts = CodeLines(plan, TextColumns("job", tasks), added).bind([OSCA])(block)
    assert output.endswith(b"\n")
    return output.splitlines(), counts


def code_of(title: str, tasks: str = "") -> str:
    """Return the code that the stand-in gives."""
    position = OSCA.code_texts([title], [tasks]).category[0]
    return OSCA.classification.categories[position].code


@pytest.mark.parametrize(
    "line",
    [
        b'{"job":"nurse"}',
        b'  { "id": 1.50, "job" : "nurse", "x": {"code": [1, {}]} }  \r',
        '{"job":"nurse","é":"—"}'.encode(),
        b'{"job":"nurse","job":"nurse"}',
    ],
)
def test_line_is_kept_as_it_is(line: bytes) -> None:
    """The bytes of a line come first, then the added fields."""
    (output,), _ = coded(line)

    assert output.startswith(line.rstrip()[:-1] + b',"code":')
    assert code_of("nurse") == json.loads(output)["code"]


def test_tasks_are_read() -> None:
    """Tasks take part in the answer where the file has them."""
    line = b'{"tasks":"caring","job":"nurse"}'

    assert code_of("nurse", "caring") == json.loads(coded(line)[0][0])["code"]
    assert code_of("nurse") == json.loads(coded(line, tasks=None)[0][0])["code"]


@pytest.mark.parametrize("line", [b"{}", b' { "job":null}', b'{"tasks":""}', b"{ \t}\r"])
def test_no_text_is_empty(line: bytes) -> None:
    """A record without texts is kept, valid and not coded."""
    (output,), counts = coded(line)

    assert "empty" == json.loads(output)["reason"]
    assert 1 == counts[("empty",)]


@pytest.mark.parametrize(
    ("line", "reason", "kept"),
    [
        (b"", "blank line", {"input": ""}),
        (b" \r", "blank line", {"input": " "}),
        (b'{"job":"nurse"', "invalid JSON", {"input": '{"job":"nurse"'}),
        (b'{"job":"a"}{"job":"b"}', "invalid JSON", {"input": '{"job":"a"}{"job":"b"}'}),
        (b'{"a":' + b"[" * 5000, "invalid JSON", {"input": '{"a":' + "[" * 5000}),
        (b'["nurse"]', "not a JSON object", {"input": '["nurse"]'}),
        (b'{"job":5}', "text is not a string", {"job": 5}),
        (b'{"job":"a","code":1}', "field name is taken", {"input": '{"job":"a","code":1}'}),
    ],
)
def test_bad_line_is_an_error_line(
    line: bytes, reason: str, kept: dict[str, object]
) -> None:
    """A bad line comes out at its place, whole, with the reason; the others are coded."""
    lines, counts = coded(b'{"job":"nurse"}\n' + line + b'\n{"job":"cook"}')
    found = [json.loads(one) for one in lines]

    assert [code_of("nurse"), None, code_of("cook")] == [one["code"] for one in found]
    assert ("error", reason) == (found[1]["status"], found[1]["reason"])
    assert kept.items() <= found[1].items()
    assert 1 == counts[("error", reason)]


def test_two_half_lines_are_two_errors() -> None:
    """A record spread over two lines is never taken for a record."""
    lines, _ = coded(b'{"job":\n"nurse"}\n')

    assert ["error", "error"] == [json.loads(line)["status"] for line in lines]


def test_other_encoding_is_put_right() -> None:
    """A line in Windows-1252 comes out as UTF-8 and is counted."""
    lines, counts = coded('{"job":"café"}\n'.encode("cp1252") + b'{"job":"cook"}\n')

    assert ["café", "cook"] == [json.loads(line)["job"] for line in lines]
    assert 1 == counts[("line in Windows-1252",)]


def test_field_names_in_order() -> None:
    """The fields of all lines, each once, bad lines passed over."""
    block = b'{"b":1,"a":2}\n\nbad\n[1]\n{"c":3,"a":4}\n'

    assert ("b", "a", "c") == field_names(block, name="x")


@pytest.mark.parametrize(
    ("block", "problem"),
    [(b'[{"a":1}]', "array"), (b"a,b\n1,2\n", "no line"), (b"\n", "no line")],
)
def test_other_contents_are_refused(block: bytes, problem: str) -> None:
    """A JSON array, or no JSON at all, is told at once."""
    with pytest.raises(UnreadableFile, match=problem):
        field_names(block, name="x")


def test_object_keeps_its_spelling() -> None:
    """Values are kept as they are written."""
    found = object_of(b'{"a": 1.50, "b":"x"}')

    assert isinstance(found, dict)
    assert {"a": b"1.50", "b": b'"x"'} == {name: bytes(raw) for name, raw in found.items()}
