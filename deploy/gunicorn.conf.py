"""gunicorn behind nginx on the same machine. Workers and addresses may be set by the environment."""

import gc
import multiprocessing
import os


wsgi_app = "cms.wsgi"
bind = os.environ.get("GUNICORN_BIND", "unix:/run/xinglin/web.sock")
# Readers are served by nginx's cache; what reaches us is mostly editors.
workers = int(os.environ.get("WEB_CONCURRENCY", min(2 * multiprocessing.cpu_count() + 1, 9)))
threads = 4
# Longer than nginx keeps an idle connection (deploy/nginx.conf), so that it is nginx that ends it.
keepalive = 75
timeout = 60
graceful_timeout = 30
max_requests = 2000
max_requests_jitter = 200
preload_app = True
# TRUSTED_PROXIES decides who may forward (cms.middleware); gunicorn only passes the headers on.
forwarded_allow_ips = ""
control_socket_disable = True  # systemd starts, reloads and stops us
accesslog = None
errorlog = "-"


def pre_fork(server, worker):
    """Let the workers share what is loaded: their garbage collectors need not walk through it, nor copy it."""
    gc.freeze()
