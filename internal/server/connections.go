package server

import (
	"crypto/tls"
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

	mu     sync.Mutex
	open   map[*guest]net.Conn // as net/http holds it: with TLS, what says goodbye at the end
	guests map[netip.Addr]int  // how many connections an address has
}

// guest is a connection that knows where it stands: two changes in each request don't look it up.
type guest struct {
	net.Conn
	address netip.Addr
	since   atomic.Int64 // the turn at which it began to wait or to work, which is the order of being closed
}

// CloseWrite tells the other end that nothing more follows. net/http asks for it when it closes a connection from which it
// didn't read everything, so that its answer gets through.
func (g *guest) CloseWrite() error {
	if half, ok := g.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// guestListener makes guests of the connections that come.
type guestListener struct{ net.Listener }

// Accept waits for the next one.
func (l guestListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &guest{Conn: conn}, nil
}

// guestOf gives the guest under a connection, which must have come from a guestListener.
func guestOf(conn net.Conn) *guest {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	return conn.(*guest)
}

// working is added to the turn of a connection that is at a request, so that it comes after all that wait.
const working = 1 << 62

func newConnections(most int) *connections {
	return &connections{most: most, open: map[*guest]net.Conn{}, guests: map[netip.Addr]int{}}
}

// changed is told of every change in the life of a connection (http.Server.ConnState), twice for each request.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	g := guestOf(conn)
	switch state {
	case http.StateNew:
		c.arrive(g, conn)
	case http.StateActive:
		g.since.Store(c.turn.Add(1) + working)
	case http.StateIdle:
		g.since.Store(c.turn.Add(1))
	case http.StateHijacked, http.StateClosed:
		c.mu.Lock()
		defer c.mu.Unlock()
		c.leave(g)
	}
}

func (c *connections) arrive(g *guest, conn net.Conn) {
	peer, _ := netip.ParseAddrPort(g.RemoteAddr().String()) // the zero address for what has none
	g.address = peer.Addr().Unmap()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.most {
		c.makeRoom()
	}
	g.since.Store(c.turn.Add(1))
	c.open[g] = conn
	c.guests[g.address]++
}

// leave is called with the lock held. One that was given up is not there any more.
func (c *connections) leave(g *guest) {
	if _, there := c.open[g]; !there {
		return
	}
	delete(c.open, g)
	if c.guests[g.address]--; c.guests[g.address] == 0 {
		delete(c.guests, g.address)
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
	var first *guest
	var earliest int64
	for g := range c.open {
		if since := g.since.Load(); g.address == greediest && (first == nil || since < earliest) {
			first, earliest = g, since
		}
	}
	if first == nil {
		return
	}
	conn := c.open[first]
	c.leave(first)
	c.evicted.Add(1)
	go func() { _ = conn.Close() }() // with TLS it says goodbye first, which may take a while
}
