"""Addresses of reports. An address holds a question, never a person."""

from django.urls import path

from wmp_search.reports import (
    build_views,
    dashboard_views,
    differ_views,
    export_views,
    record_views,
    release_views,
    sharing_views,
    views,
)

urlpatterns = [
    path("reports", views.reports, name="reports"),
    path("reports/new", build_views.new, name="report-new"),
    path("reports/new/split", build_views.split, name="report-split"),
    path("reports/new/where", build_views.where, name="report-where"),
    path("reports/preview", build_views.preview, name="report-preview"),
    path("reports/save", build_views.save, name="report-save"),
    path("reports/records", record_views.records, name="report-records"),
    path("reports/download", export_views.download, name="report-download"),
    path("reports/files/<uuid:pk>", export_views.file, name="report-file"),
    path("reports/inbox", sharing_views.inbox, name="report-inbox"),
    path("reports/inbox/<int:pk>", sharing_views.opened, name="report-delivery"),
    path("reports/differ", differ_views.differs, name="report-differ"),
    path("reports/release", release_views.release_figures, name="report-release"),
    path("reports/<int:pk>", views.report, name="report"),
    path("reports/<int:pk>/delete", views.delete, name="report-delete"),
    path("reports/<int:pk>/share", sharing_views.share, name="report-share"),
    path("reports/<int:pk>/schedule", sharing_views.schedule, name="report-schedule"),
    path("reports/schedules/<int:pk>/stop", sharing_views.stop, name="schedule-stop"),
    path("reports/<int:pk>/dashboard", dashboard_views.add, name="dashboard-add"),
    path("reports/dashboards/<int:pk>", dashboard_views.dashboard, name="dashboard"),
    path("reports/dashboards/<int:pk>/change", dashboard_views.change, name="dashboard-change"),
]
