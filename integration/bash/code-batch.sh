#!/usr/bin/env bash
# Codes up to 300 records at once, and writes the answers as CSV (or JSON).
#
#     ./code-batch.sh --api-url https://coder.example ../sample.jsonl coded.csv
#
# The input has one record a line. One that is refused fails them all, and the message says
# which; the first has the index 0. An output that ends in .json gets the answer as it came.

here=$(dirname "${BASH_SOURCE[0]}")
source "$here/service.sh"
read_options "$@"
[[ ${#arguments[@]} == 2 ]] || fail 'Give the input and the output.'
input=${arguments[0]} output=${arguments[1]}

[[ -f $input ]] || fail "There is no $input."
records=$(sed $'1s/^\xEF\xBB\xBF//; /^[[:space:]]*$/d' "$input" | tr -d '\r' | paste -sd ,)
call code "{\"records\":[$records],\"numberOfSuggestions\":3}"
if [[ $output == *.json ]]; then
    cp "$folder/answer" "$output"
else
    sed -E -f "$here/numbers.sed" "$folder/answer" |
        jq -r -L "$here" 'include "cells"; answer_columns, (.[] | answer_cells) | row' \
            > "$output.part"
    mv "$output.part" "$output"
fi
