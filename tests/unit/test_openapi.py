"""The OpenAPI document says what is served, and is what OpenAPI 3.1 asks for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from occoder.service.openapi.openapi import document, public_path, servers
from occoder.service.operation import Operation, Side
from occoder.service.routes import OPERATIONS, PAGE_OPERATIONS, operations
from occoder.settings.settings import Settings

HOME = Path("data")
HOSTS = {
    "public_auth_host": "public-coder.auth.example.org",
    "public_api_host": "public-coder.api.example.org",
    "partner_auth_host": "partner-coder.auth.example.org",
    "partner_api_host": "partner-coder.api.example.org",
}
SETTINGS = {
    "default": Settings(home=HOME),
    "page": Settings(home=HOME, page=True),
    "hosts": Settings(home=HOME, proxies=("127.0.0.1",), **HOSTS),
    "strict": Settings(home=HOME, strict_queries=True),
}


def raw(settings: Settings) -> bytes:
    """Return the document of a service with some settings."""
    return document(settings, operations(settings))


def described(name: str = "default") -> dict[str, Any]:
    """Return the document for some settings."""
    found: dict[str, Any] = json.loads(raw(SETTINGS[name]))
    return found


def item(operation: Operation, name: str = "default") -> dict[str, Any]:
    """Return what the document says of an operation."""
    path = described(name)["paths"][public_path(operation)]
    found: dict[str, Any] = path[operation.method.lower()]
    return found


def named(name: str) -> Operation:
    """Return an operation by its name."""
    return next(one for one in (*OPERATIONS, *PAGE_OPERATIONS) if one.name == name)


def values(node: Any, key: str) -> Iterator[Any]:
    """Yield what stands under a key, anywhere in a JSON value."""
    if isinstance(node, dict):
        if key in node:
            yield node[key]
        for one in node.values():
            yield from values(one, key)
    elif isinstance(node, list):
        for one in node:
            yield from values(one, key)


def shown(api: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the schema and the value of every example of a body."""
    for contents in values(api, "content"):
        for content in contents.values():
            examples = [one["value"] for one in content.get("examples", {}).values()]
            examples += [content["example"]] if "example" in content else []
            for example in examples:
                yield content["schema"], example


@pytest.mark.parametrize("name", SETTINGS)
def test_document_is_openapi(name: str) -> None:
    """Whatever the settings, the document keeps the meta-schema of OpenAPI 3.1."""
    assert [] == [
        error.message for error in OPENAPI_31_VALIDATOR.iter_errors(described(name))
    ]


def test_meta_schema_refuses() -> None:
    """The meta-schema that the document is held against does refuse documents."""
    faulty = described()
    faulty["paths"]["/v1/topics"]["get"]["responses"] = []

    assert not OPENAPI_31_VALIDATOR.is_valid(faulty)


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_served_is_described(name: str) -> None:
    """Every operation that is served is in the document, and no other."""
    served = {(public_path(one), one.method) for one in operations(SETTINGS[name])}

    assert served == {
        (path, method.upper())
        for path, operation in described(name)["paths"].items()
        for method in operation
        if method != "servers"
    }


def test_b3_paths_are_those_of_the_guide() -> None:
    """Paths stand as in section 5 of the guide, with the version."""
    paths = described()["paths"]

    assert {
        "/oauth2/token",
        "/v1/topics",
        "/v1/topics/{topic}",
        "/v1/topics/{topic}/code",
        "/v1/topics/{topic}/models",
        "/v1/topics/{topic}/models/latest",
        "/v1/topics/{topic}/models/{model}/code",
        "/v1/security.txt",
    } <= paths.keys()


def test_operation_ids_are_unique() -> None:
    """Each operation has an id of its own, for the names in generated clients."""
    ids = [
        one["operationId"]
        for operation in described("page")["paths"].values()
        for method, one in operation.items()
        if method != "servers"
    ]

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_reference_resolves(name: str) -> None:
    """Every reference leads to a component, every component is referred to."""
    api = described(name)
    references = set(values(api, "$ref"))
    components = {
        f"#/components/{kind}/{one}"
        for kind, all_of_it in api["components"].items()
        for one in all_of_it
        if kind != "securitySchemes"
    }

    assert components == references


def test_nothing_is_fetched() -> None:
    """The document names no schema elsewhere that a reader might fetch."""
    text = raw(SETTINGS["page"]).decode()

    assert "$schema" not in text
    assert [] == re.findall(r'"\$ref": "(?!#/)[^"]*"', text)


