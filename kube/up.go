package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const readyLimit = 90 * time.Second

type upOptions struct {
	Nodes, Number int
	Audit         bool
}

// runUp makes a cluster that is ready, from whatever is there: nothing, a healthy cluster, one with dead parts, or the remains of a
// run that was killed.
func runUp(state string, want upOptions) error {
	if want.Nodes < 1 || want.Nodes > 9 {
		return fmt.Errorf("--nodes %d: a cluster has 1 to 9 nodes", want.Nodes)
	}
	if want.Number < 0 || want.Number > 9 {
		return fmt.Errorf("--cluster %d: cluster numbers are 0 to 9", want.Number)
	}
	if err := requireRoot(); err != nil {
		return err
	}
	c := newCluster(state)
	for _, folder := range append([]string{"/proc", "/sys", "/dev"}, privateFolders...) {
		if strings.HasPrefix(c.State+"/", folder+"/") {
			return fmt.Errorf("the state folder %s cannot be below %s, which every node has for itself: choose another with --state", c.State, folder)
		}
	}
	if err := ensurePackages(); err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	old, found, err := loadCluster(state)
	if err != nil {
		return err
	}
	progress := newProgress()
	switch {
	case found && old.Complete && (old.Nodes != want.Nodes || old.Number != want.Number || old.Audit != want.Audit):
		return fmt.Errorf("the cluster in %s is another one (%d nodes, number %d, audit %v): remove it first with \"kube down\"",
			old.State, old.Nodes, old.Number, old.Audit)
	case found && old.Complete:
		c = old
		if healthy, _ := c.health(); healthy {
			fmt.Printf("the cluster is up and healthy\nexport KUBECONFIG=%s\n", c.adminConfig())
			return nil
		}
		progress.step("repairing the cluster")
	default:
		// Nothing at all, or the remains of a run that did not finish: even a state folder that someone has emptied says nothing
		// about what is still running.
		if found {
			c.Number = old.Number
			progress.step("removing the remains of a run that did not finish")
		}
		if err := c.remove(); err != nil {
			return err
		}
		c.Nodes, c.Number, c.Audit = want.Nodes, want.Number, want.Audit
	}
	err = c.converge(progress)
	if err != nil && c.Complete && len(c.deadProcesses()) > 0 {
		// Whatever broke the cluster may have gone on breaking it while it was repaired.
		progress.step("repairing once more: %v", err)
		err = c.converge(progress)
	}
	if err != nil {
		return c.explain(err)
	}
	progress.step("ready: %d nodes", c.Nodes)
	fmt.Printf("export KUBECONFIG=%s\n", c.adminConfig())
	return nil
}

// converge starts what is not running and waits until all of it works.
func (c *cluster) converge(progress *progress) error {
	for _, folder := range []string{"log", "pids"} {
		if err := os.MkdirAll(c.path(folder), 0o755); err != nil {
			return err
		}
	}
	if err := c.save(); err != nil {
		return err
	}
	c.forgetDead()
	if err := c.ensureCgroups(); err != nil {
		return err
	}
	if err := c.ensureHostNetwork(); err != nil {
		return err
	}
	if err := c.ensurePKI(); err != nil {
		return err
	}
	if err := c.writePrograms(); err != nil {
		return err
	}
	for _, m := range c.machines() {
		if err := m.ensureMachine(); err != nil {
			return err
		}
	}
	progress.step("namespaces and network")
	if err := c.startAPIServer(); err != nil {
		return err
	}
	if err := inParallel(c.nodes(), machine.startContainerd); err != nil {
		return err
	}
	progress.step("containerd on every node")
	ctx, cancel := context.WithTimeout(context.Background(), readyLimit)
	defer cancel()
	api, err := connect(c.adminConfig())
	if err != nil {
		return err
	}
	if err := c.waitFor(ctx, "the API server", func() error { return apiReady(ctx, api) }); err != nil {
		return err
	}
	progress.step("API server")
	for _, n := range c.nodes() {
		if err := n.startKubelet(); err != nil {
			return err
		}
	}
	if err := c.startControllers(); err != nil {
		return err
	}
	if err := ensureStorageClass(ctx, api); err != nil {
		return err
	}
	checks := []struct {
		what  string
		ready func() error
	}{
		{"the nodes", func() error { return c.nodesReady(ctx, api) }},
		{"the first service account", func() error { return accountsReady(ctx, api) }},
		{"cluster DNS", func() error { return c.dnsReady(ctx) }},
		{"services", func() error { return c.servicesReady(ctx) }},
	}
	for _, check := range checks {
		if err := c.waitFor(ctx, check.what, check.ready); err != nil {
			return err
		}
		progress.step("%s", check.what)
	}
	c.Complete = true
	return c.save()
}

// waitFor asks until the answer is good; it gives up early when a component has died.
func (c *cluster) waitFor(ctx context.Context, what string, ready func() error) error {
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if dead := c.deadProcesses(); len(dead) > 0 {
			return fmt.Errorf("%s did not become ready because %s ended", what, strings.Join(dead, ", "))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not become ready in %s (the logs are in %s): %w", what, readyLimit, c.path("log"), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// explain adds the last words of the components that have died.
func (c *cluster) explain(err error) error {
	text := ""
	for _, name := range c.deadProcesses() {
		text += fmt.Sprintf("\n%s ended; the end of %s:\n%s", name, c.logFile(name), c.logTail(name))
	}
	return fmt.Errorf("%w%s", err, text)
}

// lock makes commands on the same state folder wait for each other. The lock is on the folder itself, so that there is no file to be
// left behind; a kill gives it up.
func (c *cluster) lock() (unlock func(), err error) {
	said := false
	for {
		if err := os.MkdirAll(c.State, 0o755); err != nil {
			return nil, fmt.Errorf("making the state folder: %w", err)
		}
		folder, err := os.Open(c.State)
		if err != nil {
			return nil, fmt.Errorf("opening the state folder: %w", err)
		}
		err = unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			// The folder may have been removed, and perhaps made again, between opening and locking it.
			mine, errMine := folder.Stat()
			current, errCurrent := os.Stat(c.State)
			if errMine == nil && errCurrent == nil && os.SameFile(mine, current) {
				return func() { _ = folder.Close() }, nil
			}
		}
		_ = folder.Close()
		if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("locking the state folder: %w", err)
		}
		if err != nil && !said {
			said = true
			fmt.Printf("waiting for another kube command on %s\n", c.State)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// progress prints a line per step with the time since the start.
type progress struct{ started time.Time }

func newProgress() *progress { return &progress{started: time.Now()} }

func (p *progress) step(format string, values ...any) {
	fmt.Printf("%5.1f s  %s\n", time.Since(p.started).Seconds(), fmt.Sprintf(format, values...))
}
