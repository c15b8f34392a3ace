"""The product's addresses plus the demo's own page."""

from django.urls import path

from cms.demo import views
from cms.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401


urlpatterns = [
    path("demo/", views.IndexView.as_view(), name="demo"),
    path("demo/switch/", views.SwitchView.as_view(), name="demo_switch"),
    *urlpatterns,
]
