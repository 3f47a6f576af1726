"""Sends the tables of audit and oversight to the connection of their own database role.

That role may only INSERT and SELECT on the trail; the product's role has no right on either.
"""

from typing import Any

from django.db.models import Model


class AuditRouter:
    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return "audit" if model._meta.app_label in {"audit", "oversight"} else None

    db_for_write = db_for_read

    def allow_relation(self, _obj1: Model, _obj2: Model, **_hints: Any) -> bool | None:
        return None

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool | None:
        """Everything is migrated once, through `default`, as the owner role."""
        return db == "default"
