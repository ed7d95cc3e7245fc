"""The whole system as it is deployed, in LocalStack's core: `make e2e`."""
