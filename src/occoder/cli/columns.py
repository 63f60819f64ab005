"""The columns of coded records, as options name them."""

from occoder.training.record_file import RecordColumns


def record_columns(
    topic: str, title: str | None, tasks: str | None, code: str | None
) -> RecordColumns:
    """Return the columns to read: those named, else the usual ones.

    The column of codes may also have the name of the topic.
    """
    usual = RecordColumns()
    return RecordColumns(
        title or usual.title, tasks or usual.tasks, code or (*usual.code, topic)
    )
