"""Coded records as a gold set."""

from toy_coder import TOY

from occoder.training.gold import exact_match, gold_set
from occoder.training.record_file import RecordRow
from occoder.training.records import CodedRecords, check_records


def records(*rows: tuple[str, str, str]) -> CodedRecords:
    """Return records of (title, tasks, code)."""
    numbered = [RecordRow(line, *row) for line, row in enumerate(rows)]
    return check_records(numbered, TOY, source="", keep_contradictions=True)


TRAINED_ON = records(
    ("Grocer", "sells", "111"),
    ("florist", "", "112"),
    ("", "shears", "122"),
    ("grocer", "", "11"),
)
GOLD = records(
    ("GROCER", "sells", "111"),
    ("grocer", "stacks", "111"),
    ("Florist.", "roses", "112"),
    ("", "shears", "122"),
    ("joiner", "shears", "221"),
)


def test_seen_is_by_title() -> None:
    """A record is seen by its title, and by its tasks only where it has no title."""
    gold = gold_set(GOLD, TRAINED_ON, name="gold.csv", sha256="ab")

    assert gold.seen is not None
    assert [True, True, True, True, False] == gold.seen.tolist()
    assert (GOLD.codes, GOLD.keys(), "gold.csv") == (gold.codes, gold.keys, gold.name)


def test_unknown_training_is_not_unseen() -> None:
    """Without the training texts nothing is said about seen and unseen."""
    assert gold_set(GOLD, None, name="", sha256="").seen is None


def test_exact_match_prefers_title_and_tasks() -> None:
    """Title and tasks together are looked up first, then the title alone."""
    (found,) = exact_match(GOLD, TRAINED_ON, TOY).values()
    codes = [TOY.categories[i].code if i >= 0 else "-" for i in found.tolist()]

    assert ["111", "11", "112", "122", "-"] == codes
