from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shares', '0029_amended_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='reading',
            name='begun_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
