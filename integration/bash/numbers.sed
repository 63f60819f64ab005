# Makes texts of numbers, so that jq keeps the digits that they have.
s/("(recordId|codeConfidence)"[[:space:]]*:[[:space:]]*)(-?[0-9][0-9.eE+-]*)/\1"\3"/g
