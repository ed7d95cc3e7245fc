"""Environment, policy text and events into values, or into one error that names every wrong field."""
