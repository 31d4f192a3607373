"""Post-mortems: blameless learning from what broke (PRODUCT §8).

Words: moment (of the timeline), contributing factor, barrier, kept phrase, frozen version. Verbs: propose,
waive, open, write, add moment, add factor, link factors, add barrier, edit, remove, keep phrase, submit,
request changes, publish. What publishing needs is in `rules.readiness`; `rules.linter` finds blame in words.

It does not judge people: no root-cause field, no culprit field; a person is no leaf of the graph.
"""
