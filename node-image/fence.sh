# shellcheck shell=sh
# The fence: a primary that died does not serve as primary again while a living replica has what it may have lost.
#
# It died when the mark of a clean shutdown is missing, or when there is nothing to load. Then, before its client port
# opens, it asks its replicas what they hold, and leader.awk decides who has the most complete copy:
#   - a replica does: it is told to take over, and this node comes back as its replica;
#   - the disk does: this node serves as before;
#   - nobody can tell yet (a replica does not answer, or is still loading): wait, but for nobody who may never come.
#
# A takeover needs votes, and the engines that could vote may all be down at once. So while it waits for its successor,
# the node runs a *voter*: its engine with its nodes.conf, on the cluster bus only, without data and without a client
# port. It votes in other shards' elections, serves nobody, and learns at once that its slots have gone to another.

voter=''

fence() {
    # What a fenced life that was cut short left behind.
    rm -f "$run/fenced"
    if ! died; then return; fi
    leaders=$(owners)
    if [ -z "$(kin)$peers" ]; then return; fi
    : >"$run/fenced"
    account=$(last_account)
    disk=$(copy_on_disk)
    patience=$(($(setting cluster-node-timeout) * 2 / 1000 + 1))
    began=$(uptime_seconds)
    said='' awaited=0 introduced=''
    say "this primary died; on disk: $disk; seconds since its last account and replicas in sync then: ${account:-none}"
    while [ -z "$stopping" ]; do
        if [ "$(role)" != primary ]; then
            verdict='done another node owns its slots now'
        else
            leaders=$(owners)
            survey
            verdict=$(awk -v id="$(node_id)" -v disk="$disk" -v account="$account" \
                -v waited="$(($(uptime_seconds) - began))" -v patience="$patience" \
                -v awaited="$awaited" -v owners="$leaders" -v first="$(first_copy)" -f "$here/leader.awk" "$run/survey")
        fi
        if [ "$verdict" != "$said" ]; then say "fence: $verdict"; fi
        said=$verdict
        # shellcheck disable=SC2086 # split on purpose: DECISION and what belongs to it
        set -- $verdict
        case $1 in
            serve | done) break ;;
            wait)
                stop_voter
                sleep 0.1
                ;;
            await)
                start_voter
                introduce_voter
                sleep 0.05
                ;;
            promote)
                start_voter
                introduce_voter
                sleep "$(($3 / 10)).$(($3 % 10))"
                promote "$2"
                ;;
        esac
    done
    stop_voter
    # What it was before decided whether it may be replicated from.
    configure
    rm -f "$run/fenced"
}

died() {
    [ "$(role)" = primary ] && { [ ! -e "$clean" ] || [ "$(copy_on_disk)" = none ]; }
}

# Whose copy comes first where either would do: the `disk`, or a living `replica`.
first_copy() { cat "$config/first-copy" 2>/dev/null || echo replica; }

# What the engine would load: `none`, `aof`, or `rdb OFFSET REPLICATION-ID` (with - for what the file does not say).
# While an engine writes its first append-only files, after a full copy from a primary or when they were switched on, the
# manifest still names the ones before, which may be empty; a file temp-….incr is there just as long.
copy_on_disk() {
    if [ "$(setting appendonly)" = yes ]; then
        for file in "$data"/appendonlydir/temp-*.incr; do
            if [ -e "$file" ]; then echo none && return; fi
        done
        for file in "$data"/appendonlydir/*.manifest; do
            if [ -s "$file" ]; then echo aof && return; fi
        done
        echo none
    elif head -c 6 "$data/dump.rdb" 2>/dev/null | grep -q -e '^REDIS' -e '^VALKEY'; then
        echo "rdb $(head -c 1024 "$data/dump.rdb" | od -An -v -tu1 | awk -f "$here/rdb-head.awk")"
    else
        echo none
    fi
}

# Who may hold this shard's data, by nodes.conf: `ADDRESS|nowhere ID`, a line each. Its replicas do, and so may whoever owns nothing and
# follows nobody who does: a node that led for a moment only has not been told yet who follows it now.
kin() {
    awk -v id="$(node_id)" -v owners="$leaders" '
        BEGIN { for (i = split(owners, owner, " "); i > 0; i--) leads[owner[i]] = 1 }
        length($1) == 40 && $1 != id && !($1 in leads) && $3 !~ /handshake/ && ($4 == id || !($4 in leads)) {
            sub(/:.*/, "", $2)
            print ($2 == "" ? "nowhere" : $2), $1
        }' "$nodes"
}

