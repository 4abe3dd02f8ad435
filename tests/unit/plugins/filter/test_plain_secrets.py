# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from pathlib import Path

from ansible_collections.orchestra.aws.plugins.filter.plain_secrets import plain_secrets


def test_passwords_in_the_clear_are_found_without_their_values(tmp_path: Path) -> None:
    (tmp_path / "group_vars" / "all").mkdir(parents=True)
    (tmp_path / "group_vars" / "all" / "main.yml").write_text(
        """
orchestra_registry_password: hunter2/hunter5
AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
vault_password: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  3000
api_token: "{{ lookup('env', 'TOKEN') }}"
db_secret: arn:aws:secretsmanager:eu-central-1:1:secret:x
db_password: /shop-prod/db/password
empty_password: ""
password_minimum: 12
ecs_service_environment: {DB_PASSWORD: hunter3, NAME: x}
orchestra_aws_environment: {AWS_ENDPOINT_URL: "http://127.0.0.1:4566", AWS_SECRET_ACCESS_KEY: test}
"""
    )
    (tmp_path / "hosts.yml").write_text("all: {hosts: {a: {access_token: hunter4}}}\n")
    (tmp_path / "broken.yml").write_text("{")
    assert plain_secrets(str(tmp_path)) == [
        "group_vars/all/main.yml: orchestra_registry_password",
        "group_vars/all/main.yml: AWS_SECRET_ACCESS_KEY",
        "group_vars/all/main.yml: DB_PASSWORD",
        "hosts.yml: access_token",
    ]
