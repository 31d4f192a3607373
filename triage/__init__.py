"""Triage: the front hall. Settings, urls, Celery, and the desks that show several floors at once.

Words: triage desk, my desk, demonstration. It wires the house together: nobody imports it. It
decides nothing: every act is a verb of the floor that owns it.
"""
