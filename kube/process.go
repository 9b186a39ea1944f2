package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process identifies one process for good: a PID is used again, a PID with its start time is not.
type process struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
}

// readProcess looks a live process up; a zombie counts as gone.
func readProcess(pid int) (process, bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The command name, field 2, may contain anything; the fields behind its closing parenthesis are numbers.
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return process{}, false
	}
	start, err := strconv.ParseUint(fields[19], 10, 64)
	return process{PID: pid, Start: start}, err == nil
}

func (p process) alive() bool {
	now, found := readProcess(p.PID)
	return found && now == p
}

// dying tells whether the process is past its end but still listed: the first process of a machine is so until the kernel has ended all
// others. It has no program any more.
func (p process) dying() bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", p.PID))
	return errors.Is(err, fs.ErrNotExist)
}

func (p process) kill() {
	if p.PID > 1 && p.alive() {
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
}

// waitForEnd waits until a killed process is gone. The first process of a machine goes after all others in it.
func (p process) waitForEnd(limit time.Duration) error {
	for deadline := time.Now().Add(limit); p.alive(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d does not end", p.PID)
		}
	}
	return nil
}

func (c *cluster) processFile(name string) string { return c.path("pids", name+".json") }
func (c *cluster) logFile(name string) string     { return c.path("log", name+".log") }

// recorded returns the process last started under the name; ok is false when there is none or it is dead. One that is dying is waited
// for, so that nobody builds on it.
func (c *cluster) recorded(name string) (p process, ok bool) {
	raw, err := os.ReadFile(c.processFile(name))
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return process{}, false
	}
	if p.dying() {
		return p, p.waitForEnd(endLimit) != nil
	}
	return p, p.alive()
}

// recordedNames lists all processes that were ever started for this cluster.
func (c *cluster) recordedNames() []string {
	files, _ := filepath.Glob(c.processFile("*"))
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".json"))
	}
	return names
}

// launch starts a command detached from us, with its output in log/NAME.log, and records it. The start itself is handed in
// because a child inherits the namespaces of the thread that starts it.
func (c *cluster) launch(name string, cmd *exec.Cmd, start func() error) (process, error) {
	log, err := os.OpenFile(c.logFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return process{}, fmt.Errorf("opening the log of %s: %w", name, err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "SLOTKEEPER_KUBE=" + c.mark()}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	if err := start(); err != nil {
		return process{}, fmt.Errorf("starting %s (%s): %w", name, cmd.Path, err)
	}
	go func() { _ = cmd.Wait() }()
	p, found := readProcess(cmd.Process.Pid)
	if !found {
		return process{}, fmt.Errorf("%s ended at once:\n%s", name, c.logTail(name))
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return process{}, err
	}
	return p, writeFile(c.processFile(name), string(raw)+"\n")
}

// logTail returns the last lines of a component's log, for messages about its failure.
func (c *cluster) logTail(name string) string {
	raw, err := os.ReadFile(c.logFile(name))
	if err != nil {
		return "  (no log)"
	}
	if len(raw) > 16<<10 {
		raw = raw[len(raw)-16<<10:]
	}
	lines := strings.Split(strings.TrimRight(string(raw), "\n"), "\n")
	if len(lines) > 12 {
		lines = lines[len(lines)-12:]
	}
	return "  " + strings.Join(lines, "\n  ")
}

// forgetDead removes the records of dead processes before they are started anew, so that whoever is dead later has died since.
func (c *cluster) forgetDead() {
	for _, name := range c.deadProcesses() {
		_ = os.Remove(c.processFile(name))
	}
}

// deadProcesses names the recorded processes that are not running any more.
func (c *cluster) deadProcesses() []string {
	var dead []string
	for _, name := range c.recordedNames() {
		if _, ok := c.recorded(name); !ok {
			dead = append(dead, name)
		}
	}
	return dead
}
