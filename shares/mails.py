"""One function per mail about requests and shares (of their end: shares.end_mails). Each is posted once per event and
recipient.

Services call these inside their transactions: a rollback takes the mail back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.mail import links
from portal.people.models import Organization, User
from shares import mail_facts as facts
from shares.core.differences import Difference
from shares.mail_post import owners as _owners
from shares.mail_post import post as _post
from shares.mail_post import requester as _requester
from shares.mail_post import requesters as _requesters
from shares.mail_post import was_told as _was_told
from shares.mail_post import written as _written
from shares.models import Ask, Dataset, DatasetVersion, Incident, ProviderAccount, Share, ShareRequest
from shares.services import again, policies, reply_rules
from shares.services.codes import code_for
from shares.services.mount import snippets
from shares.services.translated import translated

if TYPE_CHECKING:
    from shares.services.reviews import Access


# What an alert may be about.
_ABOUT: dict[type[Model], Promise] = {
    Share: gettext_lazy("share"),
    ProviderAccount: gettext_lazy("provider account"),
    Dataset: gettext_lazy("dataset"),
}


def received(request: ShareRequest) -> None:
    """To the requester: it arrived, and what happens next."""
    asked = request.asks.filter(revision=request.revision).count()
    context = {**facts.of_request(request), "asked": asked, "prove_url": _prove_url(request)}
    _post("received", _requester(request), f"{request.public_id}", context)


def _prove_url(request: ShareRequest) -> str:
    """Where the requester proves that the account is theirs; "" when that is known."""
    account = request.consumer_account
    return "" if account.is_proved else links.absolute(reverse("account-proof", args=[account.public_id]))


def ask(ask: Ask) -> None:
    """To the approver: everything to decide on, the SQL that will run, and the code (blanked once it is sent)."""
    code = code_for(ask) if policies.code_suffices(ask.request) else ""
    reply_to = reply_rules.address_of(ask)
    context = {**facts.of_ask(ask, code), "may_reply": bool(reply_to)}
    headers = {"Reply-To": reply_to} if reply_to else {}
    _post("ask", [ask.approver], f"{ask.request.public_id}:{ask.revision}", context, secret=True, headers=headers)


def approved(request: ShareRequest) -> None:
    """To the requester: who approved, and that building begins."""
    context = {**_decided(request), "builds": bool(request.plan_sql), "prove_url": _prove_url(request)}
    _post("approved", _requester(request), f"{request.public_id}", context)


def taken_out(request: ShareRequest, share: Share) -> None:
    """To whoever took something out, and to the owners: what can no longer be read, and what stays."""
    context = {**_decided(request), **facts.of_share(share, _granted(share)), "by": facts.person(request.requester)}
    _post("taken-out", {*_requester(request), *_owners(share)}, f"{request.public_id}", context)


def declined(request: ShareRequest) -> None:
    """To the requester: who declined and why, and how to ask again."""
    context = {**_decided(request), "again_url": links.absolute(again.path_of(request))}
    _post("declined", _requester(request), f"{request.public_id}", context)


def ready(request: ShareRequest, *, mounted: bool) -> list[Callable[[], object]]:
    """To the requester: the data can be read, with the SQL that mounts it. Written; whoever asks for it posts it."""
    to, event = _requester(request), f"{request.public_id}"
    share = Share.data.select_related("provider_account", "consumer_account", "organization").get(
        organization=request.organization_id, consumer_account=request.consumer_account_id
    )
    if to != [request.requester] and (share.converged_at or _was_told("ready", event)):
        # Each look asks for it anew: whoever hears in the place of somebody who left hears news alone.
        return []
    datasets = list(request.datasets.all())
    context = {
        **facts.of_request(request),
        **facts.of_share(share, datasets),
        "snippets": facts.told_list(lambda: snippets(share, datasets)),
        "mounted": mounted,
    }
    return _written("ready", to, event, context)


def failed(share: Share, words: str, what_next: str, *, key: str) -> None:
    """To everybody whose request stands on the share: what went wrong, and what happens next."""
    context = {
        **facts.of_share(share, _granted(share)),
        "words": _told(words),
        "what_next": _told(what_next),
    }
    _post("failed", _requesters(share), key, context)


def incident(found: Incident) -> None:
    """To the organization's owners: what only they can mend, and how."""
    share = found.share
    context = {
        **facts.of_share(share, _granted(share)),
        "words": _told(found.words),
        "what_to_do": _told(found.what_to_do),
    }
    _post("incident", _owners(share) or _requesters(share), f"{found.pk}", context)


