"""The two addresses of single sign-on; no other page of django-allauth is served."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", require_POST(views.login), name="openid_connect_login"),
    path("oidc/<slug:provider_id>/callback/", require_GET(views.callback), name="openid_connect_callback"),
]
