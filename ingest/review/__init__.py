"""What people decide about matches: decisions, the queue, reports, recalls."""
