package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A machine is a set of Linux namespaces (network, mounts, processes, host name, IPC) held by one small first process. The kernel
// guards the borders: mounts, pods' network namespaces and stray processes cannot outlive the machine, and nothing of them is ever
// visible on the host. That is why removal works after any crash: end the first process and the machine is gone.

// enter runs f on a thread of its own inside the machine's namespaces. Commands started by f run in the machine; the thread's view
// of files is the machine's, with one exception: its own /proc entries are missing, because the thread itself stays a host process.
func (m machine) enter(f func() error) error {
	first, ok := m.recorded(m.initName())
	if !ok {
		return fmt.Errorf("node %s is not running", m.Name)
	}
	result := make(chan error, 1)
	go func() {
		// Never unlocked: the Go runtime ends the thread with the goroutine, so no other code gets to run in these namespaces.
		runtime.LockOSThread()
		result <- enterNamespaces(first.PID, f)
	}()
	return <-result
}

func enterNamespaces(pid int, f func() error) error {
	var files []*os.File
	for _, kind := range []string{"net", "uts", "ipc", "pid", "mnt"} {
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil {
			return fmt.Errorf("opening a namespace: %w", err)
		}
		defer file.Close()
		files = append(files, file)
	}
	// A thread may change its mount namespace only if it shares its working directory with no other thread.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("leaving the program's shared file system state: %w", err)
	}
	for _, file := range files {
		if err := unix.Setns(int(file.Fd()), 0); err != nil {
			return fmt.Errorf("entering %s: %w", file.Name(), err)
		}
	}
	return f()
}

// run starts a program, or one of the components, in the machine unless it is running already under the name.
func (m machine) run(name string, argv ...string) error {
	if _, ok := m.recorded(name); ok {
		return nil
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	if isComponent(argv[0]) {
		// This very program, even if a newer build has taken its place on the disk.
		cmd = &exec.Cmd{Path: "/proc/self/exe", Args: append([]string{"kube"}, argv...)}
	}
	cmd.Dir = m.dir()
	_, err := m.launch(name, cmd, func() error { return m.enter(cmd.Start) })
	return err
}

// ensureNamespaces makes the machine's namespaces and what has to be mounted in them, unless they exist.
func (m machine) ensureNamespaces() error {
	if _, ok := m.recorded(m.initName()); ok {
		return nil
	}
	if err := os.MkdirAll(m.dir(), 0o755); err != nil {
		return err
	}
	cmd := exec.Command(m.nodeProgram(), m.State, m.Name)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
	}
	if _, err := m.launch(m.initName(), cmd, cmd.Start); err != nil {
		return err
	}
	if err := writeFile(m.dir("resolv.conf"), "nameserver "+m.controlIP()+"\n"); err != nil {
		return err
	}
	if err := m.enter(m.prepareMounts); err != nil {
		return fmt.Errorf("preparing the file system of %s: %w", m.Name, err)
	}
	return nil
}

// privateFolders are where containerd, the CNI plugins and the kubelet keep state at fixed paths. Every machine has its own, in
// memory, empty after each start, like /run after a reboot.
var privateFolders = []string{"/run", "/var/lib", "/var/log"}

// kernelSettings are what a kubelet wants to find and would otherwise set for the whole host. The machine shows it these values; the
// host's are left alone.
var kernelSettings = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// prepareMounts runs inside the machine.
func (m machine) prepareMounts() error {
	if err := unix.Sethostname([]byte(m.Name)); err != nil {
		return fmt.Errorf("setting the host name: %w", err)
	}
	// Unmounting on the host still reaches the machine, so that it pins nothing; nothing goes the other way.
	for _, propagation := range []uintptr{unix.MS_SLAVE, unix.MS_SHARED} {
		if err := unix.Mount("", "/", "", unix.MS_REC|propagation, ""); err != nil {
			return fmt.Errorf("separating the mounts from the host's: %w", err)
		}
	}
	// /proc shows the processes of the namespace its mounter is in: it takes a child, our own thread is still in the host's.
	if out, err := exec.Command("mount", "-t", "proc", "proc", "/proc").CombinedOutput(); err != nil {
		return fmt.Errorf("mounting /proc: %w: %s", err, out)
	}
	resolver, err := filepath.EvalSymlinks("/etc/resolv.conf")
	if errors.Is(err, os.ErrNotExist) {
		resolver, err = "", nil
	}
	if err != nil {
		return err
	}
	for _, folder := range privateFolders {
		if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "mode=0755"); err != nil {
			return fmt.Errorf("mounting a private %s: %w", folder, err)
		}
	}
	if resolver != "" {
		if err := bindOver(m.dir("resolv.conf"), resolver); err != nil {
			return err
		}
	}
	for name, value := range kernelSettings {
		shown := filepath.Join("/run/kernel-settings", name)
		if err := writeFile(shown, value+"\n"); err != nil {
			return err
		}
		if err := bindOver(shown, filepath.Join("/proc/sys", name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// bindOver shows one file in the place of another; a place that one of the private folders has hidden is made again.
func bindOver(source, target string) error {
	for _, folder := range privateFolders {
		if strings.HasPrefix(target, folder+"/") {
			if err := writeFile(target, ""); err != nil {
				return err
			}
		}
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("showing %s as %s: %w", source, target, &os.PathError{Op: "bind", Path: target, Err: err})
	}
	return nil
}
