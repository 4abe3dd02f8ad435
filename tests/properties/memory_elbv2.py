# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Application Load Balancers in memory."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal


class MemoryElbV2(Memory):
    """state: load balancers by ARN, each with its description, attributes and tags."""

    def add(self, balancer: dict[str, Any], attributes: dict[str, str], tags: dict[str, str]) -> str:
        name = balancer["LoadBalancerName"]
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/{self.new_id()}"
        described = {
            "LoadBalancerArn": arn,
            "Type": "application",
            "DNSName": f"{name}.example.com",
            "VpcId": "vpc-1",
            "State": {"Code": "active"},
            **balancer,
        }
        self.state[arn] = {"balancer": described, "attributes": dict(attributes), "tags": dict(tags)}
        return arn

    def describe_load_balancers(
        self, Names: list[str] | None = None, LoadBalancerArns: list[str] | None = None
    ) -> dict[str, Any]:
        found = [
            copy.deepcopy(kept["balancer"])
            for arn, kept in self.state.items()
            if arn in (LoadBalancerArns or []) or kept["balancer"]["LoadBalancerName"] in (Names or [])
        ]
        if not found:
            raise refusal("LoadBalancerNotFound")
        return {"LoadBalancers": found}

    def describe_load_balancer_attributes(self, LoadBalancerArn: str) -> dict[str, Any]:
        attributes = self.state[LoadBalancerArn]["attributes"]
        return {"Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]}

    def describe_tags(self, ResourceArns: list[str]) -> dict[str, Any]:
        tags = self.state[ResourceArns[0]]["tags"]
        return {"TagDescriptions": [{"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]}

    def describe_listeners(self, LoadBalancerArn: str) -> dict[str, Any]:
        return {"Listeners": []}

    def create_load_balancer(self, **request: Any) -> dict[str, Any]:
        balancer = {
            "LoadBalancerName": request["Name"],
            "Scheme": request["Scheme"],
            "IpAddressType": request["IpAddressType"],
            "SecurityGroups": request["SecurityGroups"],
            "AvailabilityZones": _zones(request["Subnets"]),
        }
        arn = self.add(balancer, {}, {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])})
        return self.describe_load_balancers(LoadBalancerArns=[arn])

    def modify_load_balancer_attributes(self, LoadBalancerArn: str, Attributes: list[dict[str, str]]) -> None:
        self.state[LoadBalancerArn]["attributes"].update({pair["Key"]: pair["Value"] for pair in Attributes})

    def set_subnets(self, LoadBalancerArn: str, Subnets: list[str], IpAddressType: str | None = None) -> None:
        balancer = self.state[LoadBalancerArn]["balancer"]
        balancer["AvailabilityZones"] = _zones(Subnets)
        if IpAddressType:
            balancer["IpAddressType"] = IpAddressType

    def set_security_groups(self, LoadBalancerArn: str, SecurityGroups: list[str]) -> None:
        self.state[LoadBalancerArn]["balancer"]["SecurityGroups"] = SecurityGroups

    def set_ip_address_type(self, LoadBalancerArn: str, IpAddressType: str) -> None:
        self.state[LoadBalancerArn]["balancer"]["IpAddressType"] = IpAddressType

    def delete_load_balancer(self, LoadBalancerArn: str) -> None:
        if self.state[LoadBalancerArn]["attributes"].get("deletion_protection.enabled") == "true":
            raise refusal("OperationNotPermitted")
        del self.state[LoadBalancerArn]

    def add_tags(self, ResourceArns: list[str], Tags: list[dict[str, str]]) -> None:
        self.state[ResourceArns[0]]["tags"].update({tag["Key"]: tag["Value"] for tag in Tags})

    def remove_tags(self, ResourceArns: list[str], TagKeys: list[str]) -> None:
        for key in TagKeys:
            self.state[ResourceArns[0]]["tags"].pop(key, None)


def _zones(subnets: list[str]) -> list[dict[str, str]]:
    return [{"SubnetId": subnet, "ZoneName": "eu-central-1a"} for subnet in reversed(subnets)]
