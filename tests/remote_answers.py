"""What the stand-in of a service answers: it depends on the text alone."""

import hashlib
import json
from typing import Any

from occoder.classification import bundled

MODEL = {
    "modelId": "0b9c1f6e-2b0e-4f5e-9a52-5f8d3c3e2f11",
    "modelVersion": 3,
    "modelReleaseDate": "2026-11-20T06:06:44.514Z",
    "modelType": "hsvm2",
    "inputFormat": ["occp_text", "tasks_text"],
    "topicStandard": "OSCA - Occupation Standard Classification for Australia",
    "topicVersion": "2024",
}
_CATEGORIES = [one for one in bundled("osca").categories if one.level > 1]


def category(text: str) -> dict[str, Any]:
    """Return what a text is coded to: something, but always the same."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    one = _CATEGORIES[number % len(_CATEGORIES)]
    confidence = round(0.5 + number % 5000 / 10000, 4)
    return {
        "codeCategory": one.code,
        "codeLabel": one.title,
        "codeConfidence": confidence,
    }


def coded(record: dict[str, str]) -> dict[str, Any]:
    """Return the answer to a line: by what stands in its text."""
    title, tasks = record.get("occp_text", ""), record.get("tasks_text", "")
    both = f"{title} {tasks}"
    fields = {name: record[name] for name in ("occp_text", "tasks_text") if name in record}
    start = {"recordId": record["recordId"], "codeStatus": "unsuccessful", "input": fields}
    if "unlucky" in both:
        return {**start, "error": "malformed record"}
    if "vague" in both:
        return {**start, "suggestions": [category(f"{both} {n}") for n in range(3)]}
    if "retired" in both:
        found = [category(f"{both} {n}") for n in range(2)]
        return {**start, "suggestions": found, "reason": "retired"}
    return {**start, "codeStatus": "successful", "result": category(both)}


def output_of(content: bytes) -> bytes:
    """Return the output for an input."""
    lines = [coded(json.loads(line)) for line in content.splitlines()]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def metadata_of(output: bytes, part_bytes: int = 100_000) -> dict[str, Any]:
    """Return what is known of an output."""
    parts = [output[at : at + part_bytes] for at in range(0, len(output), part_bytes)]
    stated = [
        {"nBytes": len(part), "sha256": hashlib.sha256(part).hexdigest()} for part in parts
    ]
    return {**MODEL, "outputParts": stated}


def as_call(line: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of an operation as one of a call, as the guide shows them."""
    known = {name: line[name] for name in ("recordId", "codeStatus", "input")}
    return {
        **known,
        "result": [line["result"]] if "result" in line else [],
        **{name: line[name] for name in ("suggestions", "reason") if name in line},
    }
