"""Running the product: health, readiness, metrics, dead letters, logs. No personal data."""
