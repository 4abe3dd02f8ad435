# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.payload import UnknownPayloadError, parse

ARGUMENTS = {
    "ansible_module": "'ping'",
    "module_fqn": "'ansible.modules.ping'",
    "profile": "'legacy'",
    "date_time": "datetime.datetime(2026, 1, 1)",
    "rlimit_nofile": "0",
    "params": repr('{"ANSIBLE_MODULE_ARGS": {"data": "a\\nb = \'c\',"}}'),
    "extensions": "{}",
    "zip_data": repr(base64.b64encode(b"a zip").decode()),
}


def wrapper(**changed: str | None) -> bytes:
    arguments = {name: value for name, value in {**ARGUMENTS, **changed}.items() if value is not None}
    call = "\n".join(f"{name}={value}," for name, value in arguments.items())
    return f'_ANSIBALLZ_WRAPPER = True\nif __name__ == "__main__":\n    _ansiballz_main(\n{call}\n)\n'.encode()


def test_a_payload_is_read(tmp_path: Path) -> None:
    payload = parse(wrapper())
    assert (payload.name, payload.module, payload.profile) == ("ping", "ansible.modules.ping", "legacy")
    assert payload.params == '{"ANSIBLE_MODULE_ARGS": {"data": "a\\nb = \'c\',"}}'
    archive = payload.write_archive(tmp_path)
    assert archive.read_bytes() == b"a zip"
    assert archive.name == "ansible_ping_payload.zip"
    assert parse(wrapper(params="'{}'")).write_archive(tmp_path) == archive
    assert parse(wrapper(zip_data=repr(base64.b64encode(b"other").decode()))).write_archive(tmp_path) != archive


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"print('no payload')",
        wrapper() + b"print(1)\n",
        wrapper(zip_data=None),
        wrapper(something_new="1"),
        wrapper(rlimit_nofile="1024"),
        wrapper(extensions="{'_coverage': {}}"),
        wrapper(params="json.dumps({})"),
        wrapper(ansible_module="'../escape'"),
    ],
)
def test_what_is_unexpected_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownPayloadError):
        parse(data)


def test_what_is_no_base64_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownPayloadError):
        parse(wrapper(zip_data="'%%%'")).write_archive(tmp_path)
