"""The status page: one self-contained HTML document, made from a report; and the door before it."""
