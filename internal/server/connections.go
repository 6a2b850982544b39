package server

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// connections bounds how many connections the server holds. One more is always taken, and another one is closed for it: of
// the address that has most of them, the one that waits for its next request for longest, or, when all of them are at
// one, the one that has been at it for longest. So whoever takes all there are takes them from themselves, and somebody
// who calls now and then finds a place.
type connections struct {
	most    int
	evicted atomic.Int64

	mu     sync.Mutex
	open   map[net.Conn]*place
	guests map[netip.Addr]*guest
}

// guest is an address with its connections: those that wait and those that are at a request, the longest in front.
type guest struct {
	waiting, working list.List
}

func (g *guest) count() int { return g.waiting.Len() + g.working.Len() }

// place is where a connection stands.
type place struct {
	address netip.Addr
	line    *list.List
	at      *list.Element
}

func newConnections(most int) *connections {
	return &connections{most: most, open: map[net.Conn]*place{}, guests: map[netip.Addr]*guest{}}
}

// changed is told of every change in the life of a connection (http.Server.ConnState).
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.arrive(conn)
	case http.StateActive:
		c.move(conn, func(g *guest) *list.List { return &g.working })
	case http.StateIdle:
		c.move(conn, func(g *guest) *list.List { return &g.waiting })
	case http.StateHijacked, http.StateClosed:
		c.leave(conn)
	}
}

func (c *connections) arrive(conn net.Conn) {
	if len(c.open) >= c.most {
		c.makeRoom()
	}
	peer, _ := netip.ParseAddrPort(conn.RemoteAddr().String()) // the zero address for what has none
	p := &place{address: peer.Addr().Unmap()}
	g, known := c.guests[p.address]
	if !known {
		g = &guest{}
		c.guests[p.address] = g
	}
	p.line = &g.waiting
	p.at = p.line.PushBack(conn)
	c.open[conn] = p
}

func (c *connections) move(conn net.Conn, line func(*guest) *list.List) {
	p, known := c.open[conn]
	if !known {
		return // it was given up already
	}
	p.line.Remove(p.at)
	p.line = line(c.guests[p.address])
	p.at = p.line.PushBack(conn)
}

func (c *connections) leave(conn net.Conn) {
	p, known := c.open[conn]
	if !known {
		return
	}
	p.line.Remove(p.at)
	delete(c.open, conn)
	if c.guests[p.address].count() == 0 {
		delete(c.guests, p.address)
	}
}

// makeRoom closes a connection of the address that has most.
func (c *connections) makeRoom() {
	var greediest *guest
	for _, g := range c.guests {
		if greediest == nil || g.count() > greediest.count() {
			greediest = g
		}
	}
	if greediest == nil {
		return
	}
	first := greediest.waiting.Front()
	if first == nil {
		first = greediest.working.Front()
	}
	conn := first.Value.(net.Conn)
	c.leave(conn)
	c.evicted.Add(1)
	go func() { _ = conn.Close() }() // with TLS it says goodbye first, which may take a while
}
