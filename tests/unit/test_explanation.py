"""Explanations: exact, down to the last weight."""

import pytest
from reference import Reference
from toy_coder import TOY
from toy_model import small_model

from occoder.coder.explanation import Evidence, Explainer, Explanation, Step

EXPLAINER = Explainer(small_model().hsvm, TOY)
REFERENCE = Reference(small_model().hsvm, TOY)
TEXTS = [
    ("head florist", "ties flowers", "112"),
    ("shop shop shop", "a shop", "11"),
    ("wheat grower", "", "121"),
    ("welder", "joins steel", "21"),
    ("florist", "", "221"),
]


@pytest.mark.parametrize(("title", "tasks", "code"), TEXTS)
def test_evidence_adds_up_to_the_margin(title: str, tasks: str, code: str) -> None:
    """What the pieces brought and the bias are the margin, at every step."""
    for step in EXPLAINER.explain(title, tasks, code).steps:
        brought = sum(one.weight for one in step.evidence)

        assert brought + step.bias == pytest.approx(step.margin, abs=1e-5)


@pytest.mark.parametrize(("title", "tasks", "code"), TEXTS)
def test_margins_are_those_of_the_search(title: str, tasks: str, code: str) -> None:
    """A margin is the difference of two decision values, recomputed from the weights."""
    decision_values = REFERENCE.decision_values(title, tasks)
    assert decision_values is not None
    for step in EXPLAINER.explain(title, tasks, code).steps:
        if step.rival is not None:
            chosen, rival = TOY.position(step.chosen.code), TOY.position(step.rival.code)
            expected = decision_values[chosen] - decision_values[rival]

            assert expected == pytest.approx(step.margin, abs=1e-5)


@pytest.mark.parametrize(("title", "tasks", "code"), TEXTS)
def test_rival_is_the_best_sibling(title: str, tasks: str, code: str) -> None:
    """The rival is the one among the siblings with the largest decision value."""
    decision_values = REFERENCE.decision_values(title, tasks)
    assert decision_values is not None
    for step in EXPLAINER.explain(title, tasks, code).steps:
        siblings = TOY.children(step.chosen.parent)
        others = [one for one in siblings if one != step.chosen]
        values = {decision_values[TOY.position(one.code)]: one for one in others}

        assert (values[max(values)] if values else None) == step.rival


def test_steps_lead_down_to_the_category() -> None:
    """There is one step for each level, the broadest first."""
    steps = EXPLAINER.explain("florist", "", "112").steps

    assert ["1", "11", "112"] == [step.chosen.code for step in steps]


def test_only_child_needs_no_evidence() -> None:
    """Where there is no choice there is no rival and nothing to weigh."""
    step = EXPLAINER.explain("joiner", "", "221").steps[-1]

    assert Step(TOY["221"], None, 0.0, 0.0, ()) == step
    assert "221 (only choice)" == str(step)


def test_strongest_evidence_comes_first() -> None:
    """Evidence for and against is in order of its size, each piece once, none empty."""
    evidence = EXPLAINER.explain("head florist", "ties flowers", "112").steps[-1].evidence
    sizes = [abs(one.weight) for one in evidence]

    assert sorted(sizes, reverse=True) == sizes
    assert 0 < min(sizes)
    assert len(sizes) == len({one.text for one in evidence})


def test_words_of_the_text_speak() -> None:
    """What decides a clear case is its own word."""
    step = EXPLAINER.explain("head florist", "", "112").steps[-1]

    assert "florist" in [one.text for one in step.evidence if one.weight > 0][:4]


def test_step_reads_as_a_line() -> None:
    """A step names both categories, the margin, and the strongest pieces."""
    evidence = tuple(Evidence(text, 1.5 - i) for i, text in enumerate("abcde"))
    step = Step(TOY["111"], TOY["112"], 1.25, 0.0, evidence)

    assert "111 over 112 by 1.25: a +1.50, b +0.50, c -0.50, d -1.50" == str(step)
    assert f"{step} | {step}" == str(Explanation((step, step)))


def test_unknown_text_has_no_steps() -> None:
    """Without any known word that is what is said."""
    assert "no known word" == str(Explanation(()))
