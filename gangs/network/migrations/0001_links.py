"""Tables of links, of what only exists in them, of stated associates and of what is no link."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

TYPES = [
    (0, "Person"), (1, "Crime"), (2, "Gang"), (3, "Address"), (4, "Phone"), (5, "Vehicle"),
    (6, "Intelligence report"), (7, "Event"),
]
KINDS = [
    (1, "Recorded in a crime"), (2, "Recorded at an address"), (3, "Recorded with a phone"),
    (4, "Recorded with a vehicle"), (5, "Stated to be linked"), (6, "Affiliated to a gang"),
    (7, "Named in intelligence"), (8, "Recorded in an event"), (9, "Exploited or at risk"),
    (10, "Between gangs"),
]
REASONS = [
    ("hostel", "Hostel or night shelter"), ("prison", "Prison or custody"),
    ("hospital", "Hospital or surgery"), ("school", "School or college"),
    ("station", "Police station or court"), ("solicitor", "Solicitor or advice centre"),
    ("care", "Care home"), ("default", "Default value, not a real one"),
    ("refuge", "Refuge: never shown as shared"),
    ("children", "Children's home: never shown as shared"), ("other", "Other"),
]


def far_end(model):
    return models.ForeignKey(
        db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE,
        related_name="+", to=model,
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("gangs", "0001_initial"),
        ("people", "0006_sharing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="State",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("built_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("type", models.SmallIntegerField(choices=TYPES)),
                ("key", models.CharField(max_length=300)),
                ("label", models.CharField(max_length=300)),
                ("acl", models.SmallIntegerField()),
            ],
            options={
                "db_table": "graph_node",
                "constraints": [
                    models.UniqueConstraint(fields=("type", "key"), name="one_graph_node_per_key")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("acl", -1)), fields=["key"],
                        name="graph_nodes_never_shown",
                    )
                ],
            },
        ),
        migrations.RunSQL("CREATE SEQUENCE graph_node_number", "DROP SEQUENCE graph_node_number"),
        migrations.CreateModel(
            name="Edge",
            fields=[
                ("pk", models.CompositePrimaryKey("src", "dst", "kind", "acl", blank=True, editable=False, primary_key=True, serialize=False)),
                ("src", models.BigIntegerField()),
                ("dst", models.BigIntegerField()),
                ("kind", models.SmallIntegerField(choices=KINDS)),
                ("acl", models.SmallIntegerField()),
                ("ddeg", models.SmallIntegerField(default=0)),
                ("walk", models.BooleanField(default=True)),
                ("n", models.IntegerField()),
                ("first_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                ("known_on", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("grade", models.CharField(blank=True, max_length=12)),
                ("roles", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ("systems", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ("records", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ],
            options={
                "db_table": "graph_edge",
                "indexes": [
                    models.Index(
                        models.F("src"),
                        models.OrderBy(models.F("last_on"), descending=True, nulls_last=True),
                        include=("dst", "kind", "acl", "ddeg", "walk", "first_on", "until"),
                        name="graph_edge_steps",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Association",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("system", models.CharField(max_length=40)),
                ("nominal_ref", models.CharField(max_length=120)),
                ("other_ref", models.CharField(max_length=120)),
                ("words", models.CharField(blank=True, max_length=40)),
                ("grade", models.CharField(blank=True, max_length=12)),
                ("from_on", models.DateField(null=True)),
                ("recorded_on", models.DateField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("record", far_end("people.nominalrecord")),
                ("other", far_end("people.nominalrecord")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["system", "nominal_ref"], name="network_association_one"),
                    models.Index(fields=["system", "other_ref"], name="network_association_two"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("system", models.CharField(max_length=40)),
                ("gang_ref", models.CharField(max_length=120)),
                ("other_ref", models.CharField(max_length=120)),
                ("words", models.CharField(blank=True, max_length=40)),
                ("grade", models.CharField(blank=True, max_length=12)),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField(null=True)),
                ("recorded_on", models.DateField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("gang", far_end("gangs.gang")),
                ("other", far_end("gangs.gang")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["system", "gang_ref"], name="network_relation_one"),
                    models.Index(fields=["system", "other_ref"], name="network_relation_two"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotALink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(choices=REASONS, max_length=10)),
                ("explanation", models.CharField(max_length=300)),
                ("review_on", models.DateField()),
                ("set_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("node", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="not_a_link", to="network.node")),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("node",),
                        name="one_standing_not_a_link_per_node",
                    )
                ],
            },
        ),
        # who else stands in an event is asked for everybody whose record came
        migrations.RunSQL(
            "CREATE INDEX network_shared_events ON people_nominalrecord (system, event_ref)"
            " WHERE event_ref <> ''",
            "DROP INDEX network_shared_events",
        ),
    ]
