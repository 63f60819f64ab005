"""Coding one chunk of an operation, in a process that can open nothing else."""
