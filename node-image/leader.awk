# Who leads a shard whose primary died? One rule, for the fence and for whoever else has to choose:
#
#   1. A living replica leads: it was in sync when the primary died, by the primary's last account, and its own link has
#      been down no longer than the primary has been dead. Of several, the one with the highest offset, then the
#      lowest id.
#   2. Otherwise the most complete copy leads. Append-only files hold every write and beat any replica that is not living.
#      A snapshot loses to a replica of the same history that reaches further. Without anything on disk every replica
#      with a key is more complete.
#   3. At equal terms the primary stays what it was and starts from its disk.
#
# Where the disk is to come first, append-only files beat a living replica too.
#
# Nobody waits for somebody who may never come: a replica that was in sync and does not answer holds the decision up for
# `patience` seconds, and for 2 when another one lives; over anything but append-only files so does everybody who may hold this
# shard's data. A replica that loads, a living one that no majority hears yet, one that owns the slots already, and one that
# holds more and has yet to learn who leads, are there, and are waited for; over append-only files only for so long as well. So is
# an engine in a pod of this shard that cannot tell what it holds, if it was in sync or there is nothing on the disk.
#
# Input: per peer a line `peer ADDRESS|nowhere [ID]`, and then what it answered to AUTH, INFO replication, INFO persistence, INFO
# keyspace and CLUSTER NODES. ID is the node that was last seen there; without it the address is that of a pod of this shard today.
# A peer may be asked twice, and another node may answer in its place: what counts is who says in full what it holds.
# Variables: id (this node), disk (`none`, `aof`, `rdb OFFSET REPLICATION-ID`), account (`DEAD-SECONDS|- REPLICATION-ID ADDRESS…`),
# waited, patience, awaited (whether the voter has run already), owners (the nodes that own slots, by this node's word), first (`disk`
# where that comes first). Output:
#
#   serve REASON                  from the disk
#   promote ADDRESS TURN REASON   the replica at ADDRESS, TURN tenths of a second from now
#   wait REASON                   with the engine off, so that a majority may elect somebody meanwhile
#   await REASON                  with the voter on, so that this node keeps its place, votes, and hears the news

BEGIN {
    known = split(account, noted, " ")
    dead = known > 0 ? noted[1] : "-"
    last_history = known > 1 ? noted[2] : "-"
    for (i = 3; i <= known; i++) was_in_sync[noted[i]] = 1
    for (i = split(owners, noted, " "); i > 0; i--) leads[noted[i]] = 1
    split(disk, copy, " ")
}

$1 == "peer" { judge(); peer = $2; last_seen = $3; next }
{ there = 1 }
/^# Keyspace/ { tells_keys = 1; next }
/^db[0-9]+:keys=/ { keys = 1; next }
/^[a-z_0-9]+:/ { split($0, pair, ":"); value[pair[1]] = pair[2]; next }
length($1) == 40 && $2 ~ /:[0-9]+@[0-9]+/ {
    if ($3 ~ /myself/) { its_id = $1; its_master = $4; is_replica = $3 ~ /slave/; owns_slots = $9 != "" }
    if ($1 == id && $9 != "") sees_my_slots = 1
    if ($3 ~ /master/ && $9 != "") {
        primaries++
        if ($1 != id && $8 == "connected") heard++
        if ($1 == id && $8 == "connected") hears_me = 1
        if ($1 < id) before++
    }
}

END {
    judge()
    count_the_missing()
    patient = waited < patience
    if (gone != "") print "await the news that " gone " owns its slots now"
    else if (first == "disk" && copy[1] == "aof") print "serve the disk, which comes first"
    else if (living != "" && copy[1] == "aof" && !patient && !is_heard(living)) stay()
    else if (living != "" && (missing == "" || waited >= 2 || !patient)) lead(living, "a living replica, in sync when this node died")
    else if (missing != "" && patient) hold(missing, "was in sync and does not answer")
    else if (copy[1] == "aof") stay()
    else if (loading != "") hold(loading, "is loading its copy")
    else if (dumb != "" && (patient || ahead == "" && (copy[1] == "none" || dumb in was_in_sync))) hold(dumb, "is there but cannot tell what it holds")
    else if (astray != "" && (ahead == "" || patient)) print "await that " astray " follows this node, since it holds more than the disk"
    else if (silent != "" && patient) hold(silent, "may hold a copy and does not answer")
    else if (ahead != "") lead(ahead, "a replica whose copy reaches further than what is on disk")
    else stay()
}

function stay() { print "serve no replica holds more than the disk" }

