"""The figure on the first screen of the README, from the recorded results."""

import re
from collections.abc import Mapping
from typing import Any, Final

from benchmark_page import ROOT, newest
from benchmark_page.goals import SURVEY
from benchmark_page.tables import share

README: Final = ROOT / "README.md"
_HEADLINE: Final = re.compile(r"(?<=<!-- by docs/generate.py -->\n).*?(?=\n\n)", re.DOTALL)


def with_headline(readme: str) -> str:
    """Return the README with the newest figure under its mark."""
    result = newest("quality", "osca")
    return _HEADLINE.sub(_headline(result["figures"]), readme) if result else readme


def _headline(topics: Mapping[str, Any]) -> str:
    survey = topics["osca"]["sets"][SURVEY]
    coded, right = share(survey["given"]["production"]), share(survey["given"]["agreement"])
    return (
        f"Of {survey['n_records']:,} simulated survey answers it codes {coded} %, "
        f"and {right} % of these codes are right (95 % intervals).\n"
        "They resemble the training texts, so expect less of real ones: "
        "the [benchmarks](docs/reference/benchmarks.md) say what was measured and how."
    )
