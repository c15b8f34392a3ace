"""Addresses of the readers' site; included last, because the final pattern takes whatever is left."""

from django.urls import path, re_path

from wagtail.urls import serve_pattern

from publish.website import (
    cards,
    counting,
    feedback,
    feeds,
    finding,
    preview_page,
    searching,
    sitemaps,
    trust,
    views,
)
from publish.website.responses import public


urlpatterns = [
    # Eighteen digits at most: more would not fit the databases' keys.
    re_path(r"^a/(?P<pk>[1-9][0-9]{0,17})/$", views.permanent, name="permanent"),
    re_path(r"^a/(?P<pk>[1-9][0-9]{0,17})/card\.png$", cards.picture, name="card"),
    re_path(r"^a/(?P<pk>[1-9][0-9]{0,17})/feedback/$", feedback.page, name="feedback"),
    re_path(r"^a/(?P<pk>[1-9][0-9]{0,17})/feedback/thanks/$", feedback.thanks, name="feedback_thanks"),
    re_path(r"^count/(?P<name>.*)$", counting.picture, name="count"),
    path("how-we-check/", trust.how_we_check, name="how_we_check"),
    path("corrections/", trust.corrections, name="public_corrections"),
    path("accessibility/", trust.accessibility, name="accessibility"),
    re_path(r"^preview/(?P<token>[\w-]{20,40})/$", preview_page.page, name="preview"),
    re_path(r"^preview/(?P<token>[\w-]{20,40})/read/$", preview_page.read, name="preview_read"),
    path("search/", searching.search, name="search"),
    path("search/suggest/", searching.suggest, name="search_suggest"),
    re_path(r"^need/(?P<slug>[a-z-]{1,20})/$", finding.need, name="need"),
    path("departments/", finding.departments, name="departments"),
    re_path(r"^departments/(?P<pk>[1-9][0-9]{0,17})/$", finding.department, name="department"),
    path("a-z/", finding.index, name="index"),
    re_path(r"^a-z/(?P<slug>[a-z]{1,5})/$", finding.letter, name="letter"),
    path("body/", finding.body_index, name="body"),
    re_path(r"^body/(?P<slug>[a-z-]{1,20})/$", finding.body_area, name="body_area"),
    path("feed/", public(feeds.LatestFeed()), name="feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    re_path(r"^sitemap-(?P<number>[0-9]{1,3})\.xml$", sitemaps.part, name="sitemap_part"),
    path("robots.txt", views.robots, name="robots"),
    re_path(serve_pattern, views.by_address, name="wagtail_serve"),
]
