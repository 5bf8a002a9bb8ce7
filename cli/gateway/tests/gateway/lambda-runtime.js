#!/usr/bin/env node
// The smallest runtime of AWS Lambda for Node: the handler that is named runs the events, one at a
// time. As a `bootstrap`, without a name, it returns the event.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;

async function load(name) {
  if (name === undefined) return async (event) => ({ statusCode: 200, body: JSON.stringify(event) });
  const dot = name.lastIndexOf(".");
  const base = path.resolve(name.slice(0, dot));
  const file = [".js", ".mjs"].map((end) => base + end).find((file) => fs.existsSync(file));
  return (await import(pathToFileURL(file)))[name.slice(dot + 1)];
}

async function main() {
  const handler = await load(process.argv[2]);
  for (;;) {
    const next = await fetch(`${base}next`);
    const awsRequestId = next.headers.get("lambda-runtime-aws-request-id");
    const output = await handler(await next.json(), { awsRequestId });
    await fetch(`${base}${awsRequestId}/response`, {
      method: "POST",
      body: JSON.stringify(output),
    });
  }
}

main();
