"""A large file: its texts go to the service as an operation.

The id of an operation is written down before anything else happens, since no call of the
service lists operations. What a service no longer has is made anew, once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from occoder import wire
from occoder.client import Client
from occoder.client.operations import COMPLETE, FAILED, TIMED_OUT
from occoder.errors import (
    InputError,
    OperationFailed,
    RequestRefused,
    TransferRefused,
)
from occoder.remote.download import Gone, fetch_output
from occoder.remote.notes import Notes
from occoder.remote.side_folder import SideFolder
from occoder.remote.state import Operation, State, write_state

MAX_BYTES: Final = 5 * 1024**3

# An operation of so few texts takes a moment, so it is asked for soon.
_FEW_TEXTS: Final = 10_000
_SOON_S: Final = 0.5
_LATER_S: Final = 5.0
_AWAITING: Final = "awaiting_input"


@dataclass(frozen=True, slots=True)
class FileOperation:
    """Codes the texts of a run as an operation.

    Parameters
    ----------
    client : Client
        Of the service.
    folder : SideFolder
        Where the texts are, and the answers go.
    notes : Notes
        Told how far it is.
    """

    client: Client
    folder: SideFolder
    notes: Notes

    def code(self, state: State) -> None:
        """Fetch the answers to all texts, by the operation that was made or a new one.

        Raises
        ------
        OperationFailed
            If the service can't code them.
        RemoteError
            If it does not answer as hoped; another run goes on where this one was.
        InputError
            If there are too many texts for one operation.
        """
        if state.operation is not None:
            self.notes.say(f"going on with operation {_id(state)}")
            try:
                return self._finish(state, is_new=False)
            except Gone as gone:
                self.notes.say(f"operation {_id(state)} is gone: {gone}")
        state = self._make(self._forget(state))
        try:
            self._finish(state, is_new=True)
        except Gone as gone:
            self._forget(state)
            raise OperationFailed(operation_id=_id(state), error=str(gone)) from None

    def _make(self, state: State) -> State:
        n_bytes = self.folder.input.stat().st_size
        if n_bytes > MAX_BYTES:
            raise InputError(
                f"The different texts are {n_bytes:,} bytes, and an operation takes "
                f"{MAX_BYTES:,}. Split the input."
            )
        created = self.client.create_operation(model=state.model.model_id)
        made = replace(state, operation=Operation(created=created))
        write_state(self.folder, made)
        self.notes.say(f"operation {created.operation_id} is made")
        return made

    def _finish(self, state: State, *, is_new: bool) -> None:
        self._upload(state, is_new=is_new)
        status = self._ended(state)
        if status.operation_status == FAILED:
            self._forget(state)
            error = status.error or "the service does not say why"
            raise OperationFailed(operation_id=_id(state), error=error)
        if status.operation_status == TIMED_OUT:
            raise Gone("nothing was uploaded in time")
        fetch_output(
            self.client,
            _id(state),
            status,
            output=self.folder.output,
            notes=self.notes,
        )

    def _upload(self, state: State, *, is_new: bool) -> None:
        """Send the texts, unless they are there: an answer to that may have been lost."""
        operation = state.operation
        if operation is None or operation.is_uploaded:
            return
        n_bytes = self.folder.input.stat().st_size
        if is_new or self._is_awaiting(state):
            try:
                self.client.upload(
                    operation.created,
                    self.folder.input,
                    on_progress=lambda n: self.notes.progress("uploading", n, n_bytes),
                )
            except TransferRefused:
                if is_new and self._is_awaiting(state):
                    raise
                if self._is_awaiting(state):
                    raise Gone("its link takes no upload any more") from None
        uploaded = replace(state, operation=replace(operation, is_uploaded=True))
        write_state(self.folder, uploaded)

    def _is_awaiting(self, state: State) -> bool:
        status = _unless_gone(lambda: self.client.operation_status(_id(state)))
        return status.operation_status == _AWAITING

    def _ended(self, state: State) -> wire.OperationStatus:
        is_small = (state.n_texts or 0) <= _FEW_TEXTS
        return _unless_gone(
            lambda: self.client.wait_for_operation(
                _id(state),
                first_pause_s=_SOON_S if is_small else _LATER_S,
                on_status=self._tell,
            )
        )

    def _tell(self, status: wire.OperationStatus) -> None:
        if status.operation_status != COMPLETE:
            total = status.records_total or None
            self.notes.progress("waiting", status.records_coded or 0, total)

    def _forget(self, state: State) -> State:
        self.folder.output.unlink(missing_ok=True)
        return write_state(self.folder, replace(state, operation=None))


def _id(state: State) -> str:
    return state.operation.created.operation_id if state.operation else ""


def _unless_gone(ask: Callable[[], wire.OperationStatus]) -> wire.OperationStatus:
    try:
        return ask()
    except RequestRefused as error:
        if error.status != 404:
            raise
        raise Gone("the service no longer has it") from None
