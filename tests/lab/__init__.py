"""What is measured and searched, and no test: each is a target of make. `make test` collects nothing here."""
