"""The command that tells how long anything has been kept."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def retention(as_json: AsJson = False) -> None:
    """Tell the age of the oldest byte in each store, and how old it may become.

    Exits with 1 where anything is older than that.
    """
    import json
    import os
    import time

    from occoder.batch.batches import DISPATCHER, Batches
    from occoder.batch.retention import kept
    from occoder.cli.operations_text import duration
    from occoder.database import open_database
    from occoder.settings.settings import Settings

    settings = Settings.from_environ(os.environ)
    engine = open_database(settings)
    try:
        stores = kept(Batches.open(settings, engine, DISPATCHER, time.time))
    finally:
        engine.dispose()
    now = time.time()
    ages = {one.store: now - one.oldest_at if one.n_objects else 0.0 for one in stores}
    if as_json:
        facts = [
            {
                "store": str(one.store),
                "objects": one.n_objects,
                "bytes": one.n_bytes,
                "oldestAgeS": round(ages[one.store], 1),
                "limitS": one.limit_s,
            }
            for one in stores
        ]
        typer.echo(json.dumps(facts, indent=2))
    else:
        for one in stores:
            age = f"oldest {duration(ages[one.store])}" if one.n_objects else "empty"
            limit = duration(one.limit_s)
            typer.echo(
                f"{one.store:<10} {one.n_objects:>8} objects {one.n_bytes:>16} bytes  "
                f"{age:<16} at most {limit}"
            )
    if any(ages[one.store] > one.limit_s for one in stores):
        raise typer.Exit(1)
