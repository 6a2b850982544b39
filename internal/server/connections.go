package server

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// connections bounds how many connections the server holds. One more is always taken, and another one is closed for it: of
// the address that has most of them, the one that waits for its next request for longest, or, when all of them are at
// one, the one that has been at it for longest. So whoever takes all there are from a few addresses takes them from themselves,
// and somebody who calls now and then finds a place. Against thousands of addresses with a connection each this does
// not help; that is for a firewall or a proxy in front.
type connections struct {
	most    int
	evicted atomic.Int64
	turn    atomic.Int64 // counts what happens, to tell what was earlier

	mu     sync.RWMutex
	open   map[net.Conn]*place
	guests map[netip.Addr]int // how many connections an address has
}

// place is where a connection stands: the turn at which it began to wait or to work, which is the order of being closed.
type place struct {
	address netip.Addr
	since   atomic.Int64
}

// working is added to the turn of a connection that is at a request, so that it comes after all that wait.
const working = 1 << 62

func newConnections(most int) *connections {
	return &connections{most: most, open: map[net.Conn]*place{}, guests: map[netip.Addr]int{}}
}

// changed is told of every change in the life of a connection (http.Server.ConnState), twice for each request.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.arrive(conn)
	case http.StateActive:
		c.note(conn, working)
	case http.StateIdle:
		c.note(conn, 0)
	case http.StateHijacked, http.StateClosed:
		c.mu.Lock()
		defer c.mu.Unlock()
		c.leave(conn)
	}
}

// note says since when a connection waits or works. One that was given up already is not there any more.
func (c *connections) note(conn net.Conn, what int64) {
	c.mu.RLock()
	p := c.open[conn]
	c.mu.RUnlock()
	if p != nil {
		p.since.Store(c.turn.Add(1) + what)
	}
}

func (c *connections) arrive(conn net.Conn) {
	peer, _ := netip.ParseAddrPort(conn.RemoteAddr().String()) // the zero address for what has none
	p := &place{address: peer.Addr().Unmap()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.most {
		c.makeRoom()
	}
	p.since.Store(c.turn.Add(1))
	c.open[conn] = p
	c.guests[p.address]++
}

// leave is called with the lock held.
func (c *connections) leave(conn net.Conn) {
	p, known := c.open[conn]
	if !known {
		return
	}
	delete(c.open, conn)
	if c.guests[p.address]--; c.guests[p.address] == 0 {
		delete(c.guests, p.address)
	}
}

// makeRoom closes a connection of the address that has most. It looks at all there are, which costs less than keeping them
// in order would on every request.
func (c *connections) makeRoom() {
	var greediest netip.Addr
	most := 0
	for address, count := range c.guests {
		if count > most {
			greediest, most = address, count
		}
	}
	var first net.Conn
	var earliest int64
	for conn, p := range c.open {
		if since := p.since.Load(); p.address == greediest && (first == nil || since < earliest) {
			first, earliest = conn, since
		}
	}
	if first == nil {
		return
	}
	c.leave(first)
	c.evicted.Add(1)
	go func() { _ = first.Close() }() // with TLS it says goodbye first, which may take a while
}
