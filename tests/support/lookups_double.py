"""A stand-in for PubMed, Crossref, doi.org and Open Library: an HTTP server that speaks their JSON, with their moods.

All identifiers and works are made up (DOI prefix 10.5555 is for tests). ``seen`` holds the paths that were asked, and whether a drip was borne to its end.
"""

import gzip
import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


SLOW = threading.Event()  # set it to let a slow answer go
PAPER = {
    "uid": "90000001", "pubdate": "2024 Mar 5", "epubdate": "", "source": "J Example Med",
    "authors": [{"name": "Example A", "authtype": "Author"}, {"name": "Sample BC", "authtype": "Author"}],
    "title": "Salt at the example table.", "volume": "12", "issue": "3", "pages": "101-9", "lang": ["eng"],
    "pubtype": ["Journal Article"], "fulljournalname": "Journal of example medicine", "vernaculartitle": "",
    "articleids": [
        {"idtype": "pubmed", "idtypen": 1, "value": "90000001"},
        {"idtype": "doi", "idtypen": 3, "value": "10.5555/example.1"},
        {"idtype": "pmc", "idtypen": 8, "value": "PMC9000001"},
    ],
}  # fmt: skip
PUBMED = {
    "90000001": PAPER,
    "90000002": PAPER | {"uid": "90000002", "title": "Retracted: a paper.", "pubtype": ["Journal Article", "Retracted Publication"],
                         "articleids": []},
    "90000003": PAPER | {"uid": "90000003", "title": "[Home blood pressure].", "vernaculartitle": "家庭血压测量示例.", "lang": ["chi"],
                         "articleids": []},
}  # fmt: skip
WORK = {
    "DOI": "10.5555/example.1", "type": "journal-article", "title": ["Salt at the <i>example</i> table"],
    "author": [{"given": "Anna", "family": "Example", "sequence": "first"}, {"name": "Sample Study Group"}],
    "container-title": ["Journal of Example Medicine"], "issued": {"date-parts": [[2024, 3, 5]]}, "volume": "12", "issue": "3",
    "page": "101-109", "publisher": "Example Press",
}  # fmt: skip
CROSSREF = {
    "10.5555/example.1": WORK,
    "10.5555/withdrawn": WORK | {
        "DOI": "10.5555/withdrawn", "title": ["A withdrawn paper"],
        "updated-by": [{"type": "retraction", "DOI": "10.5555/notice", "label": "Retraction"}],
    },
}  # fmt: skip
CHINESE = {
    "DOI": "10.5555/cn.2024.1", "type": "article-journal", "title": "示例题名：家庭血压", "container-title": "示例杂志",
    "author": [{"family": "示", "given": "例甲"}, {"literal": "示例协作组"}], "issued": {"date-parts": [["2024", "7"]]},
    "volume": "32", "issue": "7", "page": "603-610",
}  # fmt: skip
BOOK = {
    "title": "Made-up medicine", "subtitle": "a textbook", "authors": [{"name": "Anna Example", "url": "x"}],
    "publishers": [{"name": "Example House"}], "publish_places": [{"name": "Example City"}], "publish_date": "March 2019",
}  # fmt: skip


class Double:
    """A context manager; ``url`` is its address, ``settings`` what LOOKUP_ADDRESSES should be."""

    def __enter__(self):
        self.seen = []
        SLOW.clear()
        double = self

        class Handler(_Handler):
            seen = double.seen

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.settings = dict.fromkeys(("pubmed", "crossref", "doi", "open_library"), self.url)
        return self

    def __exit__(self, *error):
        SLOW.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    seen = ()

    def do_GET(self):
        self.seen.append(self.path)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        if path == "/entrez/eutils/esummary.fcgi":
            self._pubmed(query["id"])
        elif path.startswith("/works/"):
            work = CROSSREF.get(path.removeprefix("/works/"))
            if work:
                self._json({"status": "ok", "message-type": "work", "message": work})
            else:
                self._say(404, b"Resource not found.", "text/plain")
        elif path == "/api/books":
            self._json({query["bibkeys"]: BOOK} if query["bibkeys"] == "ISBN:9780000000002" else {})
        elif path.startswith("/10."):
            self._doi(path[1:])
        elif path == "/page":
            self._say(200, b"a page", "text/html")
        elif path == "/drip":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 500)
        elif path == "/to-metadata":
            self._redirect("http://169.254.169.254/latest/meta-data/")
        else:
            self._say(404, b"", "text/plain")

    def _pubmed(self, pmid):
        if pmid == "90000009":
            return self._json(
                {"error": "API rate limit exceeded", "api-key": "x", "count": "4", "limit": "3"}, 429
            )
        if pmid == "90000008":
            return self._say(200, b"{" + b" " * 3_000_000, "application/json")
        if pmid == "90000007":
            SLOW.wait(10)
            return self._say(200, b"", "application/json")
        if pmid == "90000005":
            return self._drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}" + b" " * 500, 43)
        if pmid == "90000004":
            return self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 500)
        if pmid == "90000010":
            return self._packed(gzip.compress(b"{" + b" " * 50_000_000))
        if pmid == "90000006":
            return self._say(200, b"<html>maintenance</html>", "text/html")
        found = PUBMED.get(pmid, {"uid": pmid, "error": "cannot get document summary"})
        return self._json(
            {"header": {"type": "esummary", "version": "0.3"}, "result": {"uids": [pmid], pmid: found}}
        )

    def _drip(self, answer, at_once=0):
        """Send ``answer`` byte by byte, each soon enough for a time-out that begins anew with every one."""
        with suppress(OSError):  # whoever asked has gone
            self.wfile.write(answer[:at_once])
            for byte in answer[at_once:]:
                self.wfile.write(bytes([byte]))
                if SLOW.wait(0.05):
                    return
            self.seen.append("to the last byte")
        self.close_connection = True

    def _packed(self, body):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _doi(self, doi):
        if "vnd.citationstyles.csl+json" not in self.headers.get("Accept", ""):
            return self._redirect("https://publisher.example/")
        if doi == "10.5555/cn.2024.1":
            return self._json(CHINESE)
        if doi == "10.5555/redirected":
            return self._redirect("/10.5555/cn.2024.1")
        if doi == "10.5555/foreign":
            return self._redirect("http://122.115.55.36:8000/10.5555/foreign")
        if doi == "10.5555/circle":
            return self._redirect("/10.5555/circle")
        return self._say(404, b"", "text/plain")

    def _json(self, data, status=200):
        self._say(status, json.dumps(data).encode(), "application/json;charset=utf-8")

    def _redirect(self, location):
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status, body, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked has gone, as it should from an answer that is too large
            self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing on the console."""
