# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Take the arguments of the compared Terraform resources into tests/data, out of bindings made from their schema.

The npm package @cdktn/provider-aws has an interface for each resource and each block of the provider's schema, and
names the version of the provider that it was made from. The tests need neither the package nor Terraform: only whoever
moves to another version runs these two:
C(npm pack @cdktn/provider-aws@25.7.0)
C(python -m tests.tools.terraform_arguments cdktn-provider-aws-25.7.0.tgz)
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data" / "terraform_arguments.json"
RESOURCES = (
    "aws_sfn_state_machine",
    "aws_sfn_alias",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_authorizer",
    "aws_apigatewayv2_deployment",
    "aws_apigatewayv2_domain_name",
    "aws_apigatewayv2_api_mapping",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_integration_response",
    "aws_apigatewayv2_model",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_route_response",
    "aws_apigatewayv2_routing_rule",
    "aws_apigatewayv2_stage",
    "aws_apigatewayv2_vpc_link",
    "aws_ecs_service",
    "aws_ecs_task_definition",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_appautoscaling_policy",
    "aws_appautoscaling_scheduled_action",
    "aws_appautoscaling_target",
)
# Every resource has them, and they say nothing of the resource itself: its id, and its tags with the provider's.
EVERYWHERE = ("id", "tags_all")

INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
# What the documentation of a property links to, "resource#argument", and after it the property's type.
PROPERTY = re.compile(r"/docs/resources/\w+#(\w+) (?:(?!\*/).)*\*/\s*readonly \w+\??: (\w+|{)", re.DOTALL)


def arguments(interfaces: dict[str, str], interface: str, path: str = "") -> Iterator[str]:
    """Yield the dotted names of what a configuration can set; a block is told by its own arguments only."""
    for name, of_type in PROPERTY.findall(interfaces[interface]):
        if of_type in interfaces:
            yield from arguments(interfaces, of_type, f"{path}{name}.")
        elif path or name not in EVERYWHERE:
            yield path + name


def bindings(package: tarfile.TarFile, resource: str) -> dict[str, str]:
    """Return the interfaces of a resource by their names."""
    kind = resource.removeprefix("aws_").replace("_", "-")
    return dict(INTERFACE.findall(_text(package, f"package/lib/{kind}/index.d.ts")))


def _text(package: tarfile.TarFile, name: str) -> str:
    file = package.extractfile(name)
    assert file, name
    return file.read().decode()


def main() -> None:
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    with tarfile.open(sys.argv[1]) as package:
        described = json.loads(_text(package, "package/package.json"))
        provider, made = described["cdktf"]["provider"]["version"], f"{described['name']} {described['version']}"
        data["sources"]["aws_*"] = f"Terraform provider hashicorp/aws, as {made} has it, version {provider}"
        for resource in RESOURCES:
            interfaces = bindings(package, resource)
            # The interface of the resource comes before those of its blocks.
            data["arguments"][resource] = sorted(arguments(interfaces, next(iter(interfaces))))
    DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
