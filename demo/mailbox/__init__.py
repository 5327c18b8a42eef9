"""A mailbox for the demo: takes every mail over SMTP, keeps it on disk, shows it on a page."""
