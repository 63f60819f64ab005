"""Asynchronous batches: operations, their stores, the scan, the coding, the dispatcher."""
