"""Addresses of identity. Of allauth's own only those that are needed are routed, in our look."""

from django.urls import path

from wmp_search.identity import account, notice, sign_in, step_up

urlpatterns = [
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("notice", notice.notice, name="notice"),
    path("confirm-who-you-are", step_up.confirm, name="step-up"),
    path("account", account.account, name="account"),
    path("account/sign-out-everywhere", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("officers/<int:pk>/sign-out", account.sign_out_officer, name="sign-out-officer"),
]
