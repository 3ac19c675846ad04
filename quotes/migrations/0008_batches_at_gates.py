"""Batches at the gates: rows that are added alone, by moves that the table knows."""

import django.db.models.deletion
from django.db import migrations, models

from scoping.migrations._frozen import freeze, keep, refuse


MOVES = (
    ("planned", "try_out", "pilot"),
    ("planned", "produce", "in_production"),
    ("pilot", "produce", "in_production"),
    ("in_production", "review", "in_review"),
    ("in_review", "check", "in_audit"),
    ("in_production", "check_unreviewed", "in_audit"),
    ("in_audit", "decide", "released"),
    ("in_audit", "decide", "blocked"),
    ("blocked", "resubmit", "in_audit"),
    ("rejected", "resubmit", "in_audit"),
    ("released", "deliver", "delivered"),
    ("released", "deliver", "redelivered"),
    *(
        (start, move, end)
        for start in ("delivered", "redelivered")
        for move, end in (
            ("accept", "accepted"),
            ("reject", "rejected"),
            ("lapse", "deemed_accepted"),
        )
    ),
)
ALLOWED = " OR ".join(
    f"(NEW.before = '{start}' AND NEW.move = '{move}' AND NEW.state = '{end}')"
    for start, move, end in MOVES
)
FOLLOWS = (
    "(NEW.number = 1 AND NEW.before = 'planned') OR EXISTS (SELECT 1 FROM "
    "quotes_gatemove AS last WHERE last.batch_id = NEW.batch_id "
    "AND last.number = NEW.number - 1 AND last.state = NEW.before)"
)
FINAL = {
    "gatebatch": ("A batch stays as it was laid out.", ("project_id", "line", "key")),
    "sampledraw": ("A sample that was drawn stays on record.", ("batch_id", "seed")),
    "gatemove": ("What a batch went through stays on record.", ("batch_id", "number")),
}


class Migration(migrations.Migration):
    """Tables, and triggers that keep them: only the record of a batch is the batch."""

    dependencies = [
        ('quotes', '0007_inbox'),
        ('scoping', '0005_changed_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='GateBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=120)),
                ('items', models.PositiveIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='quotes.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['project', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SampleDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=40)),
                ('auditor', models.CharField(max_length=200)),
                ('size', models.PositiveIntegerField()),
                ('max_wrong', models.PositiveIntegerField()),
                ('images', models.PositiveIntegerField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='quotes.gatebatch')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
            ],
            options={
                'ordering': ['batch', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GateMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('move', models.CharField(max_length=20)),
                ('before', models.CharField(max_length=20)),
                ('state', models.CharField(max_length=20)),
                ('evidence', models.JSONField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='quotes.gatebatch')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoping.workspace')),
                ('draw', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='quotes.sampledraw')),
            ],
            options={
                'ordering': ['batch', 'number'],
            },
        ),
        migrations.AddConstraint(
            model_name='gatebatch',
            constraint=models.UniqueConstraint(fields=('project', 'line', 'key'), name='gate_batch_is_one_of_its_name'),
        ),
        migrations.AddConstraint(
            model_name='gatebatch',
            constraint=models.CheckConstraint(condition=models.Q(('items__gt', 0), models.Q(('key', ''), _negated=True)), name='gate_batch_holds_images'),
        ),
        migrations.AddConstraint(
            model_name='sampledraw',
            constraint=models.UniqueConstraint(fields=('batch', 'seed'), name='sample_of_a_batch_is_drawn_afresh'),
        ),
        migrations.AddConstraint(
            model_name='sampledraw',
            constraint=models.CheckConstraint(condition=models.Q(('images__gt', 0), ('size__gt', 0), models.Q(('seed', ''), _negated=True), models.Q(('auditor', ''), _negated=True)), name='sample_names_seed_and_auditor'),
        ),
        migrations.AddConstraint(
            model_name='gatemove',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='gate_move_is_one_after_the_other'),
        ),
        migrations.AddConstraint(
            model_name='gatemove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('draw__isnull', False), ('move', 'decide')), models.Q(models.Q(('move', 'decide'), _negated=True), ('draw__isnull', True)), _connector='OR'), name='gate_decision_rests_on_a_sample'),
        ),
        *(
            operation
            for table, (message, key) in FINAL.items()
            for operation in (
                freeze(f"quotes_{table}", name=f"{table}_is_final", message=message),
                keep(
                    f"quotes_{table}",
                    name=f"{table}_is_kept",
                    message=message,
                    key=key,
                ),
            )
        ),
        keep(
            "quotes_gatemove",
            name="gatemove_of_a_sample_is_kept",
            message="A sample decides once.",
            key=("draw_id",),
        ),
        refuse(
            "quotes_gatemove",
            name="gatemove_is_of_the_table",
            message="A batch does not make this move from here.",
            when=f"NOT ({ALLOWED})",
            events=("INSERT",),
        ),
        refuse(
            "quotes_gatemove",
            name="gatemove_follows_the_last",
            message="A move of a batch begins where its last one led.",
            when=f"NOT ({FOLLOWS})",
            events=("INSERT",),
        ),
    ]
