"""The figure maker and the cropping of covers in Wagtail's admin."""

import base64

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from wagtail.admin import messages

from articles.figures import library
from articles.figures.forms import FORMS, LABELS
from articles.models import LibraryImage
from articles.views.page import AdminPageMixin


RECENT = 12


def may_add(user):
    """Return whether ``user`` may put pictures into the library."""
    return library.policy().user_has_permission(user, "add")


class AdminPage(AdminPageMixin, TemplateView):
    header_icon = "image"

    def dispatch(self, request, *args, **kwargs):
        if not may_add(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class FiguresView(AdminPage):
    """The kinds of figures, and those made lately."""

    page_title = gettext_lazy("Figures")
    template_name = "articles/admin/figures/index.html"

    def get_context_data(self, **kwargs):
        drawn = (
            library.policy()
            .instances_user_has_any_permission_for(self.request.user, ["change", "delete", "choose"])
            .exclude(drawing=None)
        )
        return super().get_context_data(**kwargs) | {
            "kinds": [{"name": name, "label": label, "text": text} for name, (label, text) in LABELS.items()],
            "recent": drawn.order_by("-created_at", "-pk").prefetch_renditions("max-240x240")[:RECENT],
        }


class FigureView(AdminPage):
    """The form of one kind with its picture; saving puts the picture into the library."""

    template_name = "articles/admin/figures/figure.html"
    image = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.kind, self.kept = kwargs.get("kind"), None
        if "pk" in kwargs:
            self.image = get_object_or_404(LibraryImage.objects.exclude(drawing=None), pk=kwargs["pk"])
            self.kind, self.kept = self.image.drawing["kind"], self.image.drawing["data"]
        if self.kind not in FORMS:
            raise Http404

    def dispatch(self, request, *args, **kwargs):
        if self.image and not library.policy().user_has_permission_for_instance(
            request.user, "change", self.image
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return LABELS[self.kind][0]

    def way_here(self):
        return [(reverse("figures:index"), _("Figures"))]

    def form(self, data=None):
        return FORMS[self.kind](data, user=self.request.user, kept=self.kept)

    def post(self, request, *args, **kwargs):
        form = self.form(request.POST)
        valid = form.is_valid()
        if request.POST.get("ask") == "live":
            return JsonResponse(_shown(form) if valid else {"problem": _first_problem(form)})
        if not valid or "preview" in request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        image = library.store(self.kind, form.packed(), request.user, self.image)
        anew = self.image and image.pk != self.image.pk
        said = (
            _(
                "A text under review or signed shows the old figure, so that one stays. Yours is a new picture: “%(title)s”."
            )
            if anew
            else _("“%(title)s” is in the library. Choose it in an article like any other picture.")
        )
        messages.success(
            request,
            said % {"title": image.title},
            buttons=[messages.button(reverse("wagtailimages:edit", args=[image.pk]), _("Show the picture"))],
        )
        return redirect("figures:index")

    def get_context_data(self, form=None, **kwargs):
        form = form or self.form()
        shown = _shown(form) if form.is_bound and form.is_valid() else {}
        if not form.is_bound and self.kept:
            shown = _drawn(self.kind, self.kept)
        return super().get_context_data(**kwargs) | {
            "form": form,
            "kind": self.kind,
            "image": self.image,
            "held": self.image.objection() if self.image else "",
            "shown": shown,
        }


def _shown(form):
    return _drawn(form.kind, form.packed())


def _drawn(kind, data):
    png, alt = library.draw(kind, data)
    return {"picture": f"data:image/png;base64,{base64.b64encode(png).decode()}", "alt": alt}


def _first_problem(form):
    """Return one sentence on why nothing can be drawn yet."""
    for errors in (form.errors, *(form.rows.errors if form.rows is not None else ())):
        for name, found in errors.items():
            field = form.fields.get(name)
            return f"{field.label}：{found[0]}" if field else found[0]
    return ""


class CropForm(forms.Form):
    shape = forms.ChoiceField(
        label=gettext_lazy("Shape"),
        choices=[("cover", gettext_lazy("Cover, 2.35 : 1")), ("square", gettext_lazy("Square, 1 : 1"))],
        widget=forms.RadioSelect,
    )
    left = forms.IntegerField(label=gettext_lazy("From the left (pixels)"), min_value=0)
    top = forms.IntegerField(label=gettext_lazy("From the top (pixels)"), min_value=0)
    width = forms.IntegerField(label=gettext_lazy("Width (pixels)"), min_value=1)
    title = forms.CharField(label=gettext_lazy("Title of the new picture"), max_length=120)


class CropView(AdminPage):
    """A part of a picture in the shape of a cover, around its focal point; kept as a new picture."""

    template_name = "articles/admin/figures/crop.html"
    page_title = gettext_lazy("Make a cover from a picture")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.image = get_object_or_404(LibraryImage, pk=kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not library.policy().user_has_any_permission_for_instance(
            request.user, ["choose", "change"], self.image
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def initial(self):
        shape = self.request.GET.get("shape", "cover")
        shape = shape if shape in library.SHAPES else "cover"
        left, top, width, _height = library.proposed(self.image, shape)
        titles = {"cover": _("%(title)s, cover"), "square": _("%(title)s, square")}
        return {
            "shape": shape,
            "left": left,
            "top": top,
            "width": width,
            "title": titles[shape] % {"title": self.image.title[:100]},
        }

    def post(self, request, *args, **kwargs):
        form = CropForm(request.POST)
        if form.is_valid():
            try:
                made = library.crop(self.image, user=request.user, **form.cleaned_data)
            except library.CropRefusedError as refusal:
                form.add_error(None, refusal.sentence)
            else:
                return redirect(f"{reverse('figures:cropped', args=[made.pk])}?from={self.image.pk}")
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, form=None, **kwargs):
        form = form or CropForm(initial=self.initial())
        return super().get_context_data(**kwargs) | {
            "form": form,
            "image": self.image,
            "shown": self.image.get_rendition("max-1200x1200"),
            "proposals": {
                shape: dict(zip(("left", "top", "width"), library.proposed(self.image, shape), strict=False))
                | {"ratio": library.SHAPES[shape][0]}
                for shape in library.SHAPES
            },
        }


class CroppedView(AdminPage):
    """The new picture; a script hands it to the article's editor that asked for it."""

    template_name = "articles/admin/figures/cropped.html"
    page_title = gettext_lazy("The new picture")

    def get_context_data(self, pk, **kwargs):
        image = get_object_or_404(LibraryImage, pk=pk)
        if not library.policy().user_has_any_permission_for_instance(
            self.request.user, ["choose", "change"], image
        ):
            raise PermissionDenied
        preview = image.get_rendition("max-165x165")
        return super().get_context_data(**kwargs) | {
            "image": image,
            "shown": image.get_rendition("max-800x800"),
            "handed": {
                "from": self.request.GET.get("from", ""),
                "id": str(image.pk),
                "title": image.title,
                "preview": preview.url,
                "edit": reverse("wagtailimages:edit", args=[image.pk]),
            },
        }
