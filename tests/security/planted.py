"""One mistake for each of Firn's own rules: a rule that does not find its own is worth nothing."""

from __future__ import annotations

from pathlib import Path

PYTHON = """
import hashlib
import random
import subprocess
import uuid
from urllib.request import urlopen

import snowflake.connector
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt


def bad(request, cursor, form):
    cursor.execute(f"SELECT * FROM people WHERE name = '{form.name}'")
    text = f"GRANT SELECT ON {form.view} TO SHARE x"
    mark_safe(request.POST["name"])
    code = random.randint(0, 9999)
    token = uuid.uuid4()
    if form.token == request.POST["token"]:
        urlopen(form.address)
    eval(form.code)
    hashlib.md5(form.code)
    form.connect(verify=False)
    return redirect(request.GET["next"])


@csrf_exempt
def page(request, public_id):
    return get_object_or_404(Share, public_id=public_id)
"""
PAGE = """<p onclick="go()">{{ name|safe }}</p><script>go()</script><script src="https://elsewhere.example/x.js"></script>"""


def plant(root: Path) -> None:
    """Writes them below `root`, in the places where the rules look."""
    for folder in ("portal", "shares/views", "templates"):
        (root / folder).mkdir(parents=True)
    (root / "portal/planted.py").write_text(PYTHON)
    (root / "shares/views/planted.py").write_text(PYTHON)
    (root / "templates/planted.html").write_text(PAGE)
