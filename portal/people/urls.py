"""Addresses of organizations and their people."""

from __future__ import annotations

from django.urls import path

from portal.people import domain_views, joining, language, seeing, views

urlpatterns = [
    path("organization/", views.organization_page, name="organization"),
    path("organization/invite/", views.invite, name="invite"),
    path("organization/leave/", views.leave, name="leave"),
    path("organization/invitations/<uuid:public_id>/resend/", views.invitation_resend, name="invitation-resend"),
    path("organization/invitations/<uuid:public_id>/revoke/", views.invitation_revoke, name="invitation-revoke"),
    path("organization/members/<int:pk>/role/", views.member_role, name="member-role"),
    path("organization/members/<int:pk>/remove/", views.member_remove, name="member-remove"),
    path("accounts/preferences/", language.preferences, name="preferences"),
    path("accounts/organization/", joining.sign_in, name="organization-sign-in"),
    path("accounts/delete/", views.delete_account, name="delete-account"),
    path("organization/domains/", domain_views.domain_ask, name="domain-ask"),
    path("organization/domains/<int:pk>/prove/", domain_views.domain_prove, name="domain-prove"),
    path("organization/domains/<int:pk>/join/", domain_views.domain_join, name="domain-join"),
    path("organization/domains/<int:pk>/remove/", domain_views.domain_remove, name="domain-remove"),
    path("customers/<uuid:public_id>/see/", seeing.customer_see, name="customer-see"),
    path("customers/see/end/", seeing.customer_see_end, name="customer-see-end"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
]
