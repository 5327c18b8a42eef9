"""The words of the domain: what each state is called, its shape, and what happens next. The only place for them."""

from __future__ import annotations

from dataclasses import dataclass

from shares.core.states import RequestKind, RequestState, ShareState
from shares.services.move_facts import MoveState


@dataclass(frozen=True)
class Words:
    """`tone` is a badge's (good, warn, bad, now, wait, off); `next` says in a sentence what happens or what to do."""

    tone: str
    word: str
    next: str


SHARE: dict[ShareState, Words] = {
    ShareState.WAITING: Words("wait", "Waiting", "Nothing has been granted on it yet."),
    ShareState.PROVISIONING: Words(
        "now", "Being built", "Firn builds and proves it now; you get a mail when it is ready."
    ),
    ShareState.UNPROVED: Words(
        "wait", "Waiting for proof", "Prove that the account is yours; nothing is shared with it before."
    ),
    ShareState.READY: Words("good", "Ready to mount", "Run the SQL below in your account, once."),
    ShareState.MOUNTED: Words("good", "Healthy", "Nothing to do: it is mounted and watched."),
    ShareState.REPAIRING: Words(
        "warn", "Being repaired", "Something differed from what was approved; Firn puts it right."
    ),
    ShareState.BLOCKED: Words(
        "bad", "Stopped", "The data provider's staff have been told; there is nothing you need to do."
    ),
    ShareState.SUSPENDED: Words(
        "warn", "Suspended", "The data provider has closed it for now; your database stays and will work again."
    ),
    ShareState.ENDING: Words(
        "warn", "Ending", "Nobody can read it any more, and it is removed for good after the grace days."
    ),
    ShareState.ENDED: Words("off", "Ended", "It is gone. To read the data again, send a new request."),
}

REQUEST: dict[RequestState, Words] = {
    RequestState.SUBMITTED: Words("wait", "Waiting for approval", "The data owner was asked by mail."),
    RequestState.APPROVED: Words("good", "Approved", "Firn builds the share and keeps it as approved."),
    RequestState.DECLINED: Words("bad", "Declined", "Read the reason, and send a new request if things differ."),
    RequestState.WITHDRAWN: Words("off", "Withdrawn", "Nothing was shared."),
    RequestState.EXPIRED: Words("off", "Expired", "Nobody decided in time; send it again if you still need it."),
}


@dataclass(frozen=True)
class FormWords:
    """What the request form says for one kind of request. `steps`: what happens after “You send this”."""

    title: str
    lead: str
    what: str
    steps: tuple[tuple[str, str], ...]
    button: str


FORM: dict[RequestKind, FormWords] = {
    RequestKind.NEW: FormWords(
        "Request a share",
        "Choose what you need and where it should appear. The data owner decides by mail.",
        "Datasets",
        (
            ("The data owner decides", "By mail, seeing exactly the SQL that would run."),
            (
                "Firn builds and proves it",
                "Seconds. It is read as your account first: a single foreign row would stop it.",
            ),
            ("You mount it", "We hand you the SQL, with the real names."),
        ),
        "Send request",
    ),
    RequestKind.CHANGE: FormWords(
        "Change what is in it",
        "Tick what should be in the share, untick what should not. What stays can be read all the time.",
        "What should be in it",
        (
            ("What only leaves, leaves", "At once, and needs nobody's approval. Only an owner may send that."),
            ("The data owner decides on what is new", "By mail, seeing the difference and the SQL that would run."),
            ("Firn changes it", "Seconds, all of it together. New rows are proved to be yours before they show."),
            ("Your database stays", "There is nothing to mount again."),
        ),
        "Send the change",
    ),
    RequestKind.RENEWAL: FormWords(
        "Renew this share",
        "Everything is filled in: look at the day and the reason, and send it.",
        "What should go on",
        (
            ("The data owner decides", "By mail. Until then, and after a no, the share stays as it is, to its end."),
            ("It goes on without a gap", "Nothing is built anew, and your database stays."),
        ),
        "Ask for the renewal",
    ),
}

MOVE: dict[MoveState, str] = {
    MoveState.ASKED: "The data owner was asked by mail; nothing has changed yet.",
    MoveState.REFUSED: "It was not approved, or withdrawn: nothing has changed.",
    MoveState.BUILDING: "Firn builds and proves the new share; the old one stays as it is.",
    MoveState.OVERLAP: "Both can be read. The old one ends on {day}.",
    MoveState.HELD: "The old one stays, because the new one is not well.",
    MoveState.OFF: "It was called off: neither share ends by itself.",
    MoveState.DONE: "The old one ended on {day}.",
}

# Chapters that wait for a person, not for Firn: nothing turns there.
UP_TO_PEOPLE = ("owned", "approved", "mounted")

# Chapters of a story and outcomes of statements: class of the step, and its shape.
CHAPTER = {
    "done": ("done", "check"),
    "now": ("now", "running"),
    "waiting": ("todo", "circle"),
    "failed": ("failed", "close"),
}
STATEMENT = {
    "ok": ("done", "check", "done"),
    "intent": ("now", "running", "being sent"),
    "error": ("failed", "cross", "refused by Snowflake"),
    "unknown": ("unknown", "unknown", "outcome unknown: Firn looks again before it goes on"),
}

HISTORY = {
    "share.granted": "Datasets were granted by an approved request.",
    "share.altered": "What is in it was changed by a request.",
    "share.renewed": "It was renewed: its end was moved.",
    "share.reached_live": "Everything was built as approved, and the account was let in.",
    "share.reached_suspended": "The objects were taken out of the share.",
    "share.reached_gone": "The account was removed and the share dropped.",
    "share.repaired": "Something differed from what was approved, and was put right.",
    "share.mounted": "It was mounted in the customer's account.",
    "share.ended": "It was ended.",
    "share.end_announced": "The data provider announced its end.",
    "share.end_undone": "The ending was undone.",
    "share.expiry_told": "People were told that its window closes soon.",
    "share.adopted": "The data provider has it looked after by Firn, with the name and the readers that it had before.",
    "share.move_ready": "The share in the new account could be read: from here both stay for the overlap.",
    "share.move_held": "The old share stays beyond the overlap, because the new one is not well.",
    "share.move_called_off": "The move to another account was called off.",
    "share.moved": "The move to another account is complete.",
    "share.suspended": "It was suspended.",
    "share.resumed": "It was resumed.",
    "share.window_closed": "Its window closed.",
    "share.change_acknowledged": "Its owner said that they have adapted to a new version of a dataset.",
    "share.kept": "An owner said that it is still needed.",
    "share.run_failed": "A try failed; Firn tries again by itself.",
    "share.incident_opened": "Something was found that Firn may not mend itself.",
    "share.incident_closed": "What Firn could not mend itself is over.",
    "share.blocked": "It stopped and needs the data provider's staff.",
    "share.leak_test_failed": "The isolation test failed, so it was closed at once.",
}
