// The smallest runtime for Node: the handler that is named runs the events, one at a time.
"use strict";

const http = require("node:http");
const path = require("node:path");

const agent = new http.Agent({ keepAlive: true });

function call(method, target, body) {
  return new Promise((resolve, reject) => {
    const { SCF_RUNTIME_API: host, SCF_RUNTIME_API_PORT: port } = process.env;
    const request = http.request({ agent, host, port, method, path: target }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve(Buffer.concat(pieces).toString()));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function main() {
  const [file, name] = process.argv[2].split(".");
  const handler = require(path.resolve(file))[name];
  await call("POST", "/runtime/init/ready", " ");
  for (;;) {
    const event = JSON.parse(await call("GET", "/runtime/invocation/next"));
    const response = await handler(event, {});
    await call("POST", "/runtime/invocation/response", JSON.stringify(response));
  }
}

main();
