package server

import (
	"io"
	"sync/atomic"

	"latchkey/internal/soap"
)

// freeBody is how large a body may be without asking for room: nearly every message of these dialects is far smaller.
const freeBody = 16 << 10

// bodyRoom is how much memory the large bodies of all requests may take together, so that however many senders there are
// and however slow they are, what they make the server hold is bounded. Small bodies don't ask for any.
type bodyRoom struct {
	left atomic.Int64
	most int64 // what one body can take: no more of it is ever held
}

func newBodyRoom(size, most int64) *bodyRoom {
	r := &bodyRoom{most: most}
	r.left.Store(size)
	return r
}

// take asks for room; false: there is not enough.
func (r *bodyRoom) take(bytes int64) bool {
	if r.left.Add(-bytes) < 0 {
		r.left.Add(bytes)
		return false
	}
	return true
}

// body is a request's body that asks for room while it is read.
type body struct {
	io.ReadCloser
	room        *bodyRoom
	read, taken int64
	busy        bool // whether it found no room
}

// Read reads on, or gives soap.ErrBusy when there is no room for more.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if need := min(b.read, b.room.most) - freeBody - b.taken; need > 0 {
		step := (need + freeBody - 1) / freeBody * freeBody
		if !b.room.take(step) {
			b.busy = true
			return n, soap.ErrBusy
		}
		b.taken += step
	}
	return n, err
}

// leave gives the room back; the body is not read any more.
func (b *body) leave() {
	if b.taken > 0 {
		b.room.left.Add(b.taken)
		b.taken = 0
	}
}
