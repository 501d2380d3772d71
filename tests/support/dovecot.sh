# shellcheck shell=bash
# For flow, crash and bench scripts that need a real mailbox server: sourced after flow.sh or gate.sh, not run. A Dovecot
# of its own with IMAP (plain, STARTTLS, TLS by a CA made here) and LMTP; all of it lies in $DOVECOT_FOLDER.
#
#   dovecot_start             sets DOVECOT_PID, DOVECOT_IMAPS and DOVECOT_IMAP (ports; they stay over restarts), DOVECOT_PORT
#                             (LMTP) and DOVECOT_CA (PEM). Words before it wrap the program: dovecot_start taskset -c 1
#   dovecot_stop              the master and all its children are gone afterwards
#   dovecot_kill              the same without a word to anybody: open connections break
#   dovecot_user NAME [QUOTA] a user with the password "secret-NAME"; QUOTA (like 3 or 100) is the number of mails that
#                             its namespace Archive/ holds. The separator is "/".
#   dovecot_certificate KIND  good, other-name or expired: for the next start
#   dovecot_save NAME FOLDER [FILE…]  puts mails into a folder, which is made when needed (stdin without FILE)
#   dovecot_fill NAME FOLDER COUNT [BYTES]  many small mails at once: "Subject: fill N", a Message-ID and a sender of their own
#   dovecot_count NAME FOLDER [SEARCH…]  how many mails are there (doveadm-search-query(7); default all)
#   dovecot_share OWNER USER FOLDER RIGHTS…  USER sees it as Shared/OWNER/FOLDER
#   dovecot_token NAME [SECONDS]  an access token that XOAUTH2 takes for so long (default an hour)
#   dovecot_adm …             doveadm with this configuration
DOVECOT_FOLDER=$FLOW_FOLDER/dovecot
DOVECOT_PID=
DOVECOT_CA=$DOVECOT_FOLDER/ca.pem
DOVECOT_KEY=$(head -c 32 /dev/urandom | base64 -w 0)
if [ "$(id -u)" -eq 0 ]; then DOVECOT_USER=mail DOVECOT_GROUP=mail; else DOVECOT_USER=$(id -un) DOVECOT_GROUP=$(id -gn); fi

dovecot_sign() { # NAME HOST DAYS…
    local name=$DOVECOT_FOLDER/$1 host=$2
    shift 2
    openssl req -newkey rsa:2048 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$host" 2>/dev/null
    openssl x509 -req -in "$name.csr" -CA "$DOVECOT_CA" -CAkey "$DOVECOT_FOLDER/ca.key" -CAcreateserial -out "$name.pem" \
        -extfile <(echo "subjectAltName=DNS:$host") "$@" 2>/dev/null
}

dovecot_certificate() {
    ln -sf "$1.pem" "$DOVECOT_FOLDER/server.pem"
    ln -sf "$1.key" "$DOVECOT_FOLDER/server.key"
}

# Made once. OpenSSL takes a number of days only: an expired certificate ends a day ago.
dovecot_certificates() {
    [ ! -e "$DOVECOT_CA" ] || return 0
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Test CA" -keyout "$DOVECOT_FOLDER/ca.key" -out "$DOVECOT_CA" 2>/dev/null
    dovecot_sign good localhost -days 30
    dovecot_sign soon localhost -days 5
    dovecot_sign other-name imap.other.test -days 30
    dovecot_sign expired localhost -days -1
    dovecot_certificate good
}

