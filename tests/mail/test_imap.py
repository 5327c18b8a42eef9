"""The mailbox that replies go to, in a real IMAP server."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from portal.mail import imap
from portal.mail.models import Incoming
from shares.models import HeldReply
from shares.services import reply_rules
from tests.mail import letters
from tests.mail.letters import Reply
from tests.services.rows import Scene

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
CONFIG = """
base_dir = {base}/run
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {inner}
default_internal_group = {inner_group}
default_login_user = {login}
mail_location = maildir:{base}/mail
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=s3cret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}
}}
"""


@pytest.fixture
def maildir(settings: Settings) -> Iterator[Path]:
    """The folder of a mailbox that Dovecot serves; settings name it."""
    if not Path(DOVECOT).exists():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    # Not pytest's own folder: as root Dovecot works as users of its own, who must get in there.
    base = Path(tempfile.mkdtemp(prefix="firn-dovecot-"))
    base.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = base / "dovecot.conf"
    mail = base / "mail"
    for folder in ("new", "cur", "tmp"):
        (mail / folder).mkdir(parents=True)
    users = _users()
    for place in (mail, *mail.iterdir()):
        shutil.chown(place, users["user"], users["group"])
    config.write_text(CONFIG.format(base=base, port=port, **users))
    server = subprocess.Popen([DOVECOT, "-F", "-c", str(config)])
    try:
        _wait(port, server)
        settings.FIRN_IMAP_URL = f"imap://firn:s3cret@127.0.0.1:{port}/INBOX"
        yield mail / "new"
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(base, ignore_errors=True)


def _users() -> dict[str, str]:
    """As root Dovecot insists on other users for what it does; as anybody else it can only be that one."""
    me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    if os.getuid():
        return {"user": me, "group": group, "inner": me, "inner_group": group, "login": me}
    return {"user": "mail", "group": "mail", "inner": "dovecot", "inner_group": "dovecot", "login": "dovenull"}


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 8
    while time.monotonic() < until:
        assert server.poll() is None, "Dovecot did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("Dovecot does not answer")


def test_a_mailbox_is_read_once_and_long_mails_only_by_their_head(
    scene: Scene, maildir: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FIRN_REPLIES, settings.FIRN_AUTHSERV_ID = True, letters.SERVER
    scene.approved()
    to = reply_rules.address_of(scene.request(datasets=[scene.fleet]).asks.get())
    (maildir / "1.a").write_bytes(Reply(to).raw(1))
    (maildir / "2.b").write_bytes(Reply(to, body="approve\n" + "x" * 10_000_000).raw(2))
    (maildir / "3.c").write_bytes(Reply(to).raw(1))
    call_command("mail", "poll")
    assert "3 mails read." in capsys.readouterr().out
    assert sorted(Incoming.objects.values_list("outcome", flat=True)) == ["taken", "too long"]
    assert HeldReply.objects.count() == 1
    assert imap.poll() == 0


def test_a_wrong_password_is_told_and_breaks_nothing(db: None, maildir: Path, settings: Settings) -> None:
    settings.FIRN_IMAP_URL = settings.FIRN_IMAP_URL.replace("s3cret", "wrong")
    assert "error" in imap.poll_quietly().lower()
