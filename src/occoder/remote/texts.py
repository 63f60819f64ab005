"""Which texts there are, each once: a table on disk, so that memory doesn't grow with it."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import batched
from pathlib import Path
from typing import Final, Self
