from django.urls import path, re_path

from review.views import answering, desk, exceptions, phone, record, returned


app_name = "review"
urlpatterns = [
    path("", desk.DeskView.as_view(), name="desk"),
    path("<int:pk>/", desk.TextView.as_view(), name="text"),
    re_path(r"^(?P<pk>\d+)/(?P<mode>website|wechat)/$", desk.PreviewView.as_view(), name="preview"),
    path("<int:pk>/confirmation/", desk.ConfirmationView.as_view(), name="confirmation"),
    path("<int:pk>/proof/", desk.ProofView.as_view(), name="proof"),
    path("returned/<int:pk>/", returned.ReturnedView.as_view(), name="returned"),
    path("<int:pk>/call-back/", desk.CallBackView.as_view(), name="call_back"),
    path("<int:pk>/exceptions/", exceptions.ExceptionView.as_view(), name="exceptions"),
    path("dossier/<int:pk>/", record.DossierView.as_view(), name="dossier"),
    path("dossier/<int:pk>.json", record.DossierJsonView.as_view(), name="dossier_json"),
    path("dossier/<int:pk>/form/<int:number>/", record.ApprovalFormView.as_view(), name="approval_form"),
    path("dossier/<int:pk>/scans/<int:number>/", record.AddScanView.as_view(), name="add_scan"),
    path("dossier/<int:pk>/scan/<int:scan>/", record.ScanView.as_view(), name="scan"),
    path("asked/<int:pk>/claim/", answering.ClaimView.as_view(), name="assignment_claim"),
    path("asked/<int:pk>/decline/", answering.DeclineView.as_view(), name="assignment_decline"),
    path("asked/<int:pk>/pass-on/", answering.PassOnView.as_view(), name="assignment_pass_on"),
    path("l/<str:token>/", phone.LinkView.as_view(), name="link"),
    path("r/forget/", phone.ForgetView.as_view(), name="forget"),
    path("r/<int:pk>/", phone.PhoneView.as_view(), name="phone"),
    path("r/<int:pk>/pass-on/", phone.PassOnView.as_view(), name="pass_on"),
    re_path(r"^r/(?P<pk>\d+)/(?P<mode>website|wechat)/$", phone.FrameView.as_view(), name="phone_frame"),
]
