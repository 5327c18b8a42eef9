"""Background work: django-q2 rings, our tables decide."""
