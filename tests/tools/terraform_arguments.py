# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Take the arguments of the compared Terraform resources out of a provider's schema, into tests/data.

The tests need neither Terraform nor its provider: only whoever moves to another version of it runs this:
C(terraform providers schema -json | python -m tests.tools.terraform_arguments VERSION)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data" / "terraform_arguments.json"
PROVIDER = "registry.terraform.io/hashicorp/aws"
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
    "aws_apigatewayv2_stage",
    "aws_apigatewayv2_vpc_link",
    "aws_ecs_service",
    "aws_ecs_task_definition",
)
# Every resource has them, and they say nothing of the resource itself: its id, and its tags with the provider's.
EVERYWHERE = ("id", "tags_all")


def arguments(block: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the dotted names of what a configuration can set; what only AWS sets is left out."""
    for name, attribute in block.get("attributes", {}).items():
        if (attribute.get("required") or attribute.get("optional")) and not (not path and name in EVERYWHERE):
            yield path + name
    for name, nested in block.get("block_types", {}).items():
        yield from arguments(nested["block"], f"{path}{name}.")


def main() -> None:
    schemas = json.load(sys.stdin)["provider_schemas"][PROVIDER]["resource_schemas"]
    data = json.loads(DATA.read_text(encoding="utf-8"))
    data["sources"]["aws_*"] = f"Terraform provider hashicorp/aws {sys.argv[1]}"
    for resource in RESOURCES:
        data["arguments"][resource] = sorted(arguments(schemas[resource]["block"]))
    DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
