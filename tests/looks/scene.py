"""A customer with something in every state, and the addresses of the pages that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from portal.audit.record import record
from portal.mail import digest
from portal.people import invitations
from portal.people.models import EmailDomain, Membership, Role, User
from shares.core.states import RequestState
from shares.models import Ask, Dataset, DatasetColumn, LakeImport, LakeImportRow, Proof, Run, Share, ShareRequest
from shares.services import coded, grants
from shares.services.publishing import publish
from tests.web import rows
from tests.web.matrix import verify_everybody
from tests.web.rows import House

ABOUT = """Every departure from the three New York airports, as the airlines report it.

## What to know

- One row is one flight on one day.
- Delays are minutes; a negative number is early.

| Column | Meaning |
|---|---|
| `DEP_DELAY` | minutes late at departure |
| `ORIGIN` | EWR, JFK or LGA |
"""
COLUMNS = {
    "CARRIER": "The airline that flew.",
    "ORIGIN": "Where it left from.",
    "DEP_DELAY": "Minutes late at departure; negative is early.",
}
SAMPLE = {
    "columns": [*COLUMNS, "DESTINATION", "SCHEDULED_DEPARTURE"],
    "rows": [["UA", "EWR", str(number), "IAH", f"2013-12-31 {number:02}:15:00"] for number in range(5, 10)],
    "seen": "consumer",
    "as": "CARRIERUA.ANALYTICS",
}


@dataclass(frozen=True)
class Scene:
    """Who may sign in, and where the pages are: role → name → path."""

    people: dict[str, User]
    paths: dict[str, dict[str, str]]


def build() -> Scene:
    house = rows.house()
    datasets = _catalog(house)
    invitations.invite(house.ua, "somebody@ua.example", Role.VIEWER, house.ada)
    now = timezone.now()
    EmailDomain.objects.create(organization=house.ua, domain="ua.example", verified_at=now, how="mail", auto_join=True)
    EmailDomain.objects.create(organization=house.ua, domain="carrier-ua.example")
    newcomer = rows.person("newcomer@somewhere.example", "Nia Newcomer")
    shares = _shares(house, datasets)
    requests = _requests(house, datasets)
    people = {"owner": house.ada, "viewer": house.vic, "approver": house.dan, "staff": house.eve, "newcomer": newcomer}
    verify_everybody()
    return Scene(people, _paths(shares, requests, _imported(house)))


def _imported(house: House) -> LakeImport:
    """A draft from the lake: one object with a guess, one that failed."""
    draft = rows.dataset("Weather by the hour", approver=house.dan, is_published=False)
    item = draft.dataset_objects.all()[0]
    item.tenant_column = ""
    item.save(update_fields=["tenant_column"])
    account, now = draft.provider_accounts.all()[0], timezone.now()
    made = LakeImport.objects.create(account=account, dataset=draft, by=house.eve, finished_at=now)
    of = {"lake_import": made, "database": "LAKE", "schema": "NYC", "kind": "TABLE"}
    words = coded.stored(("columns", "15"), ("sounds", "CONTACT"))
    LakeImportRow.objects.create(**of, name="WEATHER", outcome="done", words=words, guess="CARRIER", item=item)
    LakeImportRow.objects.create(
        **of,
        name="STATIONS",
        outcome="failed",
        words="Object 'STATIONS' does not exist or not authorized.",
        what_to_do="It is gone, or Firn’s role may not read it: grant it SELECT, then try again.",
    )
    return made


def _catalog(house: House) -> list[Dataset]:
    described = house.flights
    described.description, described.topic = ABOUT, "Traffic"
    described.first_query = "SELECT ORIGIN, COUNT(*) FROM {{schema}}.FLIGHTS GROUP BY ORIGIN"
    described.save()
    for name, words in COLUMNS.items():
        DatasetColumn.objects.filter(object__dataset=described, name=name).update(description=words)
    publish(described, house.eve, "Columns are described now.")
    rows.reading(described, house.ua, sample=SAMPLE, newest=timezone.now() - timedelta(hours=3))
    more = [
        rows.dataset("Airports and weather", kind="reference", approver=house.dan, topic="Reference"),
        rows.dataset(
            "Punctuality by origin, destination and hour of the day",
            slug="punctuality",
            kind="function",
            approver=house.dan,
            topic="Traffic",
        ),
        rows.dataset("Fleet", approver=house.dan, topic="Aircraft"),
        rows.dataset("Crew rosters", approver=house.dan, is_published=False),
    ]
    rows.reading(more[0], None, 1458)
    rows.reading(more[2], house.ua, 629)
    return [described, *more]


def _shares(house: House, datasets: list[Dataset]) -> dict[str, Share]:
    """One share in each state that a page shows differently."""
    flights, airports, _, fleet, *_ = datasets
    now = timezone.now()

    def made(name: str, *chosen: Dataset, mounted: bool = True, **fields: object) -> Share:
        account = rows.account(house.ua, f"CARRIERUA.{name}")
        asked = rows.request(house.ada, *(chosen or (flights, airports)), to=account)
        share = rows.healthy(asked, house.dan, mounted=mounted)
        Share.objects.filter(pk=share.pk).update(**fields)
        record("share.granted", target=share, organization=house.ua, actor=house.dan)
        return share

    return {
        "healthy": _windowed(made("ANALYTICS")),
        "ready": made("FINANCE", mounted=False),
        "stopped": made(
            "RESEARCH", blocked_at=now, blocked_reason="A view was replaced by hand.", blocked_what_to_do="Drop it."
        ),
        "suspended": made("OPERATIONS", suspended_at=now),
        "ending": _ended(made("OLD_WAREHOUSE"), house),
        "changing": _changing(made("FLEET", fleet), house),
        "building": rows.approved(
            rows.request(house.bea, flights, to=rows.account(house.ua, "CARRIERUA.NEW")), house.dan
        ),
    }


def _windowed(share: Share) -> Share:
    """With an end in sight, and proofs of most days of the month."""
    now = timezone.now()
    share.grants.update(valid_until=now + timedelta(days=20))
    proof = share.proofs.get()
    proof.run = Run.objects.create(share=share, trigger="audit", fence=2, worker="w")
    for day in (*reversed(range(14, 30)), *reversed(range(12))):
        proof.pk = None
        proof.rows = 96_220 - 410 * day - 900 * (day % 5)
        newest = now - timedelta(days=day, hours=1 + day % 4)
        part = {"foreign": 0, "newest": newest.isoformat()}
        proof.readings = [
            {"name": "FLIGHTS", "rows": proof.rows - 1458, **part},
            {"name": "AIRPORTS_AND_WEATHER", "rows": 1458, **part},
        ]
        proof.save()
        Proof.objects.filter(pk=proof.pk).update(proved_at=now - timedelta(days=day))
    _examined(share, proof)
    return share


def _examined(share: Share, proof: Proof) -> None:
    """The newest proof with its evidence."""
    text, columns = "3f" * 32, ["CARRIER", "FLIGHT", "ORIGIN", "DEST", "TIME_HOUR"]
    kept = {"nobodys": 0, "columns": columns, "print": text, "query_id": "01b2-0c4f-0003", "wrong_columns": []}
    for reading in proof.readings:
        reading.update(kept, filter="CARRIER" if reading["name"] == "FLIGHTS" else "", tenants=["UA"])
    seen = [
        {"name": item["name"], "signature": "", "secure": True, "seen": text, "approved": text}
        for item in proof.readings
    ]
    proof.examination = {"objects": seen, "granted": 4, "beyond": [], "accounts": [str(share.consumer_account)]}
    proof.examined_at = timezone.now()
    proof.save(update_fields=["readings", "examination", "examined_at"])


def _ended(share: Share, house: House) -> Share:
    grants.end(share, house.ada, "The project is over.")
    return share


def _changing(share: Share, house: House) -> Share:
    """Its dataset loses a column in two weeks."""
    fleet = Dataset.objects.get(slug="fleet")
    DatasetColumn.objects.filter(object__dataset=fleet, name="DEP_DELAY").delete()
    publish(fleet, house.eve, "Delays are in Flights.")
    return share


def _requests(house: House, datasets: list[Dataset]) -> dict[str, ShareRequest]:
    def asked(name: str, state: str, **fields: object) -> ShareRequest:
        made = rows.request(house.bea, datasets[3], to=rows.account(house.ua, f"CARRIERUA.{name}"))
        ShareRequest.objects.filter(pk=made.pk).update(state=state, **fields)
        made.refresh_from_db()
        return made

    now = timezone.now()
    decided = {"decided_at": now, "decided_by": house.dan}
    return {
        "waiting": asked("SANDBOX", RequestState.SUBMITTED),
        "declined": asked("PARTNER", RequestState.DECLINED, decision_reason="Not in the contract.", **decided),
        "withdrawn": asked("TYPO", RequestState.WITHDRAWN),
    }


def _paths(
    shares: dict[str, Share], requests: dict[str, ShareRequest], imported: LakeImport
) -> dict[str, dict[str, str]]:
    ask = Ask.objects.get(request=requests["waiting"])
    # What somebody without a session sees who follows the way out of a daily mail.
    User.objects.filter(pk=ask.approver_id).update(digest=True)
    colleague = Membership.objects.get(user__email="bea@ua.example")
    seen = {f"share-{name}": f"/shares/{share.public_id}/" for name, share in shares.items()}
    seen |= {f"request-{name}": f"/requests/{asked.public_id}/" for name, asked in requests.items()}
    everybody = {"home": "/", "catalog": "/catalog/", "dataset": "/catalog/flights/", "help": "/help/"}
    guides = {"guide-customer": "/guide/customer/", "guide-approver": "/guide/approver/"}
    for name in ("healthy", "ending", "building"):
        told = ShareRequest.objects.get(consumer_account=shares[name].consumer_account)
        seen[f"request-of-{name}"] = f"/requests/{told.public_id}/"
    lists = {"requests": "/requests/", "shares": "/shares/", "access": "/access/", "audit": "/audit/"}
    return {
        "anonymous": {
            "sign-in": "/accounts/login/",
            "sign-up": "/accounts/signup/",
            "code": "/accounts/login/code/",
            "own-sign-in": "/accounts/organization/",
            "digest-stop": f"/mail/digest/stop/{digest.token_for(ask.approver)}/",
            "not-found": "/nowhere/",
        },
        "newcomer": {"welcome": "/welcome/"},
        "owner": {
            **everybody,
            **lists,
            **seen,
            "catalog-nothing": "/catalog/?q=nothing-like-this",
            "function": "/catalog/punctuality/",
            "request-new": "/requests/new/?dataset=flights",
            "request-change": f"/requests/{requests['waiting'].public_id}/change/",
            **guides,
            "help-no-rows": "/help/no-rows/",
            "help-not-there": "/help/not-there/",
            "help-wrong-region": "/help/wrong-region/",
            "share-edit": f"/shares/{shares['healthy'].public_id}/edit/",
            "share-renew": f"/shares/{shares['healthy'].public_id}/renew/",
            "share-change": f"/shares/{shares['changing'].public_id}/changes/fleet/2/",
            "share-end": f"/shares/{shares['healthy'].public_id}/end/",
            "share-evidence": f"/shares/{shares['healthy'].public_id}/evidence/",
            "organization": "/organization/",
            "account-rebind": f"/snowflake/{shares['ready'].consumer_account.public_id}/customer/",
            "delete-account": "/accounts/delete/",
            "preferences": "/accounts/preferences/",
            "leave": "/organization/leave/",
            "member-remove": f"/organization/members/{colleague.pk}/remove/",
            "domain-remove": f"/organization/domains/{EmailDomain.objects.get(domain='ua.example').pk}/remove/",
            "email": "/accounts/email/",
            "password": "/accounts/password/change/",
            "email-second-step": "/accounts/2fa/",
            "email-sessions": "/accounts/sessions/",
            "email-app": "/accounts/2fa/totp/activate/",
            "email-passkey": "/accounts/2fa/webauthn/add/",
            "sign-out": "/accounts/logout/",
        },
        "viewer": {"request-refused": "/requests/new/", "refused": f"/shares/{shares['healthy'].public_id}/end/"},
        "approver": {
            "home": "/",
            "approvals": "/approvals/",
            "approval": f"/approvals/{ask.public_id}/",
            "approval-away": "/approvals/away/",
        },
        "looking": {
            "home": "/",
            "shares": "/shares/",
            "dataset": "/catalog/flights/",
            "share": f"/shares/{shares['healthy'].public_id}/",
            "request": f"/requests/{requests['waiting'].public_id}/",
            "organization": "/organization/",
        },
        "staff": {
            "home": "/",
            "shares": "/shares/",
            "audit": "/audit/",
            "share": f"/shares/{shares['healthy'].public_id}/",
            "operate": f"/shares/operate/suspend/?share={shares['healthy'].public_id}",
            "account-rebind": f"/snowflake/{shares['healthy'].consumer_account.public_id}/customer/",
            "guide-provider": "/guide/provider/",
            "styleguide": "/styleguide/",
            "operations": "/operations/",
            "operations-flight": "/operations/flight/",
            "operations-shares": "/operations/shares/",
            "operations-requests": "/operations/requests/?state=submitted",
            "operations-customers": "/operations/customers/",
            "operations-incidents": "/operations/incidents/",
            "operations-runs": "/operations/runs/",
            "operations-share": f"/operations/shares/{shares['stopped'].public_id}/",
            "operations-run": f"/operations/runs/{shares['healthy'].runs.all()[0].public_id}/",
            "operations-import": f"/operations/imports/{imported.public_id}/",
            "admin": "/admin/",
            "admin-shares": "/admin/shares/share/",
            "admin-datasets": "/admin/shares/dataset/",
            "admin-dataset": f"/admin/shares/dataset/{Dataset.objects.get(slug='flights').pk}/change/",
            "admin-share": f"/admin/shares/share/{shares['healthy'].pk}/change/",
        },
    }
