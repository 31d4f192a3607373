"""Channels: how facts reach people and tools, in and out. Knows no domain.

Words: notice (one per event, person and channel), fan-out, idempotency key. Verbs: fan out, mark
read. Higher floors register which notices a fact makes (`registry.tells`); channels delivers them.
One channel now: in-app. Email, Slack and webhooks come on the same rows.
"""
