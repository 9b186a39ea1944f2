package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type selftestOptions struct {
	Cycles, Kills, Number, Nodes int
	Seed                         int64
}

// selftest runs clusters of its own, with their own number and state folder, and holds after every removal that the host is as it was.
type selftest struct {
	selftestOptions
	cluster        *cluster
	random         *rand.Rand
	before         snapshot
	ups, downs     []time.Duration
	passed, failed int
}

// runSelftest goes through plain cycles first and then through those with kills. Everything random follows from the seed.
func runSelftest(options selftestOptions) error {
	if err := requireRoot(); err != nil {
		return err
	}
	if err := ensurePackages(); err != nil {
		return err
	}
	if options.Seed == 0 {
		options.Seed = time.Now().UnixNano() % 1_000_000
	}
	t := &selftest{selftestOptions: options, cluster: newCluster(defaultState() + "-selftest"), random: rand.New(rand.NewSource(options.Seed))}
	t.cluster.Number = options.Number
	fmt.Printf("seed %d\n", options.Seed)
	if _, err := t.kube("down"); err != nil {
		return err
	}
	var err error
	if t.before, err = t.cluster.takeSnapshot(); err != nil {
		return err
	}
	for i := 1; i <= options.Cycles; i++ {
		t.cycle(fmt.Sprintf("cycle %d", i), t.plain)
	}
	scenarios := []func() (string, error){t.killParts, t.killUp, t.killDown}
	for i := 1; i <= options.Kills; i++ {
		t.cycle(fmt.Sprintf("kill cycle %d", i), scenarios[(i-1)%len(scenarios)])
	}
	fmt.Printf("up   %s\ndown %s\n", spread(t.ups), spread(t.downs))
	fmt.Printf("%d passed, %d failed\n", t.passed, t.failed)
	if t.failed > 0 {
		return quietError{}
	}
	return nil
}

// cycle runs one scenario, which ends with "down", and looks at what is left.
func (t *selftest) cycle(name string, scenario func() (string, error)) {
	story, err := scenario()
	if err != nil {
		// The next cycle shall start from nothing all the same.
		if _, again := t.kube("down"); again != nil {
			err = fmt.Errorf("%w; %w", err, again)
		}
	}
	left, problem := t.leftBehind()
	if err == nil {
		err = problem
	}
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("left behind:\n  %s", strings.Join(left, "\n  "))
	}
	if err != nil {
		t.failed++
		fmt.Printf("%s: FAILED: %s: %v\n", name, story, err)
		return
	}
	t.passed++
	fmt.Printf("%s: %s, nothing left\n", name, story)
}

// leftBehind gives the kernel a moment: it takes network namespaces apart after their last process has ended.
func (t *selftest) leftBehind() ([]string, error) {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		after, err := t.cluster.takeSnapshot()
		if err != nil {
			return nil, err
		}
		if left := t.before.added(after); len(left) == 0 || time.Now().After(deadline) {
			return left, nil
		}
	}
}

func (t *selftest) command(args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", append([]string{"--state=" + t.cluster.State}, args...)...)
	cmd.Args[0] = "kube"
	return cmd
}

func (t *selftest) kube(args ...string) (time.Duration, error) {
	started := time.Now()
	if out, err := t.command(args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("kube %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return time.Since(started), nil
}

func (t *selftest) upArguments() []string {
	return []string{"up", "--cluster=" + strconv.Itoa(t.Number), "--nodes=" + strconv.Itoa(t.Nodes)}
}

func (t *selftest) up() (string, error) {
	took, err := t.kube(t.upArguments()...)
	if err == nil {
		t.ups = append(t.ups, took)
	}
	return fmt.Sprintf("up %.1f s", took.Seconds()), err
}

func (t *selftest) down() (string, error) {
	took, err := t.kube("down")
	if err == nil {
		t.downs = append(t.downs, took)
	}
	return fmt.Sprintf("down %.1f s", took.Seconds()), err
}

// plain is a cluster with pods and volumes that comes and goes undisturbed.
func (t *selftest) plain() (string, error) { return sequence(t.up, t.pods, t.down) }

func (t *selftest) killParts() (string, error) {
	return sequence(t.up, t.pods, t.killSome, t.maybeUp, t.down)
}

func (t *selftest) killUp() (string, error) {
	interrupted := func() (string, error) { return t.interrupt(6*time.Second, t.upArguments()...) }
	return sequence(interrupted, t.maybeUp, t.down)
}

func (t *selftest) killDown() (string, error) {
	interrupted := func() (string, error) { return t.interrupt(400*time.Millisecond, "down") }
	return sequence(t.up, t.pods, interrupted, t.maybeUp, t.down)
}

// sequence tells the story of its steps up to the first that fails.
func sequence(steps ...func() (string, error)) (string, error) {
	var stories []string
	for _, step := range steps {
		story, err := step()
		if story != "" {
			stories = append(stories, story)
		}
		if err != nil {
			return strings.Join(stories, ", "), err
		}
	}
	return strings.Join(stories, ", "), nil
}

const somePods = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pods}
spec:
  serviceName: pods
  replicas: 4
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: pods}}
  template:
    metadata: {labels: {app: pods}}
    spec:
      containers:
      - {name: pause, image: "` + pauseImage + `", volumeMounts: [{name: data, mountPath: /data}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

func (t *selftest) pods() (string, error) {
	apply := t.command("kubectl", "apply", "-f", "-")
	apply.Stdin = bytes.NewBufferString(somePods)
	if out, err := apply.CombinedOutput(); err != nil {
		return "", fmt.Errorf("creating pods: %w\n%s", err, out)
	}
	_, err := t.kube("kubectl", "rollout", "status", "statefulset/pods", "--timeout=60s")
	return "", err
}

// killSome ends one to four processes of the cluster, whichever: components, first processes of nodes, shims, pods.
func (t *selftest) killSome() (string, error) {
	var pids []int
	for pid := range cgroupProcesses(t.cluster.cgroupName()) {
		pids = append(pids, pid)
	}
	sort.Ints(pids)
	t.random.Shuffle(len(pids), func(i, j int) { pids[i], pids[j] = pids[j], pids[i] })
	var names []string
	for _, pid := range pids[:min(len(pids), 1+t.random.Intn(4))] {
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		words := strings.Split(strings.TrimRight(string(command), "\x00"), "\x00")
		names = append(names, strings.Join(words[:min(len(words), 2)], " "))
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return "killed " + strings.Join(names, " and "), nil
}

// interrupt kills one of our own commands after a random part of the given time.
func (t *selftest) interrupt(limit time.Duration, args ...string) (string, error) {
	after := time.Duration(t.random.Int63n(int64(limit)))
	cmd := t.command(args...)
	if err := cmd.Start(); err != nil {
		return "", err
	}
	time.Sleep(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return fmt.Sprintf("killed %q after %.2f s", args[0], after.Seconds()), nil
}

// maybeUp repairs in half of the cases, so that "down" meets both a broken and a repaired cluster. A repaired one has to run pods.
func (t *selftest) maybeUp() (string, error) {
	if t.random.Intn(2) == 0 {
		return "", nil
	}
	took, err := t.kube(t.upArguments()...)
	if err == nil {
		_, err = t.pods()
	}
	return fmt.Sprintf("up again %.1f s", took.Seconds()), err
}

func spread(times []time.Duration) string {
	if len(times) == 0 {
		return "was not measured"
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return fmt.Sprintf("min %.1f s, median %.1f s, max %.1f s", times[0].Seconds(), times[len(times)/2].Seconds(), times[len(times)-1].Seconds())
}
