"""The token that all calls of a client share."""

from typing import Final

from occoder.client.exchange import HeldToken

_IN_VAIN_S: Final = 60.0


class HeldTokens:
    """Keeps the newest token, and remembers when getting a new one did not help.

    Threads may share it: whoever puts a token in runs alone, see `exchange.Alone`, and
    everybody else takes what is there.
    """

    def __init__(self) -> None:
        self._newest: HeldToken | None = None
        self._in_vain_until = float("-inf")

    def good(self, now: float, *, other_than: HeldToken | None = None) -> HeldToken | None:
        """Return the token, unless there is none, it is too old or it is the one named."""
        held = self._newest
        if held is None or held is other_than or now >= held.good_until:
            return None
        return held

    def keep(self, held: HeldToken) -> None:
        """Use this token from now on."""
        self._newest = held

    def may_help(self, now: float) -> bool:
        """Tell whether a new token is worth getting when the old one is refused.

        It is not when that was just tried in vain: services refuse those who ask for
        tokens again and again.
        """
        return now >= self._in_vain_until

    def helped_not(self, now: float) -> None:
        """Remember that a call was refused with a new token too."""
        self._in_vain_until = now + _IN_VAIN_S
