#!/usr/bin/env python
"""Django's command line for WMP Search."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # Ctrl-C: whatever ran has rolled back or can be run again
        sys.exit(130)


if __name__ == "__main__":
    main()
