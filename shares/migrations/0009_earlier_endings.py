from django.db import migrations


def remember_what_they_took(apps, schema_editor):
    """Of each share in its grace days: so that its end can still be undone. Revoked together is taken together."""
    Share, Ending = apps.get_model("shares", "Share"), apps.get_model("shares", "Ending")
    for share in Share.objects.filter(closes_at__isnull=False, taken_back_at=None):
        revoked = share.grants.filter(revoked_at__isnull=False, revoked_by__isnull=False).order_by("-revoked_at")
        last = revoked.first()
        if last is None or share.grants.filter(valid_from__gt=last.revoked_at).exists():
            continue
        ending = Ending.objects.create(
            share=share,
            by=last.revoked_by,
            reason=last.revoke_reason,
            decided_at=last.revoked_at,
            effective_at=last.revoked_at,
        )
        for grant in revoked.filter(revoked_at=last.revoked_at):
            ending.taken.create(grant=grant, until_before=grant.valid_until)


class Migration(migrations.Migration):

    dependencies = [
        ("shares", "0008_endings"),
    ]

    operations = [
        migrations.RunPython(remember_what_they_took, migrations.RunPython.noop),
    ]
