"""A redis-py client that knows nothing but its binding.

The cluster's connection Secret is mounted as files below $SERVICE_BINDING_ROOT/<name> (servicebinding.io): type, host,
port, username, password, uri.

    client.py set KEY VALUE | get KEY | fill COUNT | watch
"""

import os
import sys
import time
from pathlib import Path

from redis.cluster import RedisCluster
from redis.exceptions import RedisError


def binding():
    """The first binding of our type; an application with several would go by the folder's name."""
    for folder in sorted(Path(os.environ["SERVICE_BINDING_ROOT"]).iterdir()):
        entries = {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}
        if entries.get("type") == "redis":
            return entries
    sys.exit("no binding of type redis below $SERVICE_BINDING_ROOT")


def connect():
    where = binding()
    return RedisCluster(
        host=where["host"],
        port=int(where["port"]),
        username=where["username"],
        password=where["password"],
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=2,
    )


def fill(cluster, count):
    """Writes so many keys, reads each back from the primary that its slot belongs to, and says who has them."""
    run = f"fill:{os.getpid()}:{time.time_ns()}"
    for i in range(count):
        cluster.set(f"{run}:{i}", i)
    wrong = [i for i in range(count) if cluster.get(f"{run}:{i}") != str(i)]
    if wrong:
        sys.exit(f"{len(wrong)} of {count} keys read wrong, the first is {run}:{wrong[0]}")
    owners = {cluster.get_node_from_key(f"{run}:{i}").name for i in range(count)}
    print(f"redis-py wrote and read {count} keys on {len(owners)} primaries: {' '.join(sorted(owners))}")


def watch(cluster):
    """Writes ten times a second, and says when that fails and when it works again."""
    print("writing ten times a second; Ctrl-C ends it", flush=True)
    failing_since = None
    count = 0
    while True:
        count += 1
        try:
            cluster.set(f"watch:{count}", count)
            if failing_since is not None:
                print(f"write {count}: works again after {time.monotonic() - failing_since:.1f} s", flush=True)
                failing_since = None
            elif count % 50 == 0:
                print(f"write {count}: fine", flush=True)
        except (RedisError, OSError) as e:
            if failing_since is None:
                failing_since = time.monotonic()
                print(f"write {count}: {type(e).__name__}: {e}", flush=True)
        time.sleep(0.1)


def main(words):
    match words:
        case ["set", key, value]:
            connect().set(key, value)
            print("OK")
        case ["get", key]:
            print(connect().get(key))
        case ["fill", count]:
            fill(connect(), int(count))
        case ["watch"]:
            try:
                watch(connect())
            except KeyboardInterrupt:
                pass
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