# Without its engine this node counts as failed after a while, and a majority elects whom it can. That is wanted where everybody else
# holds more. Elsewhere the voter keeps this node's place; once it runs somebody may have been sent into an election, which needs it.
function hold(who, why) {
    print (patient && !awaited && (copy[1] == "none" || who in was_in_sync) ? "wait for " : "await ") who ", which " why
}

# Who does not answer where it was seen may answer elsewhere, and the next time in full. Another one at its address shows that it has
# been started again since, or has gone.
function count_the_missing(    node) {
    for (peer in half) {
        if (!(peer in heard_out) && (dumb == "" || peer in was_in_sync)) dumb = peer
    }
    for (peer in fetches_from) {
        if (!(fetches_from[peer] in answered)) astray = peer
    }
    for (node in expected) {
        if (node in answered) continue
        silent = expected[node] == "nowhere" ? node : expected[node]
        if (silent in was_in_sync && !(silent in heard_out)) missing = silent
    }
}

# Notes what one peer's answers say about it.
function judge() {
    if (peer != "") {
        if (value["loading"] == 1) loading = peer
        else if (its_id != "" && value["role"] != "" && value["loading"] != "" && tells_keys) weigh()
        else if (last_seen == "" && there) half[peer] = 1
        if (last_seen != "" && value["loading"] != 1) expected[last_seen] = peer
    }
    split("", value)
    there = tells_keys = keys = primaries = heard = hears_me = before = is_replica = owns_slots = sees_my_slots = 0
    its_id = its_master = last_seen = ""
}

function weigh(    further) {
    heard_out[peer] = answered[its_id] = 1
    # A replica without its primary's address has not turned into one yet, and counts its offset as a primary does.
    reach[peer] = ("slave_repl_offset" in value ? value["slave_repl_offset"] : value["master_repl_offset"]) + 0
    name[peer] = its_id
    voters[peer] = primaries + 0
    others_heard[peer] = heard + 0
    voter_heard[peer] = hears_me + 0
    turn[peer] = before + 0
    of_last_life[peer] = value["master_replid"] == last_history
    if (!is_replica) {
        if (owns_slots && !sees_my_slots) gone = peer
    } else if (value["master_sync_in_progress"] == 1) {
        # What it held so far it holds until the new copy has come, or never will.
        if (its_master == id || !(its_master in leads)) loading = peer
    } else {
        further = keys > 0 && reaches_further()
        if (its_master == id && is_living()) living = better(living)
        else if (its_master == id && further) ahead = better(ahead)
        # This node led for so short a time that its shard still follows the one before.
        else if (!(its_master in leads) && further) fetches_from[peer] = value["master_link_status"] == "up" ? its_master : "nobody"
    }
}

# A replica that was started again since says -1 for the link it has never had. Its count goes on while this node waits.
function is_living(    down) {
    if (!(peer in was_in_sync)) return 0
    if (value["master_link_status"] == "up") return 1
    down = value["master_link_down_since_seconds"]
    return down != "" && down >= 0 && (dead == "-" || down <= dead + waited + 2)
}

function reaches_further() {
    if (copy[1] == "none") return 1
    if (copy[1] == "aof") return 0
    # The snapshot is from before this primary's last life.
    if (copy[3] != last_history && value["master_replid"] == last_history) return 1
    return (value["master_replid"] == copy[3] || value["master_replid2"] == copy[3]) && reach[peer] > copy[2]
}

# Offsets count within one history only; that of the primary's last life comes first.
function better(best) {
    if (best == "") return peer
    if (of_last_life[peer] != of_last_life[best]) return of_last_life[peer] ? peer : best
    if (reach[peer] > reach[best]) return peer
    return reach[peer] == reach[best] && name[peer] < name[best] ? peer : best
}

# A majority of the primaries, the voter of this node among them, must hear a candidate before it asks for votes, since an
# engine that loses an election waits long before it tries again. For the same reason it is not sent at once when other
# primaries are or were gone: their voters need a moment until they can send a vote, and shards that elect at the same
# time would share the votes, so each waits for its turn.
function lead(address, why) {
    if (!is_heard(address)) {
        print "await a majority that hears " address ", " why
    } else if (voters[address] > 2 && (awaited || others_heard[address] < voters[address] - 1)) {
        print "promote", address, 3 + turn[address] % 30, why
    } else {
        print "promote", address, 0, why
    }
}

# With one or two shards nobody votes.
function is_heard(address) {
    return voters[address] <= 2 || (others_heard[address] + voter_heard[address]) * 2 > voters[address]
}
