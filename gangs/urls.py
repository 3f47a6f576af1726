"""Addresses of gangs."""

from django.urls import path

from gangs import (
    governance_views,
    history_views,
    keeping_views,
    proposal_views,
    relation_views,
    round_views,
    safeguarding_views,
    sharing_views,
    views,
)
from gangs.intelligence import views as intelligence_views

urlpatterns = [
    path("gangs", views.gangs, name="gangs"),
    path("gangs/search", views.start, name="gang-search"),
    path("gangs/s/<uuid:pk>", views.results, name="gang-results"),
    path("intelligence", intelligence_views.intelligence, name="intelligence"),
    path("intelligence/search", intelligence_views.start, name="intelligence-search"),
    path("intelligence/s/<uuid:pk>", intelligence_views.results, name="intelligence-results"),
    path("gang-figures", governance_views.figures, name="gang-figures"),
    path("gang-figures/proportions", governance_views.proportion, name="gang-proportions"),
    path("gangs/<int:pk>", views.gang, name="gang"),
    path("gangs/<int:pk>/relation", relation_views.add, name="gang-relation"),
    path(
        "gangs/<int:pk>/relation/<int:relation_id>/end",
        relation_views.end,
        name="gang-relation-end",
    ),
    path("people/<int:pk>/membership", proposal_views.propose, name="propose-membership"),
    path("people/<int:pk>/gang-history", history_views.gang_history, name="gang-history"),
    path("safeguarding", safeguarding_views.listed, name="safeguarding"),
    path("safeguarding/<int:pk>", safeguarding_views.protect, name="protect"),
    path("memberships", keeping_views.memberships, name="memberships"),
    path("memberships/month", round_views.month, name="membership-month"),
    path("memberships/month/sign", round_views.sign, name="membership-month-sign"),
    path("memberships/<int:pk>", keeping_views.membership, name="membership"),
    path("memberships/<int:pk>/renew", proposal_views.renew, name="membership-renew"),
    path("memberships/<int:pk>/review", keeping_views.review, name="membership-review"),
    path("memberships/<int:pk>/remove", keeping_views.remove, name="membership-remove"),
    path("memberships/<int:pk>/share", sharing_views.share, name="membership-share"),
    path("memberships/proposals/<int:pk>", proposal_views.proposal, name="membership-proposal"),
    path(
        "memberships/proposals/<int:pk>/take-back",
        proposal_views.take_back,
        name="membership-take-back",
    ),
    path(
        "memberships/notices/<int:pk>/sent",
        sharing_views.notice_sent,
        name="membership-notice",
    ),
]
