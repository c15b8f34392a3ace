from django.urls import path, re_path

from review.views import desk


app_name = "review"
urlpatterns = [
    path("", desk.DeskView.as_view(), name="desk"),
    path("<int:pk>/", desk.TextView.as_view(), name="text"),
    re_path(r"^(?P<pk>\d+)/(?P<mode>website|wechat)/$", desk.PreviewView.as_view(), name="preview"),
    path("<int:pk>/call-back/", desk.CallBackView.as_view(), name="call_back"),
]
