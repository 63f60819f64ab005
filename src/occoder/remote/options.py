"""How a file is coded with a service."""

from dataclasses import dataclass

from occoder.files.format import Format
from occoder.wire import MAX_SUGGESTIONS_OF_BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is coded with a service; the defaults suit most.

    Parameters
    ----------
    title, tasks : str, optional
        Columns of the texts; guessed from usual names. ``""`` for no tasks.
    topic : str
        What is coded to.
    model : str, optional
        Id of the model; by default the latest when the run begins.
    n_suggestions : int
        0 to 3.
    as_operation : bool or None
        Whether the file goes as an operation instead of calls. None: if it is large.
    is_strict : bool
        Whether to stop before anything is sent when a text would have to be changed or
        left out.
    restart : bool
        Whether to begin anew where an unfinished run is found.
    keep_formulas : bool
        Whether cells of CSV and TSV that a spreadsheet would run are left as they are.
    input_format, output_format : Format, optional
        In place of what the endings of the names say.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    title: str | None = None
    tasks: str | None = None
    topic: str = "osca"
    model: str | None = None
    n_suggestions: int = MAX_SUGGESTIONS_OF_BATCH
    as_operation: bool | None = None
    is_strict: bool = False
    restart: bool = False
    keep_formulas: bool = False
    input_format: Format | None = None
    output_format: Format | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if not 0 <= self.n_suggestions <= MAX_SUGGESTIONS_OF_BATCH:
            raise ValueError(f"n_suggestions must be 0 to {MAX_SUGGESTIONS_OF_BATCH}")
