// kube is a real Kubernetes on one Linux machine without Docker: the components linked into one program, and the commands that
// start, inspect, disturb and remove a cluster of them. README.md says how it works and what it leaves out.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/coredns/coredns/coremain"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.etcd.io/etcd/api/v3/version"
)

func main() {
	if name := filepath.Base(os.Args[0]); isComponent(name) {
		runComponent(name, os.Args)
	}
	if len(os.Args) > 1 && isComponent(os.Args[1]) {
		runComponent(os.Args[1], os.Args[1:])
	}
	if state, rest, found := kubectlCall(os.Args[1:]); found {
		runKubectl(state, rest)
	}
	keepFilesToOurselves()
	if err := command().Execute(); err != nil {
		var quiet quietError
		if !errors.As(err, &quiet) {
			fmt.Fprintln(os.Stderr, "kube: "+err.Error())
		}
		os.Exit(1)
	}
}

// keepFilesToOurselves marks what we inherited as not to be passed on: components outlive us, and would keep a caller's
// lock or pipe open for as long as the cluster runs.
func keepFilesToOurselves() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}

// quietError ends a command with exit code 1 after it has already said everything.
type quietError struct{}

func (quietError) Error() string { return "failed" }

func command() *cobra.Command {
	var state string
	root := &cobra.Command{
		Use:           "kube",
		Short:         "A real Kubernetes on one Linux machine, without Docker",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.Version = fmt.Sprintf("Kubernetes %s, etcd %s, CoreDNS %s", kubernetesVersion, version.Version, coremain.CoreVersion)
	root.SetVersionTemplate("{{.Version}}\n")
	// The components register flags of theirs for every program they are linked into.
	pflag.CommandLine = pflag.NewFlagSet("kube", pflag.ContinueOnError)
	root.PersistentFlags().StringVar(&state, "state", defaultState(), "folder that holds everything the cluster writes")

	options := upOptions{}
	up := &cobra.Command{
		Use:   "up",
		Short: "Start a cluster, or repair the one that is there, and wait until it is ready",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runUp(state, options) },
	}
	up.Flags().IntVar(&options.Nodes, "nodes", 3, "number of nodes, 1 to 9")
	up.Flags().IntVar(&options.Number, "cluster", 0, "cluster number, 0 to 9: clusters side by side need one state folder and one number each")
	up.Flags().BoolVar(&options.Audit, "audit", false, "make the API server write audit.log (metadata of every request) to the state folder")

	node := &cobra.Command{
		Use:   "node NAME cut|heal|stop|start|exec [-- COMMAND...]",
		Short: "Disturb a node: pull its cable, kill its machine, bring it back; or run a command on it",
		Long: `Disturb one node (n1, n2, ...):

  cut     take the node's network link down; its pods run on, unreachable
  heal    take the link up again
  stop    kill -9 everything on the node at once, as when a machine loses power
  start   bring a stopped node back as after a reboot; its volumes are still there
  exec    run a command in the node's namespaces: kube node n1 exec -- ip route`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return errors.New("say which node and what to do with it, as in \"kube node n1 stop\"")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runNode(state, args[0], args[1], args[2:]) },
	}

	test := selftestOptions{}
	selftest := &cobra.Command{
		Use:   "selftest",
		Short: "Start and remove clusters many times and look for anything left behind",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runSelftest(test) },
	}
	selftest.Flags().IntVar(&test.Cycles, "cycles", 30, "up/down cycles")
	selftest.Flags().IntVar(&test.Kills, "kills", 5, "further cycles in which random parts are killed before down")
	selftest.Flags().Int64Var(&test.Seed, "seed", 0, "seed of the random kills (0: pick one and print it)")
	selftest.Flags().IntVar(&test.Number, "cluster", 9, "cluster number to use, so that other clusters are not disturbed")
	selftest.Flags().IntVar(&test.Nodes, "nodes", 3, "number of nodes")

	root.AddCommand(up, node, selftest,
		&cobra.Command{
			Use:   "down",
			Short: "Remove the cluster and everything it left behind, whatever state it is in",
			Args:  cobra.NoArgs,
			RunE:  func(*cobra.Command, []string) error { return runDown(state) },
		},
		&cobra.Command{
			Use:   "status",
			Short: "Say how every part is; exit code 0 only if the cluster is healthy",
			Args:  cobra.NoArgs,
			RunE:  func(*cobra.Command, []string) error { return runStatus(state) },
		},
		&cobra.Command{
			Use:   "load IMAGE.tar...",
			Short: "Import OCI archives into every node, under the names they carry",
			RunE: func(_ *cobra.Command, args []string) error {
				if len(args) == 0 {
					return errors.New("say which OCI archives to load, as in \"kube load image.tar\"")
				}
				return runLoad(state, args)
			},
		},
		&cobra.Command{
			Use:   "kubectl ...",
			Short: "Run kubectl against the cluster",
			Args:  cobra.ArbitraryArgs,
			Run:   func(*cobra.Command, []string) {},
		})
	return root
}

// defaultState is the folder kube-state beside the program, so that a cluster is found again from wherever the program is called.
func defaultState() string {
	self, err := os.Executable()
	if err != nil {
		return "kube-state"
	}
	return filepath.Join(filepath.Dir(self), "kube-state")
}
