"""On-demand HTTP: from a request value to a response value. Imported only when an HTTP event comes."""
