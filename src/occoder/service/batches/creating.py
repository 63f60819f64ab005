"""The call that makes an operation, and says where its input goes (guide, section 8.1)."""

from dataclasses import replace
from typing import Final
from uuid import uuid4

from occoder import wire
from occoder.batch.operation import Operation, Store
from occoder.service.answer import Answer
from occoder.service.batches.base_url import base_url
from occoder.service.batches.in_database import in_database
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.coding.models_in_use import LATEST
from occoder.service.service import Service
from occoder.telemetry.audit import SecurityEvent

# An S3 store does not tell of an upload that is under way. 5 GB take 72 minutes at
# 10 Mbit/s, so one that began in time is waited for.
UNSEEN_UPLOAD_S: Final = 7200.0


async def create(service: Service, call: Call) -> Answer:
    """Make an operation, and return the link that its input is PUT to.

    A body is read and passed by: the guide has none, its script sends ``{}``.
    """
    await call.body(max_bytes=service.settings.max_body_bytes)
    model = service.models.model(
        call.parameters["topic"], call.parameters.get("model", LATEST)
    )
    assert call.client is not None
    now = service.batches.clock()
    until = now + service.settings.upload_url_ttl_s
    operation = Operation(
        operation_id=str(uuid4()),
        client_id=call.client.client_id,
        topic=model.entry.manifest.topic,
        model_id=model.facts.model_id,
        created_at=now,
        upload_until=until,
        uploading_until=0.0 if service.batches.is_local else until + UNSEEN_UPLOAD_S,
    )
    base = base_url(service.settings, call)
    created = await in_database(service, _created, service, operation, base)
    service.audit.record(
        SecurityEvent.OPERATION_CREATED,
        client_id=operation.client_id,
        address=call.address,
        request_id=call.request_id,
        operation=operation.operation_id,
        topic=operation.topic,
    )
    return Answer(encode(created))


def _created(service: Service, operation: Operation, base: str) -> wire.CreatedOperation:
    batches, links = service.batches, service.links
    # The link comes first: where there is none, there is no use in the operation.
    created = wire.CreatedOperation(
        request_upload_url=links.upload(operation, base, operation.created_at),
        operation_id=operation.operation_id,
        bucket_kms_key_arn=links.key_arn(operation),
    )
    key = batches.new_data_key(operation.client_id, Store.INGRESS)
    batches.operations.create(replace(operation, ingress_key=key))
    return created
