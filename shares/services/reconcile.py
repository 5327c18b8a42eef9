"""observe → plan → apply → observe, under a lease, until the plan is empty. The only way Firn changes Snowflake."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Collection
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone

from portal.audit.record import record
from shares.core.keeping import kept_views, read_at
from shares.core.plan import plan
from shares.core.said import Said, together
from shares.core.spec import Observed, ShareSpec, container_grants
from shares.core.steps import AddAccounts, Plan, Revoke, Stage, Step
from shares.core.waves import waves
from shares.models import Run, Share
from shares.services import behalf, claims, naming, outcomes, run_problems, slow_proofs
from shares.services.apply import NoReference, change
from shares.services.desired import spec_of
from shares.services.leases import Lease, LeaseLost, claim, keep
from shares.services.proofs import TooSlow, is_due, prove, prove_early
from shares.services.sessions import AccountStopped, open_client, stop_account
from shares.services.viewer import Viewer
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import Policy, SnowflakeError
from shares.snowflake.inspect import CONTENT, READERS, begin, database_comment, observe

logger = logging.getLogger(__name__)

# Build, expose, clean, and a few for what moves under us. A share that needs more is not converging.
MAX_ROUNDS = 8
# "Object already exists": when Firn looks again and still does not see it, it belongs to a role that Firn is not.
EXISTS = 2002


class Restless(Exception):
    """The share did not come to rest within MAX_ROUNDS."""


def worker_name() -> str:
    """Which process holds a lease."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def reconcile(share_id: int, trigger: str = Run.Trigger.CHECK) -> Run | None:
    """Bring one share to what our tables say; None when another run holds it. No fault of Snowflake's is raised."""
    lease = claim(share_id, worker_name())
    return None if lease is None else carry_out(lease, trigger)


def carry_out(lease: Lease, trigger: str) -> Run:
    """The run of a claimed share. No fault of Snowflake's is raised."""
    share = Share.objects.select_related("organization", "consumer_account", "provider_account").get(pk=lease.share_id)
    Run.objects.filter(share=share, outcome=Run.Outcome.RUNNING).update(
        outcome=Run.Outcome.DIED, finished_at=timezone.now(), words=Said("The worker died. This run took over.")
    )
    run = Run.objects.create(share=share, trigger=trigger, fence=lease.fence, worker=lease.owner)
    try:
        _guarded(run, lease)
    except LeaseLost:
        outcomes.fenced(run)
    return run


def _guarded(run: Run, lease: Lease) -> None:
    """Work, and write down how it ended. Raises LeaseLost only, from wherever it turns out."""
    share = run.share
    try:
        _work(run, lease)
    except LeaseLost:
        raise
    except claims.AccountInDoubt as doubt:
        outcomes.failed(run, lease, doubt.words, retry_at=timezone.now() + claims.PAUSE)
    except AccountStopped as stopped:
        outcomes.failed(run, lease, stopped.account.breaker_reason, retry_at=stopped.account.breaker_until)
    except BadConnection as error:
        stop_account(share.provider_account, error)
        outcomes.failed(run, lease, str(error), retry_at=share.provider_account.breaker_until)
    except TooSlow:
        slow_proofs.ended(run, lease)
    except SnowflakeError as error:
        _refused(run, lease, error)
    except naming.Taken as taken:
        outcomes.blocked(run, lease, run_problems.taken(str(taken)))
    except Restless:
        outcomes.blocked(run, lease, run_problems.RESTLESS)
    except OperationalError as error:
        # Locked, full or away: none of it is the share's fault. Where not even this can be written, the lease lapses.
        logger.exception("reconcile of %s", share)
        outcomes.failed(run, lease, Said("Firn's own database did not answer: %(error)s", error=str(error)))
    except Exception as error:
        logger.exception("reconcile of %s", share)
        outcomes.blocked(run, lease, run_problems.own_error(error))


def _refused(run: Run, lease: Lease, error: SnowflakeError) -> None:
    """One policy for each error; the table is in shares.snowflake.errors."""
    words = together(error.for_customers, f"({error.code or '–'}: {error.message})")
    if isinstance(error, NoReference):
        outcomes.blocked(run, lease, run_problems.no_reference(error))
        return
    match error.policy:
        case Policy.STOP_ACCOUNT:
            stop_account(run.share.provider_account, error)
            outcomes.failed(run, lease, words, retry_at=run.share.provider_account.breaker_until)
        case Policy.REOBSERVE if error.code == EXISTS:
            outcomes.blocked(run, lease, run_problems.unseen(error))
        case Policy.BLOCK_SHARE | Policy.BUG:
            outcomes.blocked(run, lease, run_problems.refused(error, run.share.name))
        case _:
            outcomes.failed(run, lease, words)


def _work(run: Run, lease: Lease) -> None:
    """All rounds in one session. A session that ended is replaced once; the rounds begin with a look anyway."""
    try:
        _in_session(run, lease)
    except SnowflakeError as error:
        if error.policy is not Policy.RELOGIN:
            raise
        _in_session(run, lease)


def _in_session(run: Run, lease: Lease) -> None:
    claims.refuse_when_in_doubt(run.share.provider_account)
    client = open_client(run.share.provider_account)
    viewer = Viewer(run, lease)
    try:
        _rounds(client, viewer, run, lease)
    finally:
        viewer.close()
        client.close()


