"""How gunicorn serves the application; the reasons stand beside the values.

gunicorn reads the names of this module: ``gunicorn --config python:app.gunicorn_settings``.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import gunicorn.http.wsgi
import gunicorn.util

from app.answer_head import AnswerHead, http_date
from app.config import PREFIX, read_settings
from app.edge import write_refusal
from app.limits import Limits
from app.logging import GunicornLogger, logging_configuration
from app.settled import kept_environ
from app.welcome import welcome
from models.checkpoints import copy_beside_changes

_settings = read_settings()
if _settings.quotas.are_set and _settings.quotas.quota_directory is None:
    # All workers count in one place; it goes with the system's temporary files.
    os.environ[f"{PREFIX}QUOTA_DIRECTORY"] = tempfile.mkdtemp(prefix="kontor-quotas-")
_server = _settings.server
_shared_memory = Path("/dev/shm")  # noqa: S108 - only asked whether it is there


class Worker(Protocol):
    """The part of gunicorn's worker that is used here."""

    limits: Limits


class Listener(Protocol):
    """gunicorn's wrapper of a listening socket."""

    sock: socket.socket


class Body(Protocol):
    """The stream that the application reads as ``wsgi.input``."""

    force_close: Callable[[], None]


class ServerRequest(Protocol):
    """The part of gunicorn's request that is used here."""

    body: Body

    def force_close(self) -> None:
        """Close the connection after the answer."""


class Arbiter(Protocol):
    """The part of gunicorn's arbiter that is used here."""

    LISTENERS: list[Listener]


wsgi_app = "app.factory:create_app()"
bind = (
    f"[{_server.bind}]:{_server.port}" if ":" in _server.bind else f"{_server.bind}:{_server.port}"
)
worker_class = "app.worker.WaitingWorker"
workers = _server.workers
threads = _server.threads
# A request may take as long as a statement may; then the worker still has time to say so.
timeout = 60
graceful_timeout = 35
# Longer than the idle time of common proxies would be wrong only for a service without one.
keepalive = 75
max_requests = 10_000
max_requests_jitter = 1_000
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = str(_shared_memory) if _shared_memory.is_dir() else None

# Long but legal URLs pass; this is the most that gunicorn allows.
limit_request_line = 8190
limit_request_fields = _settings.limits.header_fields
limit_request_field_size = _settings.limits.header_bytes
worker_connections = max(_settings.limits.connections, 2 * threads)
# A client whose answer is kept has two, and there are others.
_FILES = 3 * worker_connections

# Nothing that a client sends may move the application or change its scheme.
forwarder_headers = ""
forwarded_allow_ips = ",".join(_server.forwarded_allow_ips)
header_map = "drop"
control_socket_disable = True
# Answers pass through the worker, which knows no files.
sendfile = False

logger_class = GunicornLogger
logconfig_dict = logging_configuration(_settings.log_level, _settings.log_format)
accesslog = "-"

# The header Server tells nobody what is worth attacking, and a refusal repeats nothing.
gunicorn.http.wsgi.SERVER = "Kontor"
gunicorn.util.write_error = write_refusal
# Most heads are read and written in fewer steps, to the same end.
gunicorn.util.http_date = http_date
gunicorn.http.wsgi.base_environ = kept_environ
gunicorn.http.wsgi.Response = AnswerHead


def when_ready(server: Arbiter) -> None:
    """Keep what is loaded for the workers; tell whoever tries the service out where it is and
    how to ask it."""
    _settle()
    if not _settings.is_production:
        port = server.LISTENERS[0].sock.getsockname()[1]
        sys.stdout.write(welcome(_server.bind, port))
        sys.stdout.flush()


def pre_request(_worker: Worker, req: ServerRequest) -> None:
    """Let whoever reads the body say that the connection is of no use afterwards."""
    req.body.force_close = req.force_close


def post_fork(_server: Arbiter, worker: Worker) -> None:
    """Let a worker load without looking for garbage, as ``app.process`` does; bound what travels
    and let as many files be open as clients may be there."""
    gc.disable()
    worker.limits = _settings.limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def post_worker_init(_worker: Worker) -> None:
    """Begin to look for garbage, and to copy SQLite's log beside the changes."""
    _settle()
    copy_beside_changes()


def _settle() -> None:
    """Look for garbage from now on, but not in what has been loaded."""
    gc.freeze()
    gc.enable()
