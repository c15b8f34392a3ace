"""The editors' screens for staff accounts: invite a colleague, send the invitation again, roles.

Nobody types a password for somebody else: a signature must be its owner's alone.
"""

import logging

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView, IndexView, UserViewSet

from cms.accounts import NotInvitableError, can_be_invited, invite
from cms.models import User


logger = logging.getLogger(__name__)


class ColleagueFormMixin(forms.Form):
    """What the form of an invitation and the form of a change have in common."""

    password_enabled = False
    password_required = False
    error_messages = {
        **UserCreationForm.error_messages,
        "duplicate_username": gettext_lazy("A colleague with that staff number already exists."),
        "duplicate_email": gettext_lazy("Another colleague has this e-mail address."),
    }

    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150)
    first_name = forms.CharField(label=gettext_lazy("Given name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = User._meta.get_field("username").help_text
        self.fields["groups"].label = _("Roles")

    def clean_email(self):
        """Refuse an address that already reaches another account: a reset would go to both."""
        email = self.cleaned_data["email"]
        others = User.objects.exclude(pk=self.instance.pk).annotate(lower=Lower("email"))
        if others.filter(lower=email.lower()).exists():
            raise forms.ValidationError(self.error_messages["duplicate_email"], code="duplicate_email")
        return email


class InvitationForm(ColleagueFormMixin, UserCreationForm):
    """A new colleague: no password, at least one role."""

    is_superuser = None
    field_order = ("username", "last_name", "first_name", "email", "groups")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].required = True
        self.fields["groups"].help_text = _("What this colleague may do.")

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)

    class Meta(UserCreationForm.Meta):
        fields = ("username", "last_name", "first_name", "email", "groups")


class ColleagueForm(ColleagueFormMixin, UserEditForm):
    """A change to an account. Only an all-powerful account may make another one."""

    field_order = ("username", "last_name", "first_name", "email", "groups", "is_active", "is_superuser")

    def __init__(self, *args, may_make_superusers=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_make_superusers:
            self.fields.pop("is_superuser", None)


def refuse_above(actor, user):
    """Raise PermissionDenied when ``actor`` would change an account more powerful than their own.

    Changing its e-mail address would be enough to take it over.
    """
    if user.is_superuser and not actor.is_superuser:
        raise PermissionDenied


def send_invitation(request, user):
    """Invite ``user`` and tell the person at the screen how it went."""
    try:
        invite(user, request.user)
    except NotInvitableError:
        messages.error(
            request, _("%(user)s has a password already, or the account is closed.") % {"user": user}
        )
    except OSError:
        logger.exception("The invitation of account %s could not be mailed.", user.pk)
        messages.error(
            request,
            _(
                "The account of %(user)s stands, but the mail could not be sent. Ask whoever looks after the "
                "server to check EMAIL_URL, then press “Send the invitation again”."
            )
            % {"user": user},
        )
    else:
        log(user, "cms.invite")
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": user.email})


class ColleagueIndexView(IndexView):
    add_item_label = gettext_lazy("Invite a colleague")
    page_title = gettext_lazy("Colleagues")
    invite_url_name = None

    @cached_property
    def columns(self):
        columns = super().columns
        for column in columns:
            if column.name == self.model.USERNAME_FIELD:
                column.label = capfirst(self.model._meta.get_field(column.name).verbose_name)
        return columns

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if can_be_invited(instance) and self.user_has_permission("change"):
            buttons.append(invite_button(self.invite_url_name, instance))
        return buttons


class InviteView(CreateView):
    page_title = gettext_lazy("Invite a colleague")
    success_message = None
    submit_button_label = gettext_lazy("Invite")
    submit_button_active_label = gettext_lazy("Inviting…")

    def form_valid(self, form):
        response = super().form_valid(form)
        send_invitation(self.request, self.object)
        return response


class ColleagueEditView(EditView):
    invite_url_name = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        refuse_above(request.user, self.object)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"may_make_superusers": self.request.user.is_superuser}

    @property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if can_be_invited(self.object):
            buttons = [*buttons, invite_button(self.invite_url_name, self.object)]
        return buttons


class InviteAgainView(PermissionCheckedMixin, View):
    """Ask (GET), then send the invitation again (POST)."""

    model = User
    permission_required = "change"
    index_url_name = None

    def dispatch(self, request, *args, pk, **kwargs):
        self.colleague = get_object_or_404(User, pk=pk)
        refuse_above(request.user, self.colleague)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return TemplateResponse(request, "cms/invite_again.html", {"colleague": self.colleague})

    def post(self, request):
        send_invitation(request, self.colleague)
        return redirect(self.index_url_name)


def invite_button(url_name, user):
    """The button that leads to InviteAgainView."""
    return Button(
        _("Send the invitation again"), url=reverse(url_name, args=[user.pk]), icon_name="mail", priority=15
    )


class ColleagueViewSet(UserViewSet):
    menu_label = gettext_lazy("Colleagues")
    index_view_class = ColleagueIndexView
    add_view_class = InviteView
    edit_view_class = ColleagueEditView
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update=False):
        return ColleagueForm if for_update else InvitationForm

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(invite_url_name=self.get_url_name("invite"), **kwargs)

    def get_urlpatterns(self):
        view = self.construct_view(InviteAgainView)
        return [*super().get_urlpatterns(), path("invite/<int:pk>/", view, name="invite")]
