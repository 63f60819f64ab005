"""What a process may do in a store, and for which role that suffices."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.objects import ObjectWriter
from occoder.batch.objects.probe import NEEDS, Right, Role, lacking, probe
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable

EVERYTHING = dict.fromkeys(Right, "")
NOTHING = dict.fromkeys(Right, "AccessDenied")


class OtherBytes(LocalObjects):
    """A store that gives back other bytes than it was given."""

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield bytes that nobody wrote."""
        yield b"other"


class ReadOnly(LocalObjects):
    """A store that takes nothing."""

    @contextmanager
    def writer(self, name: str) -> Iterator[ObjectWriter]:
        """Refuse."""
        raise ObjectsUnreachable(store="store", problem="AccessDenied")
        yield


def test_everything_may_be_done_in_a_folder(tmp_path: Path) -> None:
    """In a folder of its own a process may do everything, and nothing stays of it."""
    objects = LocalObjects(tmp_path)

    assert EVERYTHING == probe(objects)
    assert [] == list(objects.found())


def test_refusal_to_write_is_seen(tmp_path: Path) -> None:
    """Where nothing may be written, reading is tried all the same."""
    assert {**EVERYTHING, Right.WRITE: "AccessDenied"} == probe(ReadOnly(tmp_path))


def test_other_bytes_are_seen(tmp_path: Path) -> None:
    """A store that gives back other bytes is not good for reading."""
    assert "other bytes came back" == probe(OtherBytes(tmp_path))[Right.READ]


def test_role_lacks_what_it_needs() -> None:
    """A role without rights lacks all that it needs, and one with all lacks nothing."""
    for role, stores in NEEDS.items():
        needed = {(store, right) for store, rights in stores.items() for right in rights}

        assert needed == set(lacking(role, dict.fromkeys(Store, NOTHING)))
        assert [] == list(lacking(role, dict.fromkeys(Store, EVERYTHING)))


def test_coder_never_needs_what_was_uploaded() -> None:
    """Who codes needs nothing of what was uploaded, and may not read what is coded."""
    assert Store.INGRESS not in NEEDS[Role.CODER]
    assert Right.READ not in NEEDS[Role.CODER][Store.EGRESS]


def test_gateway_never_needs_to_read_what_was_uploaded() -> None:
    """The gateway needs to write what is uploaded, not to read it."""
    assert {Right.WRITE} == NEEDS[Role.GATEWAY][Store.INGRESS]
    assert Store.VALIDATED not in NEEDS[Role.GATEWAY]
