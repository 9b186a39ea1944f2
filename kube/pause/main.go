// pause is the smallest useful first process: it waits, and collects the children that are left to it.
//
// It is used twice: as the container that holds a pod's namespaces open, and as the first process of every node. Linux ends all
// processes of a PID namespace with its first process, so ending this program ends a node and everything that ever ran on it.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGTERM, syscall.SIGINT)
	for s := range signals {
		if s != syscall.SIGCHLD {
			return
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 && err != syscall.EINTR {
				break
			}
		}
	}
}
