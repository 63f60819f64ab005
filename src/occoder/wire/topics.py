"""Topics and models (user guide, sections 6 and 11.1)."""

import msgspec


class Topic(msgspec.Struct, frozen=True, rename="camel"):
    """A classification that can be coded to.

    Attributes
    ----------
    uri_name : str
        Names it in paths: "osca".
    full_name : str
        Its title.
    """

    uri_name: str
    full_name: str


class Model(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A model of a topic (section 11.1).

    Attributes
    ----------
    model_id : str
        GUID.
    model_version : int
        Number within the topic, from 1.
    model_release_date : str
        ISO 8601 in UTC, "2026-11-20T06:06:44.514Z".
    model_type : str
        Names the algorithm; not to be switched on.
    input_format : tuple of str
        The text fields of a record.
    topic_standard, topic_version : str
        The classification and its version.
    """

    model_id: str
    model_version: int
    model_release_date: str
    model_type: str
    input_format: tuple[str, ...]
    topic_standard: str
    topic_version: str


class TopicDescription(Model, frozen=True, kw_only=True, rename="camel"):
    """A topic with its latest model."""

    uri_name: str
    full_name: str
