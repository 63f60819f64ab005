"""`occoder classification` shows and finds categories."""

import json

from classification_command import lines, run

from occoder.classification import bundled
from occoder.cli.classification_text import category_page
from occoder.errors import UnknownCategory


def test_show_tells_all_of_a_group() -> None:
    """A group is shown with its place, facts, nfd code, children and correspondences."""
    assert [
        "OSCA 2024",
        "",
        "2       Professionals",
        "27      ICT Professionals",
        "273     ICT Programmers, Analysts, Architects and Engineers",
        "2733    Software and Applications Engineers",
        "",
        "unit group (level 4 of 5)",
        "nfd code: 273300  Software and Applications Engineers nfd",
        "",
        "It holds 3:",
        "  273331  Cloud Engineer",
        "  273332  DevOps Engineer",
        "  273333  Software Engineer",
        "",
        "In ANZSCO 2022 (6 categories, all in 261 "
        "Business and Systems Analysts, and Programmers):",
        "  261212  Web Developer (part of it)",
        "  261311  Analyst Programmer",
        "  261312  Developer Programmer",
        "  261313  Software Engineer (part of it)",
        "  261316  Devops Engineer",
        "  261399  Software and Applications Programmers nec",
        "",
        "In ISCO-08 (codes only, 2 categories, all beginning with 251):",
        "  2512 (part of it)",
        "  2514",
    ] == lines("show", "2733")


def test_show_tells_the_residual() -> None:
    """A residual category is said to be one."""
    residual = "residual: what fits nothing else in its group"

    assert f"occupation (level 5 of 5), skill level 5, {residual}" in lines(
        "show", "899999"
    )


def test_show_warns_of_namesake() -> None:
    """A code that ANZSCO gives another meaning is shown with that meaning too."""
    shown = lines("show", "2613")

    assert "2613    Social Workers" in shown
    assert (
        "In ANZSCO 2022, 2613 is Software and Applications Programmers (--topic anzsco)."
        == shown[-1]
    )


def test_show_falls_back_on_anzsco() -> None:
    """A code that OSCA doesn't have is shown from ANZSCO, and that is said first."""
    shown = lines("show", "261313")

    assert "OSCA 2024 has no category 261313; this is ANZSCO 2022." == shown[0]
    assert "261313  Software Engineer" in shown


def test_show_takes_nfd_codes() -> None:
    """An nfd code shows its group."""
    assert lines("show", "273300") == lines("show", "2733")


def test_show_says_where_it_looked() -> None:
    """An unknown code is an error that names the classifications looked into."""
    error = run("show", "999").exception
    assert isinstance(error, UnknownCategory)
    assert "OSCA 2024 or ANZSCO 2022" == error.classification

    error = run("show", "261313", "--topic", "osca").exception
    assert isinstance(error, UnknownCategory)
    assert "OSCA 2024" == error.classification


def test_show_gives_json() -> None:
    """For machines the same facts come as JSON."""
    facts = json.loads(run("show", "2733", "--json").stdout)

    assert ("OSCA", "2733", "unit group", False) == (
        facts["classification"],
        facts["code"],
        facts["level_name"],
        facts["is_residual"],
    )
    assert "273300" == facts["nfd"]["code"]
    assert ["2", "27", "273"] == [one["code"] for one in facts["ancestors"]]
    assert ["273331", "273332", "273333"] == [one["code"] for one in facts["children"]]
    assert {"code": "2514", "title": "", "partial": False} in facts["correspondences"][
        "ISCO-08"
    ]
    assert json.loads(run("show", "273333", "--json").stdout)["nfd"] is None


def test_search_lists_codes_and_titles() -> None:
    """Found categories are listed, best first."""
    expected = ["273333  Software Engineer", "2733    Software and Applications Engineers"]

    assert expected == lines("search", "soft", "eng")
    assert ["2613    Social Workers"] == lines("search", "social workers")
    facts = json.loads(run("search", "software", "eng", "--json").stdout)
    assert [("273333", 5), ("2733", 4)] == [(one["code"], one["level"]) for one in facts]


def test_search_that_finds_nothing_fails() -> None:
    """Nothing found is exit code 1 with a sentence, and nothing on stdout."""
    result = run("search", "zzz", "--topic", "anzsco")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "No title in ANZSCO 2022 has words that begin like this.\n" == result.stderr


def test_pages_exist_for_all_categories() -> None:
    """Every category of both classifications can be shown."""
    for name in ("osca", "anzsco"):
        for category in bundled(name).categories:
            page = list(category_page(category, bundled(name), []))

            assert any(category.title in line for line in page)
