// From answers to the cells of a CSV file; all four languages here write the same bytes.
//
// Every cell is quoted, rows end in CR LF, and the text is UTF-8 without a mark. Texts that
// people wrote get an apostrophe in front where a spreadsheet would run them as a formula.

const CODE_FIELDS = ["codeCategory", "codeLabel", "codeConfidence"];
const TEXTS = ["occp_text", "tasks_text"];

const columnsOf = (...codes) =>
  codes.flatMap((code) => CODE_FIELDS.map((field) => `${code}.${field}`));

// Of answers to a call, and of the output of a batch.
export const ANSWER_COLUMNS = [
  ...["recordId", "codeStatus", "input.occp_text", "input.tasks_text"],
  ...columnsOf("result_1", "result_2", "result_3"),
];
export const OUTPUT_COLUMNS = [
  ...["recordId", "codeStatus", "error", "input.occp_text", "input.tasks_text"],
  ...columnsOf("result", "suggestions_1", "suggestions_2", "suggestions_3"),
];

// The last four are = + - @ in their full-width forms.
const BEGINS_A_FORMULA = /^[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]/;

// Makes texts of numbers, so that they keep the digits that they have.
const NUMBERS = /("(?:recordId|codeConfidence)"\s*:\s*)(-?[0-9][0-9.eE+-]*)/g;

/** Returns what a text of JSON holds; ids and confidences are texts. */
export function readJson(text) {
  return JSON.parse(text.replace(NUMBERS, '$1"$2"'));
}

/** Returns the cells of an answer to a call. */
export function answerCells(record) {
  return [
    ...["recordId", "codeStatus"].map((name) => cell(record, name)),
    ...texts(record),
    ...codes(record.result, 3),
  ];
}

/** Returns the cells of a line of the output of a batch. */
export function outputCells(record) {
  return [
    ...["recordId", "codeStatus", "error"].map((name) => cell(record, name)),
    ...texts(record),
    ...codes([record.result], 1),
    ...codes(record.suggestions, 3),
  ];
}

/** Returns how csv-stringify has to write. */
export function csvOptions(columns) {
  return {
    ...{ columns, header: true, quoted: true, quoted_empty: true },
    record_delimiter: "windows",
  };
}

/** Returns the text that stands under a name; what is no text, or not there, is "". */
function cell(value, name) {
  return typeof value?.[name] === "string" ? value[name] : "";
}

/** Returns the two texts; the input of a line that is no record has none. */
function texts(record) {
  return TEXTS.map((name) => cell(record.input, name)).map((text) =>
    BEGINS_A_FORMULA.test(text) ? `'${text}` : text,
  );
}

/** Returns the cells of n codes; those that are not there stay empty. */
function codes(found, n) {
  const padded = Array.from({ length: n }, (_, i) => found?.[i]);
  return padded.flatMap((code) => CODE_FIELDS.map((field) => cell(code, field)));
}
