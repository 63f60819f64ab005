"""Columns of texts, and names of added columns."""

import pytest

from occoder.errors import AmbiguousColumn, InputError, UnknownColumn
from occoder.files.columns import TextColumns, added_columns, text_columns


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["id", "job"], TextColumns("job", None)),
        (["Job Title", "Main-Tasks "], TextColumns("Job Title", "Main-Tasks ")),
        (["OCCP_TEXT", "tasks_text", "job"], TextColumns("OCCP_TEXT", "tasks_text")),
        (["title", "job", "duties"], TextColumns("job", "duties")),
        (["title", "tasks"], TextColumns("title", "tasks")),
    ],
)
def test_usual_names_are_found(columns: list[str], expected: TextColumns) -> None:
    """Usual names are known in any spelling; clearer ones win."""
    assert expected == text_columns(columns)


def test_named_columns_win() -> None:
    """Columns named by the user are taken as they are."""
    assert TextColumns("x", "y") == text_columns(
        ["x", "y", "job", "tasks"], title="x", tasks="y"
    )


def test_empty_tasks_mean_none() -> None:
    """An empty name leaves the tasks out."""
    assert TextColumns("job", None) == text_columns(["job", "tasks"], tasks="")


@pytest.mark.parametrize(
    "options", [{}, {"title": "Job"}, {"title": "a", "tasks": "tasks"}]
)
def test_missing_column_lists_the_others(options: dict[str, str]) -> None:
    """A missing column is an error that lists those there are."""
    with pytest.raises(UnknownColumn) as caught:
        text_columns(["a", "b"], **options)

    assert ("a", "b") == caught.value.columns
    assert "a, b" in str(caught.value)


def test_many_long_names_are_cut() -> None:
    """The list of columns stays short, whatever the first row holds."""
    with pytest.raises(UnknownColumn) as caught:
        text_columns(["x" * 1000] * 100)

    assert len(str(caught.value)) < 1500
    assert "70 more" in str(caught.value)


def test_several_columns_are_ambiguous() -> None:
    """Two usual names of the same trust are not chosen between."""
    with pytest.raises(AmbiguousColumn) as caught:
        text_columns(["job", "occupation", "tasks"])

    assert ("job", "occupation") == caught.value.candidates


def test_texts_need_two_columns() -> None:
    """One column can't be both title and tasks."""
    with pytest.raises(InputError, match="both"):
        text_columns(["job"], title="job", tasks="job")


def test_added_names_in_order() -> None:
    """The added columns have plain names, in the order of the output."""
    (added,) = added_columns(["job"], ["osca"], n_suggestions=1, explain=True)

    assert (
        *("code", "title", "level", "confidence", "status", "reason", "suggestion_1_code"),
        *("suggestion_1_title", "suggestion_1_confidence", "model_id", "classification"),
        "explanation",
    ) == added.names()


def test_topics_stand_in_front() -> None:
    """Two topics have their own names each."""
    osca, anzsco = added_columns([], ["osca", "anzsco"], n_suggestions=0, explain=False)

    assert ("osca_code", "anzsco_reason") == (osca.code, anzsco.reason)
    assert set() == set(osca.names()) & set(anzsco.names())


def test_taken_names_are_avoided() -> None:
    """An added column never has the name of another, whatever the input holds."""
    columns = ["code", "occoder_code", "occoder_code_2", "level"]
    (added,) = added_columns(columns, ["osca"], n_suggestions=0, explain=False)

    assert ("occoder_code_3", "title", "occoder_level") == (
        added.code,
        added.title,
        added.level,
    )
    assert set() == set(added.names()) & set(columns)
