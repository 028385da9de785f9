"""Runs a Python handler against the Lambda Runtime API, as Lambda's own runtime does."""

import decimal
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

PREFIX = b"/2018-06-01/runtime/"


class Fault(Exception):
    """An error of ours or of the function's shape, with Lambda's name for it."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.message, self.trace = kind, message, list(trace)


class Api:
    """One keep-alive connection. By hand, because http.client writes head and body apart."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.host = address.encode()
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def call(self, method, path, body=b"", headers=b""):
        head = b"%s %s%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n" % (
            method, PREFIX, path, self.host, len(body), headers)
        try:
            self.socket.sendall(head + body)
            status = int(self.file.readline().split(b" ", 2)[1])
            found = {}
            while (line := self.file.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                found[name.strip().lower().decode("latin-1")] = value.strip().decode("utf-8", "replace")
            body = self.file.read(int(found["content-length"]))
        except (OSError, IndexError, KeyError, ValueError):
            # The runtime is gone: so is the reason to live, whatever threads the handler has left.
            os._exit(1)
        return status, found, body


class Object:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        return "%s(%r)" % (type(self).__name__, self.__dict__)


class LambdaContext(Object):
    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def client_context(text):
    if not text:
        return None
    try:
        given = json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse Client Context JSON: %s" % error)
    client = given.get("client")
    names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    client = Object(**{name: client.get(name) for name in names}) if client else None
    return Object(custom=given.get("custom"), env=given.get("env"), client=client)


def context(headers):
    env = os.environ
    return LambdaContext(
        function_name=env.get("AWS_LAMBDA_FUNCTION_NAME"),
        function_version=env.get("AWS_LAMBDA_FUNCTION_VERSION"),
        memory_limit_in_mb=env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        log_group_name=env.get("AWS_LAMBDA_LOG_GROUP_NAME"),
        log_stream_name=env.get("AWS_LAMBDA_LOG_STREAM_NAME"),
        invoked_function_arn=headers.get("lambda-runtime-invoked-function-arn"),
        aws_request_id=headers["lambda-runtime-aws-request-id"],
        client_context=client_context(headers.get("lambda-runtime-client-context")),
        identity=None,
        _deadline=int(headers.get("lambda-runtime-deadline-ms", "0")),
    )


class Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, decimal.Decimal):
            return int(value) if value == value.to_integral_value() and value.is_finite() else float(value)
        return super().default(value)


def dump(value):
    try:
        return json.dumps(value, ensure_ascii=False, cls=Encoder).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair: no UTF-8, but JSON has a way to write it.
        return json.dumps(value, cls=Encoder).encode()


def result(value):
    if isinstance(value, bytes):
        return value
    try:
        return dump(value)
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def told(error, request_id=""):
    """The error as Lambda's Python tells it, without this file's frames at the top."""
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            frames = frames[1:]
        kind, message, trace = type(error).__name__, str(error), traceback.format_list(frames)
    lines = ["[ERROR] %s: %s" % (kind, message)]
    if trace:
        lines += ["Traceback (most recent call last):"] + [line.rstrip("\n") for line in trace]
    sys.stdout.write("\n".join(lines) + "\n")
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def load(name):
    module, dot, function = name.rpartition(".")
    if not dot or not module:
        raise Fault("Runtime.MalformedHandlerName",
                    "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict",
                    "Cannot use built-in module %s as a handler module" % module)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error), trace)
    try:
        return getattr(loaded, function)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module))


class RequestId(logging.Filter):
    current = ""

    def filter(self, record):
        record.aws_request_id = RequestId.current
        return True


def set_up_logging():
    """Lambda's root handler, without which `logging` says nothing below WARNING."""
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestId())
    logging.getLogger().addHandler(handler)


def main():
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    os.environ["AWS_EXECUTION_ENV"] = "AWS_Lambda_python%d.%d" % sys.version_info[:2]
    # The function's directory takes the place of this file's.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    set_up_logging()
    try:
        handler = load(os.environ.get("_HANDLER", ""))
    except Exception as error:
        body = told(error)
        flush()
        kind = b"Lambda-Runtime-Function-Error-Type: %s\r\n" % body["errorType"].encode("ascii", "replace")
        api.call(b"POST", b"init/error", dump(body), kind)
        os._exit(1)
    while True:
        status, headers, body = api.call(b"GET", b"invocation/next")
        if status != 200:
            os._exit(1)
        request_id = headers["lambda-runtime-aws-request-id"]
        RequestId.current = request_id
        os.environ.pop("_X_AMZN_TRACE_ID", None)
        if "lambda-runtime-trace-id" in headers:
            os.environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
        path = b"invocation/%s/" % request_id.encode()
        try:
            given = context(headers)
            try:
                event = json.loads(body)
            except ValueError as error:
                raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
            answer = result(handler(event, given))
        except Exception as error:
            answer = dump(told(error, request_id))
            path += b"error"
        else:
            path += b"response"
        flush()
        api.call(b"POST", path, answer, b"Content-Type: application/json\r\n")


if __name__ == "__main__":
    main()
