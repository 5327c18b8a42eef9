"""Bugs that somebody could write, each with the test that catches it. A bug that no test catches is a missing test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """In `module`, the only `old` becomes `new`; `test` fails then."""

    module: str
    old: str
    new: str
    test: str

    def planted(self, text: str) -> str:
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times in {self.module}"
        return text.replace(self.old, self.new)


_GOLDEN = "unit/test_plan_golden.py"
_MACHINE = "faults/test_machine.py"
_STRANGERS = "unit/test_plan_properties.py::test_what_is_not_ours_stays_as_it_was"

BUGS: dict[str, Bug] = {
    # --- order
    "removes-last": Bug(
        "shares.services.reconcile",
        "for stage in (Stage.SHRINK, Stage.BUILD, Stage.EXPOSE, Stage.CLEAN):",
        "for stage in (Stage.BUILD, Stage.EXPOSE, Stage.CLEAN, Stage.SHRINK):",
        "snowflake/test_drift.py::test_a_wider_view_is_out_of_the_share_before_anything_else",
    ),
    "account-before-proof": Bug(
        "shares.services.reconcile",
        "if steps[0].stage is Stage.EXPOSE and not proved:",
        "if False:",
        "snowflake/test_refusals.py::test_what_a_dead_worker_built_lets_nobody_in_before_it_is_proved",
    ),
    "opens-what-was-just-ended": Bug(
        "shares.services.reconcile",
        "if steps[0].stage is Stage.EXPOSE and _spec(run.share)[0] != spec:",
        "if False:",
        "faults/test_decisions.py::test_what_is_ended_in_the_middle_of_a_run_is_not_opened",
    ),
    "views-before-schema": Bug(
        "shares.core.waves",
        "case CreateView():\n            return 1",
        "case CreateView():\n            return 0",
        "unit/test_waves.py",
    ),
    "schema-dropped-with-its-views": Bug(
        "shares.core.waves", '"SHARE": 2, "SCHEMA": 3}', '"SHARE": 2, "SCHEMA": 1}', "unit/test_waves.py"
    ),
    "grants-to-readers-unproved": Bug(
        "shares.core.plan",
        "stage = Stage.EXPOSE if readers(observed) else Stage.BUILD",
        "stage = Stage.BUILD",
        _GOLDEN,
    ),
    "never-takes-away": Bug(
        "shares.core.plan", "steps = _shrink(desired, observed)\n", "steps: tuple[Step, ...] = ()\n", _MACHINE
    ),
    "stays-after-the-end": Bug("shares.core.plan", "if desired.phase is Phase.GONE:", "if False:", _MACHINE),
    # --- what is shown
    "no-tenant-filter": Bug(
        "shares.snowflake.sql",
        'text += f"\\nWHERE {plain(view.tenant_column)} IN ({_literals(view.tenant_keys)})"',
        "pass",
        "unit/test_sql.py::test_a_view_lists_its_columns_and_filters_its_tenant",
    ),
    "view-not-secure": Bug(
        "shares.snowflake.sql",
        'else "CREATE SECURE VIEW"',
        'else "CREATE VIEW"',
        "unit/test_sql.py::test_a_new_view_is_secure_and_replaces_nothing",
    ),
    "copy-grants-lost": Bug(
        "shares.snowflake.sql",
        'keep = "\\nCOPY GRANTS" if action.replace else ""\n    return',
        'keep = ""\n    return',
        "unit/test_sql.py::test_a_replaced_view_keeps_its_grants",
    ),
    "text-of-a-view-not-compared": Bug(
        "shares.core.sound",
        "        and same_text(seen.definition, view.definition)\n",
        "",
        "unit/test_sound.py::test_a_view_that_differs_in_one_thing_is_not_sound",
    ),
    "unproved-account-let-in": Bug(
        "shares.core.plan", "if desired.may_add and not ref.names & there", "if not ref.names & there", _GOLDEN
    ),
    "window-ignored": Bug(
        "shares.models.shares",
        "Q(valid_until__isnull=True) | Q(valid_until__gt=now), valid_from__lte=now,",
        "valid_from__lte=now,",
        "services/test_desired.py::test_outside_its_window_nothing_is_granted",
    ),
    # --- quoting
    "backslash-in-a-literal": Bug(
        "shares.core.names",
        '.replace("\\\\", "\\\\\\\\").replace',
        ".replace",
        "unit/test_names.py::test_the_known_ways_out_of_a_literal_stay_inside",
    ),
    "quote-in-a-name": Bug(
        "shares.core.names",
        """name.replace('"', '""') + '"'""",
        """name + '"'""",
        "unit/test_names.py::test_a_quoted_name_is_one_token_and_means_its_text",
    ),
    # --- the proof
    "leak-passes": Bug(
        "shares.core.verdicts", "if foreign:", "if False:", "unit/test_verdicts.py::test_one_foreign_row_is_a_leak"
    ),
    "unread-view-passes": Bug(
        "shares.core.verdicts", "if unread:", "if False:", "unit/test_verdicts.py::test_an_unread_view_is_never_a_pass"
    ),
    "no-view-passes": Bug(
        "shares.core.verdicts",
        "if not wanted:",
        "if False:",
        "unit/test_verdicts.py::test_no_view_at_all_proves_nothing",
    ),
    "leak-test-counts-no-null": Bug(
        "shares.snowflake.sql",
        "{column} IS NULL OR ",
        "",
        "unit/test_sql.py::test_the_leak_test_counts_strangers_rows_and_rows_of_nobody",
    ),
    "goes-on-pretending": Bug(
        "shares.services.viewer",
        "        client.run(sql.STOP_PRETENDING)\n    except",
        "        pass\n    except",
        "faults/test_sessions.py::test_a_session_that_is_given_back_pretends_nothing",
    ),
    # --- whose it is
    "strangers-share-emptied": Bug(
        "shares.core.plan",
        "if observed.share is None or observed.share.comment != desired.mark:",
        "if observed.share is None:",
        _STRANGERS,
    ),
    "strangers-schema-dropped": Bug(
        "shares.core.plan", "if comments <= {desired.mark} and not observed.tables:", "if True:", _STRANGERS
    ),
    "strangers-view-dropped": Bug(
        "shares.core.plan",
        "if seen.comment == desired.mark and seen.name not in views",
        "if seen.name not in views",
        _STRANGERS,
    ),
    # --- who works
    "no-fence": Bug(
        "shares.services.leases",
        "pk=lease.share_id, lease_owner=lease.owner, fence=lease.fence, lease_until__gt=Now()",
        "pk=lease.share_id",
        "services/test_leases.py::test_who_lost_it_can_neither_keep_nor_release_it",
    ),
    "releases-what-is-not-its-own": Bug(
        "shares.services.leases",
        "pk=lease.share_id, lease_owner=lease.owner, fence=lease.fence).update",
        "pk=lease.share_id).update",
        "services/test_leases.py::test_who_lost_it_can_neither_keep_nor_release_it",
    ),
    "lapsed-lease-kept": Bug(
        "shares.services.leases",
        ", lease_until__gt=Now()\n",
        "\n",
        "services/test_leases.py::test_a_lapsed_lease_cannot_be_prolonged",
    ),
    "lease-not-asked-for": Bug(
        "shares.services.leases",
        "filter(free, still, pk=share_id",
        "filter(still, pk=share_id",
        "services/test_leases.py::test_only_one_gets_it",
    ),
    "fence-stands-still": Bug(
        "shares.services.leases",
        'fence=F("fence") + 1,',
        'fence=F("fence"),',
        "services/test_leases.py::test_a_lapsed_lease_goes_to_the_next_with_a_higher_fence",
    ),
    "no-quarantine": Bug(
        "shares.services.leases",
        "free, still, pk=share_id, attempts__lt=MAX_ATTEMPTS",
        "free, still, pk=share_id",
        "services/test_leases.py::test_after_five_deaths_nobody_gets_it",
    ),
    "ring-lost-while-busy": Bug(
        "shares.services.leases",
        "attempts__lt=MAX_ATTEMPTS).update(next_check_at=Now())",
        "attempts__lt=MAX_ATTEMPTS).update()",
        "services/test_leases.py::test_a_ring_while_it_is_held_makes_it_due_after_the_release",
    ),
    "sent-before-written-down": Bug(
        "shares.services.apply",
        "for step in steps], texts, changes=True)",
        "for step in steps], texts, changes=False)",
        "faults/test_world.py::test_f06_rings_five_times_and_out_of_order_change_nothing_twice",
    ),
    "breaker-not-looked-at": Bug(
        "shares.services.sessions",
        "if account.breaker_until and account.breaker_until > timezone.now():",
        "if False:",
        "snowflake/test_refusals.py::test_a_wrong_key_opens_the_breaker_and_is_not_tried_again",
    ),
    "alert-at-each-refusal": Bug(
        "shares.services.sessions",
        "first = not account.breaker_reason",
        "first = True",
        "faults/test_errors.py::test_f38_f40_a_refused_sign_in_opens_the_breaker_with_one_alert",
    ),
    "spoilt-session-lent-again": Bug(
        "shares.snowflake.pool",
        "if not self.spoilt and self.used",
        "if self.used",
        "unit/test_pool.py::test_a_discarded_session_ends",
    ),
    "print-without-creation": Bug(
        "shares.core.prints",
        '_digest("view", view.name, view.created,',
        '_digest("view", view.name,',
        "unit/test_prints.py::test_whatever_moved_has_another_print",
    ),
    # --- who decides
    "get-that-approves": Bug(
        "shares.views.approvals",
        "        request.POST or None, initial=chosen, kind=ask.request.kind, is_proved=proved\n"
        "    )\n"
        "    status = 200\n"
        '    if request.method == "POST":',
        "        request.POST or request.GET or None, initial=chosen, kind=ask.request.kind, is_proved=proved\n"
        "    )\n"
        "    status = 200\n"
        "    if form.is_bound:",
        "web/test_approval.py::test_reading_it_decides_nothing",
    ),
    "unproved-account-is-let-in": Bug(
        "shares.services.desired",
        "may_add=may_let_in(share)",
        "may_add=True",
        "services/test_handshakes.py::test_no_account_is_let_into_data_without_a_proof",
    ),
    "wrong-code-proves": Bug(
        "shares.services.handshakes",
        "        _wrong(handshake, by)\n",
        "        pass\n",
        "services/test_handshakes.py::test_another_account_s_code_proves_nothing",
    ),
    "decides-ones-own-request": Bug(
        "shares.services.approvals",
        "if approver.pk in request.authors:",
        "if False:",
        "services/test_approvals.py::test_nobody_decides_their_own_request",
    ),
    "anybody-decides": Bug(
        "shares.services.approvals",
        "if not approver.is_active or not allows(",
        "if not approver.is_active and not allows(",
        "services/test_approvals.py::test_only_its_approvers_decide",
    ),
    "old-revision-decided": Bug(
        "shares.services.approvals",
        "if request.revision != revision:",
        "if False:",
        "services/test_approvals.py::test_an_old_revision_is_not_decided",
    ),
    "votes-twice": Bug(
        "shares.services.approvals",
        "if request.votes.filter(approver=approver, revision=revision).exists():",
        "if False:",
        "services/test_approvals.py::test_nobody_answers_twice",
    ),
    "guesses-without-end": Bug(
        "shares.services.approvals",
        "filter(pk=ask.pk, failures__lt=MAX_FAILURES)",
        "filter(pk=ask.pk)",
        "services/test_approvals.py::test_after_five_wrong_codes_even_the_right_one_is_refused",
    ),
    "another-customers-share-shown": Bug(
        "shares.services.visible",
        "return Q(organization__memberships__user=user, organization__is_active=True)",
        "return Q()",
        "web/test_share_page.py::test_another_customer_finds_nothing",
    ),
    "undone-after-the-grace": Bug(
        "shares.services.grants",
        "if share.taken_back_at or (share.closes_at and share.closes_at <= now):",
        "if share.taken_back_at:",
        "services/test_grants.py::test_after_the_grace_days_it_is_too_late",
    ),
    "customer-undoes-the-providers-end": Bug(
        "shares.services.grants",
        "if ending.by_provider and not by_provider:",
        "if False:",
        "services/test_grants.py::test_what_the_provider_ended_its_staff_give_back_and_nobody_else",
    ),
    "undo-gives-back-everything": Bug(
        "shares.services.grants",
        "mine = Grant.objects.filter(ended_by__ending=ending, revoked_at=ending.decided_at)",
        "mine = Grant.objects.filter(share=ending.share)",
        "services/test_grants.py::test_undo_leaves_what_was_taken_earlier",
    ),
    "approved-while-the-provider-ends-it": Bug(
        "shares.services.approvals",
        "                raise _Overtaken\n            _refuse_while_ending(locked)",
        "                raise _Overtaken",
        "services/test_grants.py::test_nothing_new_is_asked_for_or_approved_while_the_provider_ends_it",
    ),
    "tells-every-mark-after-a-pause": Bug(
        "shares.core.marks",
        "return min(passed) if passed else None",
        "return max(passed) if passed else None",
        "services/test_notices.py::test_each_mark_is_told_and_after_a_pause_the_latest_only",
    ),
    "tells-again-and-again": Bug(
        "shares.services.notices",
        "told_mark=mark, told_until=grant.valid_until",
        "told_mark=mark",
        "services/test_notices.py::test_the_sweeper_tells_and_asks_one_question_when_nothing_is_due",
    ),
    "gives-up-a-look-at-the-first-lost-answer": Bug(
        "shares.snowflake.together",
        "for pause in PAUSES:",
        "for pause in ():",
        "unit/test_together.py::test_a_lost_answer_is_asked_for_again_and_only_that",
    ),
    # --- whose account it is
    "more-tenants-before-proof": Bug(
        "shares.core.plan",
        "return Step(Stage.EXPOSE, CreateView(path, kept.wanted, desired.mark, True), purpose)",
        "return Step(Stage.SHRINK, CreateView(path, kept.wanted, desired.mark, True), purpose)",
        _GOLDEN,
    ),
    "proves-what-is-shown-already": Bug(
        "shares.core.keeping",
        "return {name: stand_in(name) for name in growing if stand_in(name) in there}",
        "return {}",
        "unit/test_keeping.py::test_the_leak_test_reads_what_will_be_shown_where_it_was_built",
    ),
    "keeps-another-filter": Bug(
        "shares.core.keeping",
        "if not same_text(text[: found.start()], view.definition[: own.start()]):",
        "if False:",
        "unit/test_keeping.py::test_whatever_else_differs_goes_out_of_the_share_first",
    ),
    "a-renewal-brings-back": Bug(
        "shares.services.pairs",
        "return Difference(tuple(pair for pair in said.added if pair in kept))",
        "return Difference(said.added)",
        "services/test_renewing.py::test_a_renewal_does_not_bring_back_what_was_taken_out_since",
    ),
    "takes-the-rest-too": Bug(
        "shares.services.entitling",
        "if closed and left:",
        "if False:",
        "services/test_altering.py::test_taking_a_workspace_out_closes_the_grant_and_writes_the_rest_anew",
    ),
    "a-renewal-looks-like-a-build": Bug(
        "shares.services.entitling",
        "if request.plan_sql or share.closes_at or share.taken_back_at:",
        "if True:",
        "services/test_renewing.py::test_a_renewal_goes_on_without_a_gap_a_statement_or_a_build",
    ),
    "a-copy-goes-on": Bug(
        "shares.services.reconcile",
        "        claims.compare(run.share.provider_account, comment)\n",
        "",
        "snowflake/test_claims.py::test_of_two_portals_on_one_account_the_second_to_write_stops",
    ),
    "a-copy-signs-in": Bug(
        "shares.services.claims",
        "if claim.address == here():",
        "if True:",
        "snowflake/test_claims.py::test_a_copy_under_another_address_does_not_even_sign_in",
    ),
    "a-seal-is-not-compared": Bug(
        "shares.services.claims",
        "if mac and claims.epoch(seen.number, mac) == seen:",
        "if mac:",
        "services/test_claims.py::test_another_entry_under_a_number_of_ours_is_another_portals",
    ),
    "alerts-again-and-again": Bug(
        "shares.services.claims",
        "AccountClaim.objects.filter(account=account, doubted_at=None).update(doubted_at=Now(), **fields)",
        "AccountClaim.objects.filter(account=account).update(doubted_at=Now(), **fields)",
        "services/test_claims.py::test_one_alert_and_one_entry_per_doubt",
    ),
}
