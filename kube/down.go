package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/vishvananda/netlink"
)

const endLimit = 30 * time.Second

func runDown(state string) error {
	if err := requireRoot(); err != nil {
		return err
	}
	c, _, err := loadCluster(state)
	if err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	progress := newProgress()
	// What another command wrote while we waited for it counts, not what was there before.
	if c, _, err = loadCluster(state); err != nil {
		return err
	}
	if err := c.remove(); err != nil {
		return err
	}
	if err := os.Remove(c.State); err != nil {
		return fmt.Errorf("removing the state folder: %w", err)
	}
	progress.step("removed")
	return nil
}

// remove takes away everything of the cluster, in whatever state it is. It goes by marks and names that follow from the state folder,
// so that what was never recorded is found as well. Routes go last: until then no packet for a pod leaves this machine.
func (c *cluster) remove() error {
	c.numberFromLinks()
	for _, name := range c.recordedNames() {
		if p, ok := c.recorded(name); ok {
			p.kill()
		}
	}
	if err := killCgroup(c.cgroupName(), endLimit); err != nil {
		return err
	}
	if err := leaveCgroup(c.cgroupName()); err != nil {
		return err
	}
	if err := removeCgroup(c.cgroupName(), endLimit); err != nil {
		return fmt.Errorf("removing the cgroup %s: %w", c.cgroupName(), err)
	}
	if err := c.removeLinks(); err != nil {
		return err
	}
	if err := c.removeRoutes(); err != nil {
		return err
	}
	return c.emptyState()
}

// numberFromLinks finds the cluster's number when its record is gone: a link with our mark is named after it.
func (c *cluster) numberFromLinks() {
	if _, err := os.Stat(c.path("cluster.json")); err == nil {
		return
	}
	links, err := netlink.LinkList()
	if err != nil {
		return
	}
	for _, link := range links {
		if link.Attrs().Alias == c.mark() {
			_, _ = fmt.Sscanf(link.Attrs().Name, "sk%d", &c.Number)
		}
	}
}

// emptyState removes what is in the state folder; the folder itself carries the lock. A process that was just killed may write a last
// file, so it is tried again.
func (c *cluster) emptyState() error {
	for deadline := time.Now().Add(endLimit); ; time.Sleep(20 * time.Millisecond) {
		entries, err := os.ReadDir(c.State)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		for _, entry := range entries {
			err = errors.Join(err, os.RemoveAll(c.path(entry.Name())))
		}
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("emptying the state folder: %w", err)
		}
	}
}
