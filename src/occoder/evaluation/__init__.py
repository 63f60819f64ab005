"""How good a coder is: rates by level, calibration, promises, comparison, report."""