owners() { awk '$3 ~ /master/ && $9 != "" { printf "%s ", $1 }' "$nodes"; }

# Asks everybody who may hold this shard's data, all at the same time: where nodes.conf last saw them, and where the names
# of the shard's pods point today. Identity is proved by what they answer, so a wrong address does no harm.
survey() {
    rm -rf "$run/answers" && mkdir "$run/answers"
    asking=''
    while read -r peer id; do
        [ -n "$peer" ] || continue
        ask_peer "$peer" "$id" >"$run/answers/$id" &
        asking="$asking $!"
    done <<KIN
$(kin)
KIN
    for name in $peers; do
        ask_name "$name" >"$run/answers/$name" &
        asking="$asking $!"
    done
    # shellcheck disable=SC2086 # process ids, one word each
    wait $asking || true
    cat "$run"/answers/* >"$run/survey"
}

ask_name() { # NAME
    for peer in $(timeout 1 getent ahostsv4 "$1" | cut -d' ' -f1 | sort -u); do
        if [ "$peer" = "$address" ]; then continue; fi
        ask_peer "$peer" ''
        if was_let_in "$peer"; then echo 'let in'; fi
    done
}

# The machine takes a call for a process that stands still. What was asked of it is left half closed then, by this side only.
was_let_in() { # ADDRESS
    awk -v peer="$1" 'BEGIN { split(peer, part, "."); at = sprintf("%02X%02X%02X%02X:18EB", part[4], part[3], part[2], part[1]) }
        $3 == at && ($4 == "04" || $4 == "05") { found = 1 } END { exit !found }' /proc/net/tcp
}

ask_peer() { # ADDRESS ID
    echo "peer $1 $2"
    if [ "$1" = nowhere ]; then return; fi
    printf 'INFO replication\nINFO persistence\nINFO keyspace\nCLUSTER NODES\n' | ask "$1" || true
}

# With one or two shards there is no majority left to vote; with more, FORCE asks for its votes.
promote() { # ADDRESS
    if [ "$(echo "$leaders" | wc -w)" -le 2 ]; then how=TAKEOVER; else how=FORCE; fi
    say "fence: telling $1 to take over ($how): $(echo "CLUSTER FAILOVER $how" | ask "$1" | tail -n 1)"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        if [ "$(role)" != primary ] || [ -n "$stopping" ]; then return; fi
        sleep 0.05
    done
}

start_voter() {
    awaited=1
    if [ -n "$voter" ] && kill -0 "$voter" 2>/dev/null; then return; fi
    # Without the replication password it cannot fetch a copy, and what it writes while it tries stays off the volume.
    {
        grep -v -e '^port ' -e '^save ' -e '^appendonly ' -e '^masterauth ' -e '^primaryauth ' -e '^loadmodule ' \
            -e '^dir ' -e '^cluster-config-file ' "$run/engine.conf"
        printf '%s\n' "dir $run" "cluster-config-file $nodes" 'port 0' 'cluster-announce-port 6379' \
            "unixsocket $run/voter.sock" 'save ""' 'appendonly no' 'shutdown-on-sigterm nosave'
    } >"$run/voter.conf"
    "$engine-server" "$run/voter.conf" >/dev/null 2>&1 &
    voter=$!
}

# All nodes may have come back with new addresses, and nobody can introduce one that has no client port. So the voter goes to
# those who answered elsewhere than its nodes.conf has them; they have shown that they are of this cluster.
introduce_voter() {
    read -r up _ </proc/uptime
    if [ "${up%.*}" = "$introduced" ]; then return; fi
    introduced=${up%.*}
    awk 'FNR == NR { sub(/:.*/, "", $2); at[$1] = $2; next }
        $1 == "peer" { peer = $2; next }
        length($1) == 40 && $3 ~ /myself/ && at[$1] != peer { print peer }' "$nodes" "$run/survey" |
        while read -r peer; do
            say "fence: introducing this node to $peer"
            introduce "$peer" -s "$run/voter.sock" || true
        done
}

stop_voter() {
    if [ -n "$voter" ]; then
        insist "$voter" 0.2 9>&- &
        wait "$voter" 2>/dev/null || true
        voter=''
    fi
}
