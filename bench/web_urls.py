"""The portal's addresses, and the two pages that its own are held against."""

from __future__ import annotations

from django.urls import include, path

from bench import web_views

urlpatterns = [
    path("bench/bare/", web_views.bare),
    path("bench/reference/<int:pk>/", web_views.reference, name="bench-reference"),
    path("", include("portal.urls")),
]
