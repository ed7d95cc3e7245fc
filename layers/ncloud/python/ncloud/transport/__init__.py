"""Sends requests over HTTP. Importing this package alone imports no HTTP library."""
