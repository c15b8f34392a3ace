"""Every address. Which of them a process answers is said by FACES (cms.middleware)."""

from importlib.util import find_spec

from django.urls import include, path

from wagtail.admin import urls as admin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import serve as serve_document

from cms import accounts, health, media


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("admin/password_reset/", accounts.PasswordResetView.as_view(), name="wagtailadmin_password_reset"),
    path("admin/", include(admin_urls)),
    # No document is public: the address is Wagtail's, the door is ours.
    path(
        "documents/<int:document_id>/<str:document_filename>",
        require_admin_access(serve_document),
        name="wagtaildocs_serve",
    ),
    path("media/<path:name>", media.serve, name="media"),
]
# Interim, until the rooms have their addresses.
for prefix, module in (("review/", "review.urls"), ("", "publish.urls"), ("", "publish.website.urls")):
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))

handler400 = "cms.errors.bad_request"
handler403 = "cms.errors.permission_denied"
handler404 = "cms.errors.not_found"
handler500 = "cms.errors.server_error"
