"""Texts in, answers out."""

import numpy as np
import pytest
from stand_in_coder import StandInCoder, load_stand_in

from occoder.files.answers import CodeRows, Plan, Rows, code_rows, written_categories
from occoder.files.outcome import OUTCOMES, outcome_of

OSCA = load_stand_in("osca")
FAULT = outcome_of("too few cells")


def plan(coder: StandInCoder = OSCA, *, level: int = 5, explain: bool = False) -> Plan:
    """Return a plan with two suggestions."""
    return Plan(
        load=load_stand_in,
        models=((coder.topic, coder.model_id),),
        thresholds=(coder.thresholds,),
        n_suggestions=2,
        suggestion_levels=(level,),
        nfd=False,
        explain=explain,
    )


def rows(*titles: str | None, faults: dict[int, int] | None = None) -> Rows:
    """Return rows with these titles and no tasks."""
    return Rows(list(titles), None, faults or {})


def reasons(*titles: str | None, faults: dict[int, int] | None = None) -> list[str | None]:
    """Return the reasons that these titles are not coded."""
    coded = code_rows(plan(), [OSCA], rows(*titles, faults=faults))
    return [OUTCOMES[outcome][1] for outcome in coded.answers[0].outcome]


def test_answers_are_the_coders() -> None:
    """What the coder says is passed on, confidence in ten-thousandths."""
    batch = OSCA.code_texts(["nurse", "doubt 2"], n_ranked=2)
    (answers,) = code_rows(plan(), [OSCA], rows("nurse", "doubt 2")).answers

    assert batch.category.tolist() == answers.category.tolist()
    assert [8600, 8900] == answers.confidence.tolist()
    assert batch.ranked[:, 4].tolist() == answers.suggested.tolist()
    assert [[8600, 4300], [2000, 1000]] == answers.suggested_confidence.tolist()
    assert [0, 0] == answers.outcome.tolist()


def test_texts_are_prepared_first() -> None:
    """The coder sees plain texts."""
    typed, plainly = (
        code_rows(plan(), [OSCA], rows(" né  nurse\n", "ne nurse")).answers[0].category
    )

    assert typed == plainly


def test_reasons_are_told() -> None:
    """Empty and short texts, the coder's refusals and faults have their reasons."""
    expected = ["empty", "too short", "retired", "low confidence", "too few cells", None]

    assert expected == reasons(
        "", "ab", "retired", "doubt 0", "nurse", "nurse", faults={4: FAULT}
    )


def test_refused_rows_have_no_answer() -> None:
    """A row without a text, or at fault, has no code, confidence or suggestion."""
    (answers,) = code_rows(
        plan(), [OSCA], rows(None, "a", "nurse", faults={2: FAULT})
    ).answers

    assert [-1, -1, -1] == answers.category.tolist() == answers.confidence.tolist()
    assert np.all(answers.suggested == -1) and np.all(answers.suggested_confidence == -1)


def test_suggestions_are_of_the_level() -> None:
    """Suggestions are categories of the level asked for."""
    (answers,) = code_rows(plan(level=2), [OSCA], rows("nurse", "cook")).answers
    levels = {OSCA.classification.categories[i].level for i in answers.suggested.flat}

    assert {2} == levels


def test_every_topic_answers() -> None:
    """Each coder answers every row, and they are counted apart."""
    anzsco = load_stand_in("anzsco")
    both = Plan(
        load=load_stand_in,
        models=(("osca", "x"), ("anzsco", "y")),
        thresholds=(OSCA.thresholds, anzsco.thresholds),
        n_suggestions=0,
        suggestion_levels=(5, 5),
        nfd=False,
        explain=False,
    )
    coded = CodeRows(both).bind([OSCA, anzsco])(rows("nurse"))

    assert (
        anzsco.code_texts(["nurse"]).category.tolist() == coded.answers[1].category.tolist()
    )
    assert (
        1 == coded.counts[("coded", "osca", "5")] == coded.counts[("coded", "anzsco", "5")]
    )


def test_explanations_are_written() -> None:
    """Every row with a text gets its explanation."""
    coded = code_rows(plan(explain=True), [OSCA], rows("sick nurse", "", "retired"))

    assert ["sick + nurse", None, "retired"] == coded.answers[0].explanations


def test_everything_is_counted() -> None:
    """The counts add up to the rows."""
    titles = [
        "nurse",
        "doubt 2",
        "",
        "a",
        "né nurse",
        "x " * 90,
        "cook / maid",
        "retired",
        "nurse",
    ]
    counts = code_rows(plan(), [OSCA], rows(*titles, faults={8: FAULT})).counts
    expected = {
        ("rows",): 9,
        ("empty",): 1,
        ("too short",): 1,
        ("transliterated",): 1,
        ("cut",): 1,
        ("several jobs",): 1,
        ("error", "too few cells"): 1,
        ("coded", "osca", "2"): 1,
        ("coded", "osca", "5"): 4,
        ("not coded", "osca", "empty"): 1,
        ("not coded", "osca", "too short"): 1,
        ("not coded", "osca", "retired"): 1,
    }

    assert expected == {key: n for key, n in counts.items() if n}


@pytest.mark.parametrize(
    ("nfd", "expected"),
    [(False, ("11", 2)), (True, ("110000", 2))],
)
def test_groups_may_be_nfd(nfd: bool, expected: tuple[str, int]) -> None:
    """With nfd a group has its supplementary code; its level stays."""
    written = written_categories(OSCA.classification, nfd=nfd)
    code, _, level = written[OSCA.classification.position("11")]

    assert expected == (code, level)


def test_occupations_have_no_nfd() -> None:
    """A category without children is written as it is, also with nfd."""
    last = OSCA.classification.categories[-1]

    assert (last.code, last.title, 5) == written_categories(OSCA.classification, nfd=True)[
        -1
    ]
