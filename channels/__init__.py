"""Channels: how facts reach people and tools, in and out. Knows no domain.

Words: notice (one per event, person and channel), letter (a notice before it has a row), topic, mail
(one e-mail to send: of one notice, or a digest of several), fan-out, delivery, heartbeat,
idempotency key. Verbs: fan out, deliver, mark read, choose how to hear, replay. Higher floors register
which letters a fact makes (`registry.tells`); channels delivers them: in-app always, by e-mail as the
reader chose. Slack and webhooks come on the same rows.
"""
