"""The table of regions and the ways to look one up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shares.core import regions
from shares.core.regions import Region


def test_the_table_is_whole_and_names_each_region_once() -> None:
    known = regions.all_regions()
    assert len(known) == 56
    assert len({region.id for region in known}) == len(known)
    assert len({region.locator_suffix for region in known}) == len(known)
    assert {region.cloud for region in known} == {"aws", "azure", "gcp"} == set(regions.CLOUDS)
    assert all(region.id.startswith(region.cloud.upper() + "_") for region in known)
    assert all(region.name and region.cloud_region and region.group for region in known)
    assert all(
        region.id == region.id.upper() and region.locator_suffix == region.locator_suffix.lower() for region in known
    )


def test_no_region_s_suffix_could_be_an_account_name() -> None:
    suffixes = {name for region in regions.all_regions() for name in (region.locator_suffix, region.cloud_region)}
    found = [name for name in suffixes if name and regions.by_suffix(name)]
    assert len(found) > 40
    assert all("-" in name or "." in name for name in found)


@pytest.mark.parametrize(
    "text", ["AWS_US_EAST_1", "aws_us_east_1", "PUBLIC.AWS_US_EAST_1", "aws-us-east-1", " AWS_US_EAST_1\n"]
)
def test_a_region_is_found_by_any_spelling_of_its_id(text: str) -> None:
    found = regions.find(text)
    assert found is not None
    assert (found.id, found.cloud, found.cloud_region) == ("AWS_US_EAST_1", "aws", "us-east-1")
    assert (found.name, found.group, found.domain) == ("US East (N. Virginia)", "PUBLIC", "snowflakecomputing.com")


@pytest.mark.parametrize("text", ["", "US_EAST_1", "AWS_US_EAST_9", "AWS_US_EAST_1.X"])
def test_what_is_no_region_is_not_found(text: str) -> None:
    assert regions.find(text) is None


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("", "AWS_US_WEST_2"),
        ("us-east-1", "AWS_US_EAST_1"),
        ("US-EAST-2.AWS", "AWS_US_EAST_2"),
        ("us-east-2", "AWS_US_EAST_2"),
        ("us-west-2", "AWS_US_WEST_2"),
        ("us-west-2-gov.aws", "AWS_US_GOV_WEST_2"),
        ("us-east-1-gov.aws", "AWS_US_GOV_EAST_1"),
        ("west-us-2.azure", "AZURE_WESTUS2"),
        ("westus2.azure", "AZURE_WESTUS2"),
        ("us-central1.gcp", "GCP_US_CENTRAL1"),
    ],
)
def test_a_region_is_found_by_what_follows_a_locator(suffix: str, expected: str) -> None:
    found = regions.by_suffix(suffix)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    "suffix", ["us-east-9", "us-gov-west-1.aws", "us-central1", "westus2", ".aws", "us-east-1.gcp"]
)
def test_what_follows_no_locator_is_no_region(suffix: str) -> None:
    assert regions.by_suffix(suffix) is None


def test_a_region_is_called_as_people_call_it() -> None:
    assert regions.label("AWS_US_EAST_1") == "US East (N. Virginia), AWS"
    assert regions.label("gcp_us_central1") == "US Central1 (Iowa), Google Cloud"
    assert regions.label("MARS_1") == "MARS_1"


HEADING = "snowflake_region,cloud,cloud_region,display_name,locator_suffix,region_group,domain,note\n"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "regions.csv"
    regions.extend(None)


def test_a_provider_adds_a_region_and_changes_one(own: Path) -> None:
    rows = "AWS_MARS_1,aws,mars-one,Mars – “Süd”,mars-1.aws,PUBLIC,snowflakecomputing.com,\n"
    rows += "AWS_US_EAST_1,aws,us-east-1,Our East,us-east-1,PUBLIC,snowflakecomputing.com,\n"
    own.write_text(HEADING + rows, encoding="utf-8")
    regions.extend(own)

    added = Region("AWS_MARS_1", "aws", "mars-one", "Mars – “Süd”", "mars-1.aws", "PUBLIC", "snowflakecomputing.com")
    assert regions.find("AWS_MARS_1") == added
    assert regions.by_suffix("mars-1.aws") == added == regions.by_suffix("mars-one")
    assert regions.label("AWS_US_EAST_1") == "Our East, AWS"
    assert len(regions.all_regions()) == 57


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        HEADING + "AWS_MARS_1,aws,mars-1,Mars,mars,PUBLIC,snowflakecomputing.com,\n",
        HEADING + "AWS MARS,aws,mars-1,Mars,mars-1,PUBLIC,snowflakecomputing.com,\n",
        HEADING + "AWS_MARS_1,ibm,mars-1,Mars,mars-1,PUBLIC,snowflakecomputing.com,\n",
        HEADING + "AWS_MARS_1,aws,mars-1,,mars-1,PUBLIC,snowflakecomputing.com,\n",
        HEADING + "AWS_MARS_1,aws,mars-1,Mars,mars-1,,snowflakecomputing.com,\n",
        HEADING + "AWS_MARS_1,aws,mars-1,Mars,,PUBLIC,snowflakecomputing.com,\n",
    ],
)
def test_a_table_that_could_mislead_is_refused_whole(own: Path, text: str) -> None:
    own.write_text(text, encoding="utf-8")
    with pytest.raises(regions.BadTable, match=r"regions\.csv"):
        regions.extend(own)
    assert len(regions.all_regions()) == 56


def test_a_suffix_may_have_a_dot_and_no_hyphen(own: Path) -> None:
    own.write_text(HEADING + "AWS_MARS_1,aws,mars,Mars,mars.aws,PUBLIC,snowflakecomputing.com,\n", encoding="utf-8")
    regions.extend(own)
    assert regions.by_suffix("mars.aws") == regions.find("AWS_MARS_1")


def test_what_is_wrong_with_a_table_is_said_with_its_line(own: Path) -> None:
    good = "AWS_MARS_1,aws,mars-1,Mars,mars-1,PUBLIC,snowflakecomputing.com,\n"
    own.write_text(HEADING + good + good.replace("aws,", "ibm,"), encoding="utf-8")
    with pytest.raises(regions.BadTable, match=r", line 3: AWS_MARS_1 is not the row of a region\.$"):
        regions.extend(own)
    own.write_text(HEADING + good.replace("AWS_MARS_1", ""), encoding="utf-8")
    with pytest.raises(regions.BadTable, match=r", line 2: no id is not the row of a region\.$"):
        regions.extend(own)
    own.unlink()
    with pytest.raises(regions.BadTable, match="FileNotFoundError: "):
        regions.extend(own)
