"""Send statements: the intent is on record before a changing one leaves, and its outcome after."""

from __future__ import annotations

import logging

from django.db import transaction

from portal.audit.record import record
from shares.core.steps import Stage, Step
from shares.models import Run, Statement
from shares.services.leases import Lease, keep
from shares.snowflake import sql
from shares.snowflake.client import Client, Result
from shares.snowflake.errors import GRAVITY, SnowflakeError
from shares.snowflake.together import run_together

logger = logging.getLogger(__name__)


def change(client: Client, run: Run, lease: Lease, *steps: Step) -> None:
    """Carry out steps that do not need each other, side by side.

    Raises LeaseLost before anything is sent; after all have been answered, the gravest SnowflakeError.
    """
    texts = [sql.render(step.action) for step in steps]
    with transaction.atomic():
        keep(lease)
        statements = _intents(run, [(step.stage, step.purpose) for step in steps], texts, changes=True)
        share = run.share
        for statement in statements:
            data = {
                "run": str(run.public_id),
                "position": statement.position,
                "purpose": statement.purpose,
                "sql": statement.sql,
            }
            record("share.statement", target=share, organization=share.organization, data=data)
    answers = _send(client, statements)
    run.changed += sum(isinstance(answer, Result) for answer in answers)
    run.save(update_fields=["changed"])
    _raise_gravest(answers)


def look(client: Client, run: Run, lease: Lease, *questions: tuple[str, str]) -> list[Result]:
    """Run queries that belong to the run's evidence, such as the leak test's: pairs of purpose and text."""
    keep(lease)
    purposes = [(Stage.EXPOSE, purpose) for purpose, _ in questions]
    answers = _send(client, _intents(run, purposes, [text for _, text in questions], changes=False))
    _raise_gravest(answers)
    return [answer for answer in answers if isinstance(answer, Result)]


def _intents(run: Run, purposes: list[tuple[Stage, str]], texts: list[str], *, changes: bool) -> list[Statement]:
    position = run.statements.count()
    return [
        Statement.objects.create(
            run=run, position=position + n, stage=stage.value, purpose=purpose[:500], sql=text, changes=changes
        )
        for n, ((stage, purpose), text) in enumerate(zip(purposes, texts, strict=True), start=1)
    ]


def _send(client: Client, statements: list[Statement]) -> list[Result | SnowflakeError]:
    """Send them all; each outcome is written down as it comes."""
    answers = []
    texts = [statement.sql for statement in statements]
    for statement, answer in zip(statements, run_together(client, texts), strict=True):
        _note(statement, answer)
        answers.append(answer)
    return answers


def _note(statement: Statement, answer: Result | SnowflakeError) -> None:
    if isinstance(answer, Result):
        statement.outcome = Statement.Outcome.OK
        statement.query_id, statement.milliseconds = answer.query_id, answer.milliseconds
        statement.save(update_fields=["outcome", "query_id", "milliseconds"])
        return
    statement.outcome = Statement.Outcome.UNKNOWN if answer.outcome_unknown else Statement.Outcome.ERROR
    statement.query_id, statement.error_code = answer.query_id, str(answer.code or "")
    statement.error = answer.message
    statement.save(update_fields=["outcome", "query_id", "error_code", "error"])
    logger.warning("statement %s of %s: %s %s", statement.position, statement.run, answer.code, answer.message)


def _raise_gravest(answers: list[Result | SnowflakeError]) -> None:
    """Of several refusals the one that no second look can mend is the answer."""
    errors = [answer for answer in answers if isinstance(answer, SnowflakeError)]
    if errors:
        raise max(errors, key=lambda error: GRAVITY.index(error.policy))
