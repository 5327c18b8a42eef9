"""The words of the domain: what each state is called, its shape, and what happens next. The only place for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shares.core.states import RequestKind, RequestState, ShareState
from shares.services.move_facts import MoveState

# Looked up in the reader's language when it is shown.
Told = str | Promise


@dataclass(frozen=True)
class Words:
    """`tone` is a badge's (good, warn, bad, now, wait, off); `next` says in a sentence what happens or what to do."""

    tone: str
    word: Told
    next: Told


SHARE: dict[ShareState, Words] = {
    ShareState.WAITING: Words("wait", _("Waiting"), _("Nothing has been granted on it yet.")),
    ShareState.PROVISIONING: Words(
        "now", _("Being built"), _("Firn builds and proves it now; you get a mail when it is ready.")
    ),
    ShareState.UNPROVED: Words(
        "wait", _("Waiting for proof"), _("Prove that the account is yours; nothing is shared with it before.")
    ),
    ShareState.READY: Words("good", _("Ready to mount"), _("Run the SQL below in your account, once.")),
    ShareState.MOUNTED: Words("good", _("Healthy"), _("Nothing to do: it is mounted and watched.")),
    ShareState.REPAIRING: Words(
        "warn", _("Being repaired"), _("Something differed from what was approved; Firn puts it right.")
    ),
    ShareState.BLOCKED: Words(
        "bad", _("Stopped"), _("The data provider's staff have been told; there is nothing you need to do.")
    ),
    ShareState.SUSPENDED: Words(
        "warn", _("Closed for now"), _("The data provider has closed it; your database stays and will work again.")
    ),
    ShareState.ENDING: Words(
        "warn", _("Ending"), _("Nobody can read it any more, and it is removed for good after the grace days.")
    ),
    ShareState.ENDED: Words("off", _("Ended"), _("It is gone. To read the data again, send a new request.")),
}

REQUEST: dict[RequestState, Words] = {
    RequestState.SUBMITTED: Words("wait", _("Waiting for approval"), _("The data owner was asked by mail.")),
    RequestState.APPROVED: Words("good", _("Approved"), _("Firn builds the share and keeps it as approved.")),
    RequestState.DECLINED: Words("bad", _("Declined"), _("Read the reason, and send a new request if things differ.")),
    RequestState.WITHDRAWN: Words("off", _("Withdrawn"), _("Nothing was shared.")),
    RequestState.EXPIRED: Words("off", _("Expired"), _("Nobody decided in time; send it again if you still need it.")),
}


@dataclass(frozen=True)
class FormWords:
    """What the request form says for one kind of request. `steps`: what happens after “You send this”."""

    title: Told
    lead: Told
    what: Told
    steps: tuple[tuple[Told, Told], ...]
    button: Told


FORM: dict[RequestKind, FormWords] = {
    RequestKind.NEW: FormWords(
        _("Request a share"),
        _("Choose what you need and where it should appear. The data owner decides by mail."),
        _("Datasets"),
        (
            (_("The data owner decides"), _("By mail, seeing exactly the SQL that would run.")),
            (
                _("Firn builds and proves it"),
                _("Seconds. It is read as your account first: a single foreign row would stop it."),
            ),
            (_("You mount it"), _("We hand you the SQL, with the real names.")),
        ),
        _("Send request"),
    ),
    RequestKind.CHANGE: FormWords(
        _("Change what is in it"),
        _("Tick what should be in the share, untick what should not. What stays can be read all the time."),
        _("What should be in it"),
        (
            (_("What only leaves, leaves"), _("At once, and needs nobody's approval. Only an owner may send that.")),
            (
                _("The data owner decides on what is new"),
                _("By mail, seeing the difference and the SQL that would run."),
            ),
            (_("Firn changes it"), _("Seconds, all of it together. New rows are proved to be yours before they show.")),
            (_("Your database stays"), _("There is nothing to mount again.")),
        ),
        _("Send the change"),
    ),
    RequestKind.RENEWAL: FormWords(
        _("Renew this share"),
        _("Everything is filled in: look at the day and the reason, and send it."),
        _("What should go on"),
        (
            (
                _("The data owner decides"),
                _("By mail. Until then, and after a no, the share stays as it is, to its end."),
            ),
            (_("It goes on without a gap"), _("Nothing is built anew, and your database stays.")),
        ),
        _("Ask for the renewal"),
    ),
}

