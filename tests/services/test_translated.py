"""What the core says is put into the reader's language, with the values that are said themselves."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation

from shares.core.differences import differences
from shares.core.published import Column, Item
from shares.core.said import Said
from shares.services.translated import translated

VIEW = Item(1, "view", "FLIGHTS", columns=(Column("ORIGIN", "VARCHAR"),), tenant_column="CARRIER")


def _told(new: Item) -> list[str]:
    return [translated(item.words) for item in differences([VIEW], [new])]


def test_a_value_that_is_said_is_translated_too() -> None:
    everybody = replace(VIEW, is_reference=True)
    with translation.override("it"):
        assert _told(everybody) == ["FLIGHTS ha come filtro nulla (tutti ricevono tutte le righe) invece di CARRIER."]
    assert _told(everybody) == ["FLIGHTS is separated by nothing (everybody gets all rows) instead of CARRIER."]


def test_names_with_signs_stay_as_they_are() -> None:
    odd = replace(VIEW, columns=(*VIEW.columns, Column("50%(x)s", "NUMBER")))
    with translation.override("it"):
        assert _told(odd) == ["Si aggiunge FLIGHTS.50%(x)s NUMBER."]


def test_plain_text_and_what_has_no_values_are_told_as_they_are() -> None:
    assert translated("100% <b>") == "100% <b>"
    assert Said("100%") == translated(Said("100%")) == "100%"


def test_numbers_are_written_as_the_reader_s_language_does() -> None:
    said = Said("%(rows)s rows read as the consumer, none of another customer.", rows=58_665)
    assert said == translated(said) == "58,665 rows read as the consumer, none of another customer."
    with translation.override("it"):
        assert translated(said).startswith("58.665 righe")
