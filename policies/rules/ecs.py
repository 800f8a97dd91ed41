"""Rules on ECS clusters, services and task definitions.

A task definition's containers come as JSON text with the API's names (ECS API Reference, "ContainerDefinition").
"""

from __future__ import annotations

import json
from collections.abc import Callable

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._subnets import private_subnets

CLUSTER = "aws:ecs/cluster:Cluster"
SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
_EXEC = "configuration.executeCommandConfiguration"


def _containers(task: Resource) -> list[Part]:
    """The containers of a task definition; none where the text is no JSON, which ECS refuses by itself."""
    value = task.get("containerDefinitions")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [part for part in Part(value, "containerDefinitions").each() if isinstance(part.value, dict)]


def _each_container(task: Resource, wrong: Callable[[Part], str], remedy: str) -> Verdict:
    """Judge every container; `wrong` says what is wrong with one, or nothing."""

    def judge(container: Part) -> Verdict:
        what = wrong(container)
        return violation(container.path, what, remedy) if what else PASS

    return every(_containers(task), judge)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_65", "SecurityHub ECS.12"])
def ecs_cluster_container_insights(cluster: Resource) -> Verdict:
    """Container Insights shows which task ran out of memory, and when."""
    for setting in cluster.each("settings"):
        if setting.text("name") == "containerInsights" and setting.text("value") in ("enabled", "enhanced"):
            return PASS
    remedy = 'Set `settings=[{"name": "containerInsights", "value": "enhanced"}]`.'
    return violation("settings", "does not switch on Container Insights", remedy)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_223"])
def ecs_cluster_exec_logged(cluster: Resource) -> Verdict:
    """ECS Exec opens a shell in a container; without a log nobody knows what was typed there."""
    return cluster.expect_not(f"{_EXEC}.logging", "NONE")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_224"])
def ecs_cluster_exec_customer_key(cluster: Resource) -> Verdict:
    """With a key of one's own only those whom the key's policy names can open a shell or read its log."""
    if not cluster.has(_EXEC):
        return PASS
    remedy = "Set `kms_key_id` of the execute command configuration."
    key = cluster.expect_set(f"{_EXEC}.kmsKeyId", remedy)
    logs = cluster.part(f"{_EXEC}.logConfiguration")
    if logs.has("cloudWatchLogGroupName"):
        key &= logs.expect("cloudWatchEncryptionEnabled", value=True)
    if logs.has("s3BucketName"):
        key &= logs.expect("s3BucketEncryptionEnabled", value=True)
    return key


@rule(on=CLUSTER, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def ecs_cluster_storage_customer_key(cluster: Resource) -> Verdict:
    """Fargate's temporary disks hold what the tasks write; a key of one's own can be taken away."""
    path = "configuration.managedStorageConfiguration.fargateEphemeralStorageKmsKeyId"
    return cluster.expect_set(path, "Set `fargate_ephemeral_storage_kms_key_id`.")


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_332", "SecurityHub ECS.10"])
def ecs_service_latest_platform(service: Resource) -> Verdict:
    """An older Fargate platform misses the patches of the newer ones."""
    if service.text("launchType") != "FARGATE":
        return PASS
    return service.expect_one_of("platformVersion", ("LATEST", "1.4.0"), absent="LATEST")


@rule(
    on=SERVICE,
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"networkConfiguration.assignPublicIp": False},
    same_as=["CKV_AWS_333", "SecurityHub ECS.2"],
)
def ecs_service_no_public_ip(service: Resource) -> Verdict:
    """A task with a public address can be reached past the load balancer."""
    return service.expect_not("networkConfiguration.assignPublicIp", value=True)


@rule(on=SERVICE, severity=HIGH, theme=Theme.NETWORK)
def ecs_service_private_subnets(service: Resource, stack: Stack) -> Verdict:
    """Tasks stand behind a load balancer; only that has a reason to be in a public subnet."""
    return private_subnets(service, stack, "networkConfiguration.subnets")


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_service_circuit_breaker(service: Resource) -> Verdict:
    """Without the circuit breaker ECS starts a broken version over and over, for hours."""
    if service.text("deploymentController.type", absent="ECS") != "ECS":
        return PASS  # CodeDeploy and others decide themselves.
    enabled = service.expect("deploymentCircuitBreaker.enable", value=True)
    return enabled if not enabled.passed else service.expect("deploymentCircuitBreaker.rollback", value=True)


