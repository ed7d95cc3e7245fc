"""From readings to a report: pure functions with ``now`` passed in."""
