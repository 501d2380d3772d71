#!/bin/bash
# Mail in from a mailbox: what the fetcher takes over (fetched, durable in the store, in the ledger) beside a bare
# libetpan loop that fetches the same mails from the same Dovecot and throws them away; interleaved rounds, the
# median of the pairs.
#
#   BENCH_ROUNDS=5          rounds
#   BENCH_IMAP_MAILS=2000   mails a round
#   BENCH_IMAP_BYTES=3000   size of a mail
#   BENCH_FOLDER=/var/tmp   where mail is stored: a real disk
#
# Both speak TLS with Dovecot over loopback. Times of the fetcher run from the first to the last row of the ledger,
# which is written with the mail; readers and the writer work on the mails meanwhile on the same processors.
export TMPDIR=${BENCH_FOLDER:-/var/tmp}
export PATH=$PATH:/usr/sbin
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
. tests/support/proof.sh
. tests/bench/measure.sh

ROUNDS=${BENCH_ROUNDS:-5}
MAILS=${BENCH_IMAP_MAILS:-2000}
BYTES=${BENCH_IMAP_BYTES:-3000}
RATIOS=$FLOW_FOLDER/ratios
GATE_AGENTS=

give_up() {
    echo "bench: $1" >&2
    exit 1
}

all_taken() {
    [ "$(proof_sql 'SELECT count(*) FROM fetched' 2>/dev/null)" = "$MAILS" ]
}

# Mails a second.
take_over() { # USER
    GATE_STORE=store-$1 GATE_OUTGOING=$(printf '  server: 127.0.0.1\n  port: %s\n  security: none' "$(flow_port)")
    mailboxes "$(mailbox "$1" "$1" 'start: all')"
    gate_start || give_up "the gate does not start"
    flow_wait 120 all_taken || give_up "not all is taken: $(postern mailboxes)"
    gate_stop
    proof_sql "SELECT count(*) * 1e6 / (max(at_us) - min(at_us)) FROM fetched"
    rm -rf "${FLOW_FOLDER:?}/store-$1"
}

bare_loop() { # USER
    "$BUILD/tests/support/imap_loop" 127.0.0.1 "$DOVECOT_IMAPS" "$1" "secret-$1" | jq '.mails / .seconds'
}

dovecot_start || give_up "Dovecot does not start"
for ((round = 1; round <= ROUNDS; round++)); do
    echo "  round $round of $ROUNDS, imap" >&2
    dovecot_user "bench$round"
    dovecot_fill "bench$round" INBOX "$MAILS" "$BYTES"
    # Once before, so that neither meets a cold mailbox.
    bare_loop "bench$round" >/dev/null
    echo "$(bare_loop "bench$round") $(take_over "bench$round")" >>"$RATIOS"
done
printf '\nMail in from a mailbox, %s mails of %s bytes a round, %s rounds\n' "$MAILS" "$BYTES" "$ROUNDS"
printf '%-28s %9.0f mails/s\n' 'bare libetpan loop' "$(awk '{ print $1 }' "$RATIOS" | measure_median)"
printf '%-28s %9.0f mails/s\n' 'postern, taken over' "$(awk '{ print $2 }' "$RATIOS" | measure_median)"
printf '%-28s %8.2fx (aim: at least 0.7)\n' ratio "$(awk '{ print $2 / $1 }' "$RATIOS" | measure_median)"
