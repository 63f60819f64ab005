"""Coded records in, a calibrated model out."""
