"""Documents about the product, generated from its configuration so that they are never stale."""
