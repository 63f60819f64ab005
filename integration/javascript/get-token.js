// Prints a token. It goes into the header Authorization of every call, and lasts an hour.

import { readOptions, run, Service } from "./service.js";

run(async () => {
  const options = readOptions("node get-token.js --api-url https://coder.example", 0);
  console.log(await new Service(options).getToken());
});
