"""Which column a person is shown first as the one that separates tenants."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shares.core.tenant_guess import guess_tenant


@pytest.mark.parametrize(
    ("columns", "used", "guess"),
    [
        (["A", "CARRIER", "TENANT_ID"], ["CARRIER"], "CARRIER"),
        (["A", "Carrier", "TENANT_ID"], ["carrier"], "Carrier"),
        (["ORIGIN", "CARRIER"], ["CARRIER", "ORIGIN"], "CARRIER"),
        (["A", "CARRIER", "TENANT_ID"], [], "TENANT_ID"),
        (["customer_id", "ORG_ID"], [], "customer_id"),
        (["CUSTOMER", "CUSTOMER_NO"], [], "CUSTOMER_NO"),
        (["ORG_KEY", "TENANT"], [], "TENANT"),
        (["A", "B"], ["CARRIER"], ""),
        (["MY_TENANT_ID", "TENANT_IDS"], [], ""),
        ([], [], ""),
    ],
)
def test_what_the_catalog_uses_comes_before_common_names(
    columns: Sequence[str], used: Sequence[str], guess: str
) -> None:
    assert guess_tenant(columns, used) == guess


@pytest.mark.parametrize("name", ["TENANT", "CUSTOMER", "ORGANIZATION", "ORGANISATION", "ORG"])
@pytest.mark.parametrize("end", ["_ID", "_KEY", "_CODE", "_NO", "_NUMBER", ""])
def test_a_common_name_is_found_with_each_of_its_ends(name: str, end: str) -> None:
    assert guess_tenant(["A", name + end], []) == name + end


@pytest.mark.parametrize("name", ["COMPANY", "CLIENT", "MERCHANT", "SUBSCRIBER"])
def test_so_are_the_rarer_ones(name: str) -> None:
    assert guess_tenant([name], []) == name
