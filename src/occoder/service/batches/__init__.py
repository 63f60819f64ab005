"""Asynchronous batches, as clients see them (user guide, section 8)."""
