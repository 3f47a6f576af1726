"""Addresses of identity. Of allauth's own only those that are needed are routed, in our look."""

from django.urls import path

from wmp_search.identity import account, factor_views, notice, provider_views, sign_in, step_up

urlpatterns = [
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/second-factor", sign_in.second_factor, name="second-factor"),
    path("sign-in/provider", provider_views.leave, name="provider"),
    path("sign-in/provider/return", provider_views.come_back, name="provider-return"),
    path("sign-in/provider/logged-out", provider_views.logged_out, name="provider-logged-out"),
    path(
        "confirm-who-you-are/provider", provider_views.leave_for_step_up, name="provider-step-up"
    ),
    path("notice", notice.notice, name="notice"),
    path("confirm-who-you-are", step_up.confirm, name="step-up"),
    path("account", account.account, name="account"),
    path("account/app", factor_views.add_app, name="add-app"),
    path("account/passkey", factor_views.add_passkey, name="add-passkey"),
    path("account/recovery-codes", factor_views.recovery_codes, name="recovery-codes"),
    path("account/factors/<int:pk>/remove", factor_views.remove, name="remove-factor"),
    path("account/sign-out-everywhere", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("officers/<int:pk>/sign-out", account.sign_out_officer, name="sign-out-officer"),
]
