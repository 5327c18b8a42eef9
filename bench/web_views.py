"""A bare Django view, and a page as an ordinary portal would have it: session, person, five queries, twenty rows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.views.decorators.http import require_safe

from portal.people.models import Membership, User
from shares.models import Dataset, Share, ShareRequest

ROWS = 20
_TEMPLATE = engines["django"].from_string("""<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Shares</title></head>
  <body>
    <header>
      <a href="/">Portal</a> {{ user.email }}
      {% for one in memberships %} {{ one.organization.name }}{% endfor %}
    </header>
    <p>{{ shares }} shares, {{ requests }} requests, {{ datasets }} datasets</p>
    <table>
      <thead><tr><th>Share</th><th>Customer</th><th>Account</th><th>Created</th><th>Checked</th></tr></thead>
      <tbody>
        {% for row in rows %}
          <tr>
            <th><a href="{% url "bench-reference" row.pk %}">{{ row.public_id }}</a></th>
            <td>{{ row.organization.name }}</td>
            <td>{{ row.consumer_account.account_name }}</td>
            <td>{{ row.created_at|date:"j M Y, H:i" }}</td>
            <td>{{ row.checked_at|date:"j M Y, H:i" }}</td>
          </tr>
        {% endfor %}
      </tbody>
    </table>
  </body>
</html>
""")


@require_safe
@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bare")


@require_safe
def reference(request: HttpRequest, pk: int) -> HttpResponse:
    """Two queries for session and person, and five more. Rows by their primary key, the cheapest order there is."""
    if not isinstance(request.user, User):
        return HttpResponse(status=403)
    rows = Share.objects.select_related("organization", "consumer_account").order_by("-pk")
    told = {
        "memberships": list(Membership.objects.filter(user=request.user).select_related("organization")),
        "shares": Share.objects.count(),
        "requests": ShareRequest.objects.count(),
        "datasets": Dataset.objects.count(),
        "rows": list(rows[:ROWS]),
    }
    return HttpResponse(_TEMPLATE.render(told, request))
