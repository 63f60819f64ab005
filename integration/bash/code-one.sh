#!/usr/bin/env bash
# Codes one record and prints the answer.
#
#     ./code-one.sh --api-url https://coder.example "software developer" "writing code"

source "$(dirname "${BASH_SOURCE[0]}")/service.sh"
read_options "$@"
title=${arguments[0]-} tasks=${arguments[1]-}
[[ $title ]] || fail 'Give what the job is called, and what is done in it.'

body=$(jq -cn --arg title "$title" --arg tasks "$tasks" '{
    record: ({occp_text: $title} + if $tasks == "" then {} else {tasks_text: $tasks} end),
    numberOfSuggestions: 3
}')
call code "$body"
jq . "$folder/answer"
