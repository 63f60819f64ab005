"""What holds for every classification and every correspondence."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occoder.classification import (
    BUNDLED,
    Classification,
    bundled,
    bundled_correspondence,
    read_table,
    search,
    write_table,
)
from occoder.errors import ClassificationFaults

# A busy machine makes no law untrue.
timeless = settings(deadline=None)

PAIRS = [("osca", "anzsco"), ("anzsco", "osca")]
ALL_PAIRS = [
    *PAIRS,
    *((one, "isco-08") for one in BUNDLED),
    *(("isco-08", one) for one in BUNDLED),
]

texts = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='",'),
    min_size=1,
    max_size=8,
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """Draw the parent of each code of a random structure, "" for the top level."""
    codes = draw(st.lists(texts, min_size=1, max_size=12, unique=True))
    return {code: draw(st.sampled_from(["", *codes[:i]])) for i, code in enumerate(codes)}


@st.composite
def prefix_tables(draw: st.DrawFn) -> list[str]:
    """Draw the codes of a table with levels of one, two and four digits."""
    groups = draw(st.lists(st.sampled_from("12345"), min_size=1, unique=True))
    halves = draw(st.lists(st.sampled_from("12345"), min_size=1, unique=True))
    ends = draw(
        st.lists(st.sampled_from(["11", "12", "21", "99"]), min_size=3, unique=True)
    )
    minor = [group + half for group in groups for half in halves]
    return sorted([*groups, *minor, *(code + end for code in minor for end in ends)])


def read(content: str, **options: object) -> Classification:
    """Read a classification from the content of a file."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "table.csv")
        file.write_text(content, encoding="utf-8")
        return read_table(file, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BUNDLED)
def test_every_chain_ends_at_the_top(name: str) -> None:
    """The ancestors of a category are one of each level above it, from level 1 down."""
    classification = bundled(name)
    for category in classification.categories:
        chain = [*classification.ancestors(category.code), category]

        assert list(range(1, category.level + 1)) == [one.level for one in chain]
        assert [None, *(one.code for one in chain[:-1])] == [one.parent for one in chain]


@pytest.mark.parametrize("name", BUNDLED)
def test_children_partition_a_level(name: str) -> None:
    """Every category is the child of one parent, and the finest are all occupations."""
    classification = bundled(name)
    parents = [None, *(one.code for one in classification.categories)]
    children = [child for parent in parents for child in classification.children(parent)]

    assert sorted(children, key=lambda one: one.code) == list(classification.categories)
    assert classification.finest(None) == classification.at_level(5)


@pytest.mark.parametrize("name", BUNDLED)
def test_nfd_codes_stand_beside(name: str) -> None:
    """An nfd code has full length, is no category, and leads back to one group only."""
    classification = bundled(name)
    groups = [one for one in classification.categories if classification.nfd(one.code)]
    codes = [(classification.nfd(one.code) or ("", ""))[0] for one in groups]

    assert {6} == set(map(len, codes))
    assert [] == [code for code in codes if code in classification]
    assert groups == [classification.find(code) for code in codes]


@timeless
@given(trees())
def test_table_survives_writing(tree: dict[str, str]) -> None:
    """A classification of any shape reads back equal after it was written."""
    rows = "".join(f'"{code}","Title {i}","{tree[code]}"\n' for i, code in enumerate(tree))
    original = read("code,title,parent\n" + rows, name="x")
    with TemporaryDirectory() as folder:
        file = Path(folder, "table.csv")
        write_table(original, file)
        first = file.read_bytes()
        again = read_table(file, name="x")
        write_table(again, file)

        assert original == again
        assert first == file.read_bytes()
    assert len(tree) == len(original.categories)


@timeless
@given(prefix_tables(), st.randoms(use_true_random=False))
def test_order_of_lines_is_free(codes: list[str], random: object) -> None:
    """A table gives the same classification in whatever order its lines stand."""
    lines = [f"{code},Title of {code}\n" for code in codes]
    in_order = read("code,title\n" + "".join(lines), name="x")
    random.shuffle(lines)  # type: ignore[attr-defined]

    assert in_order == read("code,title\n" + "".join(lines), name="x")
    assert [1, 2, 3] == [level.number for level in in_order.levels]


