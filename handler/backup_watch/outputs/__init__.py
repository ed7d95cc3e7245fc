"""A report in the formats that machines read."""
