// Codes one record and prints the answer.

import { readOptions, run, Service } from "./service.js";

const USAGE =
  'node code-one.js --api-url https://coder.example "software developer" "writing code"';

run(async () => {
  const options = readOptions(USAGE, 1);
  const [title, tasks] = options.texts;
  const record = { occp_text: title, tasks_text: tasks }; // what is undefined is not sent
  const body = JSON.stringify({ record, numberOfSuggestions: 3 });
  const answer = await new Service(options).call("POST", "code", body);
  console.log(JSON.stringify(JSON.parse(answer), null, 2));
});