@timeless
@given(prefix_tables())
def test_derived_groups_complete_a_table(codes: list[str]) -> None:
    """Groups derived from the finest codes are those of the whole table."""
    finest = "".join(f"{code},Title of {code}\n" for code in codes if len(code) == 4)
    derived = read("code,title\n" + finest, derived_lengths=[1, 2])

    assert codes == [one.code for one in derived.categories]


# Each damage turns the line of a finest category into what is wrong, and is one fault.
DAMAGES: dict[str, Callable[[str, str], str]] = {
    "empty-title": lambda code, _: f"{code},",
    "empty-code": lambda _, title: f",{title}",
    "spaces-in-code": lambda code, title: f"{code[:2]} {code[2:]},{title}",
    "wrong-length": lambda code, title: f"{code},{title},more",
    "missing-parent": lambda code, title: f"9{code[:3]},{title}",
    "code-length": lambda code, title: f"{code[:3]},{title}",
}


@timeless
@given(prefix_tables(), st.data())
def test_every_damage_is_listed(codes: list[str], data: st.DataObject) -> None:
    """However a table is damaged, every fault is listed at once, on its line."""
    lines = [f"{code},Title of {code}" for code in codes]
    expected = []
    # One finest category of each minor group may be damaged: most lines stay as they are.
    victims = [i for i, code in enumerate(codes) if len(code) == 4 and code.endswith("99")]
    for i in victims:
        slug = data.draw(st.sampled_from(["", *DAMAGES]))
        if slug:
            lines[i] = DAMAGES[slug](codes[i], f"Title of {codes[i]}")
            expected.append((i + 2, slug))
    if data.draw(st.booleans()):
        lines.append(lines[0])
        expected.append((len(lines) + 1, "duplicate-code"))
    try:
        read("\n".join(["code,title", *lines]))
        found = []
    except ClassificationFaults as error:
        found = [(fault.line, fault.slug) for fault in error.faults]

    assert expected == found


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_there_and_back_holds_the_start(pair: tuple[str, str]) -> None:
    """An occupation is among those that its targets come back to."""
    there = bundled_correspondence(*pair)
    back = there.reversed()
    for one in there.convert(one.code for one in bundled(pair[0]).finest(None)):
        returned = back.convert(target.target for target in one.targets)

        assert one.code in {m.target for again in returned for m in again.targets}


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_group_becomes_what_its_occupations_become(pair: tuple[str, str]) -> None:
    """A group is converted to exactly the targets of its occupations, whole or merged."""
    there, (source, target) = bundled_correspondence(*pair), map(bundled, pair)
    for group in source.categories:
        (found,) = there.convert([group.code])
        occupations = there.convert(one.code for one in source.finest(group.code))

        assert {m.target for one in occupations for m in one.targets} == {
            fine.code for m in found.targets for fine in target.finest(m.target)
        }


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_group_holds_all_targets(pair: tuple[str, str]) -> None:
    """The group of a conversion is above every target, and no child of it is."""
    there, (source, target) = bundled_correspondence(*pair), map(bundled, pair)
    for one in there.convert(one.code for one in source.categories):
        targets = {m.target for m in one.targets}
        above = [{c, *(a.code for a in target.ancestors(c))} for c in targets]
        shared = set.intersection(*above)

        assert one.group == max(shared, key=lambda c: target[c].level, default=None)


@pytest.mark.parametrize("pair", ALL_PAIRS, ids="-".join)
def test_reversed_twice_is_the_same(pair: tuple[str, str]) -> None:
    """Both directions of a bundled correspondence follow from each other."""
    there = bundled_correspondence(*pair)

    assert there == there.reversed().reversed()
    assert there.reversed() == bundled_correspondence(*reversed(pair))


@timeless
@given(st.sampled_from(bundled("osca").categories), st.data())
def test_own_words_find_a_title(category: object, data: st.DataObject) -> None:
    """Beginnings of words of a title, in any order and case, find its category."""
    words = category.title.split()  # type: ignore[attr-defined]
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    begun = [word[: data.draw(st.integers(2, 20))] for word in chosen]
    sought = data.draw(st.sampled_from([str.upper, str.lower, str]))(" ".join(begun))
    found = search(bundled("osca"), sought)

    # A word of signs alone, such as "-", is no word.
    assert category in found or not any(map(str.isalnum, sought))
