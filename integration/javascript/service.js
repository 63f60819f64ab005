// What all scripts here share: options, the token, and calls that are tried again.
//
// Needs Node 20 and `npm install`. Proxies come from the usual variables (HTTPS_PROXY,
// NO_PROXY), and NODE_EXTRA_CA_CERTS names authorities of your own to trust.

import { createReadStream, createWriteStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EnvHttpProxyAgent, request as send } from "undici";

const TIMEOUT_MS = 120_000; // for connecting, and for each wait for some bytes
const WORTH_ANOTHER_TRY = [429, 500, 502, 503, 504];
const PAUSES_S = [2, 4, 8, 16, 32]; // where the service does not say how long to wait

const dispatcher = new EnvHttpProxyAgent({
  connect: { timeout: TIMEOUT_MS },
  headersTimeout: TIMEOUT_MS,
  bodyTimeout: TIMEOUT_MS,
});

/** What ends a script; its text is for the person who runs it. */
export class Failed extends Error {
  constructor(text, status) {
    super(text);
    this.status = status; // what HTTP calls it, where the service answered
  }
}

/** Reads the options that all scripts have; what is left stands in `texts`. */
export function readOptions(usage, nTexts) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "api-url": { type: "string" },
      "auth-url": { type: "string" }, // where tokens come from another host
      topic: { type: "string", default: "osca" }, // or anzsco
      "poll-every": { type: "string", default: "600" },
    },
  });
  if (!values["api-url"] || positionals.length < nTexts) {
    throw new Failed(`How to start it: ${usage}`);
  }
  const apiUrl = values["api-url"].replace(/\/$/, "");
  const authUrl = values["auth-url"]?.replace(/\/$/, "") ?? apiUrl;
  const pollEveryS = Number(values["poll-every"]);
  return { apiUrl, authUrl, topic: values.topic, pollEveryS, texts: positionals };
}

/** The coding service, as one client sees it. */
export class Service {
  #options;
  #token;

  constructor(options) {
    this.#options = options;
  }

  /** Gets a token for the id and secret in the environment; it lasts an hour. */
  async getToken() {
    const { OCCODER_CLIENT_ID: id, OCCODER_CLIENT_SECRET: secret } = process.env;
    if (!id || !secret) {
      throw new Failed("Set OCCODER_CLIENT_ID and OCCODER_CLIENT_SECRET first.");
    }
    const answer = await request("POST", `${this.#options.authUrl}/oauth2/token`, {
      headers: {
        Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    return JSON.parse(answer).access_token;
  }

  /** Calls the API and returns the text of its answer; `body` is JSON, as text. */
  async call(method, path, body) {
    const url = `${this.#options.apiUrl}/v1/topics/${this.#options.topic}/${path}`;
    const hadToken = Boolean(this.#token);
    this.#token ??= await this.getToken();
    // The token stands alone in the header: no "Bearer" before it.
    const headers = { Authorization: this.#token, "Content-Type": "application/json" };
    try {
      return await request(method, url, { headers, body });
    } catch (failure) {
      // 403 also means that the hour of the token is over.
      if (!hadToken || failure.status !== 403) throw failure;
    }
    this.#token = undefined;
    return this.call(method, path, body);
  }
}

/**
 * Sends a request, again where that helps, and returns the text of the answer.
 *
 * `file` is the path of a file to send, and `saveAs` that of a file that takes the answer.
 * Files of any size are sent and saved piece by piece.
 */
export async function request(method, url, { headers, body, file, saveAs }) {
  for (const pauseS of [...PAUSES_S, null]) {
    let problem, status, told;
    try {
      const size = file && { "Content-Length": statSync(file).size };
      const answer = await send(url, {
        ...{ method, dispatcher, headers: { ...headers, ...size } },
        body: file ? createReadStream(file) : body,
      });
      status = answer.statusCode;
      if (status < 300 && saveAs) {
        return await pipeline(answer.body, createWriteStream(saveAs));
      }
      const text = await answer.body.text();
      if (status < 300) return text;
      problem = `The service answered ${status}: ${message(text)}`;
      told = answer.headers["retry-after"];
    } catch (error) {
      // The host only: links for upload and download are secret.
      const host = new URL(url).host;
      problem = `No whole answer from ${host}: ${error.message || error.code}`;
      status = undefined;
    }
    if (pauseS === null || (status && !WORTH_ANOTHER_TRY.includes(status))) {
      throw new Failed(problem, status);
    }
    const waitS = /^\d+$/.test(told) ? Number(told) : pauseS;
    console.error(`${problem}\nTrying again in ${waitS} s.`);
    await sleep(waitS * 1000);
  }
}

/** Returns what the service says in an answer that reports an error. */
function message(text) {
  try {
    const body = JSON.parse(text);
    const parts = [body.message ?? body.Message, body.error, body.error_description];
    parts.push(...(body.errors ?? []).map((one) => one.detail));
    return parts.filter((part) => part).join("\n  ") || text.slice(0, 200);
  } catch {
    const found = /<Message>(.*?)<\/Message>/.exec(text); // from the store of files
    return found ? found[1] : text.slice(0, 200);
  }
}

/** Runs a script: what fails is told in one message, and the exit code is 1. */
export async function run(main) {
  try {
    await main();
  } catch (failure) {
    console.error(failure.message);
    process.exitCode = 1;
  } finally {
    await dispatcher.close();
  }
}
