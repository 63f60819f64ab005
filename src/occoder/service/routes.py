"""Every operation of the service, once: routing, access and OpenAPI are made from it."""

from typing import Final

from occoder import wire
from occoder.batch.objects.address import is_local
from occoder.service import about, health, page, security_txt, token_call, topics
from occoder.service.answer import Answer
from occoder.service.batches.batch_routes import BATCH_OPERATIONS
from occoder.service.call import Call
from occoder.service.coding import coding
from occoder.service.openapi.openapi import document
from occoder.service.operation import Operation, Side
from occoder.service.problems import (
    INVALID_BODY,
    MALFORMED_RECORD,
    MODEL_OF_OTHER_TOPIC,
    NO_MODELS,
    NO_RECORDS,
    NO_SUCH_MODEL,
    NO_SUCH_TOPIC,
    SLOW_BODY,
    TEXT_LENGTH,
    TOO_LONG,
    TOO_MANY_RECORDS,
)
from occoder.service.service import Service
from occoder.settings.settings import Settings

_TOPIC: Final = (NO_SUCH_TOPIC, NO_MODELS)
_CODING: Final = (
    *(INVALID_BODY, SLOW_BODY, TOO_LONG, *_TOPIC, NO_SUCH_MODEL, MODEL_OF_OTHER_TOPIC),
    *(NO_RECORDS, TOO_MANY_RECORDS, MALFORMED_RECORD, TEXT_LENGTH),
)
_CODED: Final = wire.SynchronousCodeResponse | list[wire.SynchronousCodeResponse]


async def _openapi(service: Service, call: Call) -> Answer:
    """Return the OpenAPI document of what is served."""
    return Answer(document(service.settings, operations(service.settings)))


# Coding comes first: the most frequent calls are found the fastest.
OPERATIONS: Final = (
    Operation(
        name="code",
        method="POST",
        path="/topics/{topic}/code",
        summary="Code one record or up to 300 with the latest model of a topic.",
        handle=coding.code,
        codes=True,
        request=wire.CodeRequest,
        response=_CODED,
        problems=_CODING,
    ),
    Operation(
        name="codeWithModel",
        method="POST",
        path="/topics/{topic}/models/{model}/code",
        summary="Code one record or up to 300 with a given model.",
        handle=coding.code,
        codes=True,
        request=wire.CodeRequest,
        response=_CODED,
        problems=_CODING,
    ),
    Operation(
        name="token",
        method="POST",
        path="/oauth2/token",
        summary="Get a token for a client id and secret; it is good for an hour.",
        handle=token_call.token,
        side=Side.AUTH,
        needs_token=False,
        response=wire.Token,
        problems=(SLOW_BODY, TOO_LONG),
    ),
    Operation(
        name="keys",
        method="GET",
        path="/.well-known/jwks.json",
        summary="Get the public keys that tokens can be verified with.",
        handle=token_call.jwks,
        side=Side.AUTH,
        needs_token=False,
        response=dict[str, list[dict[str, str]]],
    ),
    Operation(
        name="topics",
        method="GET",
        path="/topics",
        summary="List the topics.",
        handle=topics.topics,
        response=list[wire.Topic],
    ),
    Operation(
        name="topic",
        method="GET",
        path="/topics/{topic}",
        summary="Describe a topic and its latest model.",
        handle=topics.topic,
        response=wire.TopicDescription,
        problems=_TOPIC,
    ),
    Operation(
        name="models",
        method="GET",
        path="/topics/{topic}/models",
        summary="List the models of a topic, the newest first.",
        handle=topics.models,
        response=list[wire.Model],
        problems=_TOPIC,
    ),
    Operation(
        name="latestModel",
        method="GET",
        path="/topics/{topic}/models/latest",
        summary="Describe the latest model of a topic.",
        handle=topics.model,
        response=wire.Model,
        problems=_TOPIC,
    ),
    Operation(
        name="model",
        method="GET",
        path="/topics/{topic}/models/{model}",
        summary="Describe a model.",
        handle=topics.model,
        response=wire.Model,
        problems=(*_TOPIC, NO_SUCH_MODEL, MODEL_OF_OTHER_TOPIC),
    ),
    *BATCH_OPERATIONS,
    Operation(
        name="securityTxt",
        method="GET",
        path="/security.txt",
        summary="Tell where to report bugs and security problems.",
        handle=security_txt.guide_form,
        side=Side.EVERY,
        needs_token=False,
        content_type="text/html",
    ),
    Operation(
        name="wellKnownSecurityTxt",
        method="GET",
        path="/.well-known/security.txt",
        summary="The same, as RFC 9116 has it.",
        handle=security_txt.rfc_form,
        side=Side.EVERY,
        needs_token=False,
        content_type="text/plain; charset=utf-8",
    ),
    Operation(
        name="live",
        method="GET",
        path="/health/live",
        summary="Tell that the process answers.",
        handle=health.live,
        side=Side.EVERY,
        needs_token=False,
        response=wire.Health,
    ),
    Operation(
        name="ready",
        method="GET",
        path="/health/ready",
        summary="Tell whether it can code; 503 while it can't.",
        handle=health.ready,
        side=Side.EVERY,
        needs_token=False,
        response=wire.Health,
    ),
    Operation(
        name="openapi",
        method="GET",
        path="/openapi.json",
        summary="Get this description.",
        handle=_openapi,
        needs_token=False,
        response=dict[str, object],
    ),
    Operation(
        name="about",
        method="GET",
        path="/",
        summary="Tell what answers here.",
        handle=about.about,
        needs_token=False,
        response=wire.Api,
    ),
)

PAGE_OPERATIONS: Final = (
    Operation(
        name="page",
        method="GET",
        path="/",
        summary="The page to try the coder at.",
        handle=page.index,
        needs_token=False,
        content_type="text/html; charset=utf-8",
    ),
    Operation(
        name="pageStyle",
        method="GET",
        path="/page/page.css",
        summary="How the page looks.",
        handle=page.style,
        needs_token=False,
        content_type="text/css; charset=utf-8",
    ),
    Operation(
        name="pageScript",
        method="GET",
        path="/page/page.js",
        summary="What the page does.",
        handle=page.script,
        needs_token=False,
        content_type="text/javascript; charset=utf-8",
    ),
    Operation(
        name="pageIcon",
        method="GET",
        path="/page/icon.svg",
        summary="The sign of the page.",
        handle=page.icon,
        needs_token=False,
        content_type="image/svg+xml",
    ),
    Operation(
        name="pageTopics",
        method="GET",
        path="/page/topics",
        summary="List the topics for the page.",
        handle=page.topics,
        needs_token=False,
        response=list[wire.Topic],
    ),
    Operation(
        name="pageCode",
        method="POST",
        path="/page/{topic}/code",
        summary="Code what a visitor of the page typed.",
        handle=page.code_for_page,
        needs_token=False,
        request=wire.CodeRequest,
        response=_CODED,
        problems=_CODING,
    ),
)


def operations(settings: Settings) -> tuple[Operation, ...]:
    """Return the operations that are served.

    The page stands in place of `about`; with an S3 store, links lead there.
    """
    served = [one for one in OPERATIONS if is_local(settings) or not one.takes_link]
    if settings.page:
        served = [*(one for one in served if one.path != "/"), *PAGE_OPERATIONS]
    return tuple(served)
