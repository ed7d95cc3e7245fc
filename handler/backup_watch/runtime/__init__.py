"""Wiring, in one place: one invocation, from its event to its answer."""
