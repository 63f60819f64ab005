"""The reference page on the HTTP API, made from the OpenAPI document."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmark_page.tables import table

from occoder.service.openapi.openapi import document
from occoder.service.openapi.openapi_responses import ALWAYS
from occoder.service.problems import NOT_AUTHORIZED, THROTTLED
from occoder.service.routes import OPERATIONS
from occoder.settings.settings import Settings

HTTP_API_PAGE = Path(__file__).parent / "reference" / "http-api.md"

HEAD = """\
# HTTP API

This page is made of the OpenAPI document that the service gives at `/openapi.json`, by \
`python docs/generate.py`; a test keeps it true.
[Call the service](../guides/call-the-service.md) shows how the calls fit together.

The API is that of the ABS occupation coding service, as its user guide of June 2025 \
describes it; section numbers are those of the guide.
What is called an extension here is not in the guide: it adds fields and changes none, \
and a client should pass by fields that it does not know.
`occoder selftest https://coder.example` sends every sample request of the guide to a \
service, with `OCCODER_CLIENT_ID` and `OCCODER_CLIENT_SECRET` from the environment, and \
tells whether the answers are as documented.

## What holds for every call

- A path that begins with `/v1` is served without it as well; a closing slash and \
doubled slashes are passed by.
- A token goes into `Authorization`, as it is or after `Bearer`.
  `Authorisation`, as the guide spells it, is understood as well; if both are sent, \
