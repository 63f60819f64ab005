#!/usr/bin/env bash
# Prints a token. It goes into the header Authorization of every call, and lasts an hour.
#
#     ./get-token.sh --api-url https://coder.example

source "$(dirname "${BASH_SOURCE[0]}")/service.sh"
read_options "$@"

get_token
printf '%s\n' "$token"
