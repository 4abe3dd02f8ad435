# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""VPC links in memory: their subnets and security groups can never be changed."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import Memory, page, refusal

Item = dict[str, Any]


class MemoryVpcLinks(Memory):
    """state: links by id, as GetVpcLink says them."""

    def add(self, name: str, subnets: list[str], groups: list[str], tags: dict[str, str], status: str) -> Item:
        made = self.new_id("link")
        described = {"VpcLinkId": made, "Name": name, "VpcLinkStatus": status, "Tags": dict(tags)}
        self.state[made] = {**described, "SubnetIds": list(subnets), "SecurityGroupIds": list(groups)}
        return copy.deepcopy(self.state[made])

    def get_vpc_links(self, MaxResults: str, NextToken: str | None = None) -> Item:
        found, following = page(list(self.state.values()), 3, NextToken)
        return {"Items": found, **({"NextToken": following} if following else {})}

    def get_vpc_link(self, VpcLinkId: str) -> Item:
        if VpcLinkId not in self.state:
            raise refusal("NotFoundException")
        return copy.deepcopy(self.state[VpcLinkId])

    def create_vpc_link(self, Name: str, SubnetIds: list[str], SecurityGroupIds: list[str], Tags: Item) -> Item:
        if any(key.startswith("aws:") for key in Tags):
            raise refusal("BadRequestException", "Tags that begin with aws: are AWS's own.")
        # What a list names twice is there once.
        return self.add(Name, sorted(set(SubnetIds)), sorted(set(SecurityGroupIds)), Tags, "PENDING")

    def delete_vpc_link(self, VpcLinkId: str) -> None:
        self.get_vpc_link(VpcLinkId)
        self.state[VpcLinkId]["VpcLinkStatus"] = "DELETING"

    def tag_resource(self, ResourceArn: str, Tags: dict[str, str]) -> None:
        self.state[ResourceArn.split("/")[-1]]["Tags"].update(Tags)

    def untag_resource(self, ResourceArn: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            self.state[ResourceArn.split("/")[-1]]["Tags"].pop(key, None)