dovecot_config() {
    mkdir -p "$DOVECOT_FOLDER/mail" "$DOVECOT_FOLDER/keys/default/HS256" "$DOVECOT_FOLDER/shared"
    chown -R "$DOVECOT_USER" "$DOVECOT_FOLDER/mail" "$DOVECOT_FOLDER/shared"
    touch "$DOVECOT_FOLDER/users"
    printf '%s' "$DOVECOT_KEY" >"$DOVECOT_FOLDER/keys/default/HS256/default"
    chmod -R a+rX "$DOVECOT_FOLDER/keys"
    cat >"$DOVECOT_FOLDER/oauth2.conf" <<END
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$DOVECOT_FOLDER/keys/
username_attribute = sub
END
    cat >"$DOVECOT_FOLDER/dovecot.conf" <<END
protocols = imap lmtp
base_dir = $DOVECOT_FOLDER/run
state_dir = $DOVECOT_FOLDER/state
log_path = $DOVECOT_FOLDER/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <$DOVECOT_FOLDER/server.pem
ssl_key = <$DOVECOT_FOLDER/server.key
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
first_valid_uid = 1
mail_uid = $DOVECOT_USER
mail_gid = $DOVECOT_GROUP
mail_home = $DOVECOT_FOLDER/mail/%n
mail_location = maildir:~/Maildir:LAYOUT=fs
mail_plugins = acl quota
mail_max_userip_connections = 100
mailbox_list_index = yes
${DOVECOT_EXTRA:-}
namespace inbox {
  inbox = yes
  separator = /
}
namespace archive {
  prefix = Archive/
  separator = /
  location = maildir:~/Archive:LAYOUT=fs
}
namespace shared {
  type = shared
  prefix = Shared/%%u/
  separator = /
  location = maildir:%%h/Maildir:LAYOUT=fs:INDEX=~/shared/%%u
  subscriptions = no
  list = children
}
protocol imap {
  mail_plugins = acl quota imap_acl imap_quota
}
plugin {
  acl = vfile
  acl_shared_dict = file:$DOVECOT_FOLDER/shared/acls
  quota = count:Archive:ns=Archive/
  quota_rule = *:messages=0
  quota_vsizes = yes
  quota_exceeded_message = no room for more
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $DOVECOT_FOLDER/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN $DOVECOT_FOLDER/users
}
userdb {
  driver = passwd-file
  args = $DOVECOT_FOLDER/users
  override_fields = uid=$DOVECOT_USER gid=$DOVECOT_GROUP home=$DOVECOT_FOLDER/mail/%n
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = $DOVECOT_IMAP
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = $DOVECOT_IMAPS
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $DOVECOT_PORT
  }
}
END
    [ "$(id -u)" -eq 0 ] || cat >>"$DOVECOT_FOLDER/dovecot.conf" <<END
default_internal_user = $DOVECOT_USER
default_internal_group = $DOVECOT_GROUP
default_login_user = $DOVECOT_USER
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
}
END
}

dovecot_start() {
    mkdir -p "$DOVECOT_FOLDER"
    : "${DOVECOT_IMAPS:=$(flow_port)}" "${DOVECOT_IMAP:=$(flow_port)}" "${DOVECOT_PORT:=$(flow_port)}"
    dovecot_certificates
    dovecot_config
    # A session of its own, so that all of it can be killed at once.
    setsid "$@" dovecot -F -c "$DOVECOT_FOLDER/dovecot.conf" >"$DOVECOT_FOLDER/out" 2>&1 &
    DOVECOT_PID=$!
    flow_wait 20 flow_listens "$DOVECOT_IMAPS" && flow_wait 20 flow_listens "$DOVECOT_PORT"
}

dovecot_end() { # SIGNAL
    [ -n "$DOVECOT_PID" ] || return 0
    kill "-$1" -- "-$DOVECOT_PID" 2>/dev/null
    wait "$DOVECOT_PID" 2>/dev/null
    DOVECOT_PID=
}

dovecot_stop() {
    dovecot_end TERM
}

dovecot_kill() {
    dovecot_end KILL
}
flow_at_exit dovecot_kill

dovecot_adm() {
    doveadm -c "$DOVECOT_FOLDER/dovecot.conf" "$@"
}

