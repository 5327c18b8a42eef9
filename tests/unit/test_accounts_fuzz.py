"""Inputs that nobody would type, and some that somebody would: 20,000 here, a million with

python -m tests.unit.test_accounts_fuzz 1000000
"""

from __future__ import annotations

import random
import re
import sys
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from shares.core import regions
from shares.core.accounts import AccountIdentity, Unreadable, parse

SEED = 20130101
PIECES = [
    *"abzAZ019_-. \t\n/\\:;,|'\"`@?#&%$()[]{}<>+=~^*!\0\x1f\x7f",
    *("ORG", "ACC", "xy12345", "us-east-1", ".aws", "AWS_US_EAST_1", "PUBLIC.", "https://", "//", "http://[", "::1]"),
    *(
        ".snowflakecomputing.com",
        ".snowflakecomputing.cn",
        "app.snowflake.com/",
        ".privatelink",
        "app-",
        "ocsp.",
        ":443",
    ),
    *(
        "\u200b",
        "\u0130",
        "\u0131",
        "\u212a",
        "\u017f",
        "\u0410",
        "\uff0e",
        "\u2024",
        "\uff3f",
        "\u2010",
        "é",
        "\U0001f600",
        "\ud800",
    ),
]
ORGANIZATION, ACCOUNT, LOCATOR = r"[A-Z][A-Z0-9]*", r"[A-Z][A-Z0-9_]*", r"[A-Z][A-Z0-9_]{1,31}"


def is_well_formed(found: AccountIdentity) -> bool:
    pair = re.fullmatch(ORGANIZATION, found.organization) and re.fullmatch(ACCOUNT, found.account)
    region = regions.find(found.region)
    known = not found.region or (region is not None and region.is_public)
    locator = not found.locator or re.fullmatch(LOCATOR, found.locator)
    return bool(known and locator and (pair or (not found.organization and not found.account and found.locator)))


def outcome(text: str, region: str = "") -> AccountIdentity | None:
    try:
        return parse(text, region)
    except Unreadable as refused:
        words = str(refused)
    assert "MYORG.MYACCOUNT" in words
    assert len(words) < 400
    return None


def fuzz(count: int, seed: int) -> tuple[int, int]:
    """How many of `count` strings were read as an account, and how many of these at least twice the same way."""
    dice = random.Random(seed)
    read = again = 0
    for _ in range(count):
        text = "".join(dice.choices(PIECES, k=dice.randint(0, 9)))
        found = outcome(text, dice.choice(["", "", "AWS_EU_WEST_1", "MARS"]))
        assert found is None or is_well_formed(found), text
        if found is not None:
            read += 1
            # What was understood, written plainly, means the same account: nothing was made up on the way.
            plain = found.key or (f"{found.region}.{found.locator}" if found.region else found.locator)
            again += outcome(plain, found.region) == replace(found, locator="" if found.key else found.locator)
    return read, again


def test_twenty_thousand_strings_give_a_well_formed_account_or_an_explanation() -> None:
    read, again = fuzz(20_000, SEED)
    assert read > 100, "the fuzz never reached the parser's better half"
    assert again == read


def test_no_host_but_an_account_s_own_gives_an_identity() -> None:
    dice = random.Random(SEED)
    for _ in range(5_000):
        inner = "".join(dice.choices("abc-.019", k=dice.randint(1, 12)))
        outer = dice.choice(
            ["example.com", "snowflakecomputing.com.evil.io", "snowflakecomputing.org", "app.snowflake.io"]
        )
        assert outcome(f"https://{inner}.{outer}/org/account") is None
        for service in ("app", "ocsp", "docs", "sfc-repo", "privatelink"):
            assert outcome(f"{service}.{inner}.snowflakecomputing.com") is None


def test_one_letter_of_another_alphabet_is_never_read_as_ours() -> None:
    for good in ("UNITED.ANALYTICS", "united-analytics.snowflakecomputing.com", "XY12345"):
        for position in range(len(good)):
            for (
                odd
            ) in "\u0410\u0415\u0406\u041e\u041a\u0425\u0430\u3002\u2024\u2010\u2013\uff3f\u200b\u212a\u0131\u017f":
                assert outcome(good[:position] + odd + good[position + 1 :]) is None


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=80), st.sampled_from(["", "AWS_EU_WEST_1", "nowhere"]))
def test_any_text_gives_a_well_formed_account_or_an_explanation(text: str, region: str) -> None:
    found = outcome(text, region)
    assert found is None or is_well_formed(found)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.from_regex(ORGANIZATION, fullmatch=True), st.from_regex(ACCOUNT, fullmatch=True))
def test_any_organization_and_account_survive_each_of_their_forms(organization: str, account: str) -> None:
    organization, account = organization[:20], account[:40].rstrip("_") or "A"
    expected = AccountIdentity(organization, account)
    assert parse(f"{organization}.{account}") == expected
    assert parse(f"{organization.lower()}-{account.lower()}") == expected
    assert parse(f'"{organization}"."{account}"') == expected


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    read, again = fuzz(wanted, SEED)
    print(f"{wanted:,} strings: no crash; {read:,} read as an account, {again:,} of them again from plain text")
    sys.exit(read != again)
