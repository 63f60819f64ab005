"""Real-time coding of one record or a small batch (user guide, section 7)."""

import asyncio
from collections.abc import Sequence

from occoder import wire
from occoder.coder.explanation import Explanation
from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.coding.answers import encode
from occoder.service.coding.coding_request import read_request, records_of
from occoder.service.coding.models_in_use import LATEST, ServedModel
from occoder.service.service import Service


async def code(service: Service, call: Call) -> Answer:
    """Code the records of a call and return the answers; nothing of them is kept."""
    settings = service.settings
    body = await call.body(max_bytes=settings.max_body_bytes)
    read = read_request(body)
    model = service.models.model(
        call.parameters["topic"], call.parameters.get("model", LATEST)
    )
    request = read.checked()
    records = records_of(request)
    call.n_records = len(records)
    answers = await _answers(service, model, request, records)
    service.metrics.coded(
        model.entry.manifest.topic,
        n_records=len(records),
        n_successful=sum(one.code_status == wire.SUCCESSFUL for one in answers),
    )
    call.answer_headers["Model-Id"] = model.facts.model_id
    call.answer_headers["Model-Version"] = str(model.facts.model_version)
    is_batch = isinstance(request.records, list)
    return Answer(encode(answers if is_batch else answers[0]))


async def _answers(
    service: Service,
    model: ServedModel,
    request: wire.CodeRequest,
    records: Sequence[wire.Record],
) -> list[wire.SynchronousCodeResponse]:
    loop = asyncio.get_running_loop()
    if not model.is_loaded:
        await loop.run_in_executor(service.coding, model.load)
    titles = [record.occp_text or "" for record in records]
    tasks = [record.tasks_text or "" for record in records]
    n_ranked = max(request.number_of_suggestions, 1)
    coded = await model.queue.code(titles, tasks, n_ranked=n_ranked)
    explanations: Sequence[Explanation] = ()
    if request.explain:
        explanations = await loop.run_in_executor(
            service.coding, lambda: list(map(model.coder.explain, titles, tasks))
        )
    return model.answers.word(
        request,
        records,
        coded,
        unsuccessful_result=service.settings.unsuccessful_result,
        explanations=explanations,
    )
