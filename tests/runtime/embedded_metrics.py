"""CloudWatch's embedded metrics, read out of a function's log as CloudWatch reads them."""

import json

Metric = tuple[str, str, frozenset]
"""Namespace, name, and the set of (dimension, value)."""


def read_samples(log: str) -> dict[Metric, list[float]]:
    """The samples of each metric, in order."""
    samples: dict[Metric, list[float]] = {}
    for line in log.splitlines():
        if '"_aws"' not in line:
            continue
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, document[name]) for name in names)
                for metric in directive["Metrics"]:
                    key = (directive["Namespace"], metric["Name"], dimensions)
                    samples.setdefault(key, []).extend(document[metric["Name"]])
    return samples
