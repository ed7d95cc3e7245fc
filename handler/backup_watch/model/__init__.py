"""What is known and said, as values: instances, policy, findings, readings, reports. Nothing here reads or writes."""
