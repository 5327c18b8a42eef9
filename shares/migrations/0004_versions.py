import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("shares", "0003_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="notice_days",
            field=models.PositiveSmallIntegerField(
                default=14, help_text="How long customers keep what they have when a new version would break it."
            ),
        ),
        migrations.AlterField(
            model_name="dataset",
            name="is_published",
            field=models.BooleanField(default=False, help_text="Customers find it in the catalog."),
        ),
        migrations.CreateModel(
            name="DatasetVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField(default=list, editable=False)),
                ("note", models.TextField(blank=True)),
                ("published_at", models.DateTimeField()),
                ("notice_until", models.DateTimeField(blank=True, null=True)),
                ("hurried", models.TextField(blank=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("dataset", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="shares.dataset")),
                ("published_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("withdrawn_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ("dataset", "-number"),
                "constraints": [models.UniqueConstraint(fields=("dataset", "number"), name="version_once")],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("acknowledged_at", models.DateTimeField(auto_now_add=True)),
                ("acknowledged_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("share", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="acknowledgements", to="shares.share")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="acknowledgements", to="shares.datasetversion")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "share"), name="acknowledged_once")],
            },
        ),
        migrations.AddField(
            model_name="dataset",
            name="version",
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="shares.datasetversion"),
        ),
        # Prints are taken anew at the next check; what moved in between, the daily audit sees.
        migrations.DeleteModel(name="SourcePrint"),
        migrations.CreateModel(
            name="SourcePrint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shared_name", models.CharField(max_length=120)),
                ("columns_print", models.CharField(blank=True, max_length=64)),
                ("seen_at", models.DateTimeField(auto_now=True)),
                ("provider_account", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="source_prints", to="shares.provideraccount")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="source_prints", to="shares.datasetversion")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "shared_name", "provider_account"), name="source_print_once")],
            },
        ),
    ]
