"""`occoder model`: the models of the catalogue."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from occoder.catalogue import Entry

app = typer.Typer(no_args_is_help=True, help="List, show, verify and retire models.")

Topic = Annotated[str, typer.Option(help="Topic of the model.")]
ModelId = Annotated[
    str | None,
    typer.Argument(help="Id of a model, or its beginning.", show_default="the one in use"),
]


@app.command("list")
def list_models() -> None:
    """List all models, the newest of each topic first."""
    from occoder.catalogue import Catalogue

    catalogue = Catalogue()
    topics = catalogue.topics()
    if not topics:
        typer.echo(
            f"no models in {catalogue.home}; the first use of a bundled topic makes one"
        )
    for topic in topics:
        latest = catalogue.latest(topic)
        for entry in catalogue.entries(topic):
            manifest = entry.manifest
            state = "retired" if entry.is_retired else "active"
            if latest and entry.folder == latest.folder:
                state = "in use"
            facts = manifest.classification
            typer.echo(
                f"{topic:<10} {manifest.model_version:>3}  {manifest.model_id}  {state:<8}"
                f"{manifest.released[:10]}  {facts.name} {facts.version}"
            )


@app.command()
def show(model_id: ModelId = None, topic: Topic = "osca") -> None:
    """Show the card of a model: what it was trained on, reached and promises."""
    from occoder.training.card import CARD

    entry = _entry(topic, model_id)
    typer.echo((entry.folder / CARD).read_text(encoding="utf-8"))
    typer.echo(f"Folder: {entry.folder}")


@app.command()
def verify(model_id: ModelId = None, topic: Topic = "osca") -> None:
    """Check that no file of a model was changed, and that it loads."""
    from occoder.coder.artifact import load
    from occoder.errors import DamagedModel

    entry = _entry(topic, model_id)
    model_id = load(entry.folder).model_id
    manifest = entry.manifest
    if model_id != manifest.model_id:
        problem = "it names another model"
        raise DamagedModel(folder=entry.folder, file="manifest.json", problem=problem)
    typer.echo(f"{model_id}: {len(manifest.files)} files as they were written")


@app.command()
def retire(
    model_id: Annotated[str, typer.Argument(help="Id of a model.")], topic: Topic = "osca"
) -> None:
    """Take a model out of use; the newest other one of its topic is in use then."""
    from occoder.catalogue import Catalogue

    catalogue = Catalogue()
    entry = catalogue.retire(topic, model_id)
    typer.echo(f"{entry.manifest.model_id} is retired")
    latest = catalogue.latest(topic)
    typer.echo(f"in use: {latest.manifest.model_id if latest else 'none'}")


def _entry(topic: str, model_id: str | None) -> "Entry":
    from occoder.loading import locate

    return locate(topic, model_id=model_id)