AMEND = FormWords(
    _("Change this request"),
    _("Whoever decides on it is asked anew, and what was answered so far is void."),
    _("Datasets"),
    FORM[RequestKind.NEW].steps,
    _("Send the change"),
)

MOVE: dict[MoveState, Told] = {
    MoveState.ASKED: _("The data owner was asked by mail; nothing has changed yet."),
    MoveState.REFUSED: _("It was not approved, or withdrawn: nothing has changed."),
    MoveState.BUILDING: _("Firn builds and proves the new share; the old one stays as it is."),
    MoveState.OVERLAP: _("Both can be read. The old one ends on {day}."),
    MoveState.HELD: _("The old one stays, because the new one is not well."),
    MoveState.OFF: _("It was called off: neither share ends by itself."),
    MoveState.DONE: _("The old one ended on {day}."),
}

# Chapters that wait for a person, not for Firn: nothing turns there.
UP_TO_PEOPLE = ("owned", "approved", _("mounted"))

# Chapters of a story and outcomes of statements: class of the step, and its shape.
CHAPTER = {
    "done": ("done", "check"),
    "now": ("now", "running"),
    "waiting": ("todo", "circle"),
    "failed": ("failed", "close"),
    "off": ("off", "minus"),
}
STATEMENT = {
    "ok": ("done", "check", _("done")),
    "intent": ("now", "running", _("being sent")),
    "error": ("failed", "cross", _("refused by Snowflake")),
    "unknown": ("unknown", "unknown", _("outcome unknown: Firn looks again before it goes on")),
}

HISTORY: dict[str, Told] = {
    "share.granted": _("Datasets were granted by an approved request."),
    "share.altered": _("What is in it was changed by a request."),
    "share.renewed": _("It was renewed: its end was moved."),
    "share.reached_live": _("Everything was built as approved, and the account was let in."),
    "share.reached_suspended": _("The objects were taken out of the share."),
    "share.reached_gone": _("The account was removed and the share dropped."),
    "share.drift": _("Something differed from what was approved; Firn puts it right."),
    "share.quarantined": _("It stopped and needs the data provider's staff."),
    "share.repaired": _("Something differed from what was approved, and was put right."),
    "share.mounted": _("It was mounted in the customer's account."),
    "share.ended": _("It was ended."),
    "share.end_announced": _("The data provider announced its end."),
    "share.end_undone": _("The ending was undone."),
    "share.expiry_told": _("People were told that its window closes soon."),
    "share.adopted": _(
        "The data provider has it looked after by Firn, with the name and the readers that it had before."
    ),
    "share.move_ready": _("The share in the new account could be read: from here both stay for the overlap."),
    "share.move_held": _("The old share stays beyond the overlap, because the new one is not well."),
    "share.move_called_off": _("The move to another account was called off."),
    "share.moved": _("The move to another account is complete."),
    "share.suspended": _("It was closed for now."),
    "share.resumed": _("It was opened again."),
    "share.window_closed": _("Its window closed."),
    "share.change_acknowledged": _("Its owner said that they have adapted to a new version of a dataset."),
    "share.kept": _("An owner said that it is still needed."),
    "share.run_failed": _("A try failed; Firn tries again by itself."),
    "share.incident_opened": _("Something was found that Firn may not mend itself."),
    "share.incident_closed": _("What Firn could not mend itself is over."),
    "share.blocked": _("It stopped and needs the data provider's staff."),
    "share.leak_test_failed": _("The isolation test failed, so it was closed at once."),
}
