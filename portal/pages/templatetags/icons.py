"""The icons: plain strokes on a 20 × 20 grid, drawn for Firn, one line of SVG each."""

from __future__ import annotations

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Markup inside <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75">.
SHAPES: dict[str, str] = {
    "alert": '<path d="M10 3.2 18 16.8H2Z"/><path d="M10 8.3v3.6M10 14.2v.1"/>',
    "arrow-left": '<path d="M16.5 10h-13M8.5 5l-5 5 5 5"/>',
    "arrow-right": '<path d="M3.5 10h13M11.5 5l5 5-5 5"/>',
    "bell": '<path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13ZM8.2 17.2h3.6"/>',
    "calendar": ('<rect x="3" y="4.5" width="14" height="12.5" rx="1.5"/><path d="M3 8.5h14M7 2.5v3.5M13 2.5v3.5"/>'),
    "chart": '<path d="M3 3v14h14"/><path d="m6 12.5 3.2-4 3 2.5L16.5 5.5"/>',
    "check": '<path d="m3.5 10.8 4.2 4L16.5 5.5"/>',
    "check-circle": '<circle cx="10" cy="10" r="7.25"/><path d="m6.5 10.3 2.5 2.4 4.6-5.2"/>',
    "chevron-down": '<path d="m5.5 8 4.5 4.5L14.5 8"/>',
    "chevron-left": '<path d="M12.5 4.5 7 10l5.5 5.5"/>',
    "chevron-right": '<path d="M7.5 4.5 13 10l-5.5 5.5"/>',
    "circle": '<circle cx="10" cy="10" r="6.5"/>',
    "clock": '<circle cx="10" cy="10" r="7.25"/><path d="M10 5.8V10l2.8 1.8"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "copy": (
        '<rect x="7" y="7" width="10" height="10" rx="1.5"/>'
        '<path d="M13 7V4.5A1.5 1.5 0 0 0 11.5 3h-7A1.5 1.5 0 0 0 3 4.5v7A1.5 1.5 0 0 0 4.5 13H7"/>'
    ),
    "cross": (
        '<path d="M6.7 2.75h6.6l3.95 3.95v6.6l-3.95 3.95H6.7L2.75 13.3V6.7Z"/><path d="m7.5 7.5 5 5M12.5 7.5l-5 5"/>'
    ),
    "database": (
        '<path d="M3.5 5v10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V5M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1'
        ' 6.5-2.5"/>'
        '<ellipse cx="10" cy="5" rx="6.5" ry="2.5"/>'
    ),
    "download": '<path d="M10 3v9.5M5.8 8.5 10 12.7l4.2-4.2M3.5 16.8h13"/>',
    "external": (
        '<path d="M11.5 3H17v5.5M17 3l-7.5 7.5M8.5 4.5h-4A1.5 1.5 0 0 0 3 6v9.5A1.5 1.5 0 0 0 4.5 17H14a1.5'
        ' 1.5 0 0 0 1.5-1.5v-4"/>'
    ),
    "eye": (
        '<path d="M2 10c2-3.7 4.7-5.5 8-5.5s6 1.8 8 5.5c-2 3.7-4.7 5.5-8 5.5S4 13.7 2 10Z"/>'
        '<circle cx="10" cy="10" r="2.4"/>'
    ),
    "filter": '<path d="M3 5.5h14M5.5 10h9M8 14.5h4"/>',
    "function": '<path d="M14.5 4.3c-2.6-1.3-4-.2-4.4 2.2L8.7 14c-.4 2.3-1.7 3.3-4 2.1M6.5 9h7"/>',
    "globe": (
        '<circle cx="10" cy="10" r="7.25"/>'
        '<path d="M2.75 10h14.5M10 2.75c4.3 4.3 4.3 10.2 0 14.5-4.3-4.3-4.3-10.2 0-14.5Z"/>'
    ),
    "inbox": '<path d="M3 11.5 5.2 4.5h9.6L17 11.5v4.5H3Z"/><path d="M3 11.5h4l1 2h4l1-2h4"/>',
    "info": '<circle cx="10" cy="10" r="7.25"/><path d="M10 9.3v4.2M10 6.5v.1"/>',
    "key": '<circle cx="6.8" cy="13.2" r="3.6"/><path d="m9.4 10.6 7.1-7.1M13.5 6.5l2.5 2.5"/>',
    "layers": (
        '<path d="m10 3 7.5 3.8L10 10.6 2.5 6.8Z"/><path d="m2.5 10.2 7.5 3.8 7.5-3.8M2.5 13.5 10 17.3l7.5-3.8"/>'
    ),
    "link": (
        '<path d="M8.5 11.5a3.2 3.2 0 0 0 4.6 0l3-3a3.2 3.2 0 0 0-4.6-4.6l-1.2 1.2M11.5 8.5a3.2 3.2 0 0'
        ' 0-4.6 0l-3 3a3.2 3.2 0 0 0 4.6 4.6l1.2-1.2"/>'
    ),
    "lock": '<rect x="4" y="9" width="12" height="8" rx="1.5"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>',
    "mail": '<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><path d="m3 5.5 7 5.5 7-5.5"/>',
    "minus": '<circle cx="10" cy="10" r="7.25"/><path d="M6.5 10h7"/>',
    "moon": '<path d="M16.7 11.8A7 7 0 1 1 8.2 3.3a5.6 5.6 0 0 0 8.5 8.5Z"/>',
    "pause": '<path d="M7 4.5v11M13 4.5v11"/>',
    "pencil": (
        '<path d="m3.5 16.5.9-3.8L13.6 3.5a1.6 1.6 0 0 1 2.3 0l.6.6a1.6 1.6 0 0 1 0 2.3l-9.2 9.2ZM11.8 5.3l2.9 2.9"/>'
    ),
    "people": (
        '<circle cx="7.5" cy="6.8" r="2.8"/>'
        '<path d="M2 16.5c.3-3.3 2.3-5 5.5-5s5.2 1.7 5.5 5M13 4.3a2.7 2.7 0 0 1 0 5M15 11.9c1.8.7 2.8 2.2 3'
        ' 4.6"/>'
    ),
    "person": '<circle cx="10" cy="6.5" r="3.3"/><path d="M3.5 17c.4-3.7 2.7-5.6 6.5-5.6s6.1 1.9 6.5 5.6"/>',
    "play": '<path d="M6.5 4v12l9.5-6Z"/>',
    "plug": '<path d="M7 2.5v4M13 2.5v4M4.5 6.5h11V9a5.5 5.5 0 0 1-11 0ZM10 14.5v3.5"/>',
    "plus": '<path d="M10 3.5v13M3.5 10h13"/>',
    "refresh": '<path d="M16.5 10a6.5 6.5 0 1 1-1.9-4.6L16.5 7.3M16.5 3v4.3h-4.3"/>',
    "running": '<path d="M10 2.75A7.25 7.25 0 1 1 2.75 10"/>',
    "scissors": (
        '<circle cx="5.5" cy="5.5" r="2.5"/>'
        '<circle cx="5.5" cy="14.5" r="2.5"/>'
        '<path d="M7.6 7 17 15.5M7.6 13 17 4.5"/>'
    ),
    "screen": '<rect x="2.75" y="3.5" width="14.5" height="10" rx="1.5"/><path d="M7 17h6M10 13.5V17"/>',
    "search": '<circle cx="8.7" cy="8.7" r="5.7"/><path d="m13 13 4.3 4.3"/>',
    "send": '<path d="M17.5 2.5 9 11M17.5 2.5 12 17.5 9 11 2.5 8Z"/>',
    "shield": (
        '<path d="M10 2.5 16.5 5v4.7c0 3.8-2.2 6.4-6.5 7.8-4.3-1.4-6.5-4-6.5-7.8V5Z"/>'
        '<path d="m7 9.8 2.2 2.1L13.2 7.7"/>'
    ),
    "sign-out": '<path d="M8 3H4.5A1.5 1.5 0 0 0 3 4.5v11A1.5 1.5 0 0 0 4.5 17H8M12.5 6l4 4-4 4M7.5 10h9"/>',
    "snow": ('<path d="M10 2.5v15M3.5 6.25l13 7.5M16.5 6.25l-13 7.5M7.8 3.8 10 6l2.2-2.2M7.8 16.2 10 14l2.2 2.2"/>'),
    "sun": (
        '<circle cx="10" cy="10" r="3.4"/>'
        '<path d="M10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M15.7 4.3l-1.2'
        ' 1.2M5.5 14.5l-1.2 1.2"/>'
    ),
    "table": '<rect x="2.75" y="3.75" width="14.5" height="12.5" rx="1.5"/><path d="M2.75 8h14.5M8 8v8.25"/>',
    "trash": (
        '<path d="M3.5 5.5h13M7.5 5.5V3.5h5v2M5 5.5l.8 10.2a1.5 1.5 0 0 0 1.5 1.3h5.4a1.5 1.5 0 0 0'
        ' 1.5-1.3L15 5.5M8.3 9v4.5M11.7 9v4.5"/>'
    ),
    "unknown": (
        '<circle cx="10" cy="10" r="7.25"/><path d="M7.9 8a2.1 2.1 0 1 1 2.9 2c-.6.3-.8.7-.8 1.3M10 13.7v.1"/>'
    ),
    "wrench": (
        '<path d="M16.9 5.8a4.2 4.2 0 0 1-5.6 5.3l-5.5 5.5a1.7 1.7 0 0 1-2.4-2.4l5.5-5.5a4.2 4.2 0 0 1'
        ' 5.3-5.6l-2.4 2.4 2.7 2.7Z"/>'
    ),
}

MARK = (
    '<path opacity=".45" d="M16 1.5 28.5 8.7v2L16 16.1 3.5 10.7v-2z"/>'
    '<path opacity=".72" d="M3.5 13.6 16 19l12.5-5.4v4.9L16 23.9 3.5 18.5z"/>'
    '<path d="M3.5 20.3 16 25.7l12.5-5.4v3L16 30.5 3.5 23.3z"/>'
)


@cache
def icon(name: str, classes: str = "") -> SafeString:
    """Inline SVG of one icon, hidden from screen readers. Raises KeyError for a name that is not drawn."""
    shape = mark_safe(SHAPES[name])  # noqa: S308 - constant markup of this file
    return format_html(
        '<svg class="icon {}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        classes,
        shape,
    )


@cache
def mark() -> SafeString:
    """Firn's name mark: an ice crystal of layers that grow denser downwards, as snow does on its way to ice."""
    shape = mark_safe(MARK)  # noqa: S308 - constant markup of this file
    return format_html(
        '<svg viewBox="0 0 32 32" width="26" height="26" fill="currentColor" aria-hidden="true">{}</svg>',
        shape,
    )