@rule(on=SERVICE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def ecs_service_exec_off(service: Resource) -> Verdict:
    """ECS Exec is a shell into a running container; it should be on only while somebody needs it."""
    return service.expect_not("enableExecuteCommand", value=True)


@rule(on=TASK, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_249"])
def ecs_task_two_roles(task: Resource, stack: Stack) -> Verdict:
    """The execution role pulls images and reads secrets, which the program itself must not be able to."""
    role = "aws:iam/role:Role"
    task_roles = stack.targets(task, "taskRoleArn", role).sure
    shared = any(item in task_roles for item in stack.targets(task, "executionRoleArn", role).sure)
    if not shared and task.known("taskRoleArn") and task.known("executionRoleArn"):
        shared = task.has("taskRoleArn") and task.get("taskRoleArn") == task.get("executionRoleArn")
    if not shared:
        return PASS
    return violation("taskRoleArn", "is the execution role too", "Give the program a role of its own.")


@rule(on=TASK, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def ecs_task_role_given(task: Resource) -> Verdict:
    """Without a role of its own a task has no rights on AWS, or on EC2 those of the whole server."""
    return task.expect_set("taskRoleArn", "Set `task_role_arn` to a role for this task only.")


@rule(on=TASK, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_334", "SecurityHub ECS.4"])
def ecs_task_not_privileged(task: Resource) -> Verdict:
    """A privileged container is root on the server that it shares with others."""
    what = "holds a privileged container"
    return _each_container(
        task, lambda box: what if box.flag("privileged") else "", "Leave `privileged` out."
    )


@rule(on=TASK, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_335", "SecurityHub ECS.3"])
def ecs_task_own_processes(task: Resource) -> Verdict:
    """With the host's process space a container sees and can stop what else runs on the server."""
    return task.expect_not("pidMode", "host") & task.expect_not("ipcMode", "host")


@rule(on=TASK, severity=HIGH, theme=Theme.NETWORK)
def ecs_task_own_network(task: Resource) -> Verdict:
    """On the host's network a container has the server's address, ports and metadata credentials."""
    return task.expect_not("networkMode", "host")


@rule(on=TASK, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_336", "SecurityHub ECS.5"])
def ecs_task_read_only_root(task: Resource) -> Verdict:
    """An intruder who can't write to the file system can't leave tools there."""
    if task.text("runtimePlatform.operatingSystemFamily").startswith("WINDOWS"):
        return PASS  # Windows containers can't have it.
    what = "holds a container whose root file system can be written"
    remedy = "Set `readonlyRootFilesystem` to true and mount a volume for what must be written."
    return _each_container(task, lambda box: "" if box.flag("readonlyRootFilesystem") else what, remedy)


@rule(on=TASK, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub ECS.9"])
def ecs_task_logs(task: Resource) -> Verdict:
    """What a container prints is lost with the container unless a log driver takes it away."""
    what = "holds a container without `logConfiguration`"
    remedy = "Set `logConfiguration`, for example with the driver `awslogs`."
    return _each_container(task, lambda box: "" if box.has("logConfiguration.logDriver") else what, remedy)


@rule(on=TASK, severity=MEDIUM, theme=Theme.NETWORK)
def ecs_task_no_fixed_host_port(task: Resource) -> Verdict:
    """With a fixed port only one copy of a task fits on a server; a load balancer finds any port."""
    if task.text("networkMode", absent="bridge") != "bridge":
        return PASS  # Each task has its own address, or the host's, which another rule judges.

    def fixed(box: Part) -> str:
        ports = [port.number("hostPort") or 0 for port in box.each("portMappings")]
        return "names a fixed host port" if any(port > 0 for port in ports) else ""

    return _each_container(task, fixed, "Leave `hostPort` out, or set it to 0.")


@rule(on=TASK, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub ECS.20"])
def ecs_task_not_root_user(task: Resource) -> Verdict:
    """A program that runs as root is one flaw away from the server."""
    what = "holds a container that runs as root"
    roots = ("root", "0", "root:root", "0:0")
    return _each_container(
        task, lambda box: what if box.text("user") in roots else "", "Name another `user`."
    )


@rule(on="aws:ecs/taskSet:TaskSet", severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub ECS.16"])
def ecs_task_set_no_public_ip(tasks: Resource) -> Verdict:
    """A task with a public address can be reached past the load balancer."""
    return tasks.expect_not("networkConfiguration.assignPublicIp", value=True)


@rule(on=SERVICE, severity=MEDIUM, theme=Theme.RESILIENCE)
def ecs_service_no_classic_balancer(service: Resource) -> Verdict:
    """A classic load balancer finds servers, not tasks: it knows no dynamic ports and none of Fargate's addresses."""
    remedy = "Give the service a target group: `target_group_arn` in `load_balancers`."
    return every(service.each("loadBalancers"), lambda item: item.expect_absent("elbName", remedy))
