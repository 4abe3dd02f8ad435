# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The one process: routes each request to the server's own pages, execute-api or moto, and starts and stops it all."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http
import json
import os
import re
import signal
import threading
import time
import types
import urllib.parse
import uuid
from collections.abc import Iterable
from typing import Any

import boto3
import moto
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from local_aws import access, control, guard, identity, journal, lambda_, processes, profile, refusals, settings, sfn
from local_aws.front import Application, Environ, Server, StartResponse
from local_aws.plane import ecs, exchange, execute_api, function_url, lock, scheduler
from local_aws.plane.http import HttpRequest

MOTO_VERSION = "5.2.5"
STOP_SECONDS = 1.5
_EXECUTE_API_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?::\d+)?", re.IGNORECASE)
_EXECUTE_API_PATH = re.compile(r"/_execute-api/([a-z0-9]+)(/.*)?")
_LAMBDA_URL_HOST = re.compile(r"([a-z0-9]+)\.lambda-url\.[a-z0-9-]+\.on\.aws(?::\d+)?", re.IGNORECASE)
_LAMBDA_URL_PATH = re.compile(r"/_lambda-url/([a-z0-9]+)(/.*)?")
# These wait for something that may itself call the API, so they must not hold the lock of the control plane.
_LONG_CALLS = frozenset({"Invoke", "InvokeWithResponseStream", "StartSyncExecution", "TestState", "StartLiveTail"})

Answer = refusals.Answer


class Router:
    """The WSGI application in front of moto."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.started = time.time()
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self.route(environ)
        start_response(f"{status} {_phrase(status)}", headers)
        return [body]

    def route(self, environ: Environ) -> Answer:
        """Answer one request; never raises."""
        path = str(environ["RAW_URI"]).partition("?")[0]
        try:
            if path.startswith("/_local_aws/"):
                return self._own_page(path.removeprefix("/_local_aws/"), environ)
            by_path = _EXECUTE_API_PATH.fullmatch(path)
            if by_path:
                return _execute_api(environ, by_path.group(2) or "/", api_id=by_path.group(1))
            by_path = _LAMBDA_URL_PATH.fullmatch(path)
            if by_path:
                return _function_url(environ, by_path.group(2) or "/", by_path.group(1))
            host = str(environ.get("HTTP_HOST", ""))
            by_host = _LAMBDA_URL_HOST.fullmatch(host)
            if by_host:
                return _function_url(environ, path, by_host.group(1))
            if _EXECUTE_API_HOST.fullmatch(host) or exchange.is_custom_domain(host):
                return _execute_api(environ, path)
            return self._api_call(environ)
        except Exception as error:
            journal.record("http.failure", path=path, error=type(error).__name__)
            return _json(500, {"__type": "InternalFailure", "message": type(error).__name__})

    def _own_page(self, page: str, environ: Environ) -> Answer:
        if page == "health":
            return _json(200, self._health())
        if page.startswith("metadata/"):
            task_id, _, inner = page.removeprefix("metadata/").partition("/")
            found = ecs.metadata(task_id, inner)
            return _json(200, found) if found is not None else _json(404, {"message": "Not Found"})
        if page == "state":
            return _json(200, {"tasks": ecs.controller.state(), "lambda_environments": lambda_.state()})
        if page == "profile" and environ["REQUEST_METHOD"] == "POST":
            try:
                values = json.loads(environ["wsgi.input"].read())
                profile.replace(settings.profile_from(values, settings.current().profile))
            except ValueError as error:
                return _json(400, {"message": str(error)})
        elif page != "profile":
            return _json(404, {"message": f"There is no page {page!r}."})
        return _json(200, settings.current().profile.as_dict())

    def _health(self) -> dict[str, Any]:
        return {
            "status": "ok",
            "run_id": self.run_id,
            "pid": os.getpid(),
            "started": datetime.datetime.fromtimestamp(self.started, datetime.UTC).isoformat(timespec="seconds"),
            "uptime_seconds": round(time.time() - self.started, 1),
            "endpoint": settings.current().endpoint,
            "state_dir": str(settings.current().state_dir),
            "versions": {"moto": moto.__version__, "boto3": boto3.__version__},
        }

    def _api_call(self, environ: Environ) -> Answer:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"].seek(0)
        call = refusals.call_of(environ, body)
        if call is None:
            return _json(403, {"message": "Missing Authentication Token"})
        time.sleep(settings.current().profile.call_delay_ms / 1000)
        started = time.monotonic()
        principal = identity.principal_of(call.access_key)
        refused = self._refused(principal, call, environ, body)
        answer = self._from_moto(call, environ) if refused is None else refusals.denied(call, refused)
        journal.record(
            "api.call",
            service=call.service,
            operation=call.operation,
            status=answer[0],
            ms=round((time.monotonic() - started) * 1000, 1),
            principal=principal.arn if principal else None,
        )
        return answer

    def _refused(
        self, principal: identity.Principal | None, call: refusals.Call, environ: Environ, body: bytes
    ) -> str | None:
        """Why IAM does not let the caller do this; None when it does. A key that nobody has counts as the root user."""
        if principal is None or principal.is_root:
            return None
        with lock.state:
            return access.refused(principal, call, environ, body)

    def _from_moto(self, call: refusals.Call, environ: Environ) -> Answer:
        """What moto answers; a missing operation is a 501, a fault of moto's a 500 that names the exception."""
        guarded = contextlib.nullcontext() if call.operation in _LONG_CALLS else lock.state
        try:
            with guarded:
                application = self._application(environ)
                if application is None:
                    return refusals.not_implemented(call)
                status, headers, body = _run(application, environ)
        except NotImplementedError:
            return refusals.not_implemented(call)
        except Exception as error:
            journal.record(
                "api.failure",
                service=call.service,
                operation=call.operation,
                error=type(error).__name__,
                where=_where(error.__traceback__),
            )
            return refusals.error(call, 500, "InternalFailure", type(error).__name__)
        # moto has no URL for the operation: the framework's own page, not an answer of the service.
        if status in {404, 405} and ("Content-Type", "text/html; charset=utf-8") in headers and b"<!doctype" in body:
            return refusals.not_implemented(call)
        return status, headers, body

    def _application(self, environ: Environ) -> Application | None:
        host = self._moto.infer_service_region_host(environ, str(environ["PATH_INFO"]))
        if not any(pattern.match(f"http://{host}") for _, pattern in self._moto.backend_url_patterns):
            return None
        application: Application = self._moto.get_application(environ)
        return application


