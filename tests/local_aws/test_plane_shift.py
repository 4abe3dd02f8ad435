# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Blue/green, canary and linear deployments: tasks on the other target group, traffic, bake time, rollback, hooks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.stack import PORT, Stack
from tests.local_aws.test_lambda import packed
from tests.local_aws.test_lambda import role as lambda_role
from tests.tools.machine import wait_for

BREAKER = {"enable": True, "rollback": True}
ECS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PRODUCTION_PORT, TEST_PORT = 7001, 7002


class TwoColors:
    """Two target groups with a production and a test rule that forward to both."""

    def __init__(self, aws: RunningAws) -> None:
        self.stack = stack = Stack(aws)
        self.groups = [stack.target_group(color) for color in ("blue", "green")]
        self.rules = [self._rule(PRODUCTION_PORT), self._rule(TEST_PORT)]
        self.role = lambda_role(aws, f"{stack.name}-shift", ["elasticloadbalancing:ModifyRule"], trust=ECS)
        self.api = stack.http_api()
        stack.private_route(self.api, "POST /process", stack.vpc_link(), self.listeners[0])

    def _rule(self, port: int) -> str:
        """A rule for all paths on a listener of its own; blue has its traffic."""
        self.listeners = getattr(self, "listeners", [])
        elb, blue, green = self.stack.elb, *self.groups
        listener = elb.create_listener(
            LoadBalancerArn=self.stack.balancer,
            Protocol="HTTP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": blue}],
        )["Listeners"][0]["ListenerArn"]
        self.listeners.append(listener)
        forward = {"TargetGroups": [{"TargetGroupArn": blue, "Weight": 100}, {"TargetGroupArn": green, "Weight": 0}]}
        arn: str = elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["*"]}}],
            Actions=[{"Type": "forward", "ForwardConfig": forward}],
        )["Rules"][0]["RuleArn"]
        return arn

    def weights(self, rule: int = 0) -> tuple[int, int]:
        """The weights of blue and green in the production rule, or in the test rule."""
        [found] = self.stack.elb.describe_rules(RuleArns=[self.rules[rule]])["Rules"]
        shares = {
            item["TargetGroupArn"]: item["Weight"] for item in found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        }
        return shares[self.groups[0]], shares[self.groups[1]]

    def targets(self) -> tuple[int, int]:
        """How many healthy targets blue and green have."""
        blue, green = (
            [
                item["TargetHealth"]["State"]
                for item in self.stack.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            ].count("healthy")
            for group in self.groups
        )
        return blue, green

    def balancers(self, **changes: Any) -> list[dict[str, Any]]:
        advanced = {
            "alternateTargetGroupArn": self.groups[1],
            "productionListenerRule": self.rules[0],
            "testListenerRule": self.rules[1],
            "roleArn": self.role,
            **changes,
        }
        return [
            {
                "targetGroupArn": self.groups[0],
                "containerName": "service",
                "containerPort": PORT,
                "advancedConfiguration": {key: value for key, value in advanced.items() if value},
            }
        ]

    def create(self, name: str, configuration: dict[str, Any], **changes: Any) -> None:
        """A service whose first deployment has completed."""
        given = {"deploymentCircuitBreaker": BREAKER, **configuration}
        balancers = changes.pop("loadBalancers", self.balancers())
        self.stack.service(
            name, self.stack.define(name), loadBalancers=balancers, deploymentConfiguration=given, **changes
        )
        self.stack.wait_completed(name)

    def deploy(self, name: str, says: str, fault: str = "") -> str:
        """Begin a deployment of a revision whose answers say `says`; its id."""
        environment = [{"name": "SERVICE_NAME", "value": says}, {"name": "FAULT", "value": fault}]
        definition = self.stack.define(name, container={"environment": environment})
        self.stack.ecs.update_service(cluster=self.stack.cluster, service=name, taskDefinition=definition)
        return str(self.stack.primary(name)["id"])

    def answer(self) -> str:
        """Which revision answers a request to production."""
        status, _, body = self.stack.call(self.api, "/process", body={})
        assert status == 200, body
        return str(body["service"])

    def delete(self, name: str) -> None:
        self.stack.ecs.delete_service(cluster=self.stack.cluster, service=name, force=True)
        wait_for(lambda: self.stack.describe(name)["status"] == "INACTIVE")
        for rule in self.rules:
            forward = {
                "TargetGroups": [
                    {"TargetGroupArn": self.groups[0], "Weight": 100},
                    {"TargetGroupArn": self.groups[1], "Weight": 0},
                ]
            }
            self.stack.elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}])


