"""The portal before other people's judges: bandit, semgrep, sqlmap and wapiti. `script/judge-security` runs them."""
