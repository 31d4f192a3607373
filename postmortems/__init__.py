"""Post-mortems: blameless learning from what broke (PRODUCT §8).

Words: timeline, contributing factor, barrier, action item, definition of done. Verbs to come:
propose, waive, open, add moment, add factor, agree action, submit, request changes, publish,
complete action, verify action. No model yet: the floor is laid so that nobody builds it elsewhere.

It does not judge people: no root-cause field, no culprit field.
"""
