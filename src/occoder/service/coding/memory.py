"""Memory after loading: what stays is left alone, what was needed is given back."""

import ctypes
import gc
import sys


def settle_memory() -> None:
    """Take all that is loaded for lasting, and give the rest back to the system.

    Looking through models and code for garbage would stop calls for nearly a tenth of a
    second now and then. And the C library keeps what loading needed for a moment, some
    60 MB for two topics, unless it is told (glibc only; elsewhere nothing happens).
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
