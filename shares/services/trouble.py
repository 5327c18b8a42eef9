"""What is wrong, told from live state: "I see no rows", "the share does not appear", "wrong region". Reads only.

An answer never guesses: it says what Firn knows of this share, and what the reader can look at that Firn cannot see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.models import Organization
from shares.core import regions
from shares.core.states import READABLE, ShareState
from shares.models import ConsumerAccount, Incident, ProviderAccount, Share
from shares.services.home_pages import ShareCard, cards
from shares.services.mount import Snippet
from shares.services.translated import translated
from shares.snowflake import customer_sql

NO_ROWS, NOT_THERE, WRONG_REGION = "no-rows", "not-there", "wrong-region"
MOST = 10


@dataclass(frozen=True)
class Answer:
    """`tone`: good (this is in order), info (this is so), warn (look here) or bad (this is why). `do` is the next step,
    `sql` helps it."""

    tone: str
    words: str
    do: str = ""
    sql: Snippet | None = None


@dataclass(frozen=True)
class Case:
    """One of the reader's shares, or accounts, and what there is to say about it."""

    title: str
    account: ConsumerAccount
    share: Share | None
    answers: list[Answer]


def cases(symptom: str, organization: Organization, shares: Iterable[Share]) -> list[Case]:
    """By share, in a fixed number of queries; for a wrong region by account."""
    if symptom == WRONG_REGION:
        return _regions_of(organization)
    found = cards(shares)
    incidents: dict[int, list[Incident]] = {}
    for incident in Incident.objects.filter(share__in=[card.row.share.pk for card in found], closed_at=None):
        incidents.setdefault(incident.share_id, []).append(incident)
    tell = _no_rows if symptom == NO_ROWS else _not_there
    return [_case(card, tell(card, incidents.get(card.row.share.pk, []))) for card in found]


def _case(card: ShareCard, answers: list[Answer]) -> Case:
    share = card.row.share
    return Case(", ".join(str(dataset) for dataset in card.row.datasets), share.consumer_account, share, answers)


def _closed(card: ShareCard) -> list[Answer]:
    """Why nobody reads the share at the moment; nothing where it can be read."""
    do = {
        ShareState.WAITING: _("The data owner was asked by mail. You get a mail with the answer."),
        ShareState.PROVISIONING: _("Firn builds it now. Wait for the mail that says it is ready; it takes seconds."),
        ShareState.UNPROVED: _("Prove that the account is yours; nothing is shared with it before."),
        ShareState.BLOCKED: _("The data provider's staff have been told. Nothing of it is up to you."),
        ShareState.SUSPENDED: _("The data provider closed it. The share's page says who, why and whom to ask."),
        ShareState.ENDING: _("It was ended. An owner of your organization can undo that from the share's page."),
        ShareState.ENDED: _("It is gone for good. Send a new request for what you still need."),
    }
    state = card.row.state
    if state in READABLE:
        return []
    return [Answer("bad", _("Nobody can read this share at the moment."), do[state])]


def _no_rows(card: ShareCard, incidents: list[Incident]) -> list[Answer]:
    if closed := _closed(card):
        return closed
    share, proof = card.row.share, card.proof
    answers = [_found(one) for one in incidents if one.for_customer]
    if not share.mounted_at and not answers:
        words = _("No database in %(account)s is made from this share yet.") % {"account": share.consumer_account}
        answers.append(Answer("bad", words, _("Run the SQL on the share's page once, then query that database.")))
    empty = [str(reading["name"]) for reading in (proof.readings if proof else []) if not reading["rows"]]
    if proof and not proof.rows:
        words = _("The last proof read no row at all as %(account)s.") % {"account": share.consumer_account}
        do = _("The source holds nothing for your workspaces. Ask the data provider whether their keys are right.")
        return [*answers, Answer("bad", words, do)]
    if proof:
        words = ngettext(
            "The last proof read %(number)s row as %(account)s.",
            "The last proof read %(number)s rows as %(account)s.",
            proof.rows,
        )
        told = {"number": number_format(proof.rows, force_grouping=True), "account": share.consumer_account}
        answers.append(Answer("good", words % told))
    if empty:
        words = _("These are empty for you: %(names)s.") % {"names": ", ".join(empty)}
        answers.append(Answer("warn", words, _("The source holds no row of yours there, or not yet.")))
    return [*answers, _role(share)]


def _found(incident: Incident) -> Answer:
    return Answer("bad", translated(incident.words), translated(incident.what_to_do))


def _role(share: Share) -> Answer:
    """What Firn cannot see: which role asks, and which database it looks into."""
    database = share.provider_account.snowflake_organization
    do = _("Use a role that was given the database, and the schema %(schema)s in it.") % {"schema": share.schema}
    sql = customer_sql.imported_privileges(database, "PUBLIC")
    return Answer("info", _("A role without the privilege sees no database, or none of its rows."), do, _snippet(sql))


def _not_there(card: ShareCard, incidents: list[Incident]) -> list[Answer]:
    if closed := _closed(card):
        return closed
    share = card.row.share
    answers = [_found(one) for one in incidents if one.for_customer]
    if share.mounted_at and not answers:
        words = _("It was mounted in %(account)s already.") % {"account": share.consumer_account}
        do = _("Look for the database, not for the share: it may have another name than ours.")
        answers.append(Answer("good", words, do, _snippet("SHOW DATABASES;")))
    told = {"name": share.name, "account": share.consumer_account, "region": share.consumer_account.region_label}
    words = _("It is shared with %(account)s in %(region)s, and with no other account.") % told
    do = _("Look there, as ACCOUNTADMIN or with a role that may import shares; other accounts of yours do not see it.")
    return [*answers, Answer("info", words, do, _snippet(customer_sql.find_share(share.name)))]


def _regions_of(organization: Organization) -> list[Case]:
    """Each account in the region that we know it in, and whether data can be had there."""
    offered = set(ProviderAccount.objects.filter(is_active=True).values_list("region", flat=True))
    accounts = organization.consumer_accounts.order_by("pk")[:MOST]
    return [Case(str(account), account, None, _region(account, offered)) for account in accounts]


def _region(account: ConsumerAccount, offered: set[str]) -> list[Answer]:
    told = {"account": account, "region": account.region_label}
    known = Answer(
        "info",
        _("We know %(account)s in %(region)s.") % told,
        _("If that is wrong, the last column of this query is right: name the account again, with that region."),
    )
    if account.region in offered:
        return [Answer("good", _("Data can be shared to %(region)s.") % told), known]
    there = "; ".join(sorted(regions.label(region) for region in offered)) or _("no region yet")
    words = _("Nothing is offered in %(region)s.") % told
    do = _("A share does not cross regions. Use an account of yours in one of these: %(regions)s.") % {"regions": there}
    return [Answer("bad", words, do), known]


def _snippet(sql: str) -> Snippet:
    return Snippet(_("Run this there"), sql)
