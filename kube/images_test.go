package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestTheArchiveWeWriteNamesItsImageAndItsBlobsAreWhatTheyAreCalled(t *testing.T) {
	archive := imageArchive(pauseImage, []byte("a program"))
	images, err := imagesIn(bytes.NewReader(archive))
	if err != nil || len(images) != 1 || images[0].Name != pauseImage {
		t.Fatalf("images %v, error %v", images, err)
	}
	blobs := map[string]bool{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name, isBlob := strings.CutPrefix(header.Name, "blobs/sha256/")
		if !isBlob {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(content)); sum != name {
			t.Errorf("blob %s has the sum %s", name, sum)
		}
		blobs["sha256:"+name] = true
	}
	if len(blobs) != 3 || !blobs[images[0].Digest] {
		t.Errorf("layer, configuration and manifest %s expected, found %v", images[0].Digest, blobs)
	}
}

func TestWhatIsNoImageArchiveIsToldApart(t *testing.T) {
	if _, err := imagesIn(strings.NewReader("not a tar")); err == nil {
		t.Error("a text was read as an archive")
	}
	if _, err := imagesIn(bytes.NewReader(tarOf(tarFile{"file", 0o644, []byte("x")}))); err == nil {
		t.Error("an archive without an index was read as one with images")
	}
}
