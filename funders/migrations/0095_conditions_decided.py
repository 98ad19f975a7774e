"""What an approver says of the conditions beside a pledge. What was agreed before it was asked says that it was."""

from django.db import migrations, models

SAY = """
UPDATE funders_contribution c SET unconditional_because =
    'Agreed before the portal asked what the conditions mean, and counted as unconditional since. An approver can set a condition.'
FROM funders_pledge p
WHERE p.id = c.pledge_id AND p.conditions <> '' AND c.state = 'agreed' AND c.condition = '';
"""
STEPS = [
    ("changed", "Amount changed"),
    ("reduced", "Reduced"),
    ("condition", "Condition set"),
    ("met", "Condition met"),
    ("unmet", "Condition no longer met"),
    ("terms", "Terms set"),
    ("firm", "Said to be unconditional"),
]


class Migration(migrations.Migration):
    dependencies = [("funders", "0090_needed_in_alert")]
    operations = [
        migrations.AddField(
            model_name="contribution",
            name="unconditional_because",
            field=models.TextField(blank=True, help_text="Why the conditions of the pledge do not hold the money back."),
        ),
        migrations.AlterField(
            model_name="contributionevent",
            name="step",
            field=models.CharField(blank=True, choices=STEPS, max_length=10),
        ),
        migrations.RunSQL(SAY, migrations.RunSQL.noop),
    ]
