"""The keys that sign tokens, in a folder that several processes share.

The newest key signs. It does so only when it has been there for a moment, so that every
process knows it before the first token of it arrives. The others verify until the last
token that they signed has expired.
"""

import math
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from occoder.errors import UnusableKeys
from occoder.service.tokens.key_states import KeyState, key_states
from occoder.service.tokens.signing_key import SigningKey, file_name, read_key, write_key
from occoder.settings.settings import Settings

_REREAD_S: Final = 0.25
_NAME: Final = re.compile(r"(?!0{6})([0-9]{6}|[1-9][0-9]{6,})\.pem")
_WRITABLE_BY_OTHERS: Final = 0o022

_Stamp = tuple[int, int, int]


class SigningKeys:
    """The keys in a folder; the first one is made when it is needed.

    Parameters
    ----------
    folder : Path
        Where they are; it is made when it is not there.
    clock : callable
        Gives the time in seconds since 1970.
    token_ttl_s : float
        Seconds that a token is good for, at most.

    Attributes
    ----------
    fault : UnusableKeys or None
        What was wrong with the folder when it was last looked at. The keys that were
        read before stay in use meanwhile.

    Raises
    ------
    UnusableKeys
        If the folder or a key in it can't be used.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.time,
        *,
        token_ttl_s: float = 3600,
    ) -> None:
        self.folder = folder
        self.fault: UnusableKeys | None = None
        self._clock = clock
        self._token_ttl_s = token_ttl_s
        self._known: dict[str, tuple[_Stamp, SigningKey]] = {}
        self._read_at = -math.inf
        self._read()
        if self.fault:
            raise self.fault

    @classmethod
    def from_settings(
        cls, settings: Settings, clock: Callable[[], float] = time.time
    ) -> Self:
        """Return the keys in the folder that the settings name.

        Raises
        ------
        UnusableKeys
            If the folder or a key in it can't be used.
        """
        named = settings.keys_folder
        folder = Path(named) if named else settings.folder / "keys"
        return cls(folder, clock, token_ttl_s=settings.token_ttl_s)

    def signing(self) -> SigningKey:
        """Return the key that signs now; remove those that verify no longer.

        Raises
        ------
        UnusableKeys
            If there is none and none can be made.
        """
        states = self.states() or self._with_first()
        for state in states:
            if not state.verifies:
                # Where it can't be removed, it verifies no token all the same.
                with suppress(OSError):
                    self._file(state.key).unlink()
        return next(state.key for state in states if state.signs)

    def verifying(self, kid: str) -> SigningKey | None:
        """Return the key of this id, or None when it may not verify.

        Parameters
        ----------
        kid : str
            As a token names it, any text.
        """
        state = self._state(kid)
        if state is None:
            self._look()
            state = self._state(kid)
        return state.key if state and state.verifies else None

    def kids(self) -> frozenset[str]:
        """Return the ids of the keys that verify tokens now."""
        return frozenset(state.key.kid for state in self.states() if state.verifies)

    def jwks(self) -> dict[str, Any]:
        """Return the public keys that verify tokens, the newest first (RFC 7517).

        Raises
        ------
        UnusableKeys
            If there is none and none can be made.
        """
        states = self.states() or self._with_first()
        return {"keys": [state.key.public() for state in states if state.verifies]}

    def states(self) -> list[KeyState]:
        """Return all keys with what each does, the newest first."""
        self._look()
        return self._states()

    def rotate(self, *, revoke_tokens: bool = False) -> SigningKey:
        """Make a new key and return it.

        Parameters
        ----------
        revoke_tokens : bool
            Whether all tokens in use end now, because a key may be known to others: then
            the former keys are removed and the new one signs at once. Otherwise it signs
            in a few seconds, and no token in use is touched.

        Raises
        ------
        UnusableKeys
            If it can't be written, or another key can't be read.
        """
        self._read()
        if self.fault:
            raise self.fault
        number = 1 + max((key.number for _, key in self._known.values()), default=0)
        while not self._make(number):
            number += 1
        self._read()
        if revoke_tokens:
            for _, key in self._known.values():
                if key.number < number:
                    self._file(key).unlink(missing_ok=True)
            self._read()
        return self._states()[0].key

    def _with_first(self) -> list[KeyState]:
        """Return the states once there is a key."""
        if not self.fault:
            self._make(1)
            self._read()
        if not self._known:
            problem = "no key stays there"
            raise self.fault or UnusableKeys(folder=self.folder, problem=problem)
        return self._states()

    def _make(self, number: int) -> bool:
        """Make a key; tell whether the number was free."""
        try:
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_key(self.folder, number=number, created_at=self._clock())
        except FileExistsError:
            return False
        except OSError as error:
            problem = f"the folder can't be made: {error.strerror}"
            raise UnusableKeys(folder=self.folder, problem=problem) from error
        return True

    def _state(self, kid: str) -> KeyState | None:
        return next((one for one in self._states() if one.key.kid == kid), None)

    def _states(self) -> list[KeyState]:
        keys = (key for _, key in self._known.values())
        return key_states(keys, now=self._clock(), token_ttl_s=self._token_ttl_s)

    def _look(self) -> None:
        """Read the folder, unless that was a moment ago."""
        # A clock that was set back doesn't keep the folder from being read.
        if not (self._known and 0 <= self._clock() - self._read_at < _REREAD_S):
            self._read()

    def _read(self) -> None:
        self._read_at = self._clock()
        self.fault = None
        found: dict[str, tuple[_Stamp, SigningKey]] = {}
        try:
            files = _files(self.folder)
        except UnusableKeys as fault:
            self.fault = fault
            return
        for file in files:
            try:
                found[file.name] = self._read_file(file)
            except FileNotFoundError:
                continue  # another process removed it
            except UnusableKeys as fault:
                self.fault = fault
        self._known = found

    def _read_file(self, file: Path) -> tuple[_Stamp, SigningKey]:
        """Return a key, read again only when its file is another one."""
        facts = file.stat()
        stamp = facts.st_ino, facts.st_mtime_ns, facts.st_size
        known = self._known.get(file.name)
        return known if known and known[0] == stamp else (stamp, read_key(file))

    def _file(self, key: SigningKey) -> Path:
        return self.folder / file_name(key.number)


def _files(folder: Path) -> list[Path]:
    """Return the files of the keys; none where there is no folder yet."""
    try:
        if folder.stat().st_mode & _WRITABLE_BY_OTHERS:
            problem = "others than its owner can write there; run chmod 700 on it"
            raise UnusableKeys(folder=folder, problem=problem)
        files = [file for file in folder.iterdir() if file.suffix == ".pem"]
    except FileNotFoundError:
        return []
    except OSError as error:
        problem = f"the folder can't be read: {error.strerror}"
        raise UnusableKeys(folder=folder, problem=problem) from error
    for file in files:
        if not _NAME.fullmatch(file.name):
            problem = f"{file.name} has no name of a key, such as {file_name(1)}"
            raise UnusableKeys(folder=folder, problem=problem)
    return files
