"""The branches of the tree: who can act on an error."""


class OccoderError(Exception):
    """Something that occoder can name went wrong."""

    slug = "error"


class InputError(OccoderError):
    """What the caller sent can't be used as it is."""

    slug = "input"


class NotFound(OccoderError):
    """A topic, model, category or file is not there."""

    slug = "not-found"


class ArtifactError(OccoderError):
    """A model folder is damaged, or written in a format this version can't read."""

    slug = "artifact"


class ServiceError(OccoderError):
    """The service, or what it stands on, is not as it needs to be."""

    slug = "service"


class RemoteError(OccoderError):
    """A service elsewhere does not answer as hoped."""

    slug = "remote"
