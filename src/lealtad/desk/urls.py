"""The addresses of the desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from lealtad.desk.login import DeskLogin
from lealtad.desk.views import account, administration, alerts, api, customer, experience, team, worklist

urlpatterns = [
    path("", worklist.home, name="home"),
    path("login/", DeskLogin.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.DeskPasswordChange.as_view(), name="password_change"),
    path("language/", account.choose_language, name="language"),
    path("ready/", account.answer_ready, name="ready"),
    path("list/", worklist.show_list, name="list"),
    path("list/claim/<int:card_id>/", worklist.claim, name="claim"),
    path("list/release/<int:card_id>/", worklist.release, name="release"),
    path("list/claim/", worklist.claim_several, name="claim_several"),
    path("list/next/", worklist.claim_next, name="claim_next"),
    path("list/views/", worklist.save_view, name="save_view"),
    path("list/views/<int:view_id>/remove/", worklist.remove_view, name="remove_view"),
    path("list.csv", administration.export_list, name="export_list"),
    path("customers/", customer.search, name="search"),
    path("customer/", customer.show_customer, name="customer"),
    path("customer/act/", customer.act, name="act"),
    path("customer/undo/<int:event_id>/", customer.undo, name="undo"),
    path("team/", team.show_team, name="team"),
    path("team/assign/", team.assign, name="assign"),
    path("team/assign/several/", team.assign_several, name="assign_several"),
    path("overrides/", team.show_overrides, name="overrides"),
    path("journey/", experience.show_journey, name="journey"),
    path("kpis/", experience.show_kpis, name="kpis"),
    path("drivers/", experience.show_drivers, name="drivers"),
    path("themes/", experience.show_themes, name="themes"),
    path("monitor/", experience.show_monitor, name="monitor"),
    path("earned/", experience.show_earned, name="earned"),
    path("alerts/", alerts.show_alerts, name="alerts"),
    path("alerts/<slug:key>/acknowledge/", alerts.acknowledge, name="acknowledge_alert"),
    path("accounts/", administration.list_accounts, name="accounts"),
    path("accounts/new/", administration.edit_account, name="new_account"),
    path("accounts/<int:person_id>/", administration.edit_account, name="account"),
    path("tokens/", administration.edit_tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", administration.revoke_token, name="revoke_token"),
    path("audit/", administration.show_audit, name="audit"),
    path("audit/allow/", administration.allow_contact, name="allow_contact"),
    path("audit.csv", administration.export_audit, name="export_audit"),
    path("api/customers/<path:customer_id>/card", api.show_card, name="card_api"),
]
if settings.DESK_OIDC is not None:
    urlpatterns.append(path("", include("lealtad.desk.oidc_urls")))
handler403 = "lealtad.desk.views.errors.refuse_access"
handler404 = "lealtad.desk.views.errors.miss_page"
handler500 = "lealtad.desk.views.errors.fail"
