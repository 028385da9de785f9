// Runs a Node.js handler against the Lambda Runtime API, as Lambda's own runtime does.

import http from "node:http";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const env = process.env;
const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");
// An idle connection of the agent does not keep the process alive: so a handler that waits for nothing any more is
// noticed (`beforeExit`).
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, rest, body, headers = {}) {
  return new Promise((resolve) => {
    // The runtime is gone: so is the reason to live.
    const gone = () => process.exit(1);
    if (body !== undefined) headers["Content-Length"] = Buffer.byteLength(body);
    const options = { agent, hostname, port, method, headers, path: `/2018-06-01/runtime/${rest}` };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", gone);
      response.on("aborted", gone);
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.setNoDelay(true);
    request.on("error", gone);
    request.end(body);
  });
}

class Fault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
    this.stack = undefined;
  }
}

// The error as Lambda's Node.js tells it. Anything can be thrown.
function told(error) {
  try {
    if (error instanceof Error || (error && typeof error === "object" && "message" in error && "stack" in error)) {
      const trace = error.stack ? String(error.stack).split("\n") : [];
      return { errorType: String(error.name), errorMessage: String(error.message), trace };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: "handled", errorMessage: "the error can't be shown", trace: [] };
  }
}

function tell(error) {
  const body = told(error);
  console.error(body.trace.length > 0 ? body.trace.join("\n") : `${body.errorType}: ${body.errorMessage}`);
  return JSON.stringify(body);
}

async function load(name) {
  const directory = path.dirname(name);
  const base = path.basename(name);
  const dot = base.indexOf(".");
  if (dot <= 0 || name.includes("..")) throw new Fault("Runtime.MalformedHandlerName", `Bad handler '${name}'`);
  const stem = path.resolve(env.LAMBDA_TASK_ROOT, directory, base.slice(0, dot));
  const file = ["", ".js", ".mjs", ".cjs"].map((end) => stem + end).find((file) => existsSync(file));
  if (!file) throw new Fault("Runtime.ImportModuleError", `Error: Cannot find module '${path.join(directory, base.slice(0, dot))}'`);
  let module;
  try {
    // For CommonJS, all that is exported is in `default`, the rest only as far as Node.js can tell it.
    module = await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    const missing = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code);
    if (missing) throw new Fault("Runtime.ImportModuleError", `Error: ${error.message}`);
    throw error;
  }
  const find = (from) => base.slice(dot + 1).split(".").reduce((found, part) => found?.[part], from);
  const handler = find(module) ?? find(module.default);
  if (handler === undefined) throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

function parse(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault("Runtime.UnmarshalError", `Unable to parse ${what}: ${error.message}`);
  }
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const client = headers["lambda-runtime-client-context"];
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    clientContext: client ? parse(client, "client context") : undefined,
    identity: undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// Ends the present event when the process has nothing left to do, or with an error that nobody caught.
let idle = () => {};
let current;

// What the handler returns or calls back with, whichever comes first.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    context.done = callback;
    context.succeed = resolve;
    context.fail = reject;
    // A callback that never comes is the result null; a promise that never settles is none.
    idle = () => resolve(null);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") {
      idle = () => reject(new Fault("Runtime.NodeJsExit", "The handler waits for something that can't happen"));
      returned.then(resolve, reject);
    } else if (returned !== undefined && handler.length < 3) {
      resolve(returned);
    }
  });
}

function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "null";
  } catch (error) {
    throw new Fault("Runtime.MarshalError", `Unable to stringify response body: ${error.message}`);
  }
}

async function handle(handler, { headers, body }) {
  const trace = headers["lambda-runtime-trace-id"];
  delete env._X_AMZN_TRACE_ID;
  if (trace) env._X_AMZN_TRACE_ID = trace;
  current = headers["lambda-runtime-aws-request-id"];
  let end = "response";
  let answer;
  try {
    answer = stringify(await run(handler, parse(body, "event"), contextOf(headers)));
  } catch (error) {
    end = "error";
    answer = tell(error);
  }
  const id = current;
  current = undefined;
  idle = () => {};
  await call("POST", `invocation/${id}/${end}`, answer, { "Content-Type": "application/json" });
}

// Nobody caught it: the process can't be trusted any more.
function uncaught(kind) {
  return async (error) => {
    const id = current;
    current = undefined;
    const body = tell(error);
    if (id !== undefined) {
      const told = kind ? JSON.stringify({ ...JSON.parse(body), errorType: kind }) : body;
      await call("POST", `invocation/${id}/error`, told, { "Content-Type": "application/json" });
    }
    process.exit(129);
  };
}

async function main() {
  env.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`;
  let handler;
  try {
    handler = await load(env._HANDLER ?? "");
  } catch (error) {
    const body = tell(error);
    const kind = JSON.parse(body).errorType.replace(/[^\x20-\x7e]/g, "?");
    await call("POST", "init/error", body, { "Lambda-Runtime-Function-Error-Type": kind });
    process.exit(1);
  }
  process.on("uncaughtException", uncaught());
  process.on("unhandledRejection", uncaught("Runtime.UnhandledPromiseRejection"));
  process.on("beforeExit", () => idle());
  for (;;) {
    const next = await call("GET", "invocation/next");
    if (next.status !== 200) process.exit(1);
    await handle(handler, next);
  }
}

main();
