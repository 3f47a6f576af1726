"""Settings: `base` is safe for production; `dev` and `test` relax it for one machine."""
