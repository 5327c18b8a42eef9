from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shares', '0030_slow_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='proof',
            name='seen_as',
            field=models.CharField(blank=True, editable=False, max_length=63),
        ),
    ]
