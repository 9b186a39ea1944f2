package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A cluster has one cgroup per hierarchy, named after its state folder: PROCESSES for what "up" starts, and one per node, below
// which that node's kubelet puts its pods. Version 1 has a hierarchy per controller, version 2 a single one.

const processesGroup = "processes"

// cgroupRoots lists the mount points of all cgroup hierarchies of the host.
func cgroupRoots() ([]string, error) {
	raw, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("reading the mount table: %w", err)
	}
	return cgroupMounts(string(raw)), nil
}

// cgroupMounts picks the cgroup file systems out of a mountinfo table.
func cgroupMounts(mountinfo string) []string {
	var roots []string
	for _, line := range strings.Split(mountinfo, "\n") {
		before, after, found := strings.Cut(line, " - ")
		fields := strings.Fields(before)
		if found && len(fields) > 4 && strings.HasPrefix(after, "cgroup") {
			roots = append(roots, fields[4])
		}
	}
	return roots
}

func unified(root string) bool {
	_, err := os.Stat(filepath.Join(root, "cgroup.controllers"))
	return err == nil
}

// ensureCgroups makes the groups of the cluster and moves this process into its process group, which everything it starts
// inherits. Thus not even a kill between starting a process and recording it loses that process.
func (c *cluster) ensureCgroups() error {
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	groups := []string{processesGroup}
	for _, n := range c.nodes() {
		groups = append(groups, n.Name)
	}
	for _, root := range roots {
		top := filepath.Join(root, c.cgroupName())
		for _, group := range groups {
			if err := makeCgroup(root, filepath.Join(top, group)); err != nil {
				return fmt.Errorf("making a cgroup: %w", err)
			}
		}
		if err := os.WriteFile(filepath.Join(top, processesGroup, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
			return fmt.Errorf("moving into the cgroup %s: %w", top, err)
		}
	}
	return nil
}

func makeCgroup(root, path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	for at := path; at != root; at = filepath.Dir(at) {
		if unified(root) {
			// A controller can be used in a group only if all groups above hand it down; not every one can everywhere.
			parent := filepath.Dir(at)
			available, _ := os.ReadFile(filepath.Join(parent, "cgroup.controllers"))
			for _, controller := range strings.Fields(string(available)) {
				_ = os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0)
			}
		}
	}
	return inheritCpuset(root, path)
}

// inheritCpuset copies the parent's processors and memory from the top down: in version 1 a new cpuset group has none, and no process
// can join it.
func inheritCpuset(root, path string) error {
	if path == root {
		return nil
	}
	if err := inheritCpuset(root, filepath.Dir(path)); err != nil {
		return err
	}
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		own, err := os.ReadFile(filepath.Join(path, file))
		if errors.Is(err, fs.ErrNotExist) || len(strings.TrimSpace(string(own))) > 0 || unified(root) {
			continue
		}
		if err != nil {
			return err
		}
		parents, err := os.ReadFile(filepath.Join(filepath.Dir(path), file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(path, file), parents, 0); err != nil {
			return err
		}
	}
	return nil
}

// cgroupProcesses lists the PIDs in a cgroup and all groups below it, in every hierarchy.
func cgroupProcesses(group string) map[int]bool {
	pids := map[int]bool{}
	roots, _ := cgroupRoots()
	for _, root := range roots {
		_ = filepath.WalkDir(filepath.Join(root, group), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Name() != "cgroup.procs" {
				return nil
			}
			raw, _ := os.ReadFile(path)
			for _, line := range strings.Fields(string(raw)) {
				if pid, err := strconv.Atoi(line); err == nil && pid > 1 {
					pids[pid] = true
				}
			}
			return nil
		})
	}
	return pids
}

// killCgroup ends every process in the group until there are none left; our own process is spared.
func killCgroup(group string, limit time.Duration) error {
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		left := 0
		for pid := range cgroupProcesses(group) {
			if pid == os.Getpid() {
				continue
			}
			if _, alive := readProcess(pid); alive {
				left++
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if left == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d processes in the cgroup %s do not end", left, group)
		}
	}
}

// removeCgroup removes a group and all below it, in every hierarchy, deepest first. The kernel refuses while a process is still on its
// way out, so it is tried again until the limit.
func removeCgroup(group string, limit time.Duration) error {
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		var failed error
		for _, root := range roots {
			var folders []string
			_ = filepath.WalkDir(filepath.Join(root, group), func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.IsDir() {
					folders = append(folders, path)
				}
				return nil
			})
			sort.Sort(sort.Reverse(sort.StringSlice(folders)))
			for _, folder := range folders {
				if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
					failed = err
				}
			}
		}
		if failed == nil || time.Now().After(deadline) {
			return failed
		}
	}
}

// leaveCgroup moves this process back to the top of every hierarchy if it is in the group: "up" may have to remove a group that it has
// joined itself.
func leaveCgroup(group string) error {
	if !cgroupProcesses(group)[os.Getpid()] {
		return nil
	}
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := os.WriteFile(filepath.Join(root, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
			return fmt.Errorf("leaving the cgroup %s: %w", group, err)
		}
	}
	return nil
}
