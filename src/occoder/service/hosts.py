"""Which of the four host names of the contract a call is for, where they are in use."""

from dataclasses import dataclass
from typing import Final

from occoder.settings.settings import Settings
from occoder.settings.tier import Tier


@dataclass(frozen=True, slots=True)
class Place:
    """What is served under a host name.

    Parameters
    ----------
    tier : Tier or None
        The only tier that is served; None for both.
    tokens, api : bool
        Whether tokens are given out, and whether the API is served.
    """

    tier: Tier | None = None
    tokens: bool = True
    api: bool = True


EVERYTHING: Final = Place()
NOTHING: Final = Place(tokens=False, api=False)


class Hosts:
    """The host names of a service.

    Parameters
    ----------
    settings : Settings
        Names them; without any name every host serves everything.
    """

    def __init__(self, settings: Settings) -> None:
        self._places: dict[str, Place] = {}
        for tier in Tier:
            for side in ("auth", "api"):
                if host := getattr(settings, f"{tier}_{side}_host"):
                    self._add(host.lower(), tier, side)

    def place(self, host: str) -> Place:
        """Return what is served under a host name.

        Parameters
        ----------
        host : str
            The header ``Host``; a scheme before it, as in the guide's samples, and a
            port behind it are passed by.
        """
        if not self._places:
            return EVERYTHING
        name = host.rpartition("://")[2].partition("/")[0].partition(":")[0].lower()
        return self._places.get(name, NOTHING)

    def _add(self, host: str, tier: Tier, side: str) -> None:
        """Let a host serve one side of a tier, beside what it serves already."""
        other = self._places.get(host)
        self._places[host] = Place(
            tier if other is None or other.tier == tier else None,
            tokens=side == "auth" or (other is not None and other.tokens),
            api=side == "api" or (other is not None and other.api),
        )
