"""What waits for an approver, decided several at once, and what they answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shares.forms.inbox import InboxForm
from shares.services import inbox, pages
from shares.services.desk import desk
from shares.views.http import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
def approval_list(request: PageRequest) -> HttpResponse:
    """Reading decides nothing. A post gives one answer to what was ticked."""
    letters = inbox.letters(request.user)
    form = InboxForm(
        request.POST if request.method == "POST" else None, asks=[letter.ask for letter in letters if not letter.alone]
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        counted, refused = inbox.answer(letters, said["asks"], request.user, said["answer"], said["reason"])
        if counted:
            words = ngettext("%(number)d answer counts.", "%(number)d answers count.", counted)
            messages.success(request, words % {"number": counted})
        for words in refused:
            messages.error(request, words)
        return redirect("approvals")
    context = {
        "section": "approvals",
        "letters": letters,
        "form": form,
        "several": any(not letter.alone for letter in letters),
        "ticked": form.ticked(),
        "votes": pages.with_asks(list(pages.votes_of(request.user)[:50])),
        "may_hand_over": desk(request).approves,
    }
    return render(request, "shares/approvals.html", context, status=422 if form.errors else 200)