@pytest.fixture(scope="module")
def colors(aws: RunningAws) -> TwoColors:
    return TwoColors(aws)


def messages(colors: TwoColors, name: str) -> list[str]:
    return [event["message"] for event in reversed(colors.stack.describe(name)["events"])]


def test_blue_green_there_and_back_without_a_failed_request(colors: TwoColors) -> None:
    colors.create("bg", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}, desiredCount=2)
    assert (colors.targets(), colors.weights(), colors.answer()) == ((2, 0), (100, 0), "bg")
    colors.deploy("bg", "green")
    seen: set[tuple[str, tuple[int, int], int]] = set()

    def completed() -> bool:
        state, weights, service = (
            colors.stack.primary("bg")["rolloutState"],
            colors.weights(),
            colors.stack.describe("bg"),
        )
        seen.add((state, weights, sum(colors.targets())))
        assert colors.answer() in {"bg", "green"}
        assert service["runningCount"] >= 2
        return bool(state == "COMPLETED")

    wait_for(completed)
    assert ("IN_PROGRESS", (0, 100), 4) in seen, "blue runs on in the bake time"
    assert {weights for _, weights, _ in seen} == {(100, 0), (0, 100)}
    assert (colors.weights(), colors.weights(1), colors.answer()) == ((0, 100), (0, 100), "green")
    assert colors.targets() == (0, 2)
    assert len(colors.stack.describe("bg")["deployments"]) == 1
    colors.stack.ecs.update_service(cluster=colors.stack.cluster, service="bg", desiredCount=3)
    wait_for(lambda: colors.targets() == (0, 3))
    colors.deploy("bg", "blue again")
    colors.stack.wait_completed("bg")
    assert (colors.targets(), colors.weights(), colors.answer()) == ((3, 0), (100, 0), "blue again")
    colors.delete("bg")


@pytest.mark.parametrize(
    ("configuration", "shares"),
    [
        (
            {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 1}},
            (25, 975),
        ),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}}, (50, 50)),
    ],
    ids=["canary", "linear"],
)
def test_traffic_moves_in_steps(colors: TwoColors, configuration: dict[str, Any], shares: tuple[int, int]) -> None:
    name = configuration["strategy"].lower()
    colors.create(name, configuration)
    colors.deploy(name, "green")
    wait_for(lambda: colors.weights() == shares[::-1])
    assert colors.stack.primary(name)["rolloutState"] == "IN_PROGRESS"
    colors.stack.wait_completed(name)
    assert colors.weights() == (0, 100)
    colors.delete(name)


def test_a_green_that_does_not_start_leaves_blue_alone(colors: TwoColors) -> None:
    colors.create("broken", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1})
    [blue] = colors.stack.tasks("broken")
    failed = colors.deploy("broken", "green", fault="exit")
    wait_for(lambda: colors.stack.primary("broken")["id"] != failed)
    service = colors.stack.wait_completed("broken")
    assert service["taskDefinition"] == blue["taskDefinitionArn"]
    assert [task["taskArn"] for task in colors.stack.tasks("broken")] == [blue["taskArn"]]
    assert (colors.weights(), colors.answer()) == ((100, 0), "broken")
    assert any(
        f"(deployment {failed}) deployment failed: tasks failed to start." in line
        for line in messages(colors, "broken")
    )
    colors.delete("broken")


def test_an_alarm_in_the_bake_time_gives_blue_its_traffic_back(colors: TwoColors, aws: RunningAws) -> None:
    watch, name = aws.client("cloudwatch"), f"{colors.stack.name}-errors"
    watch.put_metric_alarm(
        AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1, Period=60,
        MetricName="m", Namespace="n", Statistic="Sum",
    )  # fmt: skip
    alarms = {"alarmNames": [name], "enable": True, "rollback": True}
    colors.create("alarmed", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 60, "alarms": alarms})
    failed = colors.deploy("alarmed", "green")
    wait_for(lambda: colors.weights() == (0, 100))
    watch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
    wait_for(lambda: colors.stack.primary("alarmed")["id"] != failed)
    colors.stack.wait_completed("alarmed")
    assert (colors.weights(), colors.weights(1), colors.answer()) == ((100, 0), (100, 0), "alarmed")
    assert any(
        f"(deployment {failed}) deployment failed: alarm detected." in line for line in messages(colors, "alarmed")
    )
    # An alarm that rings already is not watched: else nobody could deploy what mends it.
    colors.deploy("alarmed", "mended")
    colors.stack.wait_completed("alarmed")
    assert colors.answer() == "mended"
    colors.delete("alarmed")


