"""Reading a block of Snowflake Scripting; what it does not know is a syntax error that names the word."""

from __future__ import annotations

from sandbox.errors import fail
from sandbox.scripting import nodes as n
from sandbox.scripting.parts import Parts
from sandbox.scripting.split import opens_block
from sandbox.sftypes import SqlType, read_type

_PLAIN = {"OPEN", "FETCH", "CLOSE", "AWAIT", "CANCEL", "RAISE", "NULL", "ASYNC", "RETURN"}
CONTROL = {"IF", "CASE", "FOR", "WHILE", "REPEAT", "LOOP", "LET", "RAISE", "RETURN"}


def read_block(text: str) -> n.Block:
    """The one block that the text is."""
    parts = Parts(text)
    found = _block(parts)
    parts.accept(";")
    parts.end()
    return found


def read_body(text: str) -> n.Block:
    """Control statements without BEGIN and END, as EXECUTE IMMEDIATE takes them too."""
    parts = Parts(text)
    at = parts.place()
    body: list[n.Node] = []
    while not parts.done():
        body.append(_statement(parts, last=True))
    return n.Block(at, [], body, [])


def read_statement(text: str) -> n.Sql | n.Execute:
    """A statement inside parentheses: of a RESULTSET or an ASYNC job."""
    parts = Parts(text)
    at = parts.place()
    found = _execute(parts, at) if parts.accept("EXECUTE", "IMMEDIATE") else n.Sql(at, parts.rest())
    parts.end()
    return found


def _block(parts: Parts) -> n.Block:
    at = parts.place()
    declarations: list[n.Declare] = []
    if parts.accept("DECLARE"):
        while not parts.looking_at("BEGIN"):
            declarations.append(_declaration(parts, parts.place()))
            parts.expect(";")
    parts.expect("BEGIN")
    body = _body(parts, "EXCEPTION", "END")
    handlers: list[n.Handler] = []
    if parts.accept("EXCEPTION"):
        while parts.accept("WHEN"):
            handlers.append(_handler(parts))
    parts.expect("END")
    return n.Block(at, declarations, body, handlers)


def _handler(parts: Parts) -> n.Handler:
    names = [parts.identifier()]
    while parts.accept("OR"):
        names.append(parts.identifier())
    go_on = parts.accept("CONTINUE")
    if not go_on:
        parts.accept("EXIT")
    parts.expect("THEN")
    return n.Handler(names, go_on, _body(parts, "WHEN", "END"))


def _body(parts: Parts, *stops: str) -> list[n.Node]:
    found: list[n.Node] = []
    while not any(parts.looking_at(stop) for stop in stops):
        found.append(_statement(parts))
    return found


def _statement(parts: Parts, last: bool = False) -> n.Node:
    """One statement and its semicolon, which may be missing behind the `last` one of a text."""
    at = parts.place()
    word = parts.peek().text.upper() if parts.peek().kind == "word" else ""
    if opens_block(parts.all, parts.at):
        found: n.Node = _block(parts)
    elif word == "LET":
        parts.next()
        found = _declaration(parts, at)
    elif word in ("IF", "CASE"):
        found = _if(parts, at) if word == "IF" else _case(parts, at)
    elif word in ("FOR", "WHILE", "REPEAT", "LOOP"):
        found = _loop(parts, at)
    elif word in ("BREAK", "EXIT", "CONTINUE", "ITERATE"):
        parts.next()
        found = n.Leave(at, word in ("CONTINUE", "ITERATE"), "" if parts.looking_at(";") else parts.identifier())
    elif word in _PLAIN:
        found = _plain(parts, at, word)
    elif parts.accept("EXECUTE", "IMMEDIATE"):
        found = _execute(parts, at)
    elif parts.peek(1).text == ":=" and parts.peek(1).kind == "mark":
        name = parts.identifier()
        parts.next()
        found = n.Assign(at, name, parts.until(";"))
    else:
        found = _sql(parts, at)
    if not (last and parts.done()):
        parts.expect(";")
    return found


def _plain(parts: Parts, at: tuple[int, int], word: str) -> n.Node:
    parts.next()
    if word == "RETURN":
        if parts.looking_at("TABLE", "("):
            parts.expect("TABLE", "(")
            name = parts.identifier()
            parts.expect(")")
            return n.Return(at, table=name)
        return n.Return(at, "" if parts.looking_at(";") or parts.done() else parts.until(";"))
    if word == "RAISE":
        return n.Raise(at, "" if parts.looking_at(";") or parts.done() else parts.identifier())
    if word == "NULL":
        return n.Nothing(at)
    if word == "ASYNC":
        return n.Job(at, read_statement(parts.parenthesised()))
    if word in ("AWAIT", "CANCEL"):
        everything = word == "AWAIT" and parts.accept("ALL")
        return n.Await(at, "" if everything else parts.identifier(), word == "CANCEL")
    name = parts.identifier()
    if word == "OPEN":
        return n.Open(at, name, parts.parenthesised() if parts.accept("USING") else "")
    if word == "CLOSE":
        return n.Close(at, name)
    parts.expect("INTO")
    return n.Fetch(at, name, parts.variables())


