"""What Firn says stays itself in a row: English to whoever looks at it, and told in the reader's language."""

from __future__ import annotations

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone, translation

from portal.people import forgetting
from portal.people.models import User
from shares.core.said import Said, few, together
from shares.models import Incident, Share
from shares.services.translated import translated
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db

NAMES = ["A", "É", 'B "c"', "D", "E", "F", "G"]
WORDS = together(
    Said("The share %(share)s is open to %(names)s, which is no account. Firn shows it nothing.", share="S", names="X"),
    Said("Mail reaches nobody who could decide %(names)s.", names=few(NAMES)),
)
PLAIN = ("", "It is locked.", '{"a": 1}', "SQL compilation error:\n100%", '"said"')


@pytest.fixture
def share() -> Share:
    scene = Scene()
    return scene.share_of(scene.approved())


def noted(share: Share, words: str) -> Incident:
    now = timezone.now()
    of = {"share": share, "code": "c", "what_to_do": "", "opened_at": now, "seen_at": now}
    return Incident.objects.get(pk=Incident.objects.create(words=words, **of).pk)


def test_a_row_reads_as_english_and_is_told_in_italian(share: Share) -> None:
    read = noted(share, WORDS).words
    assert read == WORDS
    assert read.endswith('Mail reaches nobody who could decide A, É, B "c", D, E and 2 more.')
    with translation.override("it"):
        assert translated(read) == (
            "La condivisione S è aperta a X, che non è un account. Firn non gli mostra nulla. "
            'Le e-mail non raggiungono nessuno che possa decidere A, É, B "c", D, E e altri 2.'
        )


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays_as_it_is(share: Share, text: str) -> None:
    read = noted(share, text).words
    assert (type(read), read) == (str, text)


@pytest.mark.parametrize("text", ['{"said": ', '{"said": "%(a)s %", "with": {}}', '{"said": 1}'])
def test_what_somebody_wrote_is_never_taken_for_what_is_kept(share: Share, text: str) -> None:
    read = noted(share, text).words
    assert read == translated(read) == text


def test_it_is_found_again_by_what_it_says(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(blocked_reason=WORDS)
    share.refresh_from_db()
    incident = noted(share, WORDS)
    assert list(Incident.objects.filter(words=share.blocked_reason)) == [incident]
    assert list(Incident.objects.filter(words__icontains="É")) == [incident]
    assert Share.objects.filter(pk=share.pk).values_list("blocked_reason", flat=True).get() == WORDS


def test_a_copy_of_the_rows_keeps_it(share: Share) -> None:
    incident = noted(share, WORDS)
    copied = serializers.serialize("json", [incident])
    incident.delete()
    for item in serializers.deserialize("json", copied):
        item.save()
    words = Incident.objects.get().words
    assert isinstance(words, Said)
    assert words.message == WORDS.message


def test_a_sentence_of_a_later_release_is_told_in_english(share: Share) -> None:
    with translation.override("it"):
        assert translated(noted(share, Said("Of %(day)s only.", day="tomorrow")).words) == "Of tomorrow only."


def test_who_is_forgotten_is_named_in_no_sentence_any_more(share: Share) -> None:
    user = User.objects.create(email='zoé."z"@ua.test', name="Z")
    noted(share, Said("Mail to an approver of %(dataset)s comes back", dataset=f"{user.email}, Flights"))
    forgetting.forget(user, [user.email])
    assert Incident.objects.get().words == f"Mail to an approver of person {user.pk}, Flights comes back"
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM shares_incident")
        assert "zo" not in str(cursor.fetchall())
