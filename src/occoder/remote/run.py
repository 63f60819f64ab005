"""A run: from a file, through a service, to another file."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from occoder import wire
from occoder.client import Client
from occoder.errors import InputError, OtherJob, UnwritableFile
from occoder.files.format import place_of
from occoder.files.replacement import written_to
from occoder.files.source import checked_input
from occoder.files.summary import Summary
from occoder.remote.answers import read_answers
from occoder.remote.as_operation import FileOperation
from occoder.remote.in_calls import code_in_calls
from occoder.remote.joining import join
from occoder.remote.notes import Notes
from occoder.remote.options import Options
from occoder.remote.reading import read_texts
from occoder.remote.side_folder import SideFolder
from occoder.remote.state import Job, State, digest_of, read_state, write_state

# So many different texts go in calls, which take a second each at the slowest.
MANY_TEXTS: Final = 3000

_FIELDS: Final = {"occp_text", "tasks_text"}


class Run:
    """A file that is to be coded with a service.

    Parameters
    ----------
    source, target : str
        Paths of the input and of the output.
    options : Options
        How to code.
    client : Client
        Of the service, with the topic of the options.
    service : str
        Its address: with another one, a run is another run.
    notes : Notes
        Told what happens.
    """

    def __init__(
        self,
        source: str,
        target: str,
        options: Options,
        *,
        client: Client,
        service: str,
        notes: Notes,
    ) -> None:
        self._source = _checked_source(source, options)
        self._target = _checked_target(target, options)
        self._options = options
        self._client = client
        self._service = service
        self._notes = notes
        self.folder = SideFolder(self._target)

    def run(self) -> Summary:
        """Code the file and write the output, whole or not at all.

        A run that is ended at any point, also from outside, goes on where it was when it
        is made again. What it needs for that is in a folder beside the output until then.

        Raises
        ------
        OtherJob
            If an unfinished run with the same output is another one.
        JobUnderWay
            If it isn't unfinished but under way.
        UncleanTexts
            If texts are not as they are to be, and that is to stop it.
        RemoteError
            If the service does not answer as hoped.
        InputError, NotFound
            If the input can't be read, or the output can't be written.
        """
        is_of_use = True
        try:
            with self.folder.held(), written_to(self.folder.path):
                try:
                    return self._run()
                finally:
                    is_of_use = self.folder.state.exists()
        finally:
            if not is_of_use:
                self.folder.remove()

    def _run(self) -> Summary:
        started = time.perf_counter()
        state = self._begun()
        state = state if state.n_texts is not None else self._read(state)
        state = state if state.is_answered else self._answered(state)
        summary = self._joined(state, started)
        self.folder.clear()
        return summary

    def _begun(self) -> State:
        """Return how far the run is, which is nowhere if it is new."""
        state = None if self._options.restart else read_state(self.folder)
        job = self._job()
        if state is None:
            self.folder.clear()
            model = self._model()
            return write_state(self.folder, State(job=job, model=model))
        if differing := job.differing(state.job):
            raise OtherJob(folder=self.folder.path, differing=differing)
        self._notes.say(f"going on with the run that {self.folder.path} holds")
        return self._other_way(state)

    def _other_way(self, state: State) -> State:
        """Return the state for calls instead of an operation, or so, if that is wanted."""
        wanted = self._options.as_operation
        if wanted in (None, state.as_operation) or state.is_answered:
            return state
        self.folder.output.unlink(missing_ok=True)
        return write_state(
            self.folder, replace(state, as_operation=bool(wanted), operation=None)
        )

    def _read(self, state: State) -> State:
        """Write down the texts, all of them or none; say what is to be said of them."""
        self.folder.texts.unlink(missing_ok=True)
        try:
            found = read_texts(
                self._source,
                self._target,
                self._options,
                model=state.model,
                folder=self.folder,
                notes=self._notes,
            )
        except BaseException:
            self.folder.clear()
            raise
        for line in found.lines():
            self._notes.say(line)
        if self._options.is_strict and found.counts:
            self.folder.clear()
            raise found.refusal()
        as_operation = self._options.as_operation
        if as_operation is None:
            as_operation = found.n_texts > MANY_TEXTS
        return write_state(
            self.folder,
            replace(state, n_texts=found.n_texts, as_operation=as_operation),
        )

    def _answered(self, state: State) -> State:
        """Get the answers to all texts."""
        if not state.n_texts:
            self.folder.output.touch()
        elif state.as_operation:
            FileOperation(self._client, self.folder, self._notes).code(state)
        else:
            code_in_calls(self._client, state, self.folder, self._notes)
        # Anew: what was made meanwhile stands in it.
        latest = read_state(self.folder) or state
        return write_state(self.folder, replace(latest, is_answered=True))

    def _joined(self, state: State, started: float) -> Summary:
        """Write the output."""
        answers = read_answers(
            self.folder.output,
            self.folder.answers,
            n_texts=state.n_texts or 0,
            notes=self._notes,
        )
        return join(
            self._source,
            self._target,
            self._options,
            model=state.model,
            answers=answers,
            folder=self.folder,
            notes=self._notes,
            started=started,
        )

    def _job(self) -> Job:
        options = self._options
        stated = options.input_format
        return Job(
            digest=digest_of(Path(self._source)),
            service=self._service,
            topic=options.topic,
            model=options.model,
            title=options.title,
            tasks=options.tasks,
            input_format=stated.value if stated else None,
        )

    def _model(self) -> wire.Model:
        """Return the model that is to code."""
        wanted = self._options.model
        if wanted is None:
            model = self._client.latest_model()
        else:
            model = _of_id(self._client.models(), wanted)
        if not _FIELDS <= set(model.input_format):
            raise InputError(
                f"Model {model.model_id} takes {', '.join(model.input_format)}; this "
                f"command has {' and '.join(sorted(_FIELDS))} to give."
            )
        return model


def _of_id(models: Sequence[wire.Model], wanted: str) -> wire.Model:
    for model in models:
        if model.model_id.lower() == wanted.lower():
            return model
    known = ", ".join(model.model_id for model in models) or "none"
    raise InputError(f"The service has no model {wanted} for this topic; it has: {known}.")


def _checked_source(source: str, options: Options) -> str:
    place = place_of(source, stated=options.input_format)
    if place.path is None or not checked_input(place).is_file():
        raise InputError(
            "A file is read twice when it is coded with a service, so it can't be a pipe. "
            "Write it to a file first."
        )
    return source


def _checked_target(target: str, options: Options) -> Path:
    path = place_of(target, stated=options.output_format).path
    if path is None or (path.exists() and not path.is_file()):
        problem = "coding with a service writes to a file, so that it can go on with it"
        raise UnwritableFile(target=target, problem=problem)
    if not path.resolve().parent.is_dir():
        raise UnwritableFile(target=target, problem="its folder doesn't exist")
    return path
