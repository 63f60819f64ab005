"""What may be assigned: classifications, and the correspondences between them."""

from occoder.classification.bundled import (
    BUNDLED,
    BUNDLED_CODES_ONLY,
    bundled,
    bundled_correspondence,
)
from occoder.classification.classification import (
    Category,
    Classification,
    Level,
    is_residual_title,
)
from occoder.classification.correspondence import STATUSES, Conversion, Correspondence, Map
from occoder.classification.correspondence_table import (
    read_correspondence,
    write_correspondence,
)
from occoder.classification.search import search
from occoder.classification.table import Columns, read_table, write_table

__all__ = [
    "BUNDLED",
    "BUNDLED_CODES_ONLY",
    "STATUSES",
    "Category",
    "Classification",
    "Columns",
    "Conversion",
    "Correspondence",
    "Level",
    "Map",
    "bundled",
    "bundled_correspondence",
    "is_residual_title",
    "read_correspondence",
    "read_table",
    "search",
    "write_correspondence",
    "write_table",
]
