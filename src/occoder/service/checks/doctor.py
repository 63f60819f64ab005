"""What an operator would look at before a start, and when something is wrong."""

import dataclasses
import time
from collections.abc import Callable, Iterator

from occoder.errors import SettingsFaults
from occoder.service.checks import doctor_files, doctor_network, doctor_state
from occoder.service.checks.check import Check
from occoder.service.checks.doctor_batches import batches
from occoder.service.checks.doctor_models import models
from occoder.service.transport.proxies import Proxies
from occoder.settings.settings import Settings


def checks(settings: Settings, clock: Callable[[], float] = time.time) -> list[Check]:
    """Look at all that the service stands on; nothing is changed.

    But for the tables in a database that is still empty: they are made, since nothing
    else would show whether they can be.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    clock : callable
        Seconds since 1970.

    Returns
    -------
    list of Check
        In the order in which faults should be mended.
    """
    return list(_checks(settings, clock))


def faulty_settings(faults: SettingsFaults) -> Check:
    """Return what is told when the settings can't be read, and nothing else can be."""
    finding = "; ".join(faults.faults)
    return Check.failed("settings", finding, "docs/reference/settings.md lists them all.")


def _checks(settings: Settings, clock: Callable[[], float]) -> Iterator[Check]:
    now = clock()
    yield _settings(settings)
    yield doctor_files.data_folder(settings)
    yield doctor_files.free_disk(settings)
    yield doctor_files.open_files(settings)
    yield doctor_state.clocks(settings, clock)
    yield doctor_state.database(settings)
    yield doctor_state.signing_keys(settings, clock)
    yield doctor_files.audit_log(settings)
    yield doctor_network.certificate(settings, now)
    yield doctor_network.address(settings, now)
    yield doctor_network.metrics(settings)
    yield from batches(settings)
    yield from models(settings)


def _settings(settings: Settings) -> Check:
    try:
        Proxies.from_names(settings.proxies)
    except SettingsFaults as faults:
        return faulty_settings(faults)
    default = Settings(home=settings.home)
    names = [one.name for one in dataclasses.fields(settings)]
    changed = [name for name in names if getattr(settings, name) != getattr(default, name)]
    return Check.ok("settings", f"changed: {', '.join(changed) or 'none'}")