def _rounds(client: Client, viewer: Viewer, run: Run, lease: Lease) -> None:
    was_well = run.share.converged_at is not None
    proved = built = asked_again = False
    last_error: tuple[int, str, int] | None = None
    left_out: Collection[str] = CONTENT if lease.fence == 1 else ()  # In the first run nothing should be there.
    for _ in range(MAX_ROUNDS):
        keep(lease)
        spec, at = _spec(run.share)
        asked, left_out = begin(client, spec, left_out), ()
        early = prove_early(viewer, run, lease, spec) if built else None
        observed, built = observe(client, spec, asked), False
        comment = _account_comment(client, run.share, observed)
        claims.compare(run.share.provider_account, comment)
        if not asked_again and naming.is_open(run.share, spec, observed):
            asked_again = True
            if not prove(viewer, run, lease, spec, observed).isolated:
                outcomes.leak(run)
            else:
                claims.note(client, run.share.provider_account, comment)
                naming.ask_again(client, run, lease, spec, observed)
            continue
        if early:
            # What is to show more was not read where it stands until then: that proof does not count.
            proved = not read_at(spec, observed)
            if not early.isolated:
                proved = True
                outcomes.leak(run)
                continue
        wanted = plan(spec, observed)
        steps = _next(wanted)
        if not steps:
            if wanted.problems:
                outcomes.blocked(run, lease, *wanted.problems)
                return
            if naming.learn_locator(run.share, observed):
                # What was read under the account's name is read once more as what the account calls itself.
                proved = False
                continue
            if not proved and is_due(run, spec):
                proved = True
                if not prove(viewer, run, lease, spec, observed).isolated:
                    outcomes.leak(run)
                    continue
            outcomes.converged(run, lease, spec, observed, at)
            return
        _note_plan(run, wanted, drift=was_well and run.share.spec_digest == outcomes.digest_of(spec))
        if steps[0].stage is Stage.EXPOSE and not proved:
            proved = True
            if not prove(viewer, run, lease, spec, observed).isolated:
                outcomes.leak(run)
                continue
        if steps[0].stage is Stage.EXPOSE and _spec(run.share)[0] != spec:
            # Somebody decided something since the look: what is not wanted any more must not be opened for a moment.
            continue
        if observed.database_exists:
            claims.note(client, run.share.provider_account, comment)
        built = steps[0].stage is Stage.BUILD and bool(spec.views) and not kept_views(spec, observed)
        if built:
            left_out = () if observed.share and observed.share.accounts else READERS
            viewer.turn(spec)
        try:
            _apply(client, run, lease, steps, observed, spec)
        except SnowflakeError as error:
            if steps[0].stage is Stage.SHRINK and not error.outcome_unknown:
                _close(client, run, lease, spec, observed)
            # Look again and go on from what is there. The same error twice, and nothing done between, is the answer.
            this = (error.code, error.message, run.changed)
            if error.policy is not Policy.REOBSERVE or last_error == this:
                raise
            last_error, built = this, False
        else:
            proved = proved and steps[0].stage is Stage.EXPOSE
    raise Restless


def _account_comment(client: Client, share: Share, observed: Observed) -> str:
    """The comment that says whose the account is: a share that Firn took over stands in another database."""
    if not share.adopted_database:
        return observed.database_comment
    return database_comment(client, share.provider_account.outbound_database) or ""


def _spec(share: Share) -> tuple[ShareSpec, datetime]:
    """What the share should be now, from fresh rows, and when that was: a decision may fall while a run works."""
    fresh = Share.objects.select_related("organization", "consumer_account", "provider_account").get(pk=share.pk)
    outcomes.close_when_over(fresh)
    at = timezone.now()
    return spec_of(fresh, at), at


def _next(wanted: Plan) -> tuple[Step, ...]:
    """The steps of the earliest stage that has any. Each stage is looked at before the next."""
    for stage in (Stage.SHRINK, Stage.BUILD, Stage.EXPOSE, Stage.CLEAN):
        steps = wanted.of(stage)
        if steps:
            return steps
    return ()


def _note_plan(run: Run, wanted: Plan, *, drift: bool) -> None:
    """Count what is planned. A share that was well and needs work has drifted, unless something else is wanted now."""
    run.planned = run.changed + len(wanted.steps)
    if drift and not run.drift:
        run.drift = True
        share = run.share
        with transaction.atomic():
            Share.objects.filter(pk=share.pk).update(converged_at=None)
            record(
                "share.drift",
                target=share,
                organization=share.organization,
                data={"steps": [step.purpose for step in wanted.steps], "run": str(run.public_id)},
            )
    run.save(update_fields=["planned", "drift"])


def _apply(
    client: Client, run: Run, lease: Lease, steps: tuple[Step, ...], observed: Observed, spec: ShareSpec
) -> None:
    # Read once for all waves of a stage: all were planned from the same look at what is decided.
    reasons = behalf.told(run.share)
    lacking: NoReference | None = None
    for wave in waves(steps):
        try:
            change(client, run, lease, *wave, reasons=reasons)
        except NoReference as refusal:
            lacking = refusal
        except SnowflakeError as error:
            if lacking is None or not lacking.is_behind(error):
                raise
            lacking.role = str(client.run(sql.WHO).rows[0]["role"])
            raise lacking from error
        if any(isinstance(step.action, AddAccounts) for step in wave):
            naming.learn(client, run, lease, observed, spec)


def _close(client: Client, run: Run, lease: Lease, spec: ShareSpec, observed: Observed) -> None:
    """Something that must not stay visible cannot be taken out (another role made it): close the whole share instead,
    which Firn always can, because the schema is its own. The consumer's database stays, and a repair opens it again."""
    _, schema = container_grants(spec)
    if schema in observed.grants:
        purpose = Said("Close the whole share, to be safe")
        change(client, run, lease, Step(Stage.SHRINK, Revoke(schema, spec.share), purpose))
