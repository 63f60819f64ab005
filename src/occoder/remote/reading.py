"""The first pass over an input: every different text is written down, to be sent."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from occoder import wire
from occoder.coder.coded import CodedBatch
from occoder.files import code_file
from occoder.files.code_file import FileRun
from occoder.remote.asked_coder import AskedCoder, is_to_be_coded, nothing_coded
from occoder.remote.categories import classification_of
from occoder.remote.notes import Notes
from occoder.remote.options import Options
from occoder.remote.precheck import Noticing, Precheck
from occoder.remote.side_folder import SideFolder
from occoder.remote.texts import TextTable, key_of

_ENCODE: Final = msgspec.json.Encoder().encode


class TextWriter:
    """Writes every text that it is asked about and does not know, as a line to be sent.

    Parameters
    ----------
    texts : TextTable
        Which texts there are.
    sink : binary file
        Where the lines go.
    n_levels : int
        Of the classification.
    """

    def __init__(self, texts: TextTable, sink: BinaryIO, n_levels: int) -> None:
        self._texts = texts
        self._sink = sink
        self._n_levels = n_levels

    def answer(
        self, titles: Sequence[str], tasks: Sequence[str], n_ranked: int
    ) -> CodedBatch:
        """Take in the texts of some rows; nothing is coded yet."""
        first = self._texts.n_texts
        pairs = {
            key_of(*pair): pair
            for pair in zip(titles, tasks, strict=True)
            if is_to_be_coded(*pair)
        }
        new = self._texts.add(list(pairs))
        self._sink.writelines(
            _line(*pairs[key], number) for number, key in enumerate(new, start=first)
        )
        return nothing_coded(len(titles), self._n_levels, n_ranked)


def read_texts(
    source: str,
    target: Path,
    options: Options,
    *,
    model: wire.Model,
    folder: SideFolder,
    notes: Notes,
) -> Precheck:
    """Write down every different text of an input, and return what was noticed.

    Raises
    ------
    NoSuchFile, UnreadableFile, UnknownFormat, UnknownColumn, AmbiguousColumn
        If the input can't be coded as it is.
    UnwritableFile
        If the output is the input, or can't be written.
    """
    classification = classification_of(options.topic, model)
    with TextTable(folder.texts) as texts, folder.input.open("wb") as sink:
        writer = TextWriter(texts, sink, len(classification.levels))
        coder = AskedCoder(options.topic, model.model_id, classification, writer.answer)
        run = opened_run(source, target, options, coder)
        for line in run.check():
            notes.say(line)
        noticing = _looked_through(run, notes)
        sink.flush()
        os.fsync(sink.fileno())
        return noticing.result(str(run.source), n_texts=texts.n_texts)


def opened_run(source: str, target: Path, options: Options, coder: AskedCoder) -> FileRun:
    """Return an input that is open, with what it takes to write an output."""
    return code_file.open_run(
        source,
        str(target),
        code_file.Options(
            title=options.title,
            tasks=options.tasks,
            topics=[options.topic],
            n_suggestions=options.n_suggestions,
            keep_formulas=options.keep_formulas,
            input_format=options.input_format,
            output_format=options.output_format,
        ),
        load=lambda topic, *, model_id=None: coder,
    )


def _looked_through(run: FileRun, notes: Notes) -> Noticing:
    noticing = Noticing(run.texts, run.added[0].status)
    pieces = run.route.pieces(run.plan, run.coders, run.texts, run.added, n_workers=1)
    with closing(run.route), closing(pieces):
        for piece, counted in pieces:
            noticing.look(piece, counted)
            notes.progress("reading", run.route.position(), run.route.size)
    return noticing


def _line(title: str, tasks: str, number: int) -> bytes:
    """Return a line to be sent: every line has all the fields, as operations want it."""
    return _ENCODE(wire.Record(title, tasks, str(number))) + b"\n"
