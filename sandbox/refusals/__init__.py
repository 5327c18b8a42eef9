"""Every refusal of the sandbox: what the statement says wrongly, and what the catalog does not allow."""
