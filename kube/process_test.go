package main

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAProcessIsKnownByItsPIDAndStartTime(t *testing.T) {
	self, found := readProcess(os.Getpid())
	if !found || !self.alive() {
		t.Fatal("this process should be alive")
	}
	if (process{PID: self.PID, Start: self.Start + 1}).alive() {
		t.Error("another process with the same PID was taken for this one")
	}
}

func TestAnEndedProcessIsNotAliveEvenBeforeItIsCollected(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p, found := readProcess(cmd.Process.Pid)
	if !found {
		t.Fatal("the child should be alive")
	}
	p.kill()
	if err := p.waitForEnd(5 * time.Second); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
}

func TestTheRecordOfAnUnknownProcessIsNoProcess(t *testing.T) {
	c := newCluster(t.TempDir())
	if _, alive := c.recorded("etcd"); alive {
		t.Error("a process that was never started is alive")
	}
	if err := writeFile(c.processFile("etcd"), "{\"pid\":"); err != nil {
		t.Fatal(err)
	}
	if _, alive := c.recorded("etcd"); alive {
		t.Error("a record that was cut short names a process")
	}
	if dead := c.deadProcesses(); len(dead) != 1 || dead[0] != "etcd" {
		t.Errorf("dead processes: %v", dead)
	}
}