def alert(about: Share | ProviderAccount | Dataset, subject: str, words: str, what_to_do: str, *, key: str) -> None:
    """To the provider's superusers: what happened, and what to do about it."""
    page = reverse(f"admin:{about._meta.app_label}_{about._meta.model_name}_change", args=[about.pk])
    context = {
        "alert_subject": facts.told(lambda: facts.one_line(translated(subject))),
        "words": _told(words),
        "what_to_do": _told(what_to_do),
        "about": facts.told(lambda: f"{_ABOUT[type(about)]} {about}"),
        "customer": facts.one_line(about.organization.name) if isinstance(about, Share) else "",
        "admin_url": links.absolute(page),
    }
    _post("alert", User.objects.filter(is_superuser=True), key, context)


def changing(share: Share, version: DatasetVersion, changes: Iterable[Difference], *, event: str = "notice") -> None:
    """To the organization's owners: what a version breaks, until when they keep what they have, and how to move now."""
    page = reverse("share-change", args=[share.public_id, version.dataset.slug, version.number])
    told = list(changes)
    context = {
        **facts.of_share(share, [version.dataset]),
        **_of_version(version),
        "changes": facts.told_list(lambda: [facts.one_line(translated(item.words)) for item in told]),
        "at_once": bool(version.hurried),
        "notice_until": version.notice_until,
        "change_url": links.absolute(page),
    }
    key = f"{share.public_id}:{version.dataset_id}:{version.number}:{event}"
    _post("changing", _owners(share) or _requesters(share), key, context)


def change_withdrawn(share: Share, version: DatasetVersion) -> None:
    """To the organization's owners: what was announced does not come."""
    context = {**facts.of_share(share, [version.dataset]), **_of_version(version)}
    key = f"{share.public_id}:{version.dataset_id}:{version.number}"
    _post("change-withdrawn", _owners(share) or _requesters(share), key, context)


def _of_version(version: DatasetVersion) -> dict[str, Any]:
    return {
        "dataset": facts.one_line(version.dataset.name),
        "number": version.number,
        "note": facts.seen(version.note).strip(),
    }


def access_review(organization: Organization, found: list[Access], quarter: str) -> None:
    """To the organization's owners: what they have, with links to keep or to end each share."""
    shares = [
        {
            **facts.of_share(item.share, sorted({grant.dataset for grant in item.grants}, key=str)),
            "since": min(grant.valid_from for grant in item.grants),
            "until": facts.last_day([grant.valid_until for grant in item.grants]),
            "use": facts.told(partial(_use, item.share)),
            "keep_url": links.absolute(f"{reverse('access-review')}#{item.share.name}"),
            "end_url": links.absolute(reverse("share-end", args=[item.share.public_id])),
        }
        for item in found
    ]
    context = {"customer": facts.one_line(organization.name), "shares": shares}
    to = _owners(found[0].share) or _requesters(found[0].share)
    _post("access-review", to, f"{organization.public_id}:{quarter}", context)


def _use(share: Share) -> str:
    if share.mounted_at is None:
        return _("never seen mounted")
    return _("mounted since %(mounted_at)s") % {"mounted_at": date_format(share.mounted_at, "d M Y")}


def _told(words: str) -> str:
    return facts.told(lambda: facts.seen(translated(words)))


def _decided(request: ShareRequest) -> dict[str, Any]:
    return {**facts.of_request(request), **facts.decision(request)}


def _granted(share: Share) -> list[Dataset]:
    in_force = share.grants.in_force(timezone.now())
    return list(Dataset.objects.filter(grants__in=in_force).distinct())
