"""A text of several statements, cut at the semicolons that end them."""

from __future__ import annotations

from sandbox.tokens import Token, tokenize


def statements(text: str) -> list[str]:
    """The statements of a text, without their semicolons; quotes and comments are respected, empty ones left out."""
    tokens = tokenize(text)
    out: list[str] = []
    start = at = 0
    for end in ends(tokens):
        stop = tokens[end].start if end < len(tokens) else len(text)
        piece = text[start:stop].strip()
        if piece and at < end:
            out.append(piece)
        start, at = tokens[end].end if end < len(tokens) else len(text), end + 1
    return out


def ends(tokens: list[Token]) -> list[int]:
    """The positions of the semicolons that end statements, and of the end of the text."""
    return [*[n for n, t in enumerate(tokens) if t.kind == "mark" and t.text == ";"], len(tokens)]
