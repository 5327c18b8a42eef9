"""The same with the middleware of `django-admin startproject` alone: what other people's pages are measured against."""

from __future__ import annotations

from bench.web_settings import *  # noqa: F403

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Without it allauth, which is installed, does not start.
    "allauth.account.middleware.AccountMiddleware",
]
