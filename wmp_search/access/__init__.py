"""Access: officers, roles, purposes and the scope of a request."""
