// Turns the output of a batch into CSV, line by line, so that its size does not matter.
//
//     node jsonl-to-csv.js coded.jsonl coded.csv

import { createReadStream, createWriteStream, renameSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { csvOptions, OUTPUT_COLUMNS, outputCells, readJson } from "./cells.js";
import { Failed, run } from "./service.js";

/** Cuts a stream into lines. Node's readline cuts at some characters of texts as well. */
async function* linesOf(stream) {
  let rest = "";
  for await (const piece of stream) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  yield rest;
}

/** Turns lines into cells. */
async function* rowsOf(lines) {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const json = number === 1 ? line.replace(/^\uFEFF/, "") : line;
    if (!json.trim()) continue;
    try {
      yield outputCells(readJson(json));
    } catch {
      throw new Failed(`Line ${number} of the input is not JSON.`);
    }
  }
}

run(async () => {
  const [input, output] = process.argv.slice(2);
  if (!output) throw new Failed("How to start it: node jsonl-to-csv.js INPUT OUTPUT");
  await pipeline(
    createReadStream(input, "utf8"),
    linesOf,
    rowsOf,
    stringify(csvOptions(OUTPUT_COLUMNS)),
    createWriteStream(`${output}.part`),
  );
  renameSync(`${output}.part`, output);
});
