// Codes a file of any number of records: create, upload, wait, download.
//
// Only partners may do this. Input and output have one record a line. What was begun
// stands in a file beside the output: run the same command again after a crash, and it
// goes on. It asks every ten minutes how far the work is, or every --poll-every SECONDS.

import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failed, readOptions, request, run, Service } from "./service.js";

const USAGE =
  "node code-file.js --api-url https://coder.example ../sample.jsonl coded.jsonl";

/** Writes down what was begun, for you only: it also holds the link for the upload. */
function note(began, operation) {
  writeFileSync(began, JSON.stringify(operation), { mode: 0o600 });
}

/** Creates an operation, and notes its id at once: nobody can look it up later. */
async function begin(service, began) {
  const operation = JSON.parse(await service.call("POST", "batch-code", "{}"));
  note(began, operation);
  return operation;
}

/** Sends the file. The last two headers show that it comes from who began. */
async function upload({ operationId, requestUploadUrl, bucketKmsKeyArn }, file, began) {
  const headers = {
    "Content-Type": "application/json",
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": bucketKmsKeyArn,
  };
  await request("PUT", requestUploadUrl, { headers, file });
  note(began, { operationId });
}

/** Returns the answer that has the links, once the operation is complete. */
async function wait(service, operationId, pollEveryS) {
  for (;;) {
    const answer = await service.call("GET", `batch-code/operations/${operationId}`);
    const { operationStatus: state, error, ...links } = JSON.parse(answer);
    console.log(new Date().toTimeString().slice(0, 8), state);
    if (state === "complete") return links;
    if (state === "failed" || state === "timed_out") {
      const why = error ?? "no file was uploaded in time";
      throw new Failed(`Operation ${operationId} ${state}: ${why}`);
    }
    await sleep(pollEveryS * 1000);
  }
}

/** Saves what a link leads to; the link is the permission, so no token goes with it. */
async function download(url, path) {
  await request("GET", url, { saveAs: `${path}.part` });
  renameSync(`${path}.part`, path);
}

run(async () => {
  const options = readOptions(USAGE, 2);
  const [input, output] = options.texts;
  const service = new Service(options);
  const began = `${output}.operation`;
  statSync(input); // before anything is begun for a file that is not there
  statSync(dirname(output));

  try {
    const operation = existsSync(began)
      ? JSON.parse(readFileSync(began, "utf8"))
      : await begin(service, began);
    if (operation.requestUploadUrl) await upload(operation, input, began);
    const links = await wait(service, operation.operationId, options.pollEveryS);
    await download(links.responseDownloadUrl, output);
    if (links.metadataDownloadUrl) {
      // It tells which model coded.
      await download(links.metadataDownloadUrl, `${output}.metadata.json`);
    }
  } catch (failure) {
    const hint = `Run this again to go on, or delete ${began} first to begin anew.`;
    throw existsSync(began) ? new Failed(`${failure.message}\n${hint}`) : failure;
  }
  rmSync(began);
});
