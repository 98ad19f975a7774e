"""What a fund that exists already requires, and how it is shared, becomes its first version."""

from django.db import migrations
from django.utils import timezone

PARTS = ("CostLine", "PooledAlready", "SectorShare")
REASON = "As it stood when the portal began to keep versions."


def keep(apps, schema_editor):
    for fund in apps.get_model("funders", "PooledFund").objects.filter(in_force=None):
        version = apps.get_model("funders", "CostModel").objects.create(
            fund=fund, number=1, base=fund.base, reason=REASON, valid_from=timezone.localdate()
        )
        for name in PARTS:
            apps.get_model("funders", name).objects.filter(fund=fund).update(cost_model=version)
        fund.in_force = version
        fund.save(update_fields=["in_force"])


class Migration(migrations.Migration):
    dependencies = [("funders", "0031_fund_setup_walls")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
