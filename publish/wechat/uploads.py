"""Pictures and covers on their way to WeChat: several at a time, and the same bytes only once for each account.

What WeChat holds is remembered twice: under the hash of the bytes that were sent (recipe EXACT), so that they never go
again; and under the hash of the signed picture (recipe images.RECIPE), for pages that only show what is there already.
"""

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed

from django.db import connection, connections

from articles.models import Institution
from publish.models.planning import ChannelSettings
from publish.models.pushes import UploadedMedia
from publish.wechat import article, images


# As many as a hospital's line and WeChat's frequency limit bear at once.
AT_ONCE = 4
EXACT = 0
CONTENT, COVER = UploadedMedia.Kind.CONTENT, UploadedMedia.Kind.COVER


def send_pictures(account, snapshot, ctx, saved=lambda: None):
    """Upload the body pictures of one article that WeChat does not have yet.

    ``saved`` is called, in the caller's thread, after each that is remembered. Raises CallError after the first refusal
    (what was under way ends and is remembered), images.PictureError, articles.copies.CopyError.
    """
    made = _made(snapshot)
    held = _held(account, CONTENT, made.values())
    waiting = {picture.sha256: picture for picture in made.values() if picture.sha256 not in held}
    for picture, url in _several(ctx, list(waiting.values()), _send_picture):
        ctx.reached("effect:image")
        held[picture.sha256] = _remember(account, CONTENT, picture, url=url)
        saved()
        ctx.reached("saved:image")
    for sha256, picture in made.items():
        UploadedMedia.objects.update_or_create(
            account=account,
            kind=CONTENT,
            sha256=sha256,
            recipe=images.RECIPE,
            defaults={"url": held[picture.sha256].url},
        )


def addresses(account, snapshot):
    """Return image_url(IMAGE), which gives (address, width in pixels), for an article whose pictures WeChat has."""
    made = _made(snapshot)
    held = _held(account, CONTENT, made.values())

    def image_url(image):
        picture = made[image["sha256"]]
        return held[picture.sha256].url, picture.width

    return image_url


def send_covers(account, covers, ctx, saved=lambda: None):
    """Add those of ``covers`` (IMAGE values, or None for the drawn one) that WeChat does not have yet.

    Returns their media_ids in the same order. Raises as send_pictures does.
    """
    made = [_cover(image) for image in covers]
    held = _held(account, COVER, made)
    waiting = {picture.sha256: picture for picture in made if picture.sha256 not in held}
    for picture, (media_id, url) in _several(ctx, list(waiting.values()), _send_cover):
        ctx.reached("effect:cover")
        held[picture.sha256] = _remember(account, COVER, picture, url=url, media_id=media_id)
        saved()
        ctx.reached("saved:cover")
    return [held[picture.sha256].media_id for picture in made]


def _made(snapshot):
    return images.for_article(article.content_images(snapshot), ChannelSettings.load().watermark)


def _cover(image):
    return images.for_cover(image) if image else images.drawn_cover(Institution.load().colour)


def _send_picture(client, picture):
    return client.pictures.for_body(picture.name, picture.data, picture.mime)


def _send_cover(client, picture):
    return client.pictures.permanent(picture.name, picture.data, picture.mime)


def _held(account, kind, pictures):
    """Return {sha256: UploadedMedia} of those of ``pictures`` that WeChat has."""
    rows = UploadedMedia.objects.filter(
        account=account, kind=kind, recipe=EXACT, sha256__in={picture.sha256 for picture in pictures}
    )
    return {row.sha256: row for row in rows}


def _remember(account, kind, picture, **found):
    """Keep what WeChat answered; of two workers at once the first counts."""
    return UploadedMedia.objects.get_or_create(
        account=account, kind=kind, sha256=picture.sha256, recipe=EXACT, defaults=found
    )[0]


def _several(ctx, pictures, send):
    """Send ``pictures``, AT_ONCE at a time; yield (picture, answer) as they end. Raises the first error at the end."""
    if not pictures:
        return
    if connection.in_atomic_block:
        raise RuntimeError("Pictures would be uploaded inside a database transaction.")
    ctx.client.access_token  # noqa: B018 - fetched once here, not by each thread
    lock, local, stop, failed = threading.Lock(), threading.local(), threading.Event(), None

    def reached(point):
        with lock:
            ctx.client.reached(point)

    def work(picture):
        if stop.is_set():
            raise CancelledError
        if not hasattr(local, "client"):
            local.client = ctx.client.twin(reached)
        try:
            return send(local.client, picture)
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(min(AT_ONCE, len(pictures)), thread_name_prefix="upload")
    try:
        sent = {pool.submit(work, picture): picture for picture in pictures}
        for future in as_completed(sent):
            try:
                answer = future.result()
            except CancelledError:
                continue
            except Exception as error:  # noqa: BLE001 - raised below, when what is under way has ended
                failed = failed or error
                stop.set()
                continue
            yield sent[future], answer
    finally:
        stop.set()
        pool.shutdown()
    if failed is not None:
        raise failed
