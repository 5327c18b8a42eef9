"""Text that people typed, made into markup by an allow-list: markdown, and SQL with its words marked."""

from __future__ import annotations

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_LINK_REL = "noopener noreferrer nofollow"
_HIGHEST_HEADING, _LOWEST_HEADING = 3, 6

_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

_WORDS = (
    "ACCOUNT ACCOUNTS ADD ALL ALTER AND AS BETWEEN BY CASCADE COMMENT COPY CREATE DATABASE DESC DESCRIBE "
    "DISTINCT DROP ELSE END EXISTS FROM FUNCTION GRANT GRANTS GROUP IF IMPORTED IN INTO IS JOIN LANGUAGE "
    "LEFT LIKE LIMIT NOT NULL OF ON OR ORDER PRIVILEGES REFERENCE_USAGE REMOVE REPLACE RETURNS REVOKE "
    "ROLE SCHEMA SECURE SELECT SET SHARE SHOW SQL TABLE THEN TO UNSET USAGE USE USER VIEW WAREHOUSE WHEN "
    "WHERE WITH"
)
_SQL = re.compile(
    r"(?P<note>--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>\"(?:[^\"]|\"\")*\")"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_$]*)",
    re.DOTALL,
)
_KEYWORDS = frozenset(_WORDS.split())


def markdown(text: str) -> SafeString:
    """Markdown to HTML without raw HTML, images or foreign schemes; its highest heading becomes h3."""
    tokens = _parser.parse(text)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    lower = _HIGHEST_HEADING - min((int(token.tag[1]) for token in headings), default=0)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + lower, _LOWEST_HEADING)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=_LINK_REL,
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just cleaned it


def sql(text: str) -> SafeString:
    """Escaped SQL whose keywords, strings and comments stand in spans of class word, text and note."""
    parts: list[str] = []
    end = 0
    for found in _SQL.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(_marked(found))
        end = found.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece went through escape()


def _marked(found: re.Match[str]) -> str:
    kind, piece = str(found.lastgroup), escape(found.group())
    if kind == "name" or (kind == "word" and found.group().upper() not in _KEYWORDS):
        return piece
    return f'<span class="{kind}">{piece}</span>'
