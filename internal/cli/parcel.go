package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// parcel is a file that a command brings back: it appears under its name when it is complete, readable by its owner
// only, or not at all. The zero parcel takes nothing.
type parcel struct {
	name   string
	direct io.Writer // the standard output, which takes everything as it comes
	file   *os.File  // made at the first write
}

func newParcel(name string, out io.Writer) *parcel {
	if name == "-" {
		return &parcel{direct: out}
	}
	return &parcel{name: name}
}

// Write adds to the file.
func (p *parcel) Write(b []byte) (int, error) {
	if p.direct != nil {
		return p.direct.Write(b)
	}
	if p.file == nil {
		if p.name == "" {
			return 0, errors.New("this command brings back no file")
		}
		file, err := os.CreateTemp(filepath.Dir(p.name), ".latchkey-*")
		if err != nil {
			return 0, fmt.Errorf("write %s: %w", p.name, err)
		}
		p.file = file
	}
	return p.file.Write(b)
}

// finish puts the file in its place, or removes what there is of it.
func (p *parcel) finish(complete bool) error {
	if p.file == nil {
		return nil
	}
	if !complete {
		return errors.Join(p.file.Close(), os.Remove(p.file.Name()))
	}
	if err := errors.Join(p.file.Sync(), p.file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", p.name, err), os.Remove(p.file.Name()))
	}
	return os.Rename(p.file.Name(), p.name)
}

// writeWhole writes a small file in the manner of a parcel.
func writeWhole(name, text string) error {
	p := &parcel{name: name}
	_, err := io.WriteString(p, text)
	return errors.Join(err, p.finish(err == nil))
}
