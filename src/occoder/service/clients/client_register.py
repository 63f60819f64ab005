"""The register of clients: who may call, and with which secret."""

import dataclasses
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final

import sqlalchemy as sa

from occoder.errors import UnknownClient, UnusableClient
from occoder.service.clients.client import NO_OVERRIDE, Client, Override, State
from occoder.service.clients.client_rows import ClientRows, Row, client_of, first_state
from occoder.service.clients.client_secret import (
    hash_secret,
    is_client_id,
    is_secret,
    needs_rehash,
    new_client_id,
    new_secret,
)
from occoder.service.clients.registration import (
    check_credentials,
    check_override,
    checked,
    checked_texts,
)
from occoder.settings.tier import Tier

_DAY_S: Final = 86_400
_NO_SECRET: Final = ""
_MAY_CALL: Final = frozenset({State.ACTIVE, State.UNDER_REVIEW})
_NOT_REMOVED: Final = _MAY_CALL | {State.SUSPENDED}


class ClientRegister:
    """Keeps the clients; threads, processes and machines may use it at once.

    A removed client stays in it, without a secret, and is never taken up again.
    Every method raises `DatabaseUnreachable` when the database fails.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database, as `occoder.database.connect` opens it.
    clock : callable
        Gives the time in seconds since 1970.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._rows = ClientRows(engine)
        self._clock = clock

    def add(
        self,
        *,
        organisation: str,
        contact: str,
        tier: Tier,
        terms_version: str,
        terms_accepted_by: str,
        override: Override = NO_OVERRIDE,
        client_id: str | None = None,
        secret: str | None = None,
    ) -> tuple[Client, str]:
        """Register a client, active from now on.

        Parameters
        ----------
        organisation, contact : str
            Who it is, and an address to write to.
        tier : Tier
            What it may use.
        terms_version, terms_accepted_by : str
            Which terms of use were accepted just now, and by whom.
        override : Override
            Limits of its own.
        client_id, secret : str, optional
            Those that the client has already; new ones by default.

        Returns
        -------
        Client
            As it was registered.
        str
            Its secret, which can't be had again: only a hash is kept.

        Raises
        ------
        UnusableClient
            If any of it can't be used, or the id was given out before.
        """
        client_id = new_client_id() if client_id is None else client_id
        secret = new_secret() if secret is None else secret
        check_credentials(client_id, secret)
        check_override(override)
        texts = checked_texts(
            organisation=organisation,
            contact=contact,
            terms_version=terms_version,
            terms_accepted_by=terms_accepted_by,
        )
        row = {
            **texts,
            **dataclasses.asdict(override),
            **first_state(self._clock()),
            "client_id": client_id,
            "tier": tier.value,
        }
        if not self._rows.insert({**row, "secret_hash": hash_secret(secret)}):
            raise UnusableClient(field="id", expected="one that was never given out")
        return client_of(row), secret

    def find(self, client_id: str) -> Client | None:
        """Return a client in whatever state, or None when there is none of this id."""
        row = self._row(client_id)
        return None if row is None else client_of(row)

    def check(self, client_id: str, secret: str) -> Client | None:
        """Return the client that an id and a secret belong to, if it may call.

        Blocks for some 25 ms to hash the secret, also when there is no such client, so
        that the time does not tell which ids there are.

        Parameters
        ----------
        client_id, secret : str
            What was sent, any text.

        Returns
        -------
        Client or None
            None for an unknown id, for a wrong secret, and for a client that is
            suspended or removed.
        """
        row = self._row(client_id)
        while is_secret(secret, _hash_of(row)):
            # The secret may have been rotated while it was hashed: then check it anew.
            checked, row = row, self._row(client_id)
            if row is not None and _hash_of(row) == _hash_of(checked):
                self._renew_hash(client_id, secret, _hash_of(row))
                client = client_of(row)
                return client if client.may_call else None
        return None

    def clients(self) -> list[Client]:
        """Return all clients, removed ones too, in the order of registration."""
        return [client_of(row) for row in self._rows.all()]

    def inactive(self, days: int) -> list[Client]:
        """Return the clients that may call but did not for so long, the longest first.

        Parameters
        ----------
        days : int
            Days since the last call, or since the registration when there was none.
        """
        until = self._clock() - days * _DAY_S
        return [client_of(row) for row in self._rows.quiet(until)]

    def rotate(self, client_id: str, *, revoke_tokens: bool) -> str:
        """Give a client a new secret; the former one gets no token from now on.

        Parameters
        ----------
        client_id : str
            Of a client that is not removed.
        revoke_tokens : bool
            Whether the tokens that it has end now, or when they expire.

        Returns
        -------
        str
            The new secret, which can't be had again.

        Raises
        ------
        UnknownClient
            If there is no such client.
        UnusableClient
            If it is removed.
        """
        secret = new_secret()
        self._change(client_id, _NOT_REMOVED, {"secret_hash": hash_secret(secret)})
        if revoke_tokens:
            # Only now, so that it also ends what the former secret got just before.
            self._change(client_id, _NOT_REMOVED, {"tokens_from": self._clock()})
        return secret

    def suspend(self, client_id: str) -> Client:
        """Refuse a client tokens and answers until it is resumed.

        Raises
        ------
        UnknownClient
            If there is no such client.
        UnusableClient
            If it is removed.
        """
        return self._change(client_id, _NOT_REMOVED, {"state": State.SUSPENDED.value})

    def resume(self, client_id: str) -> Client:
        """Make a client active that was suspended or under review.

        Raises
        ------
        UnknownClient
            If there is no such client.
        UnusableClient
            If it is removed.
        """
        return self._change(client_id, _NOT_REMOVED, {"state": State.ACTIVE.value})

    def review(self, client_id: str) -> Client:
        """Put a client under review; it may call as before.

        Raises
        ------
        UnknownClient
            If there is no such client.
        UnusableClient
            If it is suspended or removed, for a review would let it call again.
        """
        return self._change(client_id, _MAY_CALL, {"state": State.UNDER_REVIEW.value})

    def remove(self, client_id: str) -> Client:
        """End a registration for good: secret and tokens end, the entry stays.

        Raises
        ------
        UnknownClient
            If there is no such client.
        """
        values: Row = {
            "state": State.REMOVED.value,
            "secret_hash": _NO_SECRET,
            "tokens_from": self._clock(),
        }
        return self._change(client_id, frozenset(State), values)

    def override(self, client_id: str, override: Override) -> Client:
        """Give a client limits of its own, in place of all that it had before.

        Raises
        ------
        UnknownClient
            If there is no such client.
        UnusableClient
            If it is removed, or no client can have such limits.
        """
        check_override(override)
        return self._change(client_id, _NOT_REMOVED, dataclasses.asdict(override))

    def accept_terms(
        self, client_id: str, *, terms_version: str, terms_accepted_by: str
    ) -> Client:
        """Note that terms of use were accepted just now, and by whom (R11).

        Raises
        ------
        UnknownClient, UnusableClient
            If there is no such client, it is removed, or a text can't be used.
        """
        texts = checked(terms_version=terms_version, terms_accepted_by=terms_accepted_by)
        values = {**texts, "terms_accepted_at": self._clock()}
        return self._change(client_id, _NOT_REMOVED, values)

    def record_use(self, uses: Mapping[str, float]) -> None:
        """Write down when clients called last; an earlier time changes nothing.

        Parameters
        ----------
        uses : mapping
            From client id to seconds since 1970; unknown ids are passed by.
        """
        self._rows.record_calls(uses)

    def _row(self, client_id: str) -> Row | None:
        # What was never an id may hold characters that a database chokes on.
        return self._rows.one(client_id) if is_client_id(client_id) else None

    def _change(self, client_id: str, states: Collection[State], values: Row) -> Client:
        if not is_client_id(client_id):
            raise UnknownClient(client_id=client_id)
        row, is_changed = self._rows.change(client_id, states, values)
        if row is None:
            raise UnknownClient(client_id=client_id)
        if not is_changed:
            allowed = " or ".join(state.value for state in State if state in states)
            raise UnusableClient(field="state", expected=f"{allowed}, not {row['state']}")
        return client_of(row)

    def _renew_hash(self, client_id: str, secret: str, former: str) -> None:
        if needs_rehash(former):
            self._rows.renew_hash(client_id, former=former, renewed=hash_secret(secret))


def _hash_of(row: Row | None) -> str:
    return _NO_SECRET if row is None else row["secret_hash"]