@pytest.mark.parametrize("name", SETTINGS)
def test_examples_fit_their_schemas(name: str) -> None:
    """Every example of a body is one that its schema allows."""
    api = described(name)
    found = list(shown(api))

    assert found
    for schema, example in found:
        whole = {**schema, "components": api["components"]}
        faults = jsonschema_rs.Draft202012Validator(whole).iter_errors(example)
        assert [] == [fault.message for fault in faults], example


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"record": {"occp_text": "nurse"}, "records": [{"occp_text": "nurse"}]},
        {"records": []},
        {"record": {"recordId": "1"}},
        {"record": {"occp_text": "caf\u00e9"}},
        {"record": {"occp_text": "nurse"}, "numberOfSuggestions": 17},
        {"record": {"occp_text": "nurse"}, "more": 1},
        {"record": {"occp_text": "x" * 101}},
    ],
    ids=str,
)
def test_schema_refuses_what_the_service_refuses(body: object) -> None:
    """What a schema can say of a coding call is said, so that tools can check it."""
    api = described()
    schema = {"$ref": "#/components/schemas/CodeRequest", "components": api["components"]}

    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(body)


def test_document_is_ascii() -> None:
    """The document is ASCII, like every answer in JSON."""
    assert raw(SETTINGS["page"]).isascii()


def test_document_is_made_once() -> None:
    """The document is made once for the same settings."""
    assert raw(Settings(home=HOME)) is raw(Settings(home=HOME))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_r23_b2_how_to_authorize(operation: Operation) -> None:
    """A token may be sent as it is or as Bearer; other calls need none."""
    needed = [{"token": []}, {"bearer": []}]
    expected = {
        True: needed,
        False: [{"basic": []}, {}] if operation.name == "token" else [],
    }

    assert expected[operation.needs_token] == item(operation)["security"]


def test_b5_token_body_forms() -> None:
    """A token can be asked for with a form or with JSON, id and secret in it or not."""
    content = item(named("token"))["requestBody"]["content"]
    schema = content["application/x-www-form-urlencoded"]["schema"]

    assert {"application/x-www-form-urlencoded", "application/json"} == content.keys()
    assert ["grant_type"] == schema["required"]
    assert {"grant_type", "client_id", "client_secret"} == schema["properties"].keys()


def test_path_parameters_are_described() -> None:
    """What stands in braces in a path is described, and nothing else."""
    api = described()
    for path, operation in api["paths"].items():
        for method, one in operation.items():
            references = [each["$ref"] for each in one.get("parameters", [])]
            known = api["components"]["parameters"]
            parameters = [known[each.rpartition("/")[2]] for each in references]
            names = [each["name"] for each in parameters if each["in"] == "path"]
            assert re.findall(r"{(\w+)}", path) == names, (method, path)


def test_without_hosts_it_is_here() -> None:
    """Without host names everything is where the document is."""
    assert ["/"] == [one["url"] for one in described()["servers"]]
    assert [] == list(values(described()["paths"], "servers"))


def test_r3_hosts_are_the_servers() -> None:
    """The host names of the API are the servers, those of tokens stand at their paths."""
    api = described("hosts")
    tokens = api["paths"]["/oauth2/token"]["servers"]

    assert [
        "https://public-coder.api.example.org",
        "https://partner-coder.api.example.org",
    ] == [one["url"] for one in api["servers"]]
    assert [
        "https://public-coder.auth.example.org",
        "https://partner-coder.auth.example.org",
    ] == [one["url"] for one in tokens]
    assert "servers" not in api["paths"]["/v1/topics"]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"tls": "self-signed", "port": 8443}, "https://coder.example.org:8443"),
        ({"tls": "self-signed", "port": 443}, "https://coder.example.org"),
        ({"port": 8080}, "http://coder.example.org:8080"),
        ({"port": 0}, "http://coder.example.org"),
        ({"proxies": ("127.0.0.1",), "port": 8080}, "https://coder.example.org"),
    ],
    ids=str,
)
def test_servers_have_scheme_and_port(given: dict[str, Any], url: str) -> None:
    """A server is told with the scheme and the port that clients see."""
    settings = Settings(home=HOME, partner_api_host="coder.example.org", **given)

    assert [url] == [one["url"] for one in servers(settings, Side.API)]


def test_page_comes_before_about() -> None:
    """Where the page is served, it is the page that answers at the base address."""
    assert "about" == described()["paths"]["/"]["get"]["operationId"]
    assert "page" == described("page")["paths"]["/"]["get"]["operationId"]


def test_tags_are_those_in_use() -> None:
    """Every tag is explained, and none is explained that no operation has."""
    for name in SETTINGS:
        api = described(name)
        used = {tag for tags in values(api["paths"], "tags") for tag in tags}
        assert used == {tag["name"] for tag in api["tags"]}
