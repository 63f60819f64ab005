#!/usr/bin/env bash
# Turns the output of a batch into CSV, line by line, so that its size does not matter.
#
#     ./jsonl-to-csv.sh coded.jsonl coded.csv

set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
(($# == 2)) || { echo "Give the input and the output." >&2 && exit 1; }

sed -E -f "$here/numbers.sed" "$1" |
    jq -nr -L "$here" 'include "cells"; output_columns, (inputs | output_cells) | row' \
        > "$2.part" || { echo "$1 is not JSON Lines throughout." >&2 && exit 1; }
mv "$2.part" "$2"
