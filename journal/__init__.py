"""Journal: what happened. History, timeline and outbox source in one append-only table.

Words: event (a past-tense fact), text (what people wrote; may only be blanked), pending (an event
whose notices are not fanned out yet), reaction (a higher floor's listener, same transaction).
Verb: record. It does not know any domain: subjects are a kind and a number, facts are plain values.

Events never change: triggers refuse UPDATE, DELETE and TRUNCATE.
"""