HOOK = """
def handler(event, context):
    print(event["lifecycleStage"])
    return {"hookStatus": "%s", "callBackDelay": 0}
"""


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_a_lifecycle_hook_decides(colors: TwoColors, aws: RunningAws, status: str) -> None:
    name = f"hook-{status.lower()}"
    execution = lambda_role(aws, f"{colors.stack.name}-{name}", [])
    function = aws.client("lambda").create_function(
        FunctionName=f"{colors.stack.name}-{name}",
        Runtime="python3.13",
        Role=execution,
        Handler="index.handler",
        Code={"ZipFile": packed(HOOK % status)},
    )["FunctionArn"]
    invoke = lambda_role(aws, f"{colors.stack.name}-{name}-invoke", ["lambda:InvokeFunction"], trust=ECS)
    hook = {"hookTargetArn": function, "roleArn": invoke, "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
    colors.create(name, {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": [hook]})
    deployed = colors.deploy(name, "green")
    wait_for(lambda: colors.stack.primary(name)["rolloutState"] == "COMPLETED")
    same = colors.stack.primary(name)["id"] == deployed
    assert (same, colors.answer()) == ((True, "green") if status == "SUCCEEDED" else (False, name))
    assert aws.journal("ecs.hook_ended")[-1]["status"] == status
    colors.delete(name)


def test_a_role_without_the_right_to_shift_fails_the_deployment(colors: TwoColors, aws: RunningAws) -> None:
    powerless = lambda_role(aws, f"{colors.stack.name}-powerless", [], trust=ECS)
    balancers = colors.balancers(roleArn=powerless, testListenerRule=None)
    colors.create("powerless", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}, loadBalancers=balancers)
    failed = colors.deploy("powerless", "green")
    wait_for(lambda: colors.stack.primary("powerless")["id"] != failed)
    colors.stack.wait_completed("powerless")
    assert (colors.weights(), colors.answer()) == ((100, 0), "powerless")
    assert any(
        "is not authorized to perform: elasticloadbalancing:ModifyRule" in line
        for line in messages(colors, "powerless")
    )
    colors.delete("powerless")


def test_back_to_rolling_on_the_live_target_group(colors: TwoColors) -> None:
    colors.create("back", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})
    colors.deploy("back", "green")
    colors.stack.wait_completed("back")
    entry = {"targetGroupArn": colors.groups[1], "containerName": "service", "containerPort": PORT}
    colors.stack.ecs.update_service(
        cluster=colors.stack.cluster,
        service="back",
        loadBalancers=[entry],
        deploymentConfiguration={"strategy": "ROLLING"},
    )

    def completed() -> bool:
        assert colors.answer() == "green"
        return bool(colors.stack.primary("back")["rolloutState"] == "COMPLETED")

    wait_for(completed)
    assert colors.targets() == (0, 1)
    colors.delete("back")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, "bakeTimeInMinutes is required"),
        ({"deploymentConfiguration": {"canaryConfiguration": {"canaryPercent": 5.0}}}, "only valid when"),
        ({"loadBalancers": {"roleArn": None}}, "advancedConfiguration must have roleArn"),
        ({"loadBalancers": {"productionListenerRule": "arn:none"}}, "productionListenerRule arn:none does not exist"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_refusals(colors: TwoColors, changes: dict[str, Any], text: str) -> None:
    configuration = changes.get("deploymentConfiguration", {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})
    balancers = colors.balancers(**changes.get("loadBalancers", {}))
    with pytest.raises(ClientError, match=text):
        colors.stack.service(
            "refused", colors.stack.define("refused"), loadBalancers=balancers, deploymentConfiguration=configuration
        )


def test_an_update_keeps_what_belongs_to_the_strategy(colors: TwoColors) -> None:
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}
    given: dict[str, Any] = {"strategy": "CANARY", "canaryConfiguration": canary}
    colors.stack.service(
        "kept", colors.stack.define("kept"), loadBalancers=colors.balancers(), deploymentConfiguration=given,
        desiredCount=0,
    )  # fmt: skip
    update = {"cluster": colors.stack.cluster, "service": "kept"}
    changed = colors.stack.ecs.update_service(**update, deploymentConfiguration={"maximumPercent": 150})["service"]
    assert changed["deploymentConfiguration"]["canaryConfiguration"] == canary
    linear = colors.stack.ecs.update_service(**update, deploymentConfiguration={"strategy": "LINEAR"})["service"]
    assert linear["deploymentConfiguration"]["linearConfiguration"] == {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}
    assert "canaryConfiguration" not in linear["deploymentConfiguration"]
    assert linear["deploymentConfiguration"]["maximumPercent"] == 150
    colors.delete("kept")
