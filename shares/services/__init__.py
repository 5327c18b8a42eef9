"""Verbs used by pages, admin and jobs alike. Each takes models, returns results, and writes the audit."""
