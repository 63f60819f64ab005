"""`occoder classification`: look into classifications, check and convert them."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.classification import (
        Category,
        Classification,
        Conversion,
        Correspondence,
    )

app = typer.Typer(
    no_args_is_help=True,
    help="Look into classifications, check your own, convert codes between them.",
)


class Kind(StrEnum):
    """What a workbook of the ABS holds."""

    STRUCTURE = "structure"
    INDEX = "index"
    CORRESPONDENCE = "correspondence"


Topic = Annotated[
    str | None, typer.Option(help="osca (the default) or anzsco.", show_default=False)
]
OwnClassification = Annotated[
    Path | None,
    typer.Option(
        "--classification",
        help="Look into this CSV file instead.",
        exists=True,
        dir_okay=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="A code of any level, or an nfd code.")],
    topic: Topic = None,
    classification: OwnClassification = None,
    as_json: AsJson = False,
) -> None:
    """Show a category: its place, what it holds, and what meets it elsewhere.

    Without --topic, a code that OSCA doesn't have is looked for in ANZSCO.
    """
    from occoder.cli.classification_text import category_facts, category_page

    searched = _searched(topic, classification)
    name, found, category = _first_with(code, searched)
    correspondences = _correspondences_of(name)
    if as_json:
        _echo_json(category_facts(category, found, correspondences))
        return
    if found is not (wanted := searched[0][1]):
        typer.echo(f"{wanted} has no category {code}; this is {found}.\n")
    for line in category_page(category, found, correspondences):
        typer.echo(line)
    for line in _namesakes(code, searched, found):
        typer.echo(line)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words, or beginnings of words.")],
    topic: Topic = None,
    classification: OwnClassification = None,
    as_json: AsJson = False,
) -> None:
    """List the categories whose title has every word, best first."""
    from occoder.classification import search as find
    from occoder.cli.classification_text import category_brief, titled

    (_, where), *_ = _searched(topic, classification)
    found = find(where, " ".join(words))
    if as_json:
        _echo_json([category_brief(one, where) for one in found])
        return
    for one in found:
        typer.echo(titled(one.code, where))
    if not found:
        typer.echo(f"No title in {where} has words that begin like this.", err=True)
        raise typer.Exit(1)


@app.command()
def check(
    file: Annotated[
        Path,
        typer.Argument(help="CSV file of codes and titles.", exists=True, dir_okay=False),
    ],
    code: Annotated[str, typer.Option(help="Column of codes.")] = "code",
    title: Annotated[str, typer.Option(help="Column of titles.")] = "title",
    parent: Annotated[str, typer.Option(help="Column of parents, if any.")] = "parent",
    derive: Annotated[
        str,
        typer.Option(
            metavar="LENGTHS", help="Derive missing groups of these lengths: 1,2,3,4."
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the checked table here.")
    ] = None,
) -> None:
    """Check a CSV file of codes and titles, and list every fault it has."""
    from occoder.classification import Columns, read_table, write_table
    from occoder.cli.classification_text import table_summary
    from occoder.errors import ClassificationFaults

    columns = Columns(code=code, title=title, parent=parent)
    try:
        checked = read_table(file, columns=columns, derived_lengths=_lengths(derive))
    except ClassificationFaults as error:
        for fault in error.faults:
            typer.echo(f"{file}:{fault.line}: {fault.message} ({fault.slug})")
        typer.echo(f"faults: {len(error.faults)}", err=True)
        raise typer.Exit(1) from error
    for line in table_summary(checked):
        typer.echo(line)
    if output:
        write_table(checked, output)


@app.command()
def convert(
    codes: Annotated[
        list[str], typer.Argument(help="Codes, files with a code a line, or -.")
    ],
    source: Annotated[str, typer.Option("--from", help="osca, anzsco, isco-08.")] = "",
    target: Annotated[str, typer.Option("--to", help="osca, anzsco, isco-08.")] = "",
    table: Annotated[
        Path | None,
        typer.Option(
            help="CSV file of another correspondence.", exists=True, dir_okay=False
        ),
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, a row a target.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Convert codes to another classification, and show where one becomes several."""
    from occoder.cli.classification_text import conversion_counts, conversion_facts

    correspondence = _correspondence(source, target, table)
    conversions = correspondence.convert(_codes(codes, correspondence))
    if as_json:
        _echo_json([conversion_facts(one, correspondence) for one in conversions])
    else:
        _echo_conversions(conversions, correspondence, as_csv=as_csv)
    typer.echo(conversion_counts(conversions), err=True)


