"""Twenty thousand inputs that nobody would type, and some that somebody would."""

from __future__ import annotations

import random
import re

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
    known = not found.region or regions.find(found.region) is not None
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


def test_twenty_thousand_strings_give_a_well_formed_account_or_an_explanation() -> None:
    dice = random.Random(SEED)
    read = 0
    for _ in range(20_000):
        text = "".join(dice.choices(PIECES, k=dice.randint(0, 9)))
        found = outcome(text, dice.choice(["", "", "AWS_EU_WEST_1", "MARS"]))
        read += found is not None
        assert found is None or is_well_formed(found), text
    assert read > 100, "the fuzz never reached the parser's better half"


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
