"""What keeps a file from being read, coded or written."""

from collections.abc import Sequence

from occoder.errors.branches import InputError, NotFound, OccoderError


class AmbiguousColumn(InputError):
    """Several columns have a usual name for the same text."""

    slug = "ambiguous-column"

    def __init__(self, *, option: str, candidates: Sequence[str]) -> None:
        self.option = option
        self.candidates = tuple(candidates)
        super().__init__(
            f"Several columns could hold the {option}: {', '.join(candidates)}. "
            f"Name one with --{option}."
        )


class UnknownColumn(InputError):
    """A table lacks the column that holds the texts."""

    slug = "unknown-column"

    def __init__(self, *, option: str, wanted: str | None, columns: Sequence[str]) -> None:
        self.option = option
        self.wanted = wanted
        self.columns = tuple(columns)
        missing = (
            f'column "{wanted}"' if wanted is not None else f"usual name for the {option}"
        )
        shown = ", ".join(name[:40] for name in columns[:30])
        more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
        super().__init__(
            f"There is no {missing} among the columns: {shown}{more}. "
            f"Name the column with --{option}."
        )


class UnknownFormat(InputError):
    """The name of a file doesn't tell a format that can be coded."""

    slug = "unknown-format"

    def __init__(self, *, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(
            f'The format of "{name}" is not known. A name ends in {", ".join(known)}; text '
            f"formats also in .gz or come through a pipe. State another file's format with "
            f"--input-format or --output-format."
        )


class UnreadableFile(InputError):
    """A file is damaged, or not of the format it claims."""

    slug = "unreadable-file"

    def __init__(self, *, source: str, problem: str) -> None:
        self.source = source
        self.problem = problem
        super().__init__(f"{source} can't be read: {problem}.")


class UnwritableFile(InputError):
    """An output can't be written where it was asked for."""

    slug = "unwritable-file"

    def __init__(self, *, target: str, problem: str) -> None:
        self.target = target
        self.problem = problem
        super().__init__(f"{target} can't be written: {problem}. Nothing was written.")


class NoSuchFile(NotFound):
    """An input file is not there."""

    slug = "no-such-file"

    def __init__(self, *, source: str) -> None:
        self.source = source
        super().__init__(f"There is no file {source}. Check its name and folder.")


class WorkerDied(OccoderError):
    """A process that codes was ended from outside, often for lack of memory."""

    slug = "worker-died"

    def __init__(self, *, n_workers: int) -> None:
        self.n_workers = n_workers
        super().__init__(
            f"One of {n_workers} coding processes ended early; the system may lack memory. "
            f"Try again with --workers 1. (A script that codes files with several workers "
            f'must do so below `if __name__ == "__main__":`.)'
        )
