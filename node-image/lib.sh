# shellcheck shell=sh
# What every script of the node shares: where things are, how to speak up, how to ask an engine.
# Sourced, never run. An image has everything at the default places; tests that run the scripts as plain processes
# name others.

data=${SLOTKEEPER_DATA:-/data}
run=${SLOTKEEPER_RUN:-/run/slotkeeper}
secrets=${SLOTKEEPER_SECRETS:-/etc/slotkeeper/secrets}
config=${SLOTKEEPER_CONFIG:-/etc/slotkeeper/config}
modules=${SLOTKEEPER_MODULES:-/usr/local/lib/redis/modules}
cluster=${SLOTKEEPER_CLUSTER:-}
peers=${SLOTKEEPER_PEERS:-}
address=${POD_IP:-}

nodes=$data/nodes.conf
clean=$data/clean-shutdown
identity=$data/identity

# Valkey's image carries redis-* names as well, so it is looked for first.
if command -v valkey-server >/dev/null; then engine=valkey; else engine=redis; fi

say() { echo "slotkeeper: $*"; }

die() {
    echo "slotkeeper: $*" >&2
    exit 1
}

# Sends the commands on standard input, one a line, to the engine at ADDRESS as the node user.
ask() { ask_as node -h "$1" -p 6379; } # ADDRESS

# Has an engine introduce itself to the one at ADDRESS: it says what it is and which slots it owns.
introduce() { # ADDRESS CLI-OPTIONS-OF-THE-ENGINE...
    meet="CLUSTER MEET $1 6379 $(setting cluster-port)"
    shift
    echo "$meet" | ask_as operator "$@" >/dev/null
}

# The password goes through a pipe: arguments and environment can be read by others.
ask_as() { # USER CLI-OPTIONS-OF-THE-ENGINE...
    auth="AUTH slotkeeper-$1 $(cat "$secrets/$1/password")"
    shift
    { printf '%s\n' "$auth"; cat; } | timeout 1 "$engine-cli" "$@" 2>/dev/null | tr -d '\r'
}

# Whether this node's engine answers and has loaded all its data.
has_loaded() { echo 'INFO persistence' | ask "$address" | grep -q '^loading:0'; }

# This node's own line of nodes.conf says what it last was: none (never started), fresh (was never given slots or a
# primary), primary or replica.
role() {
    [ -s "$nodes" ] || { echo none; return; }
    awk '$3 ~ /myself/ { print $3 ~ /slave/ ? "replica" : $9 != "" ? "primary" : "fresh" }' "$nodes"
}

node_id() { awk '$3 ~ /myself/ { print $1 }' "$nodes"; }

# The value a setting has once all files are read: the last one wins.
setting() { # NAME
    awk -v name="$1" 'tolower($1) == name { value = tolower($2) } END { gsub(/["\047]/, "", value); print value }' \
        "$run/engine.conf"
}

uptime_seconds() { cut -d. -f1 /proc/uptime; }
