"""The proxies under test and the backend behind them, each set up to do the same work: strip /bench, add
X-Forwarded-For, keep connections alive on both sides, and write a line a request if there is an access log."""
import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import stagegate
from processes import fail, free_port, get, running

BODY = "a fixed answer of about a hundred bytes, so that the hop and not the body is what is measured here ...\n"
ALL = ["stagegate", "nginx", "haproxy"]

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error; {user}
events {{ worker_connections 4096; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000; default_type text/plain;
  log_format line escape=json '{{"time":"$time_iso8601","requestId":"$request_id","ip":"$remote_addr",'
    '"method":"$request_method","path":"$uri","protocol":"$server_protocol","status":$status,'
    '"bytes":$body_bytes_sent,"seconds":$request_time,"upstreamSeconds":"$upstream_response_time"}}';
  access_log {log};
  {http}
}}
"""
# /check shows what reached the backend: path, X-Forwarded-For, and the how-manieth request of its connection.
BACKEND_HTTP = """server {{ listen 127.0.0.1:{port} backlog=4096;
    location / {{ return 200 "{body}"; }}
    location = /check {{ return 200 "$request_uri $http_x_forwarded_for $connection_requests"; }} }}"""
PROXY_HTTP = """upstream backend {{ server 127.0.0.1:{backend}; keepalive 128; keepalive_requests 1000000000; }}
  server {{ listen 127.0.0.1:{port} backlog=4096;
    location /bench/ {{ proxy_pass http://backend/; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }}"""
HAPROXY = """
global
  nbthread 1
  maxconn 4096
  {log}
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:{port} backlog 4096
  {frontend_log}
  http-request replace-path ^/bench/(.*) /\\1
  option forwardfor
  default_backend out
backend out
  http-reuse always
  server backend 127.0.0.1:{backend} pool-max-conn 128
"""
HAPROXY_LINE = (
    '{"time":"%T","requestId":"%ID","ip":"%ci","method":"%HM","path":"%HPO","protocol":"%HV","status":%ST,'
    '"bytes":%B,"milliseconds":%Tr,"upstreamMilliseconds":%Tw}'
)


@dataclass(frozen=True)
class Proxy:
    name: str
    port: int
    pid: int
    log: Path | None  # the access log, when there is one


def program(name: str) -> str:
    # Debian keeps daemons where an ordinary user's PATH does not look.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        fail(f"{name} is missing; `./task prepare bench` installs it")
    return found


def nginx_command(folder: Path, name: str, log: str, http: str) -> list[str]:
    conf = folder / f"{name}.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(NGINX.format(folder=folder, user=user, log=log, http=http))
    return [program("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(conf)]


@contextlib.contextmanager
def backend(folder: Path) -> Iterator[int]:
    """An nginx that answers a fixed body; yields its port."""
    port = free_port()
    (folder / "backend").mkdir()
    http = BACKEND_HTTP.format(port=port, body=BODY.replace("\n", "\\n"))
    command = nginx_command(folder / "backend", "backend", "off", http)
    with running("backend", command, folder / "backend.out", lambda: get(port, "/x") == [(200, BODY)]):
        yield port


def check(name: str, port: int) -> None:
    """Fails unless the proxy does the work all of them are to do."""
    answers = get(port, *["/bench/check"] * 4)
    words = answers[-1][1].split(" ")
    if answers[-1][0] != 200 or words[:2] != ["/check", "127.0.0.1"]:
        fail(f"{name} should send '/check' with X-Forwarded-For '127.0.0.1' to the backend; it answered {answers}")
    if int(words[2]) < 2:
        fail(f"{name} does not keep its connections to the backend alive: {answers}")


@contextlib.contextmanager
def proxy(name: str, core: int, folder: Path, backend_port: int, logged: bool, binary: Path) -> Iterator[Proxy]:
    """Starts the proxy on the core, in a new folder of its own."""
    folder.mkdir()
    port, admin = free_port(), None
    log = folder / "access.log" if logged else None
    output = folder / "output"
    if name == "nginx":
        http = PROXY_HTTP.format(port=port, backend=backend_port)
        command = nginx_command(folder, name, f"{log} line buffer=64k flush=1s" if log else "off", http)
    elif name == "haproxy":
        conf = folder / "haproxy.cfg"
        frontend_log = f"log global\n  unique-id-format %{{+X}}o%ci%cp%Ts%rt\n  log-format {json.dumps(HAPROXY_LINE)}"
        conf.write_text(HAPROXY.format(port=port, backend=backend_port, frontend_log=frontend_log if log else "",
                                       log="log stdout format raw local0 info" if log else ""))
        # It logs to its standard output, which is a file here; a pipe to a log collector would cost about the same.
        output = log or output
        command = [program("haproxy"), "-db", "-f", str(conf)]
    else:
        admin = free_port()
        stagegate.write_manifests(folder, backend_port)
        command = stagegate.command(binary, folder, port, admin, log)
    command = [program("taskset"), "-c", str(core), *command]

    def ready() -> bool:
        return (admin is None or get(admin, "/readyz")[0][0] == 200) and get(port, "/bench/x") == [(200, BODY)]

    with running(name, command, output, ready) as pid:
        check(name, port)
        yield Proxy(name, port, pid, log)
