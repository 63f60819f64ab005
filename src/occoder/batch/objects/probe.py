"""What a process may do in each store, found out by doing it, and for what that suffices.

The user guide keeps the stores apart by who may do what (section 12).
"""

from collections.abc import Iterator, Mapping, Set
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from occoder.batch.objects.objects import Objects
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable

_CONTENT: Final = bytes(range(256))
_SOME: Final = slice(3, 250)
_OTHER_BYTES: Final = "other bytes came back"


class Right(StrEnum):
    """What may be done in a store."""

    WRITE = "write"
    READ = "read"
    LIST = "list"
    DELETE = "delete"


class Role(StrEnum):
    """Who uses the stores."""

    GATEWAY = "gateway"
    DISPATCHER = "dispatcher"
    CODER = "coder"


NEEDS: Final[Mapping[Role, Mapping[Store, Set[Right]]]] = MappingProxyType(
    {
        Role.GATEWAY: {
            Store.INGRESS: {Right.WRITE},
            Store.EGRESS: {Right.READ},
        },
        Role.DISPATCHER: {
            Store.INGRESS: {Right.READ, Right.LIST, Right.DELETE},
            Store.VALIDATED: {Right.WRITE, Right.LIST, Right.DELETE},
            Store.EGRESS: {Right.WRITE, Right.READ, Right.LIST, Right.DELETE},
        },
        Role.CODER: {
            Store.VALIDATED: {Right.READ},
            Store.EGRESS: {Right.WRITE},
        },
    }
)


def probe(objects: Objects) -> dict[Right, str]:
    """Write, read, list and delete a small object; return what keeps from each.

    Parameters
    ----------
    objects : Objects
        A store.

    Returns
    -------
    dict of Right to str
        "" for what may be done, else the problem. Where nothing may be written, a right
        to delete can't be seen and counts as there.
    """
    name = f"{uuid4()}/probe"
    problems = {}
    for right, act in (
        (Right.WRITE, _write),
        (Right.READ, _read),
        (Right.LIST, _list),
        (Right.DELETE, _delete),
    ):
        try:
            problems[right] = act(objects, name)
        except ObjectsUnreachable as error:
            problems[right] = error.problem
    return problems


def lacking(
    role: Role, problems: Mapping[Store, Mapping[Right, str]]
) -> Iterator[tuple[Store, Right]]:
    """Yield what a role needs and may not do.

    Parameters
    ----------
    role : Role
        Who it is.
    problems : mapping of Store to what `probe` returned
        All three stores.
    """
    for store, rights in NEEDS[role].items():
        for right in Right:
            if right in rights and problems[store][right]:
                yield store, right


def _write(objects: Objects, name: str) -> str:
    with objects.writer(name) as writer:
        writer.write(_CONTENT)
    return ""


def _read(objects: Objects, name: str) -> str:
    try:
        whole = b"".join(objects.read(name))
        some = b"".join(objects.read(name, _SOME.start, _SOME.stop))
    except FileNotFoundError:  # it may be read, but not written
        return ""
    return "" if (whole, some) == (_CONTENT, _CONTENT[_SOME]) else _OTHER_BYTES


def _list(objects: Objects, name: str) -> str:
    sizes = {found.n_bytes for found in objects.found(name)}
    return "" if sizes <= {len(_CONTENT)} else _OTHER_BYTES


def _delete(objects: Objects, name: str) -> str:
    objects.delete(name)
    return ""
