"""{% load firn %}: what every page of Firn may use, whatever it shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.audit import reading
from portal.pages import style
from portal.pages.templatetags import charts, icons, moments, richtext

register = template.Library()

TONE_ICONS = {
    "good": "check-circle",
    "warn": "alert",
    "bad": "cross",
    "now": "running",
    "wait": "clock",
    "off": "minus",
}
_LEVEL_ICONS = {"success": "check-circle", "warning": "alert", "error": "cross"}

register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.mark, name="mark")
register.simple_tag(style.admin_stylesheets, name="admin_stylesheets")
register.simple_tag(style.stylesheets, name="stylesheets")
register.inclusion_tag("partials/chart.html", name="chart")(charts.chart)
register.simple_tag(charts.spark, name="spark")
register.filter("markdown", richtext.markdown)
register.filter("sql", richtext.sql)
register.filter("ago", moments.ago)
register.filter("day", moments.day)
register.filter("clock", moments.clock)
register.filter("exactly", moments.exactly)
register.filter("count", moments.count)
register.filter("millis", moments.millis)


@register.simple_tag(takes_context=True)
def may_read_audit(context: dict[str, Any]) -> bool:
    """Whether the audit log has something for this reader."""
    return reading.may_read(context["request"])


@register.simple_tag
def badge(tone: str, word: str) -> SafeString:
    """A state as shape and word; tone is one of good, warn, bad, now, wait, off."""
    return format_html(
        '<span class="badge badge-{}">{}{}</span>',
        tone,
        icons.icon(TONE_ICONS[tone]),
        word,
    )


@register.simple_tag
def level_icon(level: str) -> SafeString:
    """The shape of a message's level (success, warning, error; anything else informs)."""
    return icons.icon(_LEVEL_ICONS.get(level, "info"))


@register.filter
def narrowed(form: BaseForm) -> bool:
    """Whether a form over a list asks for more than what its first field searches."""
    return any(name in form.changed_data for name in list(form.fields)[1:])


@register.filter
def joined(start: str, end: object) -> str:
    """Two parts of an id as one."""
    return f"{start}{end}"


@register.filter
def initials(label: str) -> str:
    """One or two letters that stand for a person or an organization."""
    words = [word for word in label.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
