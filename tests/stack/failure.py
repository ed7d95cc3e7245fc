"""What the stack raises where the function raised."""


class FunctionFailed(Exception):
    """The text is what Lambda would have said of it: kind and message."""
