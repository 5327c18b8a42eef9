# Sourced by the other scripts: installs what the machine itself lacks, where that is possible.

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

loudly() { printf '\n%s\n*** %s\n%s\n\n' "$(printf '%.0s*' {1..78})" "$*" "$(printf '%.0s*' {1..78})" >&2; }

# as_root COMMAND…: runs it as root directly or through passwordless sudo; fails where neither is possible.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# apt_install PACKAGE…: refreshes the package lists once, then installs. Fails where apt or root is missing.
apt_install() {
  command -v apt-get >/dev/null || return 1
  if [ -z "${apt_is_fresh:-}" ]; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2 || return 1
    apt_is_fresh=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2
}

# stamp_of FILE…: one hash over the files' contents and the interpreter, so that a change in either is noticed.
stamp_of() {
  { "${PYTHON:-python3}" -c 'import sys; print(sys.version, sys.base_prefix)'; cat "$@"; } | sha256sum | cut -d' ' -f1
}

# make_venv DIRECTORY: a virtual environment, installing Debian's python3-venv first where it is split off.
make_venv() {
  local python=${PYTHON:-python3}
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; set PYTHON to one (found: $("$python" --version))"
    return 1
  }
  "$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv || {
    say "$python has no venv module and python3-venv could not be installed"
    return 1
  }
  "$python" -m venv --clear "$1"
}

# install_locked DIRECTORY PIP-ARGUMENT…: installs into that environment what the lock files name, and nothing else.
install_locked() {
  local directory=$1
  shift
  "$directory/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes "$@" </dev/null
}
