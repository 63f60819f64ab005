"""Model folders of the toy topic, for a service to serve."""

from dataclasses import replace
from pathlib import Path

from toy_model import small_model

from occoder.coder.artifact import save


def toy_model_folder(folder: Path, *, number: int = 1, topic: str = "toy") -> Path:
    """Save the toy model below a folder, as a model of its own for each number."""
    model = replace(small_model(), topic=topic, refusal_threshold=0.5 + number / 1000)
    place = folder / f"{number}-{model.model_id[:8]}"
    released = f"2026-11-{number:02}T06:06:44+00:00"
    save(model, place, model_version=number, released=released, documents={})
    return place
