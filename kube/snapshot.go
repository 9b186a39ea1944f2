package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
)

// snapshot is a set of lines, one for everything on the host that a cluster could leave behind. Other clusters may come and go
// between two snapshots: what belongs to them is left out.
type snapshot map[string]bool

// added lists what is in the later snapshot only.
func (before snapshot) added(after snapshot) []string {
	var lines []string
	for line := range after {
		if !before[line] {
			lines = append(lines, line)
		}
	}
	sort.Strings(lines)
	return lines
}

// hostFiles are places where Kubernetes and what it is made of write when nobody keeps them from it.
var hostFiles = []string{
	"/run/netns/*", "/run/containerd", "/run/xtables.lock", "/run/docker", "/var/lib/cni", "/var/lib/kubelet", "/var/lib/containerd",
	"/var/log/pods", "/var/log/containers", "/etc/cni", "/opt/cni", "/opt/containerd", "/etc/kubernetes", "/usr/libexec/kubernetes",
}

var hostSettings = []string{
	"net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet", "net/bridge/bridge-nf-call-iptables", "net/netfilter/nf_conntrack_max",
	"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys",
	"kernel/keys/root_maxbytes", "fs/inotify/max_user_instances",
}

func (c *cluster) takeSnapshot() (snapshot, error) {
	s := snapshot{}
	add := func(kind, text string) { s[kind+" "+text] = true }
	c.addProcesses(add)
	if err := addMounts(add); err != nil {
		return nil, err
	}
	if err := c.addNetwork(add); err != nil {
		return nil, err
	}
	if err := c.addCgroups(add); err != nil {
		return nil, err
	}
	for _, pattern := range append(hostFiles, c.State) {
		found, _ := filepath.Glob(pattern)
		for _, path := range found {
			add("file", path)
		}
	}
	for _, setting := range hostSettings {
		value, _ := os.ReadFile(filepath.Join("/proc/sys", setting))
		add("setting", setting+" "+strings.TrimSpace(string(value)))
	}
	return s, nil
}

// addProcesses adds the processes that carry our mark or are in our cgroup, all that lost their parent in namespaces of their own, and
// the network namespaces of all of these.
func (c *cluster) addProcesses(add func(kind, text string)) {
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		pid, _ := strconv.Atoi(filepath.Base(entry))
		p, alive := readProcess(pid)
		if !alive || pid == os.Getpid() {
			continue
		}
		environment, _ := os.ReadFile(entry + "/environ")
		groups, _ := os.ReadFile(entry + "/cgroup")
		ours := strings.Contains("\x00"+string(environment), "\x00SLOTKEEPER_KUBE="+c.mark()+"\x00") || strings.Contains(string(groups), c.cgroupName())
		if !ours && (strings.Contains(string(groups), "slotkeeper-kube-") || !isOrphanElsewhere(entry)) {
			continue
		}
		command, _ := os.ReadFile(entry + "/cmdline")
		add("process", fmt.Sprintf("%d %d %s", p.PID, p.Start, strings.ReplaceAll(string(command), "\x00", " ")))
		if space, err := os.Readlink(entry + "/ns/net"); err == nil {
			add("network namespace", space)
		}
	}
}

// isOrphanElsewhere recognises a process whose parent has gone and that is in other namespaces than ours.
func isOrphanElsewhere(entry string) bool {
	status, _ := os.ReadFile(entry + "/status")
	if !strings.Contains(string(status), "\nPPid:\t1\n") {
		return false
	}
	for _, kind := range []string{"net", "pid", "mnt"} {
		theirs, err := os.Readlink(entry + "/ns/" + kind)
		mine, _ := os.Readlink("/proc/self/ns/" + kind)
		if err == nil && theirs != mine {
			return true
		}
	}
	return false
}

func addMounts(add func(kind, text string)) error {
	raw, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("reading the mount table: %w", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		// The first three fields are numbers that may be given anew.
		if fields := strings.Fields(line); len(fields) > 4 {
			add("mount", strings.Join(fields[3:], " "))
		}
	}
	return nil
}

// ofAnotherCluster matches names and addresses of the clusters with other numbers.
func (c *cluster) ofAnotherCluster() *regexp.Regexp {
	var others []string
	for n := 0; n <= 9; n++ {
		if n != c.Number {
			others = append(others, fmt.Sprintf(`\bsk%d\b|\b10\.(10|20)%d\.|\b172\.30\.%d\.`, n, n, n))
		}
	}
	return regexp.MustCompile(strings.Join(others, "|"))
}

func (c *cluster) addNetwork(add func(kind, text string)) error {
	foreign := c.ofAnotherCluster()
	links, err := netlink.LinkList()
	if err != nil {
		return fmt.Errorf("listing network links: %w", err)
	}
	names := map[int]string{}
	for _, link := range links {
		names[link.Attrs().Index] = link.Attrs().Name
		if !foreign.MatchString(link.Attrs().Name) {
			add("link", link.Attrs().Name)
		}
	}
	routes, err := netlink.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{}, netlink.RT_FILTER_TABLE)
	if err != nil {
		return fmt.Errorf("listing routes: %w", err)
	}
	for _, r := range routes {
		// A link that comes up again has another number; its name says the same.
		text := fmt.Sprintf("table %d type %d to %s via %s dev %s protocol %d", r.Table, r.Type, r.Dst, r.Gw, names[r.LinkIndex], r.Protocol)
		if !foreign.MatchString(text) {
			add("route", text)
		}
	}
	rules, err := netlink.RuleList(netlink.FAMILY_ALL)
	if err != nil {
		return fmt.Errorf("listing routing rules: %w", err)
	}
	for _, r := range rules {
		if !foreign.MatchString(r.IifName) {
			add("rule", fmt.Sprintf("%d %s type %d protocol %d", r.Priority, r, r.Type, r.Protocol))
		}
	}
	for _, program := range []string{"iptables-save", "ip6tables-save", "iptables-legacy-save"} {
		out, err := exec.Command(program).Output()
		if err != nil {
			continue
		}
		for _, line := range strings.Split(string(out), "\n") {
			if line != "" && !strings.HasPrefix(line, "#") {
				add(program, regexp.MustCompile(`\[\d+:\d+\]`).ReplaceAllString(line, ""))
			}
		}
	}
	return nil
}

// addCgroups adds all cgroups but those beside our own: whoever started us starts and ends other things there.
func (c *cluster) addCgroups(add func(kind, text string)) error {
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return fmt.Errorf("reading our own cgroup: %w", err)
	}
	beside := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(own)), "\n") {
		if fields := strings.SplitN(line, ":", 3); len(fields) == 3 && filepath.Dir(fields[2]) != "/" {
			beside[filepath.Dir(fields[2])] = true
		}
	}
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return nil
			}
			within := strings.TrimPrefix(path, root)
			if beside[within] || (strings.HasPrefix(within, "/slotkeeper-kube-") && !strings.HasPrefix(within, "/"+c.cgroupName())) {
				return fs.SkipDir
			}
			add("cgroup", path)
			return nil
		})
	}
	return nil
}
