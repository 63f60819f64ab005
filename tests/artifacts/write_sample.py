"""Write the sample of the current model format: `PYTHONPATH=tests python <this file>`.

To be run once for every format number, before the first release that writes it; what was
released stays as it is. The answers are written beside the model folder.
"""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

from toy_model import small_model

from occoder.coder.artifact import save
from occoder.coder.coder import Coder
from occoder.coder.manifest import FORMAT, Promise

TEXTS = (
    ("head florist", "ties flowers"),
    ("welder", ""),
    ("", "shears and breeds"),
    ("grocer grocer", ""),
    ("o'brien's C++ stair builder", "cuts timber"),
    ("tradie", ""),
    ("manager", "flowers and food"),
    ("retired now", ""),
    ("zzz", ""),
    ("?", ""),
)
PROMISE = Promise(
    max_error=0.05,
    confidence=0.95,
    thresholds=(0.5, 0.625, 0.75),
    n_records=100,
    n_answered=80,
    n_wrong=1,
    upper_bound=0.0577,
    production_rate=0.8,
    production_by_level=(0.1, 0.1, 0.6),
    records="invented",
    method="invented",
)


def main() -> None:
    """Write the model folder and the answers that it gives."""
    folder = Path(__file__).parent / f"format-{FORMAT}"
    shutil.rmtree(folder, ignore_errors=True)
    model = replace(small_model(), promises=(PROMISE,), max_error=PROMISE.max_error)
    save(
        model,
        folder / "model",
        model_version=1,
        released="2026-11-29T00:00:00+00:00",
        documents={"report.json": "{}\n", "MODEL_CARD.md": "# A sample\n"},
    )
    answers = [asdict(record) for record in Coder(model).code(TEXTS)]
    facts = {"texts": TEXTS, "model_id": model.model_id, "answers": answers}
    text = json.dumps(facts, indent=1) + "\n"
    (folder / "answers.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
