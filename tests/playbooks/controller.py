# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A stand-in for the API of an automation controller: it keeps what it is given, and notes every call that changes it.

It knows no rights, no jobs and no validation beyond that of surveys. Collections, filters by field, associations and
the special addresses are those that the modules of awx.awx use.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

API = "/api/v2/"
TOKEN = "token-of-the-test"
# Collection -> type of its items, as AWX says it; these are also what a workflow or a schedule may start.
TYPES = {"job_templates": "job_template", "workflow_job_templates": "workflow_job_template", "projects": "project"}


@dataclass
class Controller:
    """Everything that the controller has. calls: method and path of each call that changes something."""

    url: str = ""
    items: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def named(self, collection: str) -> dict[str, dict[str, Any]]:
        """Return name -> item of a collection."""
        return {item.get("name") or item["identifier"]: item for item in self.items.get(collection, {}).values()}

    def add(self, collection: str, given: dict[str, Any]) -> dict[str, Any]:
        number = 1 + max((key for items in self.items.values() for key in items), default=0)
        url = f"{API}{collection}/{number}/"
        links = {"survey_spec": f"{url}survey_spec/"} if collection.endswith("job_templates") else {}
        kind = TYPES.get(collection, collection.rstrip("s"))
        made = {"survey_spec": {}, **given, "id": number, "url": url, "type": kind, "related": links}
        if collection == "projects":
            # As of a project that has been fetched.
            made |= {"scm_revision": "0" * 40, "summary_fields": {}}
        self.items.setdefault(collection, {})[number] = made
        return made

    def find(self, collection: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
        if collection == "unified_job_templates":
            everything = [item for name in TYPES for item in self.items.get(name, {}).values()]
        else:
            everything = list(self.items.get(collection, {}).values())
        return [item for item in everything if all(str(item.get(key)) == value for key, value in wanted.items())]

    def answer(self, method: str, path: str, wanted: dict[str, str], given: Any) -> tuple[int, Any]:
        """Return status and body."""
        collection, _, rest = path.removeprefix(API).strip("/").partition("/")
        if method != "GET":
            self.calls.append((method, path))
        if collection in ("", "ping", "config"):
            return 200, {"version": "24.6.1", "custom_virtualenvs": []}
        if not rest:
            if method == "POST":
                return 201, self.add(collection, given)
            found = self.find(collection, wanted)
            return 200, {"count": len(found), "results": found, "next": None}
        number, _, what = rest.partition("/")
        item = self.items.get(collection, {}).get(int(number))
        if item is None:
            return 404, {"detail": "Not found."}
        return self._item(method, item, what, given)

    def _item(self, method: str, item: dict[str, Any], what: str, given: Any) -> tuple[int, Any]:
        if what == "survey_spec":
            if method == "POST":
                faults = survey_faults(given)
                if faults:
                    return 400, {"error": " ".join(faults)}
                item["survey_spec"] = given
            return 200, item["survey_spec"]
        if what == "create_approval_template":
            made = self.add("workflow_approval_templates", given)
            item["related"]["unified_job_template"] = made["url"]
            item["unified_job_template"] = made["id"]
            return 201, made
        if what:
            return self._association(method, item.setdefault(f"_{what}", []), given)
        if method == "PATCH":
            item.update(given)
        return 200, item

    def _association(self, method: str, members: list[int], given: Any) -> tuple[int, Any]:
        if method == "POST":
            (members.remove if given.get("disassociate") else members.append)(given["id"])
            return 204, {}
        return 200, {"count": len(members), "results": [{"id": member} for member in members], "next": None}


def survey_faults(survey: dict[str, Any]) -> list[str]:
    """Return what AWX says against a survey."""
    if not survey.get("spec"):
        return ["A survey has a spec."]
    faults = []
    for question in survey["spec"]:
        name, kind, default = question["variable"], question["type"], question.get("default")
        choices = question.get("choices")
        if not question["question_name"] or not re.fullmatch("[a-z0-9_]+", name):
            faults.append(f"{name}: name or variable")
        if kind not in ("text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"):
            faults.append(f"{name}: type {kind}")
        if kind.startswith("multi") != bool(choices) or not all(isinstance(choice, str) for choice in choices or []):
            faults.append(f"{name}: choices")
        right = {"integer": int, "float": float}.get(kind, str)
        if default is not None and (not isinstance(default, right) or (choices and default not in choices)):
            faults.append(f"{name}: default {default!r}")
        if not all(isinstance(question.get(limit, 0), int) for limit in ("min", "max")):
            faults.append(f"{name}: limits")
    return faults


def _handler(controller: Controller) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            address = urlsplit(self.path)
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, body = 401, {"detail": "Authentication credentials were not provided."}
            else:
                with controller.lock:
                    given = json.loads(text) if text else {}
                    status, body = controller.answer(self.command, address.path, dict(parse_qsl(address.query)), given)
            if status >= 400:
                controller.refused.append(f"{self.command} {self.path}: {status} {body}")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"" if status == 204 else json.dumps(body).encode())

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing: the calls are noted."""

    return Handler


@contextmanager
def serving() -> Iterator[Controller]:
    """Serve a controller that has an organization and nothing else."""
    controller = Controller()
    controller.add("organizations", {"name": "Default"})
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(controller)) as server:
        controller.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield controller
        finally:
            server.shutdown()
            thread.join()
