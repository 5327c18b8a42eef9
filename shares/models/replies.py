"""Answers that came by mail, and wait a while before they count."""

from __future__ import annotations

from django.db import models

from shares.models.requests import Ask, Vote


class HeldReply(models.Model):
    """One answer by mail. It waits while `settled_at` is empty; `outcome` says what became of it."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="replies")
    answer = models.CharField(max_length=8, choices=Vote.Answer)
    reason = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "answer by mail"
        verbose_name_plural = "answers by mail"
        constraints = (
            models.UniqueConstraint(
                fields=("ask",), condition=models.Q(settled_at__isnull=True), name="reply_held_once_per_ask"
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=models.Q(settled_at__isnull=True), name="reply_held_until"),
        )

    def __str__(self) -> str:
        return f"{self.answer} by mail of {self.ask}"
