package drill

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// dam stands between a node and its database, and can hold back the news or everything.
type dam struct {
	listener net.Listener
	network  string // of the database
	address  string

	mu     sync.Mutex
	muted  bool // nothing that the database says on a listener's connection comes through
	shut   bool // nothing comes through, and no connection stands
	flows  map[net.Conn]bool
	change *sync.Cond
}

// errNoDam says why no dam can stand there.
var errNoDam = errors.New("the way to the database is encrypted or has several ends, and can't be looked into")

// openDam opens one in front of a database, and gives the URL that leads through it.
func openDam(data string) (*dam, string, error) {
	u, err := url.Parse(data)
	if err != nil {
		return nil, "", fmt.Errorf("read the database URL: %w", err)
	}
	query := u.Query()
	if !slices.Contains([]string{"", "disable", "allow", "prefer"}, query.Get("sslmode")) || strings.Contains(u.Host+query.Get("host"), ",") {
		return nil, "", errNoDam
	}
	d := &dam{flows: map[net.Conn]bool{}}
	d.change = sync.NewCond(&d.mu)
	d.network, d.address = databaseAddress(u)
	if d.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, "", fmt.Errorf("open a dam in front of the database: %w", err)
	}
	go d.serve()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = d.listener.Addr().String(), query.Encode()
	return d, u.String(), nil
}

// databaseAddress says where a database is reached, as its clients read its URL.
func databaseAddress(u *url.URL) (network, address string) {
	host, port := u.Hostname(), u.Port()
	if given := u.Query().Get("host"); given != "" {
		host = given
	}
	if given := u.Query().Get("port"); given != "" {
		port = given
	}
	if port == "" {
		port = "5432"
	}
	if strings.HasPrefix(host, "/") {
		return "unix", host + "/.s.PGSQL." + port
	}
	if host == "" {
		host = "localhost"
	}
	return "tcp", net.JoinHostPort(host, port)
}

func (d *dam) serve() {
	for {
		node, err := d.listener.Accept()
		if err != nil {
			return // closed
		}
		go d.connect(node)
	}
}

func (d *dam) connect(node net.Conn) {
	defer node.Close()
	database, err := net.Dial(d.network, d.address)
	if err != nil {
		return
	}
	defer database.Close()
	if !d.admit(node, database) {
		return
	}
	defer d.forget(node, database)
	news := &newsWatch{}
	go func() {
		_, _ = io.Copy(io.MultiWriter(database, news), node)
		_ = database.Close()
	}()
	_, _ = io.Copy(&gate{d, news, node}, database)
}

func (d *dam) admit(ends ...net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, end := range ends {
		d.flows[end] = true
	}
	return !d.shut
}

func (d *dam) forget(ends ...net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, end := range ends {
		delete(d.flows, end)
	}
}

// newsWatch notices that a node listens for news on a connection: it says by which name when it connects.
type newsWatch struct {
	mu    sync.Mutex
	begun []byte
	is    bool
}

// enoughBegun is how much of what a node says at first is looked at.
const enoughBegun = 2048

// Write looks at what a node says.
func (n *newsWatch) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.begun) < enoughBegun && !n.is {
		n.begun = append(n.begun, p...)
		n.is = bytes.Contains(n.begun, []byte("latchkey-listener"))
	}
	return len(p), nil
}

func (n *newsWatch) news() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.is
}

// gate lets what a database says through to a node, or holds it back.
type gate struct {
	dam  *dam
	news *newsWatch
	to   net.Conn
}

// Write waits until it may, and writes.
func (g *gate) Write(p []byte) (int, error) {
	g.dam.mu.Lock()
	for g.dam.muted && !g.dam.shut && g.news.news() {
		g.dam.change.Wait()
	}
	g.dam.mu.Unlock()
	return g.to.Write(p)
}

// set holds the news back, or everything, or neither.
func (d *dam) set(muted, shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.muted, d.shut = muted, shut
	d.change.Broadcast()
	if shut {
		for end := range d.flows {
			_ = end.Close()
		}
	}
}

// close takes the dam away, and every connection with it.
func (d *dam) close() {
	_ = d.listener.Close()
	d.set(false, true)
}
