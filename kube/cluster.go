package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	kubernetesVersion = "v1.34.2"
	clusterDomain     = "cluster.local"
	zoneLabel         = "topology.kubernetes.io/zone"
	controlPlaneName  = "cp"
)

// cluster is what is known about one cluster. All names, addresses and paths follow from the state folder and the cluster number,
// so that a newer build, or one that finds only half of a cluster, looks in the same places.
type cluster struct {
	State  string `json:"-"`
	Number int    `json:"number"`
	Nodes  int    `json:"nodes"`
	Audit  bool   `json:"audit"`
	// Complete is set when the cluster has been ready once. Remains without it are removed, not repaired.
	Complete bool `json:"complete"`
}

// newCluster takes the folder as the user wrote it; symbolic links are resolved so that a folder has one name only.
func newCluster(state string) *cluster {
	if abs, err := filepath.Abs(state); err == nil {
		state = abs
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(state)); err == nil {
		state = filepath.Join(parent, filepath.Base(state))
	}
	return &cluster{State: state}
}

// loadCluster reads what the last "up" recorded; found is false when there is no record.
func loadCluster(state string) (c *cluster, found bool, err error) {
	c = newCluster(state)
	raw, err := os.ReadFile(c.path("cluster.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("reading the cluster's record: %w", err)
	}
	if err := json.Unmarshal(raw, c); err != nil {
		// A record cut short by a kill says nothing: the rest is found by name.
		return c, false, nil
	}
	return c, true, nil
}

// runningCluster is for the commands that need a cluster to talk to.
func runningCluster(state string) (*cluster, error) {
	c, found, err := loadCluster(state)
	if err == nil && !found {
		err = fmt.Errorf("there is no cluster in %s: start one with \"kube up\"", c.State)
	}
	return c, err
}

func (c *cluster) save() error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return writeFile(c.path("cluster.json"), string(raw)+"\n")
}

func (c *cluster) path(parts ...string) string {
	return filepath.Join(append([]string{c.State}, parts...)...)
}

func (c *cluster) adminConfig() string { return c.path("admin.conf") }

// mark is carried by every process (in its environment) and by every network link (as its alias): what carries it is ours.
func (c *cluster) mark() string { return "slotkeeper-kube:" + c.State }

// id is short and differs for every state folder.
func (c *cluster) id() string { return fmt.Sprintf("%x", sha256.Sum256([]byte(c.State)))[:8] }

// cgroupName follows from the state folder alone, so that a cluster's processes are found even if nothing was recorded.
func (c *cluster) cgroupName() string { return "slotkeeper-kube-" + c.id() }

func (c *cluster) bridge() string        { return fmt.Sprintf("sk%d", c.Number) }
func (c *cluster) hostIP() string        { return fmt.Sprintf("172.30.%d.1", c.Number) }
func (c *cluster) controlIP() string     { return fmt.Sprintf("172.30.%d.2", c.Number) }
func (c *cluster) nodeIP(n int) string   { return fmt.Sprintf("172.30.%d.%d", c.Number, 10+n) }
func (c *cluster) machineRange() string  { return fmt.Sprintf("172.30.%d.0/24", c.Number) }
func (c *cluster) podRange() string      { return fmt.Sprintf("10.%d.0.0/16", 200+c.Number) }
func (c *cluster) podsOf(n int) string   { return fmt.Sprintf("10.%d.%d.0/24", 200+c.Number, n) }
func (c *cluster) serviceRange() string  { return fmt.Sprintf("10.%d.0.0/16", 100+c.Number) }
func (c *cluster) kubernetesIP() string  { return fmt.Sprintf("10.%d.0.1", 100+c.Number) }
func (c *cluster) apiServerURL() string  { return "https://" + c.controlIP() + ":6443" }
func (c *cluster) volumesFolder() string { return c.path("volumes") }

// machine is one network node: the control plane ("cp"), or a Kubernetes node ("n1", "n2", ...). Index is 0 for the control plane.
type machine struct {
	*cluster
	Name  string
	Index int
}

func (c *cluster) controlPlane() machine { return machine{cluster: c, Name: controlPlaneName} }

func (c *cluster) node(n int) machine {
	return machine{cluster: c, Name: fmt.Sprintf("n%d", n), Index: n}
}

func (c *cluster) nodes() []machine {
	var all []machine
	for n := 1; n <= c.Nodes; n++ {
		all = append(all, c.node(n))
	}
	return all
}

func (c *cluster) machines() []machine { return append([]machine{c.controlPlane()}, c.nodes()...) }

func (m machine) dir(parts ...string) string { return m.path(append([]string{m.Name}, parts...)...) }
func (m machine) initName() string           { return m.Name + "-init" }
func (m machine) link() string               { return m.bridge() + "-" + m.Name }

func (m machine) ip() string {
	if m.Index == 0 {
		return m.controlIP()
	}
	return m.nodeIP(m.Index)
}

// writeFile writes whole files only: a kill in the middle leaves the old content.
func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	part := path + ".part"
	if err := os.WriteFile(part, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}
