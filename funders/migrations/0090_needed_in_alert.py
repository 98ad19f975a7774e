from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funders", "0085_versions_by_year")]
    operations = [
        migrations.AddField(
            model_name="coveralert",
            name="needed_amount",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
    ]
