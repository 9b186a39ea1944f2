# Reads the first bytes of an RDB file (decimal numbers from od) and prints `OFFSET REPLICATION-ID`: how far the copy
# reaches in which history. The file says so in its first auxiliary fields, each a length-prefixed name and value; a
# value that is a small number is stored as an integer of 1, 2 or 4 bytes (0xC0, 0xC1, 0xC2).
{ for (i = 1; i <= NF; i++) byte[n++] = $i }

END {
    at = 0
    while (at < n && byte[at] != 250) at++
    while (byte[at] == 250) {
        at++
        name = field()
        value = field()
        if (name == "repl-offset") offset = value
        if (name == "repl-id") id = value
    }
    print (offset == "" ? "-" : offset), (id == "" ? "-" : id)
}

function field(    kind, length_, text, i) {
    kind = byte[at++]
    if (kind == 192) return byte[at++]
    if (kind == 193) { at += 2; return byte[at - 2] + 256 * byte[at - 1] }
    if (kind == 194) { at += 4; return byte[at - 4] + 256 * (byte[at - 3] + 256 * (byte[at - 2] + 256 * byte[at - 1])) }
    if (kind > 63) { at = n; return "" }
    length_ = kind
    text = ""
    for (i = 0; i < length_; i++) text = text sprintf("%c", byte[at++])
    return text
}
