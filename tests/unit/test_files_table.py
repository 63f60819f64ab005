"""Tables in batches."""

import polars as pl
import pytest

from occoder.files.table import BATCH_ROWS, batches_of


@pytest.mark.parametrize("n", [0, 1, BATCH_ROWS, BATCH_ROWS + 1])
def test_batches_are_the_frame(n: int) -> None:
    """The batches put together are the frame; there is at least one."""
    frame = pl.DataFrame({"n": range(n)}, schema={"n": pl.Int64})
    batches = [batch.frame for batch in batches_of(frame)]

    assert frame.equals(pl.concat(batches))
    assert all(0 < batch.height <= BATCH_ROWS for batch in batches) or n == 0
