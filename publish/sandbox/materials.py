"""Pictures of the body, permanent and temporary material."""

import io
import json
import warnings

from PIL import Image

from .calls import OK, Raw, call, page_of, text_of
from .errors import ApiError


TEMPORARY_LIFE = 3 * 86400
EXTENSIONS = {
    "image": {"bmp", "png", "jpeg", "jpg", "gif"},
    "thumb": {"jpg", "jpeg"},
    "voice": {"mp3", "wma", "wav", "amr"},
    "video": {"mp4"},
}
FORMATS = {"image": {"BMP", "PNG", "JPEG", "GIF"}, "thumb": {"JPEG"}}
MAX_PIXELS = 60_000_000


def _extension(name):
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def _picture(data, allowed):
    """(format, width, height) of a picture; raises 40137 when it cannot be read or is not of an allowed format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                kind, (width, height) = picture.format, picture.size
                if kind not in allowed or width * height > MAX_PIXELS:
                    raise ApiError(40137)
                picture.load()
    except ApiError:
        raise
    except Exception as error:  # Pillow raises many kinds for broken files
        raise ApiError(40137) from error
    return kind, width, height


def _uploaded(request):
    if request.upload is None:
        raise ApiError(41005)
    name, data = request.upload
    if not data:
        raise ApiError(44001)
    return name, data


def _keep_picture(request, data, kind):
    """Store the bytes and give them an address on mmbiz.qpic.cn."""
    number, name = request.account.make_id("picture", 60)
    short = "jpg" if kind == "JPEG" else kind.lower()
    path = f"mmbiz_{short}/{name}/0"
    sha = request.store.keep_file(data)
    request.store.insert("pictures", path=path, number=number, sha=sha, format=kind, created=request.now)
    return sha, path


@call("media/uploadimg", body="file")
def upload_body_picture(request):
    """A picture for the body: jpg or png, under 1 MB; answers its address, no media_id."""
    name, data = _uploaded(request)
    if _extension(name) not in {"jpg", "jpeg", "png"}:
        raise ApiError(40005)
    if len(data) >= request.account.limit("body_image_bytes"):
        raise ApiError(40009)
    kind, _, _ = _picture(data, {"JPEG", "PNG"})
    _, path = _keep_picture(request, data, kind)
    return {"url": f"http://mmbiz.qpic.cn/{path}?from=appmsg", **OK}


def _make_room(request, kind):
    """Refuse when the library is full: images 100,000, each other kind 1000. The code is an assumption."""
    held = request.store.value(
        "select count(*) from media where kind = ? and permanent and not deleted", kind
    )
    if held >= request.account.limit("material_images" if kind == "image" else "material_others"):
        raise ApiError(45009)


def _add(request, permanent):
    kind = request.query.get("type", "")
    if kind not in EXTENSIONS:
        raise ApiError(40004)
    name, data = _uploaded(request)
    if _extension(name) not in EXTENSIONS[kind]:
        raise ApiError(40005)
    if len(data) > request.account.limit(f"{kind}_bytes"):
        raise ApiError(40009 if kind == "image" else 40006)
    if permanent:
        _make_room(request, kind)
    row = {"format": _extension(name).upper(), "width": None, "height": None, "title": "", "introduction": ""}
    url = ""
    if kind in FORMATS:
        row["format"], row["width"], row["height"] = _picture(data, FORMATS[kind])
    if kind == "video" and permanent:
        try:
            about = json.loads(request.form.get("description", ""))
            row["title"], row["introduction"] = str(about["title"]), str(about["introduction"])
        except (ValueError, KeyError, TypeError) as error:
            raise ApiError(47001) from error
    if kind == "image" and permanent:
        sha, path = _keep_picture(request, data, row["format"])
        wx_format = "jpeg" if row["format"] == "JPEG" else row["format"].lower()
        url = f"http://mmbiz.qpic.cn/{path}?wx_fmt={wx_format}"
    else:
        sha = request.store.keep_file(data)
    number, media_id = request.account.make_id("media" if permanent else "temporary", 64)
    request.store.insert(
        "media",
        id=media_id,
        number=number,
        kind=kind,
        permanent=int(permanent),
        name=name,
        sha=sha,
        size=len(data),
        url=url,
        created=request.now,
        **row,
    )
    return media_id, kind, url


@call("material/add_material", body="file")
def add_material(request):
    """Permanent material. Images answer an address too."""
    media_id, _, url = _add(request, permanent=True)
    return {"media_id": media_id, "url": url} if url else {"media_id": media_id}


@call("media/upload", body="file")
def add_temporary(request):
    """Temporary material, three days; not good as a cover."""
    media_id, kind, _ = _add(request, permanent=False)
    return {"type": kind, "media_id": media_id, "created_at": request.now}


def permanent(store, media_id, kinds):
    """The row of a permanent material of one of some kinds, or None."""
    if not isinstance(media_id, str):
        return None
    found = store.row("select * from media where id = ? and permanent and not deleted", media_id)
    return found if found is not None and found["kind"] in kinds else None


def _send(store, found):
    kind = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "BMP": "image/bmp"}
    return Raw(
        store.read_file(found["sha"]), kind.get(found["format"], "application/octet-stream"), found["name"]
    )


@call("material/get_material")
def get_material(request):
    """The bytes of an image, a thumb or a voice; for a video its title and a link."""
    found = permanent(request.store, text_of(request.body, "media_id"), EXTENSIONS)
    if found is None:
        raise ApiError(40007)
    if found["kind"] == "video":
        return {
            "title": found["title"],
            "description": found["introduction"],
            "down_url": f"http://mp.weixin.qq.com/mp/mp/video?media={found['number']}",
        }
    return _send(request.store, found)


@call("media/get", body="")
def get_temporary(request):
    found = request.store.row(
        "select * from media where id = ? and not permanent and created > ?",
        request.query.get("media_id", ""),
        request.now - TEMPORARY_LIFE,
    )
    if found is None:
        raise ApiError(40007)
    return _send(request.store, found)


@call("material/del_material")
def delete_material(request):
    changed = request.store.run(
        "update media set deleted = 1 where id = ? and permanent and not deleted",
        text_of(request.body, "media_id", ""),
    )
    if not changed:
        raise ApiError(40007)
    return OK


@call("material/get_materialcount", body="")
def count_material(request):
    counts = {
        row["kind"]: row["n"]
        for row in request.store.rows(
            "select kind, count(*) as n from media where permanent and not deleted group by kind"
        )
    }
    return {
        "voice_count": counts.get("voice", 0),
        "video_count": counts.get("video", 0),
        "image_count": counts.get("image", 0) + counts.get("thumb", 0),
        "news_count": 0,
    }


@call("material/batchget_material")
def list_material(request):
    kind = request.body.get("type")
    if kind not in ("image", "voice", "video", "news"):
        raise ApiError(40004)
    offset, count = page_of(request.body)
    found = request.store.rows(
        "select * from media where kind = ? and permanent and not deleted order by number desc", kind
    )
    part = found[offset : offset + count]
    items = [
        {"media_id": row["id"], "name": row["name"], "update_time": row["created"], "url": row["url"]}
        for row in part
    ]
    return {"item": items, "total_count": len(found), "item_count": len(items)}
