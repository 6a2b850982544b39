package server

import (
	"io"
	"net"
	"net/http"
	"testing"
)

// standing is a connection of an address that tells when it is closed.
type standing struct {
	net.Conn
	from   string
	closed chan struct{}
	guest  *guest
}

func (s *standing) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(s.from), Port: 4711}
}

func (s *standing) Close() error {
	close(s.closed)
	return nil
}

// arrival lets a connection of an address arrive.
func arrival(c *connections, from string, states ...http.ConnState) *standing {
	s := &standing{from: from, closed: make(chan struct{})}
	s.guest = &guest{Conn: s}
	for _, state := range append([]http.ConnState{http.StateNew}, states...) {
		c.changed(s.guest, state)
	}
	return s
}

// gone waits for one connection to be closed, and complains when another one is.
func gone(t *testing.T, want *standing, others ...*standing) {
	t.Helper()
	<-want.closed
	for _, other := range others {
		select {
		case <-other.closed:
			t.Errorf("a connection of %s was closed too", other.from)
		default:
		}
	}
}

func TestOneConnectionTooManyClosesAnother(t *testing.T) {
	const greedy, modest = "192.0.2.1", "192.0.2.2"
	t.Run("of the address that has most", func(t *testing.T) {
		c := newConnections(3)
		old := arrival(c, modest, http.StateActive, http.StateIdle)
		first, second := arrival(c, greedy, http.StateActive, http.StateIdle), arrival(c, greedy)
		last := arrival(c, modest)
		gone(t, first, old, second, last)
		if len(c.open) != 3 || c.evicted.Load() != 1 {
			t.Errorf("%d connections are held, %d were closed", len(c.open), c.evicted.Load())
		}
	})
	t.Run("the one that waits for longest", func(t *testing.T) {
		c := newConnections(3)
		first, second, third := arrival(c, greedy), arrival(c, greedy), arrival(c, greedy)
		c.changed(first.guest, http.StateActive)
		c.changed(first.guest, http.StateIdle)
		last := arrival(c, modest)
		gone(t, second, first, third, last)
	})
	t.Run("one that is at a request only when all are", func(t *testing.T) {
		c := newConnections(3)
		first := arrival(c, greedy, http.StateActive)
		waiting := arrival(c, greedy, http.StateActive, http.StateIdle)
		second := arrival(c, greedy, http.StateActive)
		third := arrival(c, greedy, http.StateActive)
		gone(t, waiting, first, second, third)
		last := arrival(c, modest)
		gone(t, first, second, third, last)
	})
	t.Run("and what was closed counts no more", func(t *testing.T) {
		c := newConnections(2)
		first, second := arrival(c, greedy), arrival(c, greedy)
		c.changed(first.guest, http.StateClosed)
		third := arrival(c, modest)
		if c.evicted.Load() != 0 {
			t.Error("a connection was closed although there was room")
		}
		for _, one := range []*standing{first, second, third} {
			c.changed(one.guest, http.StateClosed)
			c.changed(one.guest, http.StateIdle) // as one that was given up goes on for a moment
		}
		if len(c.open) != 0 || len(c.guests) != 0 {
			t.Errorf("%d connections of %d addresses are still held", len(c.open), len(c.guests))
		}
	})
}

// net/http says that its answer is over and then waits a moment before it closes a connection in which the client still sends:
// closed at once, it would be reset, and the answer with it.
func TestAGuestCanStopSpeakingBeforeItLeaves(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := guestListener{inner}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if heard, err := io.ReadAll(client); err != nil || len(heard) != 0 {
		t.Errorf("the client read %q, %v; want the end", heard, err)
	}
	if _, err := client.Write([]byte("still here")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len("still here"))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != "still here" {
		t.Errorf("the server read %q, %v", got, err)
	}
}
