"""The operator's site: signed in by our own page, and its way back is the desk."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group


def site() -> admin.AdminSite:
    """Django's admin site as we want it; called once, by the URLs, when every app has registered its own."""
    ours = admin.site
    ours.site_header = "Firebreak, for operators"
    ours.site_title = "Firebreak"
    ours.index_title = "Read only where a thing has a life: its verbs are on its page"
    ours.site_url = "/desk/"
    ours.login = secure_admin_login(ours.login)  # type: ignore[method-assign]
    # Nothing of ours asks them: roles per team and duties say who may do what.
    for unused in (Group, EmailAddress):
        if ours.is_registered(unused):
            ours.unregister(unused)
    return ours
