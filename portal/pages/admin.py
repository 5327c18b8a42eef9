"""Takes out of the administration what must not be edited by hand."""

from __future__ import annotations

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django_q.models import Failure, OrmQ, Schedule, Success

# django-q2 calls whatever dotted path a row names: the right to edit a Schedule is the right to run code.
OTHERS = (Authenticator, EmailAddress, EmailConfirmation, SocialAccount, SocialApp, SocialToken, UserSession)
for model in (Failure, OrmQ, Schedule, Success, Group, *OTHERS):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