def _execute(parts: Parts, at: tuple[int, int]) -> n.Execute:
    text = parts.until(";", "USING")
    return n.Execute(at, text, parts.parenthesised() if parts.accept("USING") else "")


def _sql(parts: Parts, at: tuple[int, int]) -> n.Sql:
    """A statement for the engine; the INTO of a SELECT or CALL is taken out of it."""
    query = parts.peek().text.upper() in ("SELECT", "WITH", "CALL")
    text = parts.until(";", "INTO") if query else parts.until(";")
    if not parts.accept("INTO"):
        return n.Sql(at, text)
    into = parts.variables()
    rest = "" if parts.looking_at(";") or parts.done() else parts.until(";")
    return n.Sql(at, f"{text} {rest}".strip(), into)


def _declaration(parts: Parts, at: tuple[int, int]) -> n.Declare:
    """What stands behind LET, or in DECLARE."""
    name = parts.identifier()
    if parts.accept("CURSOR", "FOR"):
        return n.Declare(at, name, "cursor", text=parts.until(";"))
    if parts.accept("EXCEPTION"):
        return _exception(parts, at, name)
    if parts.accept("RESULTSET"):
        given = parts.accept_any(":=", "DEFAULT")
        return n.Declare(at, name, "resultset", text=parts.until(";") if given else "")
    kind: SqlType | None = None
    if not parts.looking_at(":=") and not parts.looking_at("DEFAULT"):
        kind = read_type(parts)
    given = parts.accept_any(":=", "DEFAULT")
    if kind is None and not given:
        raise parts.unexpected()
    return n.Declare(at, name, "value", kind, parts.until(";") if given else "")


def _exception(parts: Parts, at: tuple[int, int], name: str) -> n.Declare:
    """`name EXCEPTION [(number, 'text')]`; numbers from -20999 to -20000 are free for users."""
    if not parts.accept("("):
        return n.Declare(at, name, "exception")
    parts.expect("-")
    number = -parts.number()
    if not -20999 <= number <= -20000:
        raise fail("exception_number", number=number)
    text = parts.string() if parts.accept(",") else ""
    parts.expect(")")
    return n.Declare(at, name, "exception", text=text, number=number)


# --- branches and loops
def _if(parts: Parts, at: tuple[int, int]) -> n.If:
    branches: list[tuple[str, list[n.Node]]] = []
    otherwise: list[n.Node] = []
    while not branches or parts.looking_at("ELSEIF"):
        parts.next()
        test = parts.until("THEN")
        parts.expect("THEN")
        branches.append((test, _body(parts, "ELSEIF", "ELSE", "END")))
    if parts.accept("ELSE"):
        otherwise = _body(parts, "END")
    parts.expect("END", "IF")
    return n.If(at, branches, otherwise)


def _case(parts: Parts, at: tuple[int, int]) -> n.If:
    """`CASE (x) WHEN y THEN …` and `CASE WHEN test THEN …`, as branches."""
    parts.expect("CASE")
    subject = "" if parts.looking_at("WHEN") else parts.until("WHEN")
    branches: list[tuple[str, list[n.Node]]] = []
    otherwise: list[n.Node] = []
    while parts.accept("WHEN"):
        test = parts.until("THEN")
        parts.expect("THEN")
        branches.append((f"({subject}) = ({test})" if subject else test, _body(parts, "WHEN", "ELSE", "END")))
    if parts.accept("ELSE"):
        otherwise = _body(parts, "END")
    parts.expect("END")
    parts.accept("CASE")
    return n.If(at, branches, otherwise)


def _loop(parts: Parts, at: tuple[int, int]) -> n.Node:
    word = parts.next().text.upper()
    if word == "FOR":
        return _for(parts, at)
    if word == "WHILE":
        test = parts.until("DO", "LOOP")
        end = "WHILE" if parts.next().text.upper() == "DO" else "LOOP"
        found = n.Loop(at, _body(parts, "END"), test=test)
    elif word == "REPEAT":
        end = "REPEAT"
        body = _body(parts, "UNTIL")
        parts.expect("UNTIL")
        found = n.Loop(at, body, until=parts.until("END"))
    else:
        end = "LOOP"
        found = n.Loop(at, _body(parts, "END"))
    found.label = _close(parts, end)
    return found


def _for(parts: Parts, at: tuple[int, int]) -> n.Node:
    name = parts.identifier()
    parts.expect("IN")
    reverse = parts.accept("REVERSE")
    start = parts.at
    first = parts.until("TO", "DO", "LOOP")
    if not parts.looking_at("TO") and parts.at != start + 1:
        parts.at = start + 1
        raise parts.unexpected()
    last = parts.until("DO", "LOOP") if parts.accept("TO") else ""
    end = "FOR" if parts.next().text.upper() == "DO" else "LOOP"
    body = _body(parts, "END")
    label = _close(parts, end)
    if last:
        return n.ForRange(at, name, first, last, reverse, body, label)
    return n.ForRows(at, name, first.upper(), body, label)


def _close(parts: Parts, word: str) -> str:
    """`END FOR [label]`"""
    parts.expect("END", word)
    return "" if parts.looking_at(";") or parts.done() else parts.identifier()
