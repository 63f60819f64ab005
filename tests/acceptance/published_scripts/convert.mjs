import { readFileSync, writeFileSync } from "fs";
import { stringify } from "csv-stringify/sync";

// Read code results from API
const data = readFileSync("example.jsonl", "utf-8")
  .split("\n").filter(Boolean).map(JSON.parse);

// Gather column names and flatten JSON objects
const columns = ["recordId", "codeStatus", "error"];
for (let inputField of ["occp_text", "tasks_text"]) {
  columns.push(`input.${inputField}`);
  data.map((record) => { record[`input.${inputField}`] = record.input
      ? record.input[inputField] : null;
  });
}
const codeFields = ["codeCategory", "codeLabel", "codeConfidence"];
for (let codeField of codeFields) {
  columns.push(`result.${codeField}`);
  data.map((record) => { record[`result.${codeField}`] = record.result
      ? record.result[codeField] : null;
  });
}
for (let i = 0; i < 3; i++) {
  for (let codeField of codeFields) {
    columns.push(`suggestions_${i + 1}.${codeField}`);
    data.map((record) => { record[`suggestions_${i + 1}.${codeField}`] =
        record.suggestions && record.suggestions[i]
          ? record.suggestions[i][codeField] : null;
    });
  }
}

// Output to CSV file
writeFileSync(
  "example.csv",
  stringify(data, {
    header: true,
    columns: columns,
  }),
);
