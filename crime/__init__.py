"""Crime: recorded crimes, outcomes and who was involved in which role."""
