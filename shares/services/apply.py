"""Send statements: the intent is on record before a changing one leaves, and its outcome after.

Of statements that go side by side all intents are written in one transaction, and all outcomes in another.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.audit.record import record, record_each
from shares.core.steps import Grant, Stage, Step
from shares.models import Run, Statement
from shares.services import behalf
from shares.services.leases import Lease, keep
from shares.snowflake import sql
from shares.snowflake.client import Client, Result
from shares.snowflake.errors import GRAVITY, OTHER_DATABASES, Policy, SnowflakeError
from shares.snowflake.together import Answer, answers_to, run_together, send

logger = logging.getLogger(__name__)

# What an answer adds to a statement's row.
_ANSWERED = ("outcome", "query_id", "milliseconds", "error_code", "error")
# While a leak test is awaited, which may take longer than a lease, the lease is kept this often, in seconds.
KEEP_EVERY = 30.0
# "Insufficient privileges to operate on …", and "Grant not executed: Insufficient privileges."
_NOT_ALLOWED = frozenset({3001, 3102})


class NoReference(SnowflakeError):
    """Firn's role may not let a share show what its views read of other databases: `grants` were refused.

    It is no trouble of the whole account, and of this share only if nobody else granted it: that is in no listing.
    Whether it lacks shows when the views are granted.
    """

    def __init__(self, refusal: SnowflakeError, grants: tuple[Grant, ...]) -> None:
        super().__init__(refusal.code, refusal.message, sqlstate=refusal.sqlstate, query_id=refusal.query_id)
        self.grants = grants
        self.role = ""

    @property
    def policy(self) -> Policy:
        return Policy.BLOCK_SHARE

    def is_behind(self, error: SnowflakeError) -> bool:
        """docs.snowflake.com/en/user-guide/data-sharing-multiple-db"""
        return OTHER_DATABASES in error.message.lower()


def change(client: Client, run: Run, lease: Lease, *steps: Step, reasons: list[dict[str, Any]] | None = None) -> None:
    """Carry out steps that do not need each other, side by side; `reasons` as `behalf.told` has them, when known.

    Raises LeaseLost before anything is sent; after all have been answered, the gravest SnowflakeError, NoReference
    where nothing else went wrong.
    """
    texts = [sql.render(step.action) for step in steps]
    common = {"on_behalf_of": behalf.told(run.share) if reasons is None else reasons}
    with transaction.atomic():
        keep(lease)
        statements = _intents(run, [(step.stage, step.purpose) for step in steps], texts, changes=True)
        data = [
            {
                "run": str(run.public_id),
                "position": statement.position,
                "purpose": statement.purpose,
                "sql": statement.sql,
            }
            for statement in statements
        ]
        record_each("share.statement", data, target=run.share, organization=run.share.organization, common=common)
    answers = run_together(client, texts)
    with transaction.atomic():
        _note(statements, answers)
        # What Snowflake called them, for whoever compares its history with the log.
        said = [{"position": one.position, "query_id": one.query_id, "outcome": one.outcome} for one in statements]
        answered = {"run": str(run.public_id), "answers": said}
        record("share.answered", target=run.share, organization=run.share.organization, data=answered)
        run.changed += sum(isinstance(answer, Result) for answer in answers)
        run.save(update_fields=["changed"])
    lacking = _lacking(steps, answers)
    refusals = [refusal for refusal, _ in lacking]
    _raise_gravest([answer for answer in answers if answer not in refusals])
    if lacking:
        raise NoReference(refusals[0], tuple(grant for _, grant in lacking))


def _lacking(steps: tuple[Step, ...], answers: list[Answer]) -> list[tuple[SnowflakeError, Grant]]:
    return [
        (answer, step.action)
        for step, answer in zip(steps, answers, strict=True)
        if isinstance(step.action, Grant)
        and step.action.granted.privilege == "REFERENCE_USAGE"
        and isinstance(answer, SnowflakeError)
        and answer.code in _NOT_ALLOWED
    ]


def look(client: Client, run: Run, lease: Lease, *questions: tuple[str, str]) -> list[Result]:
    """Run queries that belong to the run's evidence, such as the leak test's: pairs of purpose and text."""
    return ask(client, run, lease, *questions).answers()


@dataclass
class Asked:
    """Queries that are on their way."""

    statements: list[Statement]
    sent: list[Future[Answer]]
    lease: Lease

    def wait(self) -> None:
        wait(self.sent)

    def answers(self) -> list[Result]:
        """Wait for them and write down what came. Raises LeaseLost, or the gravest SnowflakeError.

        The lease is kept for as long as they may take, and not for a driver that hangs beyond that.
        """
        until = time.monotonic() + settings.FIRN_PROOF_TIMEOUT_SECONDS + KEEP_EVERY
        while wait(self.sent, KEEP_EVERY).not_done and time.monotonic() < until:
            keep(self.lease)
        answers = answers_to(self.sent)
        with transaction.atomic():
            _note(self.statements, answers)
        _raise_gravest(answers)
        return [answer for answer in answers if isinstance(answer, Result)]


def ask(client: Client, run: Run, lease: Lease, *questions: tuple[str, str]) -> Asked:
    """As `look`, without waiting. Raises LeaseLost before anything is sent."""
    purposes = [(Stage.EXPOSE, purpose) for purpose, _ in questions]
    texts = [text for _, text in questions]
    with transaction.atomic():
        keep(lease)
        statements = _intents(run, purposes, texts, changes=False)
    return Asked(statements, send(client, texts), lease)


def _intents(run: Run, purposes: list[tuple[Stage, str]], texts: list[str], *, changes: bool) -> list[Statement]:
    position = run.statements.count()
    return Statement.objects.bulk_create(
        Statement(run=run, position=position + n, stage=stage.value, purpose=purpose, sql=text, changes=changes)
        for n, ((stage, purpose), text) in enumerate(zip(purposes, texts, strict=True), start=1)
    )


def _note(statements: list[Statement], answers: list[Answer]) -> None:
    for statement, answer in zip(statements, answers, strict=True):
        statement.query_id = answer.query_id
        if isinstance(answer, Result):
            statement.outcome, statement.milliseconds = Statement.Outcome.OK, answer.milliseconds
            continue
        statement.outcome = Statement.Outcome.UNKNOWN if answer.outcome_unknown else Statement.Outcome.ERROR
        statement.error_code, statement.error = str(answer.code or ""), answer.message
        logger.warning("statement %s of %s: %s %s", statement.position, statement.run, answer.code, answer.message)
    # An update of the rows that are there, in one statement: on SQLite each one keeps all other writers waiting.
    Statement.objects.bulk_create(statements, update_conflicts=True, unique_fields=["id"], update_fields=_ANSWERED)


def _raise_gravest(answers: list[Answer]) -> None:
    """Of several refusals the one that no second look can mend is the answer."""
    errors = [answer for answer in answers if isinstance(answer, SnowflakeError)]
    if errors:
        raise max(errors, key=lambda error: GRAVITY.index(error.policy))
