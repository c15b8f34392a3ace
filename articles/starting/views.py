"""新建文章: choose a starting point and a topic, and write in a draft that is laid out already."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from wagtail.admin import messages

from articles.models import TopicPage
from articles.permissions import writable_topics
from articles.starting import draft, points
from articles.views.page import AdminPageMixin


EMPTY = "empty"
# In the address of Wagtail's own form: the chooser has been passed.
PASSED = "start"


class NewArticleForm(forms.Form):
    """A starting point (or an empty page), a topic where ``user`` may write, and a working title."""

    point = forms.ChoiceField(
        label=gettext_lazy("Starting point"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a starting point, or the empty page."),
            "invalid_choice": gettext_lazy("Choose a starting point, or the empty page."),
        },
    )
    topic = forms.ModelChoiceField(
        TopicPage.objects.none(),
        label=gettext_lazy("Topic"),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose a topic where you may write.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Working title"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("What readers would ask, such as a question. You may change it at any time."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(point.key, point.name) for point in points.all_points()]
        self.fields["point"].choices = [*choices, (EMPTY, _("Empty page"))]
        self.fields["topic"].queryset = writable_topics(user)

    def clean_title(self):
        title = " ".join(self.cleaned_data["title"].split())
        if not title and self.cleaned_data.get("point") != EMPTY:
            raise forms.ValidationError(_("Give the draft a title, so that you find it again."))
        return title


class NewArticleView(AdminPageMixin, FormView):
    """The cards; on POST a draft is created, or Wagtail's own form opens for an empty page."""

    page_title = gettext_lazy("New article")
    header_icon = "doc-empty"
    template_name = "articles/admin/starting.html"
    form_class = NewArticleForm

    def dispatch(self, request, *args, **kwargs):
        if not writable_topics(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        topic = self.request.GET.get("topic", "")
        return {"topic": topic} if topic.isascii() and topic.isdigit() else {}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        chosen = context["form"]["point"].value()
        return context | {"points": points.all_points(), "chosen": chosen, "empty": EMPTY}

    def form_valid(self, form):
        topic, point = form.cleaned_data["topic"], points.get(form.cleaned_data["point"])
        if point is None:
            address = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", topic.pk])
            return redirect(f"{address}?{PASSED}={EMPTY}")
        page = draft.create(point, title=form.cleaned_data["title"], topic=topic, user=self.request.user)
        messages.success(
            self.request,
            _(
                "The draft is laid out. Each part says what belongs there; nobody sees it before it is signed."
            ),
        )
        return redirect("wagtailadmin_pages:edit", page.pk)


class AskFirstMixin:
    """For Wagtail's form of a new article: the way there leads through the starting points, and may pass them by."""

    def get(self, request, *args, **kwargs):
        if PASSED not in request.GET:
            return redirect(f"{reverse('article_new')}?topic={self.parent_page.pk}")
        return super().get(request, *args, **kwargs)
