from django.db import migrations, models
from django.utils import timezone


def publish_what_is_there(apps, schema_editor):
    """Version 1 of every dataset that customers could see or have: the shares stay what they are."""
    Dataset = apps.get_model("shares", "Dataset")
    offered = models.Q(is_published=True) | models.Q(grants__isnull=False)
    for dataset in Dataset.objects.filter(offered).distinct():
        version = dataset.versions.create(
            number=1,
            content=[_item(row) for row in dataset.dataset_objects.order_by("kind", "shared_name")],
            note="As it was before versions.",
            published_at=timezone.now(),
        )
        Dataset.objects.filter(pk=dataset.pk).update(version=version)


def _item(row):
    """As shares.core.published writes it at the time of this migration."""
    names = (
        "pk kind shared_name description is_exposed is_reference tenant_column freshness_column arguments returns body"
    )
    return {
        **{name: getattr(row, name) for name in names.split()},
        "source": [row.source_database, row.source_schema, row.source_name],
        "columns": [
            {"name": column.name, "data_type": column.data_type, "description": column.description}
            for column in row.columns.order_by("position")
        ],
    }


class Migration(migrations.Migration):

    dependencies = [
        ("shares", "0004_versions"),
    ]

    operations = [
        migrations.RunPython(publish_what_is_there, migrations.RunPython.noop),
    ]
