"""How long a header is, and may be."""

import pytest

from occoder.service.transport.header_size import HeaderTooLong, check_header_size

HEADERS = [(b"host", b"localhost"), (b"a", b"")]
N_BYTES = len(b"/path" + b"host: localhost\r\n" + b"a: \r\n")


def test_header_of_the_limit_passes() -> None:
    """A header may be as long as the limit, and not one byte longer."""
    check_header_size(b"/path", HEADERS, N_BYTES)
    with pytest.raises(HeaderTooLong):
        check_header_size(b"/path", HEADERS, N_BYTES - 1)
