export set inputFile="example.jsonl"
export set outputFile="example.csv"
echo "recordId,codeStatus,error,input.occp_text,input.tasks_text,result.codeCategory,result.codeLabel,result.codeConfidence,suggestions_1.codeCategory,suggestions_1.codeLabel,suggestions_1.codeConfidence,suggestions_2.codeCategory,suggestions_2.codeLabel,suggestions_2.codeConfidence,suggestions_3.codeCategory,suggestions_3.codeLabel,suggestions_3.codeConfidence" > $outputFile
jq -s '.' $inputFile | jq -r '
  .[] |
  [
    .recordId // "",
    .codeStatus // "",
    .error // "",
    .input.occp_text // "",
    .input.tasks_text // "",
    .result.codeCategory // "",
    .result.codeLabel // "",
    .result.codeConfidence // "",
    .suggestions[0].codeCategory // "",
    .suggestions[0].codeLabel // "",
    .suggestions[0].codeConfidence // "",
    .suggestions[1].codeCategory // "",
    .suggestions[1].codeLabel // "",
    .suggestions[1].codeConfidence // "",
    .suggestions[2].codeCategory // "",
    .suggestions[2].codeLabel // "",
    .suggestions[2].codeConfidence // ""
  ] | @csv
' >> $outputFile
