"""The sample requests of the ABS user guide, with the answers that it shows.

All in one place, so that the OpenAPI document shows what `occoder selftest` replays. The
guide's codes are those of ANZSCO, whatever topic its paths name, and its confidences are
of its own model: what a sample fixes is the shape of an answer, not the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec import UNSET

from occoder import wire

# Section 3.1: the body as it is printed there, which is neither a form nor JSON.
TOKEN_BODY: Final = b'{\n  grant_type: "client_credentials"\n}'
TOKEN_FORM: Final = b"grant_type=client_credentials"
TOKEN: Final = wire.Token(access_token="example.token", expires_in=3600)

TOPICS: Final = (
    wire.Topic("osca", "OSCA - Occupation Standard Classification for Australia"),
    wire.Topic(
        "anzsco",
        "ANZSCO - Australian and New Zealand Standard Classification of Occupations",
    ),
)


def _model(number: int, version: int, released: str, topic: wire.Topic) -> wire.Model:
    return wire.Model(
        model_id=f"00000000-0000-0000-0000-{number:012}",
        model_version=version,
        model_release_date=released,
        model_type="hsvm2",
        input_format=("occp_text", "tasks_text"),
        topic_standard=topic.full_name,
        topic_version={"osca": "2024", "anzsco": "2022"}[topic.uri_name],
    )


# Sections 6.2.7 and 6.3.7.
LATEST_MODEL: Final = _model(0, 2, "2023-12-20T06:06:44.514Z", TOPICS[0])
MODELS: Final = (
    _model(2, 2, "2023-12-20T06:06:44.514Z", TOPICS[1]),
    _model(1, 1, "2025-05-20T06:06:44.514Z", TOPICS[1]),
)

# Sections 8.1.7 and 8.3.7.
CREATED: Final = wire.CreatedOperation(
    request_upload_url="https://domain/endpoint?queries",
    operation_id="00000000-0000-0000-0000-000000000000",
    bucket_kms_key_arn="xyz",
)
STATUSES: Final = (
    wire.OperationStatus(operation_status="awaiting_input"),
    wire.OperationStatus(operation_status="in_progress"),
    wire.OperationStatus(operation_status="timed_out"),
    wire.OperationStatus(
        operation_status="complete",
        response_download_url="https://domain/endpoint?queries",
        metadata_download_url="https://domain/endpoint?queries",
    ),
    wire.OperationStatus(operation_status="failed", error="error message"),
)

SOFTWARE: Final = (
    wire.CodedRecord("261313", "Software Engineer", 0.6093962788581848),
    wire.CodedRecord("261312", "Developer Programmer", 0.43940293565392494),
    wire.CodedRecord(
        "261399", "Software and Applications Programmers nec", 0.43756575286388397
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """A sample request for coding.

    Parameters
    ----------
    name : str
        Permanent, for the keys of examples.
    title : str
        What the guide calls it.
    section : str
        Where it stands.
    body : mapping
        The body.
    answer : tuple of SynchronousCodeResponse
        One for each record, as the guide shows them.
    """

    name: str
    title: str
    section: str
    body: Mapping[str, Any]
    answer: tuple[wire.SynchronousCodeResponse, ...]

    @property
    def is_batch(self) -> bool:
        """Tell whether it sends a list of records and gets a list of answers."""
        return "records" in self.body

    @property
    def answer_body(self) -> object:
        """Return the body of the answer: a list for a batch, else the only one."""
        return list(self.answer) if self.is_batch else self.answer[0]


def _single(record: Mapping[str, str]) -> dict[str, Any]:
    return {"record": dict(record), "numberOfSuggestions": 3}


def _coded(
    record: Mapping[str, str], *result: wire.CodedRecord
) -> wire.SynchronousCodeResponse:
    """Return the guide's answer for a record, unsuccessful without a result."""
    texts = {name: text for name, text in record.items() if name != "recordId"}
    return wire.SynchronousCodeResponse(
        record_id=record.get("recordId", UNSET),
        code_status=wire.SUCCESSFUL if result else wire.UNSUCCESSFUL,
        input=wire.Texts(**texts),
        result=result,
    )


_ONE_FIELD: Final = {"occp_text": "Software developer. Writes code, tests"}
_ALL_FIELDS: Final = {
    "occp_text": "software developer",
    "tasks_text": "writing code and unit tests",
}
_PARAMEDIC: Final = {"occp_text": "Paramedic, respond to emergencies"}
_SALES: Final = {"recordId": "1", "occp_text": "Sales assistant"}

ONE_FIELD: Final = SampleRequest(
    name="oneField",
    title="one record with one field",
    section="7.1.7",
    body=_single(_ONE_FIELD),
    answer=(_coded(_ONE_FIELD, *SOFTWARE),),
)
ALL_FIELDS: Final = SampleRequest(
    name="allFields",
    title="one record with all fields",
    section="7.1.7",
    body=_single(_ALL_FIELDS),
    answer=(_coded(_ALL_FIELDS, *SOFTWARE),),
)
# The guide sends the same request twice, to show both answers.
UNSUCCESSFUL: Final = SampleRequest(
    name="unsuccessful",
    title="one record that gets no code",
    section="7.1.7",
    body=_single(_ONE_FIELD),
    answer=(_coded(_ONE_FIELD),),
)
BATCH: Final = SampleRequest(
    name="batch",
    title="a small batch",
    section="7.1.7",
    body={"records": [_ALL_FIELDS, _PARAMEDIC, _SALES], "numberOfSuggestions": 3},
    answer=(_coded(_ALL_FIELDS, *SOFTWARE), _coded(_PARAMEDIC), _coded(_SALES)),
)
CODING: Final = (ONE_FIELD, ALL_FIELDS, UNSUCCESSFUL, BATCH)

# "Coding API integration examples": the second record stands in two fields there.
_SCRIPT_PARAMEDIC: Final = {
    "occp_text": "Paramedic",
    "tasks_text": "respond to emergencies",
}
SCRIPT_BATCH: Final = SampleRequest(
    name="scriptBatch",
    title="the small batch of the script",
    section="script",
    body={"records": [_ALL_FIELDS, _SCRIPT_PARAMEDIC, _SALES], "numberOfSuggestions": 3},
    answer=(_coded(_ALL_FIELDS, *SOFTWARE), _coded(_SCRIPT_PARAMEDIC), _coded(_SALES)),
)
