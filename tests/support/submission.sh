# shellcheck shell=bash
# For flow tests: a Dovecot of its own that takes mail for submission (RFC 6409) after a login by access token and passes
# it on to a sink. Sourced after flow.sh. It believes tokens that are signed with a key of the test (JWT, RFC 7519), so
# that a token is good or not by its own content.
#
#   submission_start           sets SUBMISSION_PORT (STARTTLS, "localhost" by the CA SUBMISSION_CA) and SUBMISSION_LOG;
#                              mails arrive as files in SUBMISSION_MAIL, one each
#   submission_certificate N   it ends in N days
#   submission_token USER N    a token of this user that ends in N seconds

submission_certificate() {
    local folder=$FLOW_FOLDER/submission
    openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -days "$1" \
        -extfile <(echo "subjectAltName=DNS:localhost") -out "$folder/server.pem.new" 2>>"$folder/openssl.log" &&
        mv "$folder/server.pem.new" "$folder/server.pem"
    [ -z "$SUBMISSION_PID" ] || kill -HUP "$SUBMISSION_PID"
}

submission_certificates() {
    local folder=$FLOW_FOLDER/submission
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 100 -subj "/CN=Test CA" \
        -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>"$folder/openssl.log" &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" \
            -keyout "$folder/server.key" -out "$folder/server.csr" 2>>"$folder/openssl.log" &&
        submission_certificate 90
}

submission_base64url() {
    openssl base64 -A | tr '+/' '-_' | tr -d '='
}

submission_token() {
    local now head body
    now=$(date +%s)
    head=$(printf '{"alg":"HS256","typ":"JWT"}' | submission_base64url)
    body=$(printf '{"email":"%s","sub":"%s","iat":%d,"exp":%d}' "$1" "$1" $((now - 9999)) $((now + $2)) | submission_base64url)
    printf '%s.%s.%s\n' "$head" "$body" \
        "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -hmac "$SUBMISSION_KEY" -binary | submission_base64url)"
}

submission_config() {
    local folder=$FLOW_FOLDER/submission user group
    user=$(id -un) group=$(id -gn)
    [ "$(id -u)" -ne 0 ] || user=mail group=mail
    mkdir -p "$folder/keys/default/HS256" "$folder/home"
    printf %s "$SUBMISSION_KEY" | openssl base64 -A >"$folder/keys/default/HS256/default"
    cat >"$folder/oauth2.conf" <<END
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$folder/keys/
username_attribute = email
END
    cat >"$folder/dovecot.conf" <<END
protocols = submission
base_dir = $folder/run
state_dir = $folder/state
log_path = $folder/log
auth_verbose = yes
auth_mechanisms = xoauth2 oauthbearer
ssl = required
ssl_cert = <$folder/server.pem
ssl_key = <$folder/server.key
first_valid_uid = 1
mail_location = maildir:$folder/home/%n
hostname = mail.example.org
submission_relay_host = 127.0.0.1
submission_relay_port = $SUBMISSION_SINK_PORT
submission_relay_ssl = no
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $folder/oauth2.conf
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$folder/home/%n allow_all_users=yes
}
service submission-login {
  inet_listener submission {
    address = 127.0.0.1
    port = $SUBMISSION_PORT
  }
}
END
    chown -R "$user" "$folder/home"
    [ "$(id -u)" -eq 0 ] || cat >>"$folder/dovecot.conf" <<END
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
service anvil {
  chroot =
}
service stats {
  chroot =
}
service submission-login {
  chroot =
}
END
}

submission_start() {
    local folder=$FLOW_FOLDER/submission as=()
    mkdir -p "$folder/mail"
    SUBMISSION_KEY=$(openssl rand -hex 32)
    SUBMISSION_PORT=$(flow_port)
    SUBMISSION_SINK_PORT=$(flow_port)
    SUBMISSION_CA=$folder/ca.pem
    SUBMISSION_LOG=$folder/log
    SUBMISSION_MAIL=$folder/mail
    submission_certificates || return 1
    submission_config
    [ "$(id -u)" -ne 0 ] || as=(-u nobody)
    chmod 777 "$SUBMISSION_MAIL"
    smtp-sink "${as[@]}" -d "$SUBMISSION_MAIL/%M." "127.0.0.1:$SUBMISSION_SINK_PORT" 64 >"$folder/sink.out" 2>&1 &
    SUBMISSION_SINK_PID=$!
    dovecot -F -c "$folder/dovecot.conf" >"$folder/out" 2>&1 &
    SUBMISSION_PID=$!
    flow_wait 20 flow_listens "$SUBMISSION_PORT" && flow_wait 20 flow_listens "$SUBMISSION_SINK_PORT"
}

submission_stop() {
    local pid
    for pid in $SUBMISSION_PID $SUBMISSION_SINK_PID; do
        kill -TERM "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}
SUBMISSION_PID=
SUBMISSION_SINK_PID=
flow_at_exit submission_stop
