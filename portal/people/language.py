"""What somebody chose on the page of preferences: their language, followed by pages and mails, their zone, and which
mails they get, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.audit.record import record
from portal.mail import choices, digest
from portal.people.models import User

Handler = Callable[[HttpRequest], HttpResponse]


def language_middleware(get_response: Handler) -> Handler:
    """Puts what somebody chose above what the cookie or the browser says (LocaleMiddleware, before this one)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if isinstance(request.user, User) else ""
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def _topics() -> list[tuple[str, str | Promise]]:
    return [(topic.name, topic.label) for topic in choices.topics()]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of the pages, and of every mail that Firn writes to you."),
        choices=[("", _("As my browser says; mails in English")), *settings.LANGUAGES],
        required=False,
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Reminders come in its working hours; pages show times in the zone of the browser."),
        choices=[("", "UTC"), *((name, name) for name in sorted(available_timezones()) if "/" in name)],
        required=False,
    )
    digest = forms.BooleanField(
        label=_("One mail a day"),
        help_text=_(
            "What waits for my answer, and what I chose below, comes together on the morning of each working day in my "
            "time zone. Codes are not in it: I sign in to decide."
        ),
        required=False,
    )
    topics = forms.MultipleChoiceField(
        label=_("Tell me by mail"),
        help_text=_(
            "What waits for an answer, decisions about requests, what ends, breaks or moves to somebody else, "
            "questions to me and everything about signing in always come."
        ),
        choices=_topics,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _choose_mails(user: User, *, digest_wanted: bool, muted: list[str]) -> None:
    chosen = {"digest": digest_wanted, "muted": muted}
    if chosen == {"digest": user.digest, "muted": user.muted}:
        return
    User.objects.filter(pk=user.pk).update(**chosen)
    if user.digest and not digest_wanted:
        digest.ended.send(sender=User, user=user)
    record("person.mails_chosen", actor=user, target=user, data=chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    names = [name for name, _label in _topics()]
    wanted = [name for name in names if name not in user.muted]
    initial: dict[str, Any] = {"language": user.language, "zone": user.zone, "digest": user.digest, "topics": wanted}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(zone=form.cleaned_data["zone"])
            muted = [name for name in names if name not in form.cleaned_data["topics"]]
            _choose_mails(user, digest_wanted=form.cleaned_data["digest"], muted=muted)
            changed = User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)
            if changed:
                record("person.language_chosen", actor=user, target=user, data={"language": language})
        with translation.override(language or translation.get_language()):
            messages.success(request, str(_("Saved.")))
        return redirect("preferences")
    return render(request, "people/preferences.html", {"form": form}, status=422 if form.errors else 200)