@app.command("import")
def import_workbook(
    workbook: Annotated[
        Path, typer.Argument(help="XLSX file of the ABS.", exists=True, dir_okay=False)
    ],
    kind: Annotated[Kind, typer.Option(help="What the workbook holds.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV file to write.")],
    sheet: Annotated[str, typer.Option(help="Read this sheet only.")] = "",
) -> None:
    """Turn a workbook of the ABS into a CSV file for this program."""
    from occoder import classification
    from occoder.classification import workbook as abs_workbook

    match kind:
        case Kind.STRUCTURE:
            structure = abs_workbook.import_structure(workbook, sheet=sheet)
            classification.write_table(structure, output)
            typer.echo(f"{output}: {len(structure.categories)} categories")
        case Kind.INDEX:
            index = abs_workbook.import_index(workbook, sheet=sheet)
            abs_workbook.write_index(index, output)
            typer.echo(f"{output}: {len(index)} titles")
        case Kind.CORRESPONDENCE:
            correspondence = abs_workbook.import_correspondence(workbook, sheet=sheet)
            classification.write_correspondence(correspondence, output)
            typer.echo(f"{output}: {len(correspondence.maps)} rows")


def _searched(
    topic: str | None, file: Path | None
) -> "list[tuple[str | None, Classification]]":
    """Return the classifications to look into, in order, each with its topic."""
    from occoder.classification import BUNDLED, bundled, read_table

    if file:
        return [(None, read_table(file))]
    return [(name, bundled(name)) for name in ([topic] if topic else BUNDLED)]


def _first_with(
    code: str, searched: "Sequence[tuple[str | None, Classification]]"
) -> "tuple[str | None, Classification, Category]":
    from occoder.errors import UnknownCategory

    for name, classification in searched:
        if category := classification.find(code):
            return name, classification, category
    names = " or ".join(str(classification) for _, classification in searched)
    raise UnknownCategory(code=code, classification=names)


def _namesakes(
    code: str,
    searched: "Sequence[tuple[str | None, Classification]]",
    shown: "Classification",
) -> Iterator[str]:
    """Say what the same code means in the other classifications looked into."""
    for name, other in searched:
        if other is not shown and (category := other.find(code)):
            yield ""
            yield f"In {other}, {code} is {category.title} (--topic {name})."


def _correspondences_of(name: str | None) -> "list[Correspondence]":
    from occoder.classification import BUNDLED, BUNDLED_CODES_ONLY, bundled_correspondence

    if name is None:
        return []
    others = (other for other in (*BUNDLED, *BUNDLED_CODES_ONLY) if other != name)
    return [bundled_correspondence(name, other) for other in others]


def _correspondence(source: str, target: str, table: Path | None) -> "Correspondence":
    from occoder.classification import bundled_correspondence, read_correspondence

    if table and not source and not target:
        return read_correspondence(table)
    if source and target and not table:
        return bundled_correspondence(source, target)
    raise typer.BadParameter("Give either --from and --to, or --table.")


def _codes(words: Sequence[str], correspondence: "Correspondence") -> Iterator[str]:
    """Yield the codes given as words, and the first cell of each line of files."""
    for word in words:
        if word == "-":
            yield from _codes_in(sys.stdin.read(), correspondence)
        elif Path(word).is_file():
            text = Path(word).read_text(encoding="utf-8-sig", errors="replace")
            yield from _codes_in(text, correspondence)
        else:
            yield word


def _codes_in(text: str, correspondence: "Correspondence") -> list[str]:
    """Return the first cell of each line; a first line that names no code is a heading."""
    lines = csv.reader(text.splitlines())
    codes = [cells[0].strip() for cells in lines if cells and cells[0].strip()]
    has_heading = not any(map(str.isdigit, codes[0])) if codes else False
    if has_heading and correspondence.convert(codes[:1])[0].status == "unknown":
        return codes[1:]
    return codes


def _lengths(listed: str) -> list[int]:
    try:
        return [int(length) for length in listed.split(",") if length]
    except ValueError:
        raise typer.BadParameter("--derive takes code lengths, such as 1,2,3,4.") from None


def _echo_conversions(
    conversions: "Sequence[Conversion]", correspondence: "Correspondence", *, as_csv: bool
) -> None:
    from occoder.cli import classification_text as text

    if as_csv:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(text.CONVERSION_HEADINGS)
        for one in conversions:
            writer.writerows(text.conversion_rows(one, correspondence))
        typer.echo(table.getvalue(), nl=False)
        return
    for one in conversions:
        for line in text.conversion_lines(one, correspondence):
            typer.echo(line)


def _echo_json(facts: object) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
