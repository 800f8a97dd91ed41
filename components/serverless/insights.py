"""The two saved queries of sources/002 lines 822-847: how often a function starts cold, and how long that takes.

The document reads the text lines that start with REPORT. The functions here log JSON, where the same report is a record of
type `platform.report` with figures as fields, so nothing has to be cut out of a line. The document's second query calls a
median "avgInitDuration"; here it is named for what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.foundation.component import Component

COLD_STARTS = """\
filter type = "platform.report"
| stats count(record.metrics.initDurationMs) / count(*) * 100 as coldStartPercentage,
    avg(record.metrics.durationMs) as averageDuration
    by bin(5m)
"""
INIT_DURATIONS = """\
filter type = "platform.report" and ispresent(record.metrics.initDurationMs)
| fields record.metrics.memorySizeMB as memorySize, record.metrics.initDurationMs as initDuration
| stats count() as coldStarts, median(initDuration) as medianInitDuration, max(initDuration) as maxInitDuration
    by @log, memorySize
"""
QUERIES = {"cold-starts": COLD_STARTS, "init-durations": INIT_DURATIONS}


def create_queries(owner: Component, group: pulumi.Input[str]) -> list[aws.cloudwatch.QueryDefinition]:
    """The saved queries over one log group; the console shows them in a folder of the component's name."""
    return [
        aws.cloudwatch.QueryDefinition(
            owner.name_for(name),
            name=f"{pulumi.get_project()}/{pulumi.get_stack()}/{owner.name}/{name}",
            query_string=query,
            log_group_names=[group],
            region=owner.region,
            opts=owner.child(),
        )
        for name, query in QUERIES.items()
    ]
