"""Errors of uploads and downloads are those of S3."""

import xml.etree.ElementTree as ET

import pytest

from occoder.service.batches.storage_faults import (
    DENIED,
    STORAGE_KINDS,
    StorageFault,
    StorageKind,
)


def test_fault_is_one_of_s3() -> None:
    """An error is XML as S3 writes it, in ASCII, whatever stands in it."""
    body = StorageFault(DENIED, {"Key": "<a&b>\u00e9"}).body("1f")

    assert (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        b"<Message>Access Denied</Message><Key>&lt;a&amp;b&gt;&#233;</Key>"
        b"<RequestId>1f</RequestId><HostId>occoder</HostId></Error>"
    ) == body


@pytest.mark.parametrize("kind", STORAGE_KINDS, ids=lambda one: one.name)
def test_every_fault_can_be_read(kind: StorageKind) -> None:
    """Each error is XML that tells its code and its message."""
    error = ET.fromstring(StorageFault(kind).body("1f"))

    assert "Error" == error.tag
    assert (kind.code, kind.message) == (error.findtext("Code"), error.findtext("Message"))


def test_names_differ() -> None:
    """Each row of the table has a name of its own."""
    assert len({kind.name for kind in STORAGE_KINDS}) == len(STORAGE_KINDS)


def test_upload_that_is_refused_ends_the_connection() -> None:
    """What is still being uploaded is not waited for; a download may go on."""
    fault = StorageFault(DENIED)

    assert "close" == fault.answer("1f", method="PUT").headers["Connection"]
    assert "Connection" not in fault.answer("1f", method="GET").headers
