"""What of the portal the judges are shown: everything, and nothing a second time."""

from __future__ import annotations

from http.cookiejar import Cookie

from demo.web import Browser
from tests.security.targets import Target, as_sent_by, once


def _fields(*targets: Target) -> list[tuple[str, ...]]:
    return [one.fields for one in once(targets)]


def test_a_field_of_an_address_is_tried_once_and_a_new_one_beside_it_too() -> None:
    a_filter = Target("admin", "http://portal/operations/runs/?q=1", "", ("q",))
    with_another = Target("admin", "http://portal/operations/runs/?q=1&did=2", "", ("did", "q"))
    elsewhere = Target("admin", "http://portal/operations/shares/?q=1", "", ("q",))
    sent = Target("admin", "http://portal/operations/runs/", "q=1", ("q",))
    assert _fields(a_filter, with_another, a_filter, elsewhere, sent) == [("q",), ("did",), ("q",), ("q",)]


def test_of_the_rows_of_a_form_the_first_stands_for_all() -> None:
    names = ("rows-0-name", "rows-1-name", "rows-TOTAL_FORMS", "rows-MAX_NUM_FORMS", "rows-__prefix__-name")
    first = Target("admin", "http://portal/admin/x/3/change/", "x=1", names)
    same_of_another = Target("admin", "http://portal/admin/x/4/change/", "x=1", names)
    assert _fields(first, same_of_another) == [("rows-0-name", "rows-TOTAL_FORMS")]


def test_two_passwords_of_a_form_are_two_fields() -> None:
    names = ("password1", "password2")
    assert _fields(Target("owner", "http://portal/password/", "x=1", names)) == [names]


def test_what_django_does_alike_for_every_model_is_tried_at_one_of_them() -> None:
    searched = Target("admin", "http://portal/admin/shares/run/?q=1&o=2", "", ("o", "outcome__exact", "q"))
    another = Target("admin", "http://portal/admin/shares/move/?q=1&o=2", "", ("o", "q", "state__exact"))
    ours = Target("admin", "http://portal/operations/runs/?o=2", "", ("o",))
    assert _fields(searched, another, ours) == [("o", "outcome__exact", "q"), ("q",), ("o",)]


def test_adding_and_changing_in_the_administration_are_one_form() -> None:
    adding = Target("admin", "http://portal/admin/shares/workspace/add/", "x=1", ("name", "grants-TOTAL_FORMS"))
    changing = Target("admin", "http://portal/admin/shares/workspace/3/change/", "x=1", ("name", "tenant_key"))
    another = Target("admin", "http://portal/admin/shares/dataset/3/change/", "x=1", ("name", "lines-TOTAL_FORMS"))
    assert _fields(adding, changing, another) == [("name", "grants-TOTAL_FORMS"), ("tenant_key",), ("name",)]


def test_a_form_is_sent_with_the_token_of_whoever_sends_it() -> None:
    visitor = Browser("http://portal")
    about = {"port": None, "port_specified": False, "domain_specified": False, "domain_initial_dot": False}
    about |= {"path_specified": True, "secure": False, "expires": None, "discard": True, "comment": None}
    visitor.cookies.set_cookie(
        Cookie(0, "csrftoken", "mine", domain="portal", path="/", comment_url=None, rest={}, **about)  # type: ignore[arg-type]
    )
    form = Target("owner", "http://portal/x/", "csrfmiddlewaretoken=another&name=a+b&note=", ("name", "note"))
    assert as_sent_by(visitor, form).data == "csrfmiddlewaretoken=mine&name=a+b&note="
    asked = Target("owner", "http://portal/x/?q=1", "", ("q",))
    assert as_sent_by(visitor, asked) == asked