`Authorization` counts.
- Topics and models are matched in any case, and `latest` may stand for a model.
- A query string changes nothing.
- The content type of a request is passed by: the body tells what it is.
- Answers are JSON in ASCII.
- The header `Request-Id` names the call in the logs of the service, and is in every error.
- A path that is read with GET answers HEAD as well, without the body.
- What is wrong is looked for in this order: path and method, token, limit, body, topic, \
model, records.
"""

PAGE_NOTE = """\
Where the operator serves the page to try the coder at (`OCCODER_PAGE`), it stands at `/` \
and calls `/page/topics` and `/page/{topic}/code`.
These need no token, are throttled like a public client by address, and are for the page \
only.
"""

ERRORS_NOTE = """\
`message` is the text of the guide, to the letter.
Each fault has an entry in `errors`, with the place where it is known.
The header `x-amzn-ErrorType` names the kind of error as AWS does.
Access is denied, and calls are throttled, only where a token is needed.
"""

ERROR_HEAD = ["status", "message", "", "code"]
COMMON = {f"`{kind.code}`" for kind in (*ALWAYS, NOT_AUTHORIZED, THROTTLED)}


def http_api_page() -> str:
    """Return the text of the page."""
    api = json.loads(document(Settings(home=Path("data")), OPERATIONS))
    return "\n".join(_parts(api)).rstrip() + "\n"


def _parts(api: dict[str, Any]) -> Iterator[str]:
    operations = [
        (f"{method.upper()} {path}", one)
        for path, item in api["paths"].items()
        for method, one in item.items()
        if method != "servers"
    ]
    yield HEAD
    yield "## Paths\n"
    yield table(["", "", "token"], (_row(*one) for one in operations)) + "\n"
    yield PAGE_NOTE
    yield from _common_errors(api["components"]["responses"])
    shown: dict[str, str] = {}
    for tag in api["tags"]:
        yield f"## {tag['name']}\n\n{tag['description']}\n"
        for title, one in operations:
            if one["tags"] == [tag["name"]]:
                yield f"### {title}\n\n{one['summary']}\n"
                yield from _operation(title, one, api["components"]["responses"], shown)
    yield "## Headers of answers\n"
    yield table(["header", ""], map(_header, api["components"]["headers"].items()))
    yield "\n## Fields\n"
    for name, schema in api["components"]["schemas"].items():
        yield from _schema(name, schema)


def _row(title: str, operation: dict[str, Any]) -> tuple[str, str, str]:
    needs_token = {"token": []} in operation["security"]
    link = f"[`{title}`](#{_anchor(title)})"
    return link, operation["summary"], "needed" if needs_token else ""


def _operation(
    title: str, one: dict[str, Any], shared: dict[str, Any], shown: dict[str, str]
) -> Iterator[str]:
    """Yield what an operation takes and gives, or that it is the same as elsewhere."""
    same = json.dumps([one.get("requestBody"), one["responses"]])
    if same in shown:
        other = shown[same]
        yield f"Body, answers and errors are those of [`{other}`](#{_anchor(other)}).\n"
        return
    shown[same] = title
    if request := one.get("requestBody"):
        kinds = " or ".join(f"`{kind}`" for kind in request["content"])
        yield from _content(f"Body, as {kinds}", next(iter(request["content"].values())))
    for kind, content in one["responses"]["200"].get("content", {}).items():
        yield from _content(f"Answer, as `{kind}`", content)
    rows = [
        row
        for status, response in one["responses"].items()
        if status != "200"
        for row in _error_rows(status, _resolved(response, shared))
        if row[-1] not in COMMON
    ]
    if rows:
        yield table(ERROR_HEAD, rows) + "\n"


def _content(what: str, content: dict[str, Any]) -> Iterator[str]:
    yield f"{what}: {_type(content['schema'])}.\n"
    if "example" in content:
        yield from _example({"value": content["example"]})
    for example in content.get("examples", {}).values():
        yield from _example(example)


def _example(example: dict[str, Any]) -> Iterator[str]:
    if "summary" in example:
        yield f"{example['summary']}\n"
    value = example["value"]
    is_text = isinstance(value, str)
    text = value.rstrip() if is_text else json.dumps(value, indent=2)
    yield f"```{'text' if is_text else 'json'}\n{text}\n```\n"


def _error_rows(status: str, response: dict[str, Any]) -> Iterator[list[str]]:
    """Yield status, message, detail and code of each error of a status."""
    contents = response["content"]
    for example in contents.get("application/xml", {}).get("examples", {}).values():
        yield [status, *_xml_cells(example["value"])]
    content = contents.get("application/json", {})
    if "example" in content:  # of health
        yield [status, "", response["description"], f"`{content['example']['status']}`"]
    for example in content.get("examples", {}).values():
        yield [status, *_error_cells(example["value"])]


def _xml_cells(body: str) -> Iterator[str]:
    """Yield message, detail and code of an error as S3 words it."""
    found = {one.tag: one.text or "" for one in ElementTree.fromstring(body)}
    yield from (f"`{found['Message']}`", "", f"`{found['Code']}`")


def _error_cells(body: dict[str, Any]) -> Iterator[str]:
    if "error" in body:  # of the token endpoint
        yield from ("", body["error_description"], f"`{body['error']}`")
    else:
        first = body["errors"][0]
        message = "<br>".join(f"`{line}`" for line in body["message"].split("\n"))
        yield from (message, first["detail"], f"`{first['code']}`")


def _common_errors(shared: dict[str, Any]) -> Iterator[str]:
    """Yield the errors that are not of one operation, and the body that all have."""
    found = {
        row[-1]: (row, example["value"])
        for response in shared.values()
        for example in _json_examples(response)
        for row in [list(_error_cells(example["value"]))]
    }
    yield "## Errors of every call\n"
    yield "Every error but those of the token endpoint has a body like this:\n"
    yield from _example({"value": found[f"`{NOT_AUTHORIZED.code}`"][1]})
    yield ERRORS_NOTE
    kinds = sorted((*ALWAYS, NOT_AUTHORIZED, THROTTLED), key=lambda kind: kind.status)
    rows = ([str(kind.status), *found[f"`{kind.code}`"][0]] for kind in kinds)
    yield table(ERROR_HEAD, rows) + "\n"


def _json_examples(response: dict[str, Any]) -> Iterable[dict[str, Any]]:
    content = response["content"].get("application/json", {})
    examples: dict[str, dict[str, Any]] = content.get("examples", {})
    return examples.values()


def _resolved(response: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = shared[name] if name else response
    return found


def _header(header: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    name, facts = header
    return f"`{name}`", facts["description"]


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}\n\n{schema['description']}\n"
    required = schema.get("required", ())
    rows = (
        [f"`{field}`", _type(facts), _presence(field in required, facts), _told(facts)]
        for field, facts in schema["properties"].items()
    )
    yield table(["field", "type", "", ""], rows) + "\n"


def _presence(is_required: bool, facts: dict[str, Any]) -> str:
    if is_required:
        return "always"
    return f"default `{json.dumps(facts['default'])}`" if "default" in facts else "optional"


def _told(facts: dict[str, Any]) -> str:
    """Return the description of a field, with its values unless it tells them itself."""
    told: str = facts.get("description", "")
    values = facts.get("enum", ())
    if all(f'"{one}"' in told for one in values):
        return told
    return f"{told} One of {', '.join(f'`{one}`' for one in values)}."


def _type(schema: dict[str, Any]) -> str:
    """Return the type of a schema in words, with links to those that have names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(sorted(map(_type, schema["anyOf"])))
    if "properties" in schema:
        return ", ".join(f"`{name}`" for name in schema["properties"])
    kind = schema.get("type", "any value")
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _anchor(heading: str) -> str:
    kept = (one for one in heading.lower() if one.isalnum() or one in "_- ")
    return "".join(kept).replace(" ", "-")
