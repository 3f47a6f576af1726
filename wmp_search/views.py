"""Pages that span the apps, and what every page's shell shows."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"scope": getattr(request, "scope", None)}
