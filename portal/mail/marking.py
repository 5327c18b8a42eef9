"""Addresses that mail comes back from. Nothing is sent there until somebody confirms that it works again."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

from portal.audit.record import record
from portal.mail.models import MarkedAddress
from portal.people.models import User

# Sent with address=; inside the transaction that marks it, or takes the mark off.
marked = Signal()
confirmed = Signal()


def is_marked(address: str) -> bool:
    return MarkedAddress.objects.filter(address=address.lower()).exists()


def all_marked() -> frozenset[str]:
    """Every address that nothing is sent to, in lower case."""
    return frozenset(MarkedAddress.objects.values_list("address", flat=True))


def mark(address: str, why: str) -> bool:
    """Note that mail does not arrive there, and call those who wait for it; False where that was known."""
    with transaction.atomic():
        row, is_new = MarkedAddress.objects.get_or_create(address=address.lower(), defaults={"why": why[:300]})
        if is_new:
            marked.send(sender=MarkedAddress, address=row.address)
            record("mail.address_marked", target=row, data={"why": row.why})
    return is_new


def confirm(row: MarkedAddress, actor: User) -> bool:
    """Mail goes there again, by the word of `actor`; False where somebody else said so already."""
    with transaction.atomic():
        standing = MarkedAddress.objects.select_for_update(no_key=True).filter(pk=row.pk).first()
        if standing is None:
            return False
        # Through a queryset, so that the row keeps the number by which the entry names it.
        MarkedAddress.objects.filter(pk=standing.pk).delete()
        confirmed.send(sender=MarkedAddress, address=standing.address)
        record("mail.address_confirmed", actor=actor, target=standing)
    return True
