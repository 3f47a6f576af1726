"""Search: the one OpenSearch client, indices, outbox; knows no domain."""
