package server

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"latchkey/internal/soap"
)

func bodyOf(room *bodyRoom, size int) *body {
	return &body{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, size))), room: room}
}

func TestLargeBodiesShareTheirRoom(t *testing.T) {
	const size, most = 256 << 10, 1 << 20
	t.Run("a small one asks for none", func(t *testing.T) {
		room := newBodyRoom(0, most)
		if _, err := io.Copy(io.Discard, bodyOf(room, freeBody)); err != nil {
			t.Error(err)
		}
		if left := room.left.Load(); left != 0 {
			t.Errorf("%d bytes are left of none", left)
		}
	})
	t.Run("one that finds no room ends as busy, and takes none", func(t *testing.T) {
		room := newBodyRoom(size, most)
		first, second := bodyOf(room, size), bodyOf(room, size)
		if _, err := io.Copy(io.Discard, first); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, second); !errors.Is(err, soap.ErrBusy) {
			t.Errorf("error %v", err)
		}
		second.leave()
		first.leave()
		if left := room.left.Load(); left != size {
			t.Errorf("%d bytes are left, want all %d", left, size)
		}
		if _, err := io.Copy(io.Discard, bodyOf(room, size)); err != nil {
			t.Errorf("there is room again, and still %v", err)
		}
	})
	t.Run("one larger than any may be takes no more than the largest", func(t *testing.T) {
		room := newBodyRoom(most, most)
		huge := bodyOf(room, 8*most)
		if _, err := io.Copy(io.Discard, huge); err != nil {
			t.Error(err)
		}
		if left := room.left.Load(); left < 0 || left > freeBody {
			t.Errorf("%d bytes are left", left)
		}
	})
}
