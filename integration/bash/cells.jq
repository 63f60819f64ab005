# From answers to the cells of a CSV file; all four languages here write the same bytes.
#
# Every cell is quoted, rows end in CR LF, and the text is UTF-8 without a mark. Texts that
# people wrote get an apostrophe in front where a spreadsheet would run them as a formula.

def code_fields: "codeCategory", "codeLabel", "codeConfidence";
def columns_of(codes): codes as $code | $code + "." + code_fields;

# Of answers to a call, and of the output of a batch.
def answer_columns:
  ["recordId", "codeStatus", "input.occp_text", "input.tasks_text",
   columns_of("result_1", "result_2", "result_3")];
def output_columns:
  ["recordId", "codeStatus", "error", "input.occp_text", "input.tasks_text",
   columns_of("result", "suggestions_1", "suggestions_2", "suggestions_3")];

# The text that stands under each name; what is no text, or not there, is "".
def cell(names): names as $name | (objects | .[$name] | strings) // "";

# The last four are = + - @ in their full-width forms.
def begins_a_formula:
  .[0:1] | IN("=", "+", "-", "@", "\t", "\r", "\n", "\u0000",
    "\uff1d", "\uff0b", "\uff0d", "\uff20");

# The two texts; the input of a line that is no record has none.
def texts:
  .input | cell("occp_text", "tasks_text") | if begins_a_formula then "'" + . else . end;

# The cells of n codes; those that are not there stay empty.
def codes(n): range(n) as $i | .[$i] | cell(code_fields);

# The cells of an answer to a call, and of a line of the output of a batch.
def answer_cells:
  [cell("recordId", "codeStatus"), texts, (.result | codes(3))];
def output_cells:
  [cell("recordId", "codeStatus", "error"), texts,
   ([.result] | codes(1)), (.suggestions | codes(3))];

# A row. In place of a NUL, which @csv would write as two characters, the slow way is taken.
def row:
  if tojson | contains("\\u0000")
  then map("\"" + (split("\"") | join("\"\"")) + "\"") | join(",")
  else @csv end
  + "\r";