def serve() -> None:
    """Run in the foreground until SIGTERM or SIGINT; OSError when the port is taken."""
    if moto.__version__ != MOTO_VERSION:
        raise settings.SettingsError(f"moto {MOTO_VERSION} is required, {moto.__version__} is installed.")
    current = settings.current()
    router = Router(run_id=uuid.uuid4().hex)
    front = Server(current.port, router)
    current.state_dir.mkdir(parents=True, exist_ok=True)
    _write_run_file(router)
    processes.reap_leftovers()
    _apply_patches()

    def stop(*_: object) -> None:
        threading.Thread(target=front.shutdown, name="stop", daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ecs.controller.start()
    scheduler.clock.start()
    journal.record("server.started", port=current.port, pid=os.getpid(), run_id=router.run_id)
    try:
        front.serve_forever(poll_interval=0.1)
    finally:
        front.server_close()
        scheduler.clock.stop()
        sfn.stop()
        ecs.controller.stop()
        lambda_.stop()
        processes.stop_all(STOP_SECONDS)
        (current.state_dir / settings.RUN_FILE).unlink(missing_ok=True)
        journal.record("server.stopped")
        journal.close()


def _apply_patches() -> None:
    os.environ["MOTO_PORT"] = str(settings.current().port)
    # A third of a second at the first EC2 call, for machine images that no container needs.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    control.apply()
    lambda_.apply()
    sfn.apply()
    profile.apply()


def _write_run_file(router: Router) -> None:
    entry = {"pid": os.getpid(), "started": guard.start_time(os.getpid()), "run_id": router.run_id}
    (settings.current().state_dir / settings.RUN_FILE).write_text(json.dumps(entry), encoding="utf-8")


def _execute_api(environ: Environ, path: str, api_id: str | None = None) -> Answer:
    """Hand the request to the data plane; with `api_id`, as if it had come for that API's own host name."""
    request, signed_as = _request(environ, path), None
    if api_id is not None:
        signed_as = _as_signed(environ, request)
        host = f"{api_id}.execute-api.{settings.current().region}.amazonaws.com"
        request = dataclasses.replace(request, headers={**request.headers, "host": host})
    token = identity.signed_as.set(signed_as)
    try:
        response = execute_api.handle(request)
    finally:
        identity.signed_as.reset(token)
    return response.status, response.headers, response.body


def _function_url(environ: Environ, path: str, url_id: str) -> Answer:
    """Hand the request to the function that has the URL with this id."""
    request = _request(environ, path)
    token = identity.signed_as.set(_as_signed(environ, request))
    try:
        response = function_url.handle(request, url_id)
    finally:
        identity.signed_as.reset(token)
    return response.status, response.headers, response.body


def _as_signed(environ: Environ, request: HttpRequest) -> tuple[str, str]:
    """Path and host as the client sent them."""
    return str(environ["RAW_URI"]).partition("?")[0], request.headers.get("host", "")


def _request(environ: Environ, path: str) -> HttpRequest:
    headers = {name[5:].replace("_", "-").lower(): str(environ[name]) for name in environ if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = str(environ["CONTENT_TYPE"])
    return HttpRequest(
        method=str(environ["REQUEST_METHOD"]),
        path=path,
        query_string=str(environ["QUERY_STRING"]),
        headers=headers,
        body=environ["wsgi.input"].read(),
        source_ip=str(environ["REMOTE_ADDR"]),
    )


def _run(application: Application, environ: Environ) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        started.append((status, headers))

    # flask-cors and werkzeug read these as text.
    environ["PATH_INFO"] = str(environ["PATH_INFO"])
    chunks = application(environ, start_response)
    body = b"".join(chunks)
    status, headers = started[-1]
    return int(status.partition(" ")[0]), list(headers), body


def _where(trace: types.TracebackType | None) -> str:
    """File and line of the innermost frame; no values, so nothing secret."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _json(status: int, document: Any) -> Answer:
    return status, [("Content-Type", "application/json")], json.dumps(document).encode()


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return urllib.parse.quote(str(status))
