"""Before anything else: who is asking, and whether this process serves that face."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings

from cms import errors
from publish.wechat import callbacks


CALLBACK = "/wechat/callback/"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")
UNIX = "unix"


@lru_cache(maxsize=8)
def networks(trusted):
    """Turn TRUSTED_PROXIES (addresses, networks, ``unix``) into networks. Raises ValueError."""
    return tuple(ip_network(word, strict=False) for word in trusted if word != UNIX)


def is_trusted(address, trusted):
    """Say whether ``address`` (text; empty over a Unix socket) is one of our own proxies."""
    if not address:
        return UNIX in trusted
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in network for network in networks(trusted))


def client_address(remote, forwarded_for, trusted):
    """Return the address of the client: the nearest one that is not a proxy of ours.

    ``forwarded_for`` is read from the right, because only what our own proxies appended can be
    believed; anything before it may have been typed by the client.
    """
    address = remote
    for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not is_trusted(address, trusted):
            break
        try:
            ip_address(hop)
        except ValueError:
            break
        address = hop
    return address


class ClientAddressMiddleware:
    """Put the client's address into REMOTE_ADDR; drop forwarding headers nobody vouches for.

    Stands first, so that the login throttle counts people and not the proxy, and so that nobody
    outside can claim to have come over HTTPS.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        trusted = tuple(settings.TRUSTED_PROXIES)
        remote = request.META.get("REMOTE_ADDR", "")
        if is_trusted(remote, trusted):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address(remote, forwarded, trusted)
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)


ALWAYS = ("/healthz", "/static/", "/media/signed/")
# Who signs on the phone page logs in there too, on a process that has no editors' side.
LOGIN = (
    "/admin/login/",
    "/admin/logout/",
    "/admin/password_reset/",
    "/admin/jsi18n/",
    "/admin/sprite-",
)
FACES = (
    ("/admin/", "admin"),
    ("/documents/", "admin"),
    ("/review/", "review"),
    (CALLBACK, "callback"),
)


def faces_of(path):
    """Return the faces that serve ``path``; None when every process does."""
    if path.startswith(ALWAYS):
        return None
    if path.startswith(LOGIN):
        return {"admin", "review"}
    if path.startswith("/media/"):
        return {"admin", "review"}
    return {next((face for prefix, face in FACES if path.startswith(prefix)), "site")}


def not_found(request, exception=None):
    """handler404: readers get the site's page, everybody else a plain one."""
    if faces_of(request.path) == {"site"}:
        return errors.lost_reader(request)
    return errors.not_found(request)


class FacesMiddleware:
    """Answer 404 for the faces this process does not serve (FACES).

    The addresses stay known, so that a mail from one process can point at the face of another.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        faces = faces_of(request.path)
        if faces is not None and not faces & set(settings.FACES):
            return errors.not_found(request)
        return self.get_response(request)


class CallbackMiddleware:
    """Answer WeChat's events here, before sessions, log-ins, messages and policies for browsers.

    A mass send brings hundreds of events a second, and none of what stands below means anything to WeChat: it has no
    cookie, and its signature takes the place of a CSRF token. Who may come, by which host name, and over HTTPS only, is
    settled above.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info != CALLBACK:
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost; for everybody else CommonMiddleware asks
        response = callbacks.receive(request)
        # Without a length the connection could not be kept for the next event.
        response["Content-Length"] = len(response.content)
        return response
