package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

//go:embed pause/pause.bin
var pauseProgram []byte

const pauseImage = "localhost/slotkeeper/pause:1"

type tarFile struct {
	Name    string
	Mode    int64
	Content []byte
}

func tarOf(files ...tarFile) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		// Writing to memory fails only for headers that are wrong, and these are constants.
		if err := w.WriteHeader(&tar.Header{Name: f.Name, Mode: f.Mode, Size: int64(len(f.Content)), Typeflag: tar.TypeReg}); err != nil {
			panic(err)
		}
		_, _ = w.Write(f.Content)
	}
	_ = w.Close()
	return out.Bytes()
}

// imageArchive builds an OCI archive of an image with a single program in it.
func imageArchive(name string, program []byte) []byte {
	type fields = map[string]any
	files := []tarFile{{"oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`)}}
	blob := func(mediaType string, content []byte) fields {
		sum := fmt.Sprintf("%x", sha256.Sum256(content))
		files = append(files, tarFile{"blobs/sha256/" + sum, 0o644, content})
		return fields{"mediaType": "application/vnd.oci.image." + mediaType, "digest": "sha256:" + sum, "size": len(content)}
	}
	encode := func(f fields) []byte {
		raw, err := json.Marshal(f)
		if err != nil {
			panic(err)
		}
		return raw
	}
	layer := blob("layer.v1.tar", tarOf(tarFile{"pause", 0o755, program}))
	config := blob("config.v1+json", encode(fields{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": fields{"Entrypoint": []string{"/pause"}, "User": "65535:65535"},
		"rootfs": fields{"type": "layers", "diff_ids": []any{layer["digest"]}},
	}))
	manifest := blob("manifest.v1+json", encode(fields{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []fields{layer},
	}))
	manifest["annotations"] = fields{"org.opencontainers.image.ref.name": name}
	files = append(files, tarFile{"index.json", 0o644, encode(fields{"schemaVersion": 2, "manifests": []fields{manifest}})})
	return tarOf(files...)
}

func (c *cluster) nodeProgram() string  { return c.path("bin", "slotkeeper-node") }
func (c *cluster) pauseArchive() string { return c.path("bin", "pause.tar") }

// writePrograms lays out what the machines are started with: the first process of a machine, and the image that every pod needs.
func (c *cluster) writePrograms() error {
	if _, err := os.Stat(c.pauseArchive()); err == nil {
		return nil
	}
	if err := writeFile(c.nodeProgram(), string(pauseProgram)); err != nil {
		return err
	}
	if err := os.Chmod(c.nodeProgram(), 0o755); err != nil {
		return err
	}
	return writeFile(c.pauseArchive(), string(imageArchive(pauseImage, pauseProgram)))
}

// archivedImage is one image of an archive: the name it asks for and the digest that identifies it.
type archivedImage struct{ Name, Digest string }

// imagesIn reads the table of contents of an OCI archive.
func imagesIn(archive io.Reader) ([]archivedImage, error) {
	for r := tar.NewReader(archive); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it has no index.json: not an OCI archive")
		}
		if err != nil {
			return nil, err
		}
		if filepath.Clean(header.Name) != "index.json" {
			continue
		}
		var index struct {
			Manifests []struct {
				Digest      string
				Annotations map[string]string
			}
		}
		if err := json.NewDecoder(r).Decode(&index); err != nil {
			return nil, fmt.Errorf("its index.json: %w", err)
		}
		var images []archivedImage
		for _, m := range index.Manifests {
			name := m.Annotations["io.containerd.image.name"]
			if name == "" {
				name = m.Annotations["org.opencontainers.image.ref.name"]
			}
			images = append(images, archivedImage{Name: name, Digest: m.Digest})
		}
		return images, nil
	}
}

func imagesInFile(path string) ([]archivedImage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the image archive: %w", err)
	}
	defer file.Close()
	images, err := imagesIn(file)
	if err != nil {
		return nil, fmt.Errorf("reading the image archive %s: %w", path, err)
	}
	return images, nil
}

func (m machine) ctr(args ...string) (string, error) {
	cmd := exec.Command("ctr", append([]string{"--address", m.socket(), "--namespace", "k8s.io"}, args...)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("ctr %s on node %s: %w: %s", strings.Join(args, " "), m.Name, err, strings.TrimSpace(complaints.String()))
	}
	return string(out), nil
}

// has tells whether the node has all these images under these names already.
func (m machine) has(images []archivedImage) bool {
	table, err := m.ctr("images", "list")
	if err != nil {
		return false
	}
	known := map[archivedImage]bool{}
	for _, line := range strings.Split(table, "\n") {
		if fields := strings.Fields(line); len(fields) > 2 {
			known[archivedImage{Name: fields[0], Digest: fields[2]}] = true
		}
	}
	for _, image := range images {
		if !known[image] {
			return false
		}
	}
	return true
}

// load imports an archive unless the node has its images.
func (m machine) load(archive string) error {
	images, err := imagesInFile(archive)
	if err != nil || m.has(images) {
		return err
	}
	_, err = m.ctr("images", "import", archive)
	return err
}

// waitForContainerd waits until a containerd that was just started answers.
func (m machine) waitForContainerd() error {
	name := m.Name + "-containerd"
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, err := os.Stat(m.socket())
		if err == nil {
			_, err = m.ctr("version")
		}
		if err == nil {
			return nil
		}
		if _, alive := m.recorded(name); !alive || time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer (%w); the end of its log:\n%s", name, err, m.logTail(name))
		}
	}
}

func runLoad(state string, archives []string) error {
	c, err := runningCluster(state)
	if err != nil {
		return err
	}
	for i, archive := range archives {
		if archives[i], err = filepath.Abs(archive); err != nil {
			return err
		}
	}
	var images []archivedImage
	for _, archive := range archives {
		found, err := imagesInFile(archive)
		if err != nil {
			return err
		}
		images = append(images, found...)
	}
	started := time.Now()
	if err := inParallel(c.nodes(), func(m machine) error {
		for _, archive := range archives {
			if err := m.load(archive); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for _, image := range images {
		fmt.Printf("%s is on %d nodes\n", image.Name, c.Nodes)
	}
	fmt.Printf("loaded in %.1f s\n", time.Since(started).Seconds())
	return nil
}

// inParallel does the same on several machines and returns all that went wrong.
func inParallel(machines []machine, do func(machine) error) error {
	failures := make([]error, len(machines))
	var wait sync.WaitGroup
	for i, m := range machines {
		wait.Add(1)
		go func() {
			defer wait.Done()
			failures[i] = do(m)
		}()
	}
	wait.Wait()
	return errors.Join(failures...)
}
