"""What is wrong with an input file as a whole, in the words that its client reads."""

from typing import Final, Self

NO_RECORDS: Final = "Input file contained no records"
_NOT_JSON_LINES: Final = "Input file is not JSON Lines: {}"
_UNKNOWN_FIELDS: Final = "Input file contains fields not accepted by the model: {}"


class InputRefused(Exception):
    """An input file can't be coded at all.

    Parameters
    ----------
    message : str
        Why, for the client: it becomes the ``error`` of the operation (R74).
    """

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)

    @classmethod
    def not_json_lines(cls, why: str) -> Self:
        """Refuse a file that is something else.

        >>> str(InputRefused.not_json_lines("it is compressed"))
        'Input file is not JSON Lines: it is compressed'
        """
        return cls(_NOT_JSON_LINES.format(why))

    @classmethod
    def unknown_fields(cls, names: str) -> Self:
        """Refuse a file whose records have fields that the model does not take."""
        return cls(_UNKNOWN_FIELDS.format(names))
