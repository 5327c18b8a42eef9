"""The tokens of a block, with the means to take whole expressions out of it as text."""

from __future__ import annotations

from sandbox.tokens import Tokens, place


class Parts(Tokens):
    """Reads a block from left to right."""

    def place(self) -> tuple[int, int]:
        """Line and position of the next token."""
        return place(self.sql, self.peek().start)

    def until(self, *stops: str) -> str:
        """The text up to one of these words or marks, outside of parentheses and CASE … END; it may not be empty."""
        start, depth = self.peek().start, 0
        while not self.done():
            if depth == 0 and any(self.looking_at(stop) for stop in stops):
                break
            token = self.next()
            if token.kind == "mark":
                depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
            elif token.kind == "word":
                depth += (token.text.upper() == "CASE") - (token.text.upper() == "END")
        text = self.sql[start : self.peek().start].strip()
        if not text:
            raise self.unexpected()
        return text

    def parenthesised(self) -> str:
        """The text inside the parentheses that come next."""
        first, last = self.skip_parentheses()
        return self.sql[first:last]

    def rest(self) -> str:
        """Everything that is left."""
        return self.until()

    def variables(self) -> list[str]:
        """`:a, :b`; the colons may be missing."""
        names = []
        while True:
            self.accept(":")
            names.append(self.identifier())
            if not self.accept(","):
                return names
