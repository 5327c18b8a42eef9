"""Accounts as people write them: every documented form, good and bad."""

from __future__ import annotations

import pytest

from shares.core import accounts, regions
from shares.core.accounts import AccountIdentity, Sureness, Unreadable, parse
from shares.core.regions import Region

UNITED = AccountIdentity("UNITED", "ANALYTICS")
UNDERSCORED = AccountIdentity("ACME", "MARKETING_TEST_ACCOUNT")


def at(locator: str, region: str) -> AccountIdentity:
    return AccountIdentity(locator=locator, region=region)


GOOD: list[tuple[str, AccountIdentity]] = [
    # organization and account
    ("UNITED.ANALYTICS", UNITED),
    ("united.analytics", UNITED),
    ("United.Analytics ", UNITED),
    ("\tUNITED.ANALYTICS;\n", UNITED),
    ('"UNITED"."ANALYTICS"', UNITED),
    ("'UNITED.ANALYTICS'", UNITED),
    ("`united-analytics`", UNITED),
    ("“UNITED.ANALYTICS”", UNITED),
    ("\u00a0UNITED.ANALYTICS\u00a0", UNITED),
    ("united-analytics", UNITED),
    ("ACME.MARKETING_TEST_ACCOUNT", UNDERSCORED),
    ("acme-marketing_test_account", UNDERSCORED),
    ("acme-marketing-test-account", UNDERSCORED),
    ("A.B", AccountIdentity("A", "B")),
    ("O1.A_1", AccountIdentity("O1", "A_1")),
    (f"{'O' * 31}.{'A' * 31}", AccountIdentity("O" * 31, "A" * 31)),
    # addresses
    ("https://united-analytics.snowflakecomputing.com", UNITED),
    ("HTTPS://United-Analytics.SnowflakeComputing.com/console/login?x=1#/y", UNITED),
    ("united-analytics.snowflakecomputing.com", UNITED),
    ("united-analytics.snowflakecomputing.com.", UNITED),
    ("united-analytics.snowflakecomputing.com:443", UNITED),
    ("http://united-analytics.snowflakecomputing.com:443/", UNITED),
    ("https://acme-marketing-test-account.snowflakecomputing.com", UNDERSCORED),
    ("acme-marketing_test_account.snowflakecomputing.com", UNDERSCORED),
    ("united-analytics.privatelink.snowflakecomputing.com", UNITED),
    ("app-united-analytics.privatelink.snowflakecomputing.com", UNITED),
    ("app-united-analytics.snowflakecomputing.com", AccountIdentity("APP", "UNITED_ANALYTICS")),
    ("united-analytics.snowflakecomputing.cn", UNITED),
    ("https://app.snowflake.com/united/analytics/#/homepage", UNITED),
    ("app.snowflake.com/UNITED/ANALYTICS", UNITED),
    ("https://app.snowflake.com/us-east-1/xy12345/worksheets", at("XY12345", "AWS_US_EAST_1")),
    ("https://app.snowflake.com/us-west-2/xy12345/", at("XY12345", "AWS_US_WEST_2")),
    ("https://app.snowflake.com/us-east-2.aws/xy12345", at("XY12345", "AWS_US_EAST_2")),
    ("https://app.snowflake.com/us-east-2/xy12345", at("XY12345", "AWS_US_EAST_2")),
    ("https://app.snowflake.com/east-us-2.azure/xy12345", at("XY12345", "AZURE_EASTUS2")),
    # locators with a region
    ("xy12345.snowflakecomputing.com", at("XY12345", "AWS_US_WEST_2")),
    ("xy12345.us-east-1.snowflakecomputing.com", at("XY12345", "AWS_US_EAST_1")),
    ("xy12345.us-east-2.aws.snowflakecomputing.com", at("XY12345", "AWS_US_EAST_2")),
    ("xy12345.us-east-2.aws.privatelink.snowflakecomputing.com", at("XY12345", "AWS_US_EAST_2")),
    ("xy12345.cn-northwest-1.aws.snowflakecomputing.cn", at("XY12345", "AWS_CN_NORTHWEST_1")),
    ("xy12345.eu-central-1", at("XY12345", "AWS_EU_CENTRAL_1")),
    ("xy12345.eu-central-1.aws", at("XY12345", "AWS_EU_CENTRAL_1")),
    ("xy12345.us-west-2.aws", at("XY12345", "AWS_US_WEST_2")),
    ("xy12345.us-central1.gcp", at("XY12345", "GCP_US_CENTRAL1")),
    ("xy12345.west-europe.azure", at("XY12345", "AZURE_WESTEUROPE")),
    ("xy12345.westeurope.azure", at("XY12345", "AZURE_WESTEUROPE")),
    ("AWS_US_EAST_1.XY12345", at("XY12345", "AWS_US_EAST_1")),
    ("PUBLIC.AWS_US_EAST_1.XY12345", at("XY12345", "AWS_US_EAST_1")),
    ("XY12345 AWS_US_EAST_1", at("XY12345", "AWS_US_EAST_1")),
    ("XY12345, aws-us-east-1", at("XY12345", "AWS_US_EAST_1")),
    ("XY12345", AccountIdentity(locator="XY12345")),
    ("XY12345'", AccountIdentity(locator="XY12345")),
    ("xy", AccountIdentity(locator="XY")),
    ("A" * 32, AccountIdentity(locator="A" * 32)),
    # the printed answer of LOOKUP_SQL
    ("UNITED.ANALYTICS\tUA12345\tAWS_US_EAST_1", AccountIdentity("UNITED", "ANALYTICS", "UA12345", "AWS_US_EAST_1")),
    (
        "UNITED.ANALYTICS,UA12345,PUBLIC.AWS_US_EAST_1",
        AccountIdentity("UNITED", "ANALYTICS", "UA12345", "AWS_US_EAST_1"),
    ),
    (
        "| UNITED.ANALYTICS | ua12345 | AWS_US_EAST_1 |",
        AccountIdentity("UNITED", "ANALYTICS", "UA12345", "AWS_US_EAST_1"),
    ),
    (
        "+----+\n| ACCOUNT | LOCATOR | REGION |\n|----+----|\n| UNITED.ANALYTICS | UA12345 | AWS_US_EAST_1 |\n+----+",
        AccountIdentity("UNITED", "ANALYTICS", "UA12345", "AWS_US_EAST_1"),
    ),
    ('"ACCOUNT","LOCATOR","REGION"\n"A.B","XY1","AWS_EU_WEST_1"', AccountIdentity("A", "B", "XY1", "AWS_EU_WEST_1")),
    ("UNITED.ANALYTICS AWS_US_EAST_1", AccountIdentity("UNITED", "ANALYTICS", "", "AWS_US_EAST_1")),
]

