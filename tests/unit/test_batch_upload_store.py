"""Uploads in the database, on both databases."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from occoder.batch.operation import Operation
from occoder.batch.operation_store import OperationStore
from occoder.batch.upload_store import UploadStore

NOW = 1_750_000_000.0
