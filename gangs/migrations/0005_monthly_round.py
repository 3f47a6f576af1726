"""Who reviewed a membership, never its author; a month's reviews as a supervisor signed them off."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gangs", "0004_safeguarding"),
        ("access", "0025_safeguarding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="keptmembership",
            name="reviewed_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name="keptmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(("reviewed_by", None), models.Q(("reviewed_by", models.F("author")), _negated=True), _connector="OR"),
                name="reviews_are_by_another",
            ),
        ),
        migrations.CreateModel(
            name="SignedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("counts", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("signed_at", models.DateTimeField()),
                ("signed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.unit")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "month"), name="one_signature_per_month"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="months_by_their_first_day"),
                ],
            },
        ),
    ]
