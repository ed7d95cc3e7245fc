"""One rendering of the message for each kind of receiver."""
