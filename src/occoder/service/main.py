"""Where a server process begins: the app, from the environment."""

import os

from starlette.types import ASGIApp

from occoder.service.app import create_app
from occoder.service.service import assemble
from occoder.settings.settings import Settings
from occoder.telemetry.logs import configure, take_over_hooks


def app_from_environ() -> ASGIApp:
    """Return the service that the environment describes.

    Raises
    ------
    SettingsFaults, ServiceError
        If it can't run like this.
    """
    settings = Settings.from_environ(os.environ)
    configure(settings.log_format)
    take_over_hooks()
    return create_app(assemble(settings))
