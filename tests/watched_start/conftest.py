"""Keeps these modules from being collected: they are for processes that tests start."""

collect_ignore_glob = ["*.py"]
