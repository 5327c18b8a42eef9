"""The mail that brings a question or an answer about a request."""

from __future__ import annotations

import textwrap

from django.urls import reverse

from portal.mail import links
from portal.people.models import User
from shares import mail_facts as facts
from shares.mail_post import post
from shares.models import Remark


def remark(said: Remark, to: User, reply_to: str) -> None:
    """To one of those who talk about a request: who says what, and how to answer."""
    text = facts.seen(said.text).strip()
    ask = said.request.asks.filter(approver=to).order_by("-revision").first()
    page = reverse("approval", args=[ask.public_id]) if ask else reverse("request", args=[said.request.public_id])
    context = {
        **facts.of_request(said.request),
        "who": facts.one_line(said.who),
        "said": text,
        "said_quoted": textwrap.indent(text, "> ", lambda line: True),
        "page_url": links.absolute(page),
        "may_reply": bool(reply_to),
    }
    post("remark", [to], f"{said.pk}", context, headers={"Reply-To": reply_to} if reply_to else {})
