"""Teams: people, the teams they belong to, product areas and business calendars.

Words: person, team (support is L1, delivery is L2), role (held per team), product area, expert,
business calendar with its versions (zone, shifts, days off, public holidays). Verbs (settings):
invite, set up, edit calendar, name expert. "Is release manager" and "is on call" are not roles:
oncall answers them at a moment.
"""
