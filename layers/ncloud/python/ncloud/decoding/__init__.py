"""From the bytes of a response to typed rows, or to one precise error. No I/O."""