BAD: list[tuple[str, str]] = [
    ("xy12345.fhplus.us-gov-west-1.aws.snowflakecomputing.com", "a region for governments"),
    ("AWS_US_GOV_WEST_1_DOD.XY12345", "a region for governments"),
    ("ACME_VPS.AWS_US_EAST_1.XY12345", "Virtual Private Snowflake"),
    ("XY12345 ACME_VPS.AWS_US_EAST_1", "Virtual Private Snowflake"),
    ("UNITED.ANALYTICS UA12345 ACME_VPS.AWS_US_EAST_1", "Virtual Private Snowflake"),
    ("", "Say which"),
    ("  \n", "Say which"),
    ('""', "Say which"),
    ("---", "names no"),
    ("|,|", "names no"),
    ("\u0425 Y12345", "letters that no"),
    ("UN\u0406TED.ANALYTICS", "letters that no"),
    ("UNITED\u200b.ANALYTICS", "letters that no"),
    ("UNITED\u2024ANALYTICS", "letters that no"),
    ("UNITED\uff0eANALYTICS", "letters that no"),
    ("united\u2010analytics", "letters that no"),
    ("1UNITED.ANALYTICS", "cannot be an organization"),
    ("MY_ORG.ANALYTICS", "cannot be an organization"),
    (".ANALYTICS", "cannot be an organization"),
    ("-analytics", "cannot be an organization"),
    ("UNITED.1A", "cannot be an account name"),
    ("UNITED._A", "cannot be an account name"),
    ("UNITED.", "cannot be an account name"),
    ("united-", "cannot be an account name"),
    ("united--analytics", "cannot be an account name"),
    ("UNITED.A$B", "cannot be an account name"),
    ("UNITED.MY-ACCOUNT", "underscores and no hyphens"),
    ("UNITED.ANALYTICS.MORE", "underscores and no hyphens"),
    ("xy12345.us-east-9.aws", "nor a Snowflake region"),
    (f"{'O' * 32}.{'A' * 31}", "63 characters"),
    ("X", "account locator"),
    ("1XY", "account locator"),
    ("A" * 33, "account locator"),
    ("a@b", "account locator"),
    ("XY12345; DROP SHARE S", "5 values|4 values"),
    ("UNITED ANALYTICS", "not a Snowflake region"),
    ("A.B XY1 NOWHERE", "3 values"),
    ("XY1 XY2 AWS_US_EAST_1", "3 values"),
    ("A.B 1 AWS_US_EAST_1", "account locator"),
    ("A.B C.D E.F G.H", "4 values"),
    ("A.B XY1 MORE AWS_US_EAST_1", "4 values"),
    ("xy12345.eu-west-1 AWS_US_EAST_1", "2 values"),
    ("ACCOUNT LOCATOR REGION", "3 values"),
    ("https://", "https:// is not the address"),
    ("http://[", "not an address"),
    ("https://example.com/united/analytics", "^example.com is not the address"),
    ("https://united-analytics.snowflakecomputing.com.example.com", "not the address"),
    ("https://example.com/united-analytics.snowflakecomputing.com", "not the address"),
    ("https://snowflakecomputing.com", "not the address"),
    ("https://notsnowflakecomputing.com", "not the address"),
    ("https://app.snowflake.example.com/united/analytics", "not the address"),
    ("https://app.snowflake.com@example.com/united/analytics", "not the address"),
    ("https://me@united-analytics.snowflakecomputing.com", "not the address"),
    ("ftp://united-analytics.snowflakecomputing.com", "not the address"),
    ("javascript://united-analytics.snowflakecomputing.com", "not the address"),
    ("https://app.snowflake.com", "^This Snowsight address does not name an account. "),
    ("app.snowflake.com", "does not name an account"),
    ("https://app.snowflake.com/united", "does not name"),
    ("https://app.snowflake.com/marketplace/listing/GZ1", "does not name"),
    ("https://app.snowflake.com/signup/start", "does not name"),
    ("https://app.snowflakecomputing.com/x/y", "page or a service"),
    ("xy12345.us-east-9.aws.snowflakecomputing.com", "“us-east-9.aws” does not name a Snowflake region"),
    ("xy12345..snowflakecomputing.com", "does not name a Snowflake region"),
    ("org-acc.registry.snowflakecomputing.com", "does not name a Snowflake region"),
    ("xy12345.snowflakecomputing.cn", "“xy12345.snowflakecomputing.cn” does not name a Snowflake region"),
    ("xy12345.us-east-1.snowflakecomputing.cn", "does not name a Snowflake region"),
    ("xy12345.cn-northwest-1.aws.snowflakecomputing.com", "does not name a Snowflake region"),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_a_documented_form_is_read(text: str, expected: AccountIdentity) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(("text", "words"), BAD)
def test_anything_else_is_explained(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        parse(text)
    assert "MYORG.MYACCOUNT" in str(refused.value)


WHOLE = [
    ("", "Say which Snowflake account should receive the data."),
    ("ünited.analytics", "This has letters that no Snowflake account has. Type it by hand."),
    ("-+-", "“-+-” names no Snowflake account."),
    ("A.B XY1 MORE AWS_US_EAST_1", "This reads as 4 values; give one account."),
    ("xy1.mars-1", "“mars-1” is neither an account name, which has underscores and no hyphens or dots, "
     "nor a Snowflake region that Firn knows."),
    ("1A.B", "“1A” cannot be an organization: it starts with a letter and has only letters and digits."),
    ("A.1B", "“1B” cannot be an account name: it starts with a letter, then letters, digits and underscores."),
    (f"{'A' * 40}.{'B' * 40}", "This is longer than the 63 characters of a Snowflake account."),
    ("A.B 1 AWS_US_EAST_1", "“1” is neither ORGANIZATION.ACCOUNT nor an account locator."),
    ("XY12345 MARS", "“MARS” is not a Snowflake region that Firn knows; one looks like AWS_US_EAST_1."),
    ("XY12345 OURS.AWS_US_EAST_1", "“OURS” is no public region group: this looks like a Virtual Private Snowflake, "
     "which no share from outside reaches. Name an account in a public region."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WHOLE)
def test_what_is_said_is_said_whole(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert str(refused.value) == f"{words} A right value looks like MYORG.MYACCOUNT; the query below prints yours."


SERVICES = ["app", "app-cn", "www", "docs", "community", "status", "signup", "login", "ocsp", "privatelink", "crl"]
SERVICES += ["sfc-repo", "client-telemetry"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "domain", ["snowflakecomputing.com", "privatelink.snowflakecomputing.com", "snowflakecomputing.cn"]
)
def test_a_service_of_snowflake_s_is_no_account(service: str, domain: str) -> None:
    for address in (f"{service}.{domain}", f"https://{service.upper()}.{domain}/a/b", f"{service}.us-east-1.{domain}"):
        with pytest.raises(Unreadable, match=r"MYORG\.MYACCOUNT"):
            parse(address)


@pytest.mark.parametrize("region", [item for item in regions.all_regions() if not item.is_public], ids=lambda r: r.id)
def test_no_form_of_a_government_region_is_read(region: Region) -> None:
    for text in (f"xy12345.{region.locator_suffix}.{region.domain}", f"XY12345 {region.id}", f"{region.id}.xy12345"):
        with pytest.raises(Unreadable) as refused:
            parse(text)
        assert str(refused.value).startswith(
            f"{region.name} is a region for governments, and no share of this portal reaches it. "
            "Name an account in another region, or write to the data provider. A right value"
        )


@pytest.mark.parametrize(
    ("text", "sureness", "missing"),
    [
        ("UNITED.ANALYTICS UA12345 AWS_US_EAST_1", Sureness.WHOLE, ()),
        ("UNITED.ANALYTICS", Sureness.NAMED, ("locator", "region")),
        ("xy12345.us-east-1", Sureness.NAMED, ("names",)),
        ("united-analytics.snowflakecomputing.com", Sureness.ADDRESS, ("locator", "region")),
        ("XY12345", Sureness.HALF, ("names", "region")),
    ],
)
def test_it_says_how_sure_it_is_and_what_is_missing(text: str, sureness: Sureness, missing: tuple[str, ...]) -> None:
    assert parse(text).sureness is sureness
    assert parse(text).missing == missing


def test_the_same_locator_in_two_regions_is_two_accounts() -> None:
    public = [region for region in regions.all_regions() if region.is_public]
    read = {parse(f"xy12345.{item.locator_suffix or 'us-west-2'}.{item.domain}") for item in public}
    assert len(read) == len(public)
    assert {identity.key for identity in read} == {""}


@pytest.mark.parametrize("region", [item for item in regions.all_regions() if item.is_public], ids=lambda r: r.id)
def test_every_region_survives_the_round_trip(region: Region) -> None:
    expected = at("XY12345", region.id)
    dot = "." if region.locator_suffix else ""
    assert parse(f"https://xy12345{dot}{region.locator_suffix}.{region.domain}/") == expected
    assert parse(f"XY12345 {region.id}") == expected
    assert parse("xy12345", region.id) == expected
    assert parse(f"{region.id}.xy12345") == expected
    if region.locator_suffix:
        assert parse(f"xy12345.{region.locator_suffix}") == expected


def test_the_region_chosen_beside_the_field_completes_a_locator() -> None:
    assert parse("XY12345", "aws_us_east_1") == at("XY12345", "AWS_US_EAST_1")
    assert parse("UNITED.ANALYTICS", "AWS_US_EAST_1").region == "AWS_US_EAST_1"
    assert parse("XY12345, ", "AWS_US_EAST_1").region == "AWS_US_EAST_1"


def test_the_region_in_the_account_wins_over_the_one_beside_it() -> None:
    assert parse("xy12345.eu-west-1", "AWS_US_EAST_1").region == "AWS_EU_WEST_1"
    assert parse("A.B XY1 AWS_EU_WEST_1", "AWS_US_EAST_1").region == "AWS_EU_WEST_1"


def test_an_unknown_region_beside_the_field_is_explained() -> None:
    with pytest.raises(Unreadable, match=r"“MARS”.*AWS_US_EAST_1.*MYORG\.MYACCOUNT"):
        parse("XY12345", "MARS")


def test_long_input_is_not_repeated_in_full() -> None:
    with pytest.raises(Unreadable) as refused:
        parse("$" * 5000)
    assert len(str(refused.value)) < 300


LONG = 90


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-" * LONG, "-"),
        ("$" * LONG, "$"),
        ("1" * LONG + ".A", "1"),
        ("ORG." + "$" * LONG, "$"),
        ("ORG." + "-" * LONG, "-"),
        ("http://[" + "A" * LONG, None),
        ("ftp://" + "A" * LONG + "/", None),
        ("https://" + "a" * LONG, "a"),
        ("https:///" + "a" * LONG, None),
        ("xy12345." + "a" * LONG + ".snowflakecomputing.com", "a"),
        ("a" * LONG + ".snowflakecomputing.cn", "a"),
    ],
)
def test_of_long_input_the_beginning_is_repeated(text: str, shown: str | None) -> None:
    """Sixty characters of what was typed, eighty of a host: enough to know it again, and no more."""
    with pytest.raises(Unreadable) as refused:
        parse(text)
    many = 80 if text == "https://" + "a" * LONG else 60
    expected = shown * many if shown else text[:many]
    assert expected in str(refused.value)
    assert f"{expected}{shown or text[many]}" not in str(refused.value)


def test_of_a_long_region_the_beginning_is_repeated() -> None:
    with pytest.raises(Unreadable, match=r"“#{60}” is not a Snowflake region"):
        parse("XY12345", "#" * LONG)


def test_the_names_of_a_pasted_row_may_be_quoted() -> None:
    found = parse('"UNITED"."ANALYTICS" XY12345 AWS_US_EAST_1')
    assert (found.organization, found.account, found.locator) == ("UNITED", "ANALYTICS", "XY12345")


def test_the_region_of_the_form_completes_a_row_without_one() -> None:
    assert parse("ACCOUNT LOCATOR REGION UNITED.ANALYTICS", "AWS_US_EAST_1").region == "AWS_US_EAST_1"


@pytest.mark.parametrize(
    ("identity", "needs", "text"),
    [
        (UNITED, False, "UNITED.ANALYTICS"),
        (at("XY1", "AWS_EU_WEST_1"), False, "XY1 (AWS_EU_WEST_1)"),
        (AccountIdentity(locator="XY1"), True, "XY1"),
        (AccountIdentity("A", "B", "XY1", "AWS_EU_WEST_1"), False, "A.B"),
    ],
)
def test_an_identity_knows_what_it_lacks_and_prints_itself(identity: AccountIdentity, needs: bool, text: str) -> None:
    assert identity.needs_region is needs
    assert str(identity) == text


def test_what_it_prints_reads_back() -> None:
    assert parse(str(UNITED)) == UNITED


def test_the_lookup_query_prints_what_the_parser_reads() -> None:
    assert "CURRENT_ORGANIZATION_NAME() || '.' || CURRENT_ACCOUNT_NAME() AS account" in accounts.LOOKUP_SQL
    assert accounts.LOOKUP_SQL.index("CURRENT_ACCOUNT()") < accounts.LOOKUP_SQL.index("CURRENT_REGION()")
