package main

type selftestOptions struct {
	Cycles, Kills, Number, Nodes int
	Seed                         int64
}

func runSelftest(selftestOptions) error { return nil }
