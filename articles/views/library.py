"""The picture library's list: what consent and rights are asked about."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wagtail.images.views import images

import django_filters


class LibraryFilters(images.ImagesFilterSet):
    shows_patient = django_filters.BooleanFilter(label=_("Shows a patient"))
    lacking = django_filters.BooleanFilter(label=_("Source or licence missing"), method="filter_lacking")

    class Meta(images.ImagesFilterSet.Meta):
        fields = ["shows_patient"]

    def filter_lacking(self, queryset, _name, value):
        lacks = Q(source="") | Q(licence="")
        return queryset.filter(lacks if value else ~lacks)


def offer_filters():
    """Put our filters into Wagtail's list of pictures, which has no setting for them."""
    images.IndexView.filterset_class = LibraryFilters
