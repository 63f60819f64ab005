"""A place where batches are kept: settings, database and stores, without a service."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from running_service import Clock
from service_database import database_url

from occoder.batch.batches import DISPATCHER, Batches
from occoder.batch.lease_store import LeaseStore
from occoder.batch.operation import INPUT, Operation, OperationState, Store
from occoder.batch.operation_store import ended
from occoder.database import OPERATIONS, open_database
from occoder.settings.settings import Settings


@dataclass(frozen=True)
class BatchPlace:
    """All that belongs to batches, open to the test."""

    settings: Settings
    engine: sa.Engine
    batches: Batches
    clock: Clock

    def leases(self, owner: str = "") -> LeaseStore:
        """Return the leases of a dispatcher."""
        return LeaseStore(
            engine=self.engine,
            owner=owner or str(uuid.uuid4()),
            lease_s=self.settings.lease_s,
            clock=self.clock,
        )

    def create(self, **facts: Any) -> Operation:
        """Keep a new operation that awaits input."""
        now = self.clock()
        operation = Operation(
            **{
                "operation_id": str(uuid.uuid4()),
                "client_id": "client",
                "topic": "osca",
                "model_id": "",
                "created_at": now,
                "upload_until": now + self.settings.upload_url_ttl_s,
                "ingress_key": self.batches.new_data_key(
                    facts.get("client_id", "client"), Store.INGRESS
                ),
                **facts,
            }
        )
        self.batches.operations.create(operation)
        return operation

    def upload(self, content: bytes, **facts: Any) -> Operation:
        """Keep a new operation whose input is there."""
        operation = self.create(**facts)
        self.put(operation, Store.INGRESS, INPUT, content)
        self.batches.operations.uploaded(operation.operation_id, len(content))
        return self.now(operation)

    def put(self, operation: Operation, store: Store, name: str, content: bytes) -> None:
        """Write an object of an operation, sealed."""
        sealed = self.batches.sealed(operation, store)
        with sealed.writer(f"{operation.operation_id}/{name}") as writer:
            writer.write(content)

    def complete(self, **facts: Any) -> Operation:
        """Keep a complete operation with output of a few bytes."""
        key = self.batches.new_data_key("client", Store.EGRESS)
        operation = self.create(egress_key=key, **facts)
        self.put(operation, Store.EGRESS, "part-00000000", b"{}\n")
        now = self.clock()
        with self.engine.begin() as connection:
            changes = ended(
                OperationState.COMPLETE, now, expires_at=now + self.settings.output_ttl_s
            )
            connection.execute(
                sa.update(OPERATIONS)
                .where(OPERATIONS.c.operation_id == operation.operation_id)
                .values(changes)
            )
        return self.now(operation)

    def now(self, operation: Operation) -> Operation:
        """Return an operation as it is kept now."""
        found = self.batches.operations.get(operation.operation_id)
        assert found is not None
        return found

    def stored(self, store: Store) -> set[str]:
        """Return the names of the objects in a store."""
        return {found.name for found in self.batches.objects[store].found()}


@contextmanager
def batch_place(
    folder: Path, environ: Mapping[str, str] | None = None, *, kind: str = "sqlite"
) -> Iterator[BatchPlace]:
    """Yield a place in a folder, with a database of some kind."""
    clock = Clock()
    with database_url(kind) as url:
        given = {"OCCODER_HOME": str(folder / "home"), "OCCODER_DATABASE_URL": url}
        settings = Settings.from_environ({**given, **(environ or {})})
        engine = open_database(settings)
        try:
            batches = Batches.open(settings, engine, DISPATCHER, clock)
            yield BatchPlace(settings, engine, batches, clock)
        finally:
            engine.dispose()