dovecot_user() {
    mkdir -p "$DOVECOT_FOLDER/mail/$1"
    chown "$DOVECOT_USER:$DOVECOT_GROUP" "$DOVECOT_FOLDER/mail/$1"
    echo "$1:{PLAIN}secret-$1::::::${2:+userdb_quota_rule=*:messages=$2}" >>"$DOVECOT_FOLDER/users"
}

dovecot_save() {
    local user=$1 folder=$2 file
    shift 2
    dovecot_adm mailbox create -u "$user" "$folder" 2>/dev/null
    if [ $# -eq 0 ]; then
        dovecot_adm save -u "$user" -m "$folder"
        return
    fi
    # It reads files as the user, who may not be able to.
    for file in "$@"; do
        dovecot_adm save -u "$user" -m "$folder" <"$file" || return 1
    done
}

# Straight into the Maildir: some thousand a second.
dovecot_fill() {
    local user=$1 folder=$2 count=$3 bytes=${4:-1500} box
    box=$DOVECOT_FOLDER/mail/$user/Maildir
    dovecot_adm mailbox create -u "$user" "$folder" 2>/dev/null
    dovecot_adm mailbox status -u "$user" messages "$folder" >/dev/null
    [ "$folder" = INBOX ] || box=$box/$folder
    mkdir -p "$box/new" "$box/cur" "$box/tmp"
    awk -v box="$box/tmp" -v count="$count" -v bytes="$bytes" -v stamp="$(date +%s%N)" -v date="$(date -R)" '
    # A number in letters: mails that differ by numbers alone would be one text sent again and again.
    function word(number, at, letters) {
        for (at = 1; at <= length(number); at++) letters = letters substr("abcdefghij", substr(number, at, 1) + 1, 1)
        return letters
    }
    BEGIN {
        line = "The quick brown fox jumps over the lazy dog, and nothing else has happened so far.\n"
        while (length(body) < bytes) body = body line
        for (i = 1; i <= count; i++) {
            file = sprintf("%s/%s.M%07dP%s.fill", box, substr(stamp, 1, 10), i, stamp)
            printf "Return-Path: <person%d@customer.test>\nFrom: Person %d <person%d@customer.test>\nTo: support@desk.test\n" \
                "Subject: fill %d\nMessage-ID: <fill-%d-%s@customer.test>\nDate: %s\n\nThis is %s.\n%s", i, i, i, i, i, stamp, date, word(i stamp), body >file
            close(file)
        }
    }'
    chown -R "$DOVECOT_USER:$DOVECOT_GROUP" "$box/tmp"
    chown "$DOVECOT_USER:$DOVECOT_GROUP" "$box" "$box/new" "$box/cur"
    find "$box/tmp" -name '*.fill' -print0 | xargs -0r mv -t "$box/new"
}

dovecot_count() {
    local user=$1 folder=$2
    shift 2
    [ $# -gt 0 ] || set -- ALL
    dovecot_adm search -u "$user" mailbox "$folder" "$@" | wc -l
}

dovecot_share() {
    local owner=$1 user=$2 folder=$3
    shift 3
    dovecot_adm acl set -u "$owner" "$folder" "user=$user" "$@" && dovecot_adm acl recalc -u "$owner"
}

dovecot_base64url() {
    base64 -w 0 | tr '+/' '-_' | tr -d '='
}

dovecot_token() {
    local now head body
    now=$(date +%s)
    head=$(printf '{"alg":"HS256","typ":"JWT"}' | dovecot_base64url)
    body=$(printf '{"sub":"%s","iss":"test","iat":%d,"nbf":%d,"exp":%d}' "$1" $((now - 60)) $((now - 60)) $((now + ${2:-3600})) |
        dovecot_base64url)
    printf '%s.%s.%s' "$head" "$body" "$(printf '%s.%s' "$head" "$body" |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(base64 -d <<<"$DOVECOT_KEY" | od -An -vtx1 | tr -d ' \n')" -binary | dovecot_base64url)"
}
