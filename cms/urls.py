"""Every address. Which of them a process answers is said by FACES (cms.middleware)."""

from django.urls import include, path

from wagtail.admin import urls as admin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import serve as serve_document

from cms import accounts, health, media
from publish.wechat import callbacks


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
    path("review/", include("review.urls")),
    path("wechat/callback/", callbacks.receive, name="wechat_callback"),
    # Last, because it takes whatever is left.
    path("", include("publish.website.urls")),
]

handler400 = "cms.errors.bad_request"
handler403 = "cms.errors.permission_denied"
handler404 = "cms.middleware.not_found"
handler500 = "cms.errors.server_error"
