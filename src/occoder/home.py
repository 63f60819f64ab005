"""The data folder: where models, and all that the service keeps, are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

HOME_VARIABLE: Final = "OCCODER_HOME"


def default_home(environ: Mapping[str, str]) -> Path:
    """Return the data folder that the environment names, else the usual one.

    Parameters
    ----------
    environ : mapping
        Names ``OCCODER_HOME``, or does not.
    """
    named = environ.get(HOME_VARIABLE)
    return Path(named) if named else user_data_path("occoder", appauthor=False)
