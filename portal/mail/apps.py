"""App configuration of the mail outbox."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "portal.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from portal.mail import examples, shell_examples

        examples.register(shell_examples.examples)
