// Codes up to 300 records at once, and writes the answers as CSV (or JSON).
//
// The input has one record a line. One that is refused fails them all, and the message
// says which; the first has the index 0. An output that ends in .json gets the answer as
// it came.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import { ANSWER_COLUMNS, answerCells, csvOptions, readJson } from "./cells.js";
import { readOptions, run, Service } from "./service.js";

const USAGE =
  "node code-batch.js --api-url https://coder.example ../sample.jsonl coded.csv";

run(async () => {
  const options = readOptions(USAGE, 2);
  const [input, output] = options.texts;
  const lines = readFileSync(input, "utf8").replace(/^\uFEFF/, "").split("\n");
  const records = lines.map((line) => line.trim()).filter(Boolean).join(",");
  const body = `{"records":[${records}],"numberOfSuggestions":3}`;
  const answer = await new Service(options).call("POST", "code", body);
  const rows = readJson(answer).map(answerCells);
  const csv = stringify(rows, csvOptions(ANSWER_COLUMNS));
  writeFileSync(`${output}.part`, output.endsWith(".json") ? answer : csv);
  renameSync(`${output}.part`, output);
});
