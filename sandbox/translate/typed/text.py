"""Functions of text."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import BOOLEAN, TEXT, SqlType
from sandbox.translate.typed.casts import as_text
from sandbox.translate.typed.kinds import call, is_kind, kind_of, lake_cast, num, number, string
from sandbox.translate.typed.numbers import numeric
from sandbox.translate.typed.rules import Lowered, named, rule


def _whole(node: exp.Expr | None, default: int) -> exp.Expr:
    return lake_cast(numeric(node), "BIGINT") if node is not None else num(default)


@rule(exp.Upper, exp.Lower, exp.Reverse)
def _cased(node: exp.Func) -> Lowered:
    kind = kind_of(node.this)
    node.set("this", as_text(node.this))
    return node, kind if kind is not None and kind.name == "VARCHAR" else TEXT


@rule(exp.Length)
def _length(node: exp.Length) -> Lowered:
    if is_kind(node.this, "BINARY"):
        return call("OCTET_LENGTH", node.this), number(18)
    return call("LENGTH", as_text(node.this)), number(18)


@rule(exp.Collate)
def _collate(node: exp.Collate) -> Lowered:
    raise fail("unsupported", feature="COLLATE")


@rule(exp.Like, exp.ILike)
def _like(node: exp.Expr) -> Lowered:
    """LIKE, and LIKE ANY or ALL of several patterns."""
    kind = type(node)
    patterns = node.expression
    node.set("this", as_text(node.this))
    if not isinstance(patterns, (exp.Any, exp.All)):
        return _escaped(kind, node.this, patterns), BOOLEAN
    inner = patterns.this.unnest() if isinstance(patterns.this, exp.Paren) else patterns.this
    each = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
    tests = [_escaped(kind, node.this.copy(), p) for p in each]
    joined = exp.or_(*tests, copy=False) if isinstance(patterns, exp.Any) else exp.and_(*tests, copy=False)
    return exp.paren(joined, copy=False), BOOLEAN


def _escaped(kind: type[exp.Expr], value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return kind(this=value.copy(), expression=pattern.copy())


@rule(exp.RegexpLike, exp.RegexpILike)
def _regexp_like(node: exp.Func) -> Lowered:
    """The whole text must match."""
    options = _options(node.args.get("flag"))
    return call("REGEXP_FULL_MATCH", as_text(node.this), as_text(node.expression), string(options)), BOOLEAN


def _options(node: exp.Expr | None) -> str:
    """Snowflake's parameters as DuckDB's: `c` and `i` are the same; `s` and `m` too; `e` asks for a group."""
    text = node.name if isinstance(node, exp.Literal) else ""
    unknown = set(text) - set("cimse")
    if unknown:
        raise fail("unsupported", feature=f"regular expression parameter {''.join(sorted(unknown))}")
    last = "i" if text.rfind("i") > text.rfind("c") else "c"
    return last + ("s" if "s" in text else "") + ("m" if "m" in text else "")


@rule(exp.RegexpExtract)
def _regexp_substr(node: exp.RegexpExtract) -> Lowered:
    parameters = node.args.get("parameters")
    options = _options(parameters)
    group = node.args.get("group")
    wants_group = group is not None or (isinstance(parameters, exp.Literal) and "e" in parameters.name)
    arguments = [
        as_text(node.this),
        as_text(node.expression),
        _whole(node.args.get("position"), 1),
        _whole(node.args.get("occurrence"), 1),
        string(options),
        group if group is not None else num(1 if wants_group else 0),
    ]
    return call("SF_REGEXP_SUBSTR", *arguments), TEXT


@rule(exp.RegexpReplace)
def _regexp_replace(node: exp.RegexpReplace) -> Lowered:
    for key in ("position", "occurrence"):
        value = node.args.get(key)
        if value is not None and value.name != ("1" if key == "position" else "0"):
            raise fail("unsupported", feature=f"REGEXP_REPLACE with {key}")
    options = _options(node.args.get("modifiers")) + "g"
    return call(
        "REGEXP_REPLACE",
        as_text(node.this),
        as_text(node.expression),
        as_text(node.args.get("replacement") or string("")),
        string(options),
    ), TEXT


@rule(exp.RegexpCount)
def _regexp_count(node: exp.RegexpCount) -> Lowered:
    arguments = [as_text(node.this), as_text(node.expression), _whole(node.args.get("position"), 1)]
    return call("SF_REGEXP_COUNT", *arguments, string(_options(node.args.get("parameters")))), number(18)


@rule(exp.RegexpInstr)
def _regexp_instr(node: exp.RegexpInstr) -> Lowered:
    if any(node.args.get(k) is not None for k in ("occurrence", "option", "group")):
        raise fail("unsupported", feature="REGEXP_INSTR with an occurrence")
    arguments = [as_text(node.this), as_text(node.expression), _whole(node.args.get("position"), 1)]
    return call("SF_REGEXP_INSTR", *arguments, string(_options(node.args.get("parameters")))), number(18)


@rule(exp.SplitPart)
def _split_part(node: exp.SplitPart) -> Lowered:
    index = node.args.get("part_index")
    return call("SF_SPLIT_PART", as_text(node.this), as_text(node.args["delimiter"]), _whole(index, 1)), TEXT


@rule(exp.Strtok)
def _strtok(node: exp.Strtok) -> Lowered:
    delimiter = node.args.get("delimiter") or string(" ")
    return call("SF_STRTOK", as_text(node.this), delimiter, _whole(node.args.get("part_index"), 1)), TEXT


@rule(exp.ConcatWs)
def _concat_ws(node: exp.ConcatWs) -> Lowered:
    """One NULL makes the whole NULL."""
    separator, *parts = [as_text(e) for e in node.expressions]
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(
            this=exp.DPipe(this=joined, expression=separator.copy(), safe=False), expression=part, safe=False
        )
    return exp.paren(joined, copy=False), TEXT


@rule(exp.Initcap)
def _initcap(node: exp.Initcap) -> Lowered:
    delimiters = node.args.get("expression")
    return call("SF_INITCAP", as_text(node.this), delimiters or string("")), TEXT


@rule(exp.StrPosition)
def _position(node: exp.StrPosition) -> Lowered:
    start = _whole(node.args.get("position"), 1)
    return call("SF_POSITION", as_text(node.args["substr"]), as_text(node.this), start), number(18)


@rule(exp.Stuff)
def _insert(node: exp.Stuff) -> Lowered:
    places = [_whole(node.args[k], 1) for k in ("start", "length")]
    return call("SF_INSERT", as_text(node.this), *places, as_text(node.expression)), TEXT


@rule(exp.Levenshtein)
def _editdistance(node: exp.Levenshtein) -> Lowered:
    return call("LEVENSHTEIN", as_text(node.this), as_text(node.expression)), number(18)


@rule(exp.Soundex)
def _soundex(node: exp.Soundex) -> Lowered:
    return call("SF_SOUNDEX", as_text(node.this)), TEXT


@rule(exp.MD5)
def _md5(node: exp.MD5) -> Lowered:
    return call("MD5", node.this if is_kind(node.this, "BINARY") else as_text(node.this)), SqlType("VARCHAR", 32)


@rule(exp.SHA, exp.SHA2)
def _sha(node: exp.Func) -> Lowered:
    value = node.this if is_kind(node.this, "BINARY") else as_text(node.this)
    if isinstance(node, exp.SHA):
        return call("SHA1", value), SqlType("VARCHAR", 40)
    length = node.args.get("length")
    if length is not None and length.name not in ("256", "0"):
        raise fail("unsupported", feature=f"SHA2 with {length.name} bits")
    return call("SHA256", value), SqlType("VARCHAR", 64)


@rule(exp.MD5Digest, exp.SHA1Digest, exp.SHA2Digest)
def _digest(node: exp.Func) -> Lowered:
    name = {exp.MD5Digest: "MD5", exp.SHA1Digest: "SHA1", exp.SHA2Digest: "SHA256"}[type(node)]
    length = node.args.get("length")
    if length is not None and length.name not in ("256", "0"):
        raise fail("unsupported", feature=f"SHA2_BINARY with {length.name} bits")
    size = {"MD5": 16, "SHA1": 20, "SHA256": 32}[name]
    return call("UNHEX", call(name, as_text(node.this))), SqlType("BINARY", size)


def _bytes(node: exp.Expr) -> exp.Expr:
    return node if is_kind(node, "BINARY") else call("ENCODE", as_text(node))


@rule(exp.Base64Encode)
def _base64(node: exp.Base64Encode) -> Lowered:
    if node.args.get("max_line_length") is not None:
        raise fail("unsupported", feature="BASE64_ENCODE with a line length")
    return call("TO_BASE64", _bytes(node.this)), TEXT


@rule(exp.Hex)
def _hex(node: exp.Hex) -> Lowered:
    made = call("HEX", _bytes(node.this))
    return (call("LOWER", made) if node.args.get("case") is not None and node.args["case"].name == "0" else made), TEXT


@rule(exp.Base64DecodeString, exp.HexDecodeString)
def _decoded(node: exp.Func) -> Lowered:
    name = "FROM_BASE64" if isinstance(node, exp.Base64DecodeString) else "UNHEX"
    return call("DECODE", call(name, as_text(node.this))), TEXT


@rule(exp.Base64DecodeBinary, exp.Unhex)
def _decoded_binary(node: exp.Func) -> Lowered:
    name = "FROM_BASE64" if isinstance(node, exp.Base64DecodeBinary) else "UNHEX"
    return call(name, as_text(node.this)), SqlType("BINARY", 8388608)


@rule(exp.Substring)
def _substring(node: exp.Substring) -> Lowered:
    value = node.this if is_kind(node.this, "BINARY", "VARCHAR") else as_text(node.this)
    start, length = node.args.get("start"), node.args.get("length")
    rest = [_whole(length, 0)] if length is not None else []
    return call("SF_SUBSTR" if rest else "SF_SUBSTR_FROM", value, _whole(start, 1), *rest), kind_of(value) or TEXT


@named("CHARINDEX")
def _charindex(node: exp.Anonymous) -> Lowered:
    needle, text, *start = node.expressions
    return call("SF_POSITION", as_text(needle), as_text(text), _whole(start[0] if start else None, 1)), number(18)
