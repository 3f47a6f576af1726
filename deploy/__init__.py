"""How WMP Search runs: the real servers on one machine, browser assets, Docker Compose."""
