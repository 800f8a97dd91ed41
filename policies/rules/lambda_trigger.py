"""Rules on what triggers Lambda functions: event source mappings, and loops of events over the stack.

Lambda Developer Guide, "Using Lambda with Amazon SQS" (visibility timeout of six times the function's timeout plus the
batching window; concurrency) and "Use Lambda recursive loop detection".
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

FUNCTION = "aws:lambda/function:Function"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE = "aws:sqs/queue:Queue"
_STREAMS = ("aws:kinesis/stream:Stream", "aws:dynamodb/table:Table")
_SQS_VISIBILITY = 30  # Seconds; what SQS takes when a program names none.
_LAMBDA_TIMEOUT = 3
_POLLERS = 5  # With how many pollers Lambda starts to read a queue.


def _is_stream(mapping: Resource) -> bool:
    """Kinesis and DynamoDB streams take a starting position and are no Kafka topics; queues take none."""
    kafka = mapping.each("topics") or mapping.has("selfManagedEventSource") or mapping.has("queues")
    return mapping.has("startingPosition") and not kafka and not mapping.has("documentDbEventSourceConfig")


@rule(on=MAPPING, severity=HIGH, theme=Theme.RESILIENCE)
def lambda_trigger_stream_retries_bounded(mapping: Resource) -> Verdict:
    """One record that always fails blocks its shard until it expires, unless the retries have an end."""
    if not _is_stream(mapping):
        return PASS
    for path in ("maximumRetryAttempts", "maximumRecordAgeInSeconds"):
        number = mapping.number(path)
        if number is not None and number >= 0:
            return PASS
    remedy = "Set `maximum_retry_attempts` and `maximum_record_age_in_seconds`."
    return violation("maximumRetryAttempts", "is not set, so a bad record is tried until it expires", remedy)


@rule(on=MAPPING, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"bisectBatchOnFunctionError": True})
def lambda_trigger_stream_bisects(mapping: Resource) -> Verdict:
    """Halving a failed batch finds the one bad record and lets the others through."""
    if not _is_stream(mapping) or "ReportBatchItemFailures" in mapping.texts("functionResponseTypes"):
        return PASS
    return mapping.expect("bisectBatchOnFunctionError", value=True)


@rule(on=MAPPING, severity=MEDIUM, theme=Theme.RESILIENCE)
def lambda_trigger_stream_failures_kept(mapping: Resource) -> Verdict:
    """Records that a function gives up are gone unless a queue or topic takes note of them."""
    if not _is_stream(mapping):
        return PASS
    remedy = 'Set `destination_config={"on_failure": {"destination_arn": ...}}`.'
    return mapping.expect_set("destinationConfig.onFailure.destinationArn", remedy)


@rule(on=MAPPING, severity=HIGH, theme=Theme.RESILIENCE)
def lambda_trigger_visibility(mapping: Resource, stack: Stack) -> Verdict:
    """A message that shows up again while the function still works on it is worked on twice."""
    queues = stack.targets(mapping, "eventSourceArn", QUEUE).sure
    functions = stack.targets(mapping, "functionName", FUNCTION).sure
    for queue in queues:
        for function in functions:
            visibility = queue.number("visibilityTimeoutSeconds")
            timeout = function.number("timeout")
            hidden = _SQS_VISIBILITY if visibility is None else visibility
            window = mapping.number("maximumBatchingWindowInSeconds") or 0
            if hidden < 6 * (_LAMBDA_TIMEOUT if timeout is None else timeout) + window:
                what = "names a queue whose visibility timeout is less than six times the function's timeout and the window"
                return violation("eventSourceArn", what, "Raise the queue's `visibility_timeout_seconds`.")
    return PASS


@rule(on=MAPPING, severity=MEDIUM, theme=Theme.RESILIENCE)
def lambda_trigger_queue_concurrency(mapping: Resource, stack: Stack) -> Verdict:
    """Lambda reads a queue with five pollers or more; a function that may run less often throws messages back."""
    if not stack.targets(mapping, "eventSourceArn", QUEUE).sure:
        return PASS
    most = mapping.number("scalingConfig.maximumConcurrency")
    needed = _POLLERS if most is None else most
    for function in stack.targets(mapping, "functionName", FUNCTION).sure:
        reserved = function.number("reservedConcurrentExecutions")
        # None and -1 mean no limit; 0 is the emergency stop, which another rule judges.
        if reserved is None or reserved <= 0 or reserved >= needed:
            continue
        remedy = "Raise the function's `reserved_concurrent_executions`, or lower `maximum_concurrency` of the mapping."
        return violation(
            "functionName", f"is a function that may run less than {needed:g} times at once", remedy
        )
    return PASS


@rule(on=MAPPING, severity=HIGH, theme=Theme.RESILIENCE)
def lambda_trigger_queue_has_dead_letters(mapping: Resource, stack: Stack) -> Verdict:
    """A message that always fails comes back until it expires; the queue's dead-letter queue keeps it."""
    for queue in stack.targets(mapping, "eventSourceArn", QUEUE).sure:
        if not queue.known("redrivePolicy") or queue.has("redrivePolicy"):
            continue
        links = stack.referring(queue, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl")
        if links.sure:
            continue
        if links.possible:
            return undecided(f"{links.possible[0].name}.queueUrl")
        remedy = "Set the queue's `redrive_policy`; the function's dead-letter queue never sees these."
        return violation("eventSourceArn", "names a queue without a dead-letter queue", remedy)
    return PASS


@rule(on=FUNCTION, severity=HIGH, theme=Theme.RESILIENCE)
def lambda_trigger_no_loop(function: Resource, stack: Stack) -> Verdict:
    """A function whose results or failures go to its own trigger calls itself until somebody stops it."""
    remedy = "Send results and failures to another queue or topic."
    mappings = stack.referring(function, MAPPING, "functionName").sure
    for token in (QUEUE, *_STREAMS):
        sources = {item.urn for one in mappings for item in stack.targets(one, "eventSourceArn", token).sure}
        if not sources:
            continue
        if any(
            item.urn in sources for item in stack.targets(function, "deadLetterConfig.targetArn", token).sure
        ):
            return violation("deadLetterConfig.targetArn", "is the function's own trigger", remedy)
        for config in stack.referring(function, INVOKE_CONFIG, "functionName").sure:
            for outcome in ("onSuccess", "onFailure"):
                path = f"destinationConfig.{outcome}.destination"
                if any(item.urn in sources for item in stack.targets(config, path, token).sure):
                    return violation(path, "is the function's own trigger", remedy)
    return PASS


@rule(on=INVOKE_CONFIG, severity=HIGH, theme=Theme.RESILIENCE)
def lambda_trigger_not_its_own_destination(config: Resource, stack: Stack) -> Verdict:
    """A function that is its own destination calls itself without end."""
    own = {item.urn for item in stack.targets(config, "functionName", FUNCTION).sure}
    for outcome in ("onSuccess", "onFailure"):
        path = f"destinationConfig.{outcome}.destination"
        if any(item.urn in own for item in stack.targets(config, path, FUNCTION).sure):
            return violation(path, "is the function itself", "Name another function, a queue or a topic.")
    return PASS


@rule(on=MAPPING, severity=LOW, theme=Theme.RESILIENCE)
def lambda_trigger_batch_failures_reported(mapping: Resource, stack: Stack) -> Verdict:
    """Without partial answers one bad message sends the whole batch back to the queue."""
    if not stack.targets(mapping, "eventSourceArn", QUEUE).sure or mapping.number("batchSize") == 1:
        return PASS
    if "ReportBatchItemFailures" in mapping.texts("functionResponseTypes"):
        return PASS
    remedy = 'Set `function_response_types=["ReportBatchItemFailures"]` and answer with the failed ids.'
    return violation("functionResponseTypes", "does not report single failures", remedy)
