"""What the provider's guide has one do outside the browser, with the text that stands in it and nothing else."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

# Who prepares the provider's account; its database and schema are the ones that the guide's text names.
ACCOUNT, ADMIN, ADMIN_PASSWORD = "SKYLEDGER-DATA", "FIRN_ADMIN", "firn-admin"
# A connection to the sandbox says besides where that is.
TO_THE_SANDBOX = '\nhost = "127.0.0.1"\nport = {port}\nprotocol = "http"\n'


def make_key_pair(commands: str, folder: Path) -> None:
    subprocess.run(["/bin/bash", "-euo", "pipefail", "-c", commands], cwd=folder, check=True, capture_output=True)


def prepare_account(sql: str, folder: Path, port: int) -> None:
    """The text of firn.pub goes where `<<` marks it, and the `--` before that line goes away."""
    import snowflake.connector

    public_key = "\n".join((folder / "firn.pub").read_text().splitlines()[1:-1])
    [line] = [line for line in sql.splitlines() if "<< the text of firn.pub" in line]
    sql = sql.replace(line, line.removeprefix("-- ").replace("MIIB…", public_key))
    connection = snowflake.connector.connect(
        account=ACCOUNT,
        user=ADMIN,
        password=ADMIN_PASSWORD,
        role="ACCOUNTADMIN",
        host="127.0.0.1",
        port=port,
        protocol="http",
        enable_server_session_keep_alive_auto_detection=False,
        auto_cleanup=False,
    )
    try:
        # A worksheet passes over the comments at the end; the connector would send them as a statement.
        for cursor in connection.execute_string(sql, remove_comments=True):
            cursor.close()
    finally:
        connection.close()


def write_connections(text: str, file: Path, port: int) -> None:
    file.touch(mode=0o600)
    assert "MYORG-MYACCOUNT" in text
    file.write_text(text.replace("MYORG-MYACCOUNT", ACCOUNT) + TO_THE_SANDBOX.format(port=port))


def arguments_of(command: str) -> list[str]:
    """Of a command that starts Python: the words after it."""
    python, *arguments = shlex.split(command)
    assert python == "python"
    return arguments
