"""A removed client's batches can't be opened again."""

from pathlib import Path

import pytest
from batch_place import batch_place

from occoder.batch.erasing import erase_client
from occoder.batch.operation import OperationState, Store
from occoder.errors import DamagedObject


def test_what_is_stored_of_a_client_is_closed_for_ever(tmp_path: Path) -> None:
    """Its operations end, its keys are gone, and those of others stay."""
    with batch_place(tmp_path) as place:
        mine = place.upload(b"{}", client_id="mine")
        others = place.upload(b"{}", client_id="others")
        erase_client(place.settings, "mine", place.clock)
        assert place.now(mine).state is OperationState.FAILED
        assert place.now(others) == others
        with pytest.raises(DamagedObject):
            place.batches.sealed(mine, Store.INGRESS)
        sealed = place.batches.sealed(others, Store.INGRESS)
        assert b"{}" == b"".join(sealed.read(f"{others.operation_id}/input"))
