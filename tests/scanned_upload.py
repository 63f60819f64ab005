"""An upload scanned into memory."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from occoder.batch.scan.scan import Scanned, scan_input

FIELDS = ("occp_text", "tasks_text")


@dataclass
class Chunk:
    """The bytes of a chunk, and whether it ended well."""

    pieces: list[bytes] = field(default_factory=list)
    is_whole: bool = False

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self.pieces.append(content)


@dataclass
class Chunks:
    """The chunks that a scan writes, by number."""

    by_number: dict[int, Chunk] = field(default_factory=dict)

    @contextmanager
    def open_chunk(self, number: int) -> Iterator[Chunk]:
        """Write the chunk of a number."""
        chunk = self.by_number[number] = Chunk()
        yield chunk
        chunk.is_whole = True

    @property
    def contents(self) -> list[bytes]:
        """Return what stands in the whole chunks, in order."""
        whole = [chunk for chunk in self.by_number.values() if chunk.is_whole]
        return [b"".join(chunk.pieces) for chunk in whole]


def scanned(
    upload: bytes | Iterable[bytes],
    *,
    input_format: tuple[str, ...] = FIELDS,
    max_chars: int = 100,
    **options: Any,
) -> tuple[Scanned, list[bytes]]:
    """Return what a scan says and the chunks that it wrote."""
    frames = [upload] if isinstance(upload, bytes) else upload
    chunks = Chunks()
    result = scan_input(
        frames,
        chunks.open_chunk,
        input_format=input_format,
        max_chars=max_chars,
        **options,
    )
    return result, chunks.contents


def lines(upload: bytes | Iterable[bytes], **options: Any) -> list[dict[str, Any]]:
    """Return the lines that a scan wrote, as JSON values."""
    _, contents = scanned(upload, **options)
    return [json.loads(line) for line in b"".join(contents).splitlines()]
