"""Coding whole files: CSV, TSV, JSON Lines, Parquet and XLSX, in and out."""
