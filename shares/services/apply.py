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
from shares.snowflake.errors import SnowflakeError

logger = logging.getLogger(__name__)


def change(client: Client, run: Run, lease: Lease, step: Step) -> Result:
    """Carry out one step. Raises LeaseLost before sending, SnowflakeError after."""
    text = sql.render(step.action)
    with transaction.atomic():
        keep(lease)
        statement = _intent(run, step.stage, step.purpose, text, changes=True)
        share = run.share
        record(
            "share.statement",
            target=share,
            organization=share.organization,
            data={"run": str(run.public_id), "position": statement.position, "purpose": step.purpose, "sql": text},
        )
    return _send(client, statement)


def look(client: Client, run: Run, lease: Lease, purpose: str, text: str) -> Result:
    """Run a query that belongs to the run's evidence, such as the leak test's."""
    keep(lease)
    return _send(client, _intent(run, Stage.EXPOSE, purpose, text, changes=False))


def _intent(run: Run, stage: Stage, purpose: str, text: str, *, changes: bool) -> Statement:
    position = run.statements.count() + 1
    return Statement.objects.create(
        run=run, position=position, stage=stage.value, purpose=purpose[:500], sql=text, changes=changes
    )


def _send(client: Client, statement: Statement) -> Result:
    try:
        result = client.run(statement.sql)
    except SnowflakeError as error:
        statement.outcome = Statement.Outcome.UNKNOWN if error.outcome_unknown else Statement.Outcome.ERROR
        statement.query_id, statement.error_code = error.query_id, str(error.code or "")
        statement.error = error.message
        statement.save(update_fields=["outcome", "query_id", "error_code", "error"])
        logger.warning("statement %s of %s: %s %s", statement.position, statement.run, error.code, error.message)
        raise
    statement.outcome = Statement.Outcome.OK
    statement.query_id, statement.milliseconds = result.query_id, result.milliseconds
    statement.save(update_fields=["outcome", "query_id", "milliseconds"])
    return result
