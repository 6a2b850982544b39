package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// The load is that of the figures: 32 connections that stay open, 2 threads.
const (
	connections = 32
	threads     = 2
)

// load is a load on one address: every connection sends a message, waits for the whole answer, sends the next.
type load struct {
	address string
	// message gives the nth message, with its headers. It may use the buffer.
	message func(n uint64, buffer []byte) []byte
	// good must be in the first answer of every connection; later answers must have the status 200.
	good string
	// pause is waited between an answer and the next message of a connection; zero is none.
	pause time.Duration
}

// result is what a load saw.
type result struct {
	answers   int
	took      time.Duration
	latencies []time.Duration // of every answer, sorted
}

// rate is how many answers came in a second.
func (r result) rate() float64 { return float64(r.answers) / r.took.Seconds() }

// percentile gives the latency that so many percent of the answers kept.
func (r result) percentile(p float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(float64(len(r.latencies))*p/100))]
}

// run loads the address for a time. It speaks to the kernel itself (epoll), since what the load costs is taken from the
// contestant on a small machine.
func (l load) run(howLong time.Duration) (result, error) {
	var all result
	var mu sync.Mutex
	var failed error
	var done sync.WaitGroup
	begun := time.Now()
	for thread := range threads {
		done.Go(func() {
			runtime.LockOSThread()
			r, err := l.thread(uint64(thread), begun.Add(howLong))
			mu.Lock()
			defer mu.Unlock()
			all.answers += r.answers
			all.latencies = append(all.latencies, r.latencies...)
			failed = errors.Join(failed, err)
		})
	}
	done.Wait()
	all.took = time.Since(begun)
	slices.Sort(all.latencies)
	return all, failed
}

// conn is one connection of a load.
type conn struct {
	fd     int
	buffer []byte // the message
	answer []byte // what came of the answer so far
	sentAt time.Time
	next   time.Time // when the next message goes; zero: it is sent
	seen   bool      // the first answer was looked at
}

// thread drives its share of the connections until the time is over.
func (l load) thread(number uint64, until time.Time) (result, error) {
	var r result
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		return r, err
	}
	defer syscall.Close(epoll)
	conns := map[int32]*conn{}
	n := number << 48
	for range connections / threads {
		c, err := dial(l.address)
		if err != nil {
			return r, err
		}
		defer syscall.Close(c.fd)
		conns[int32(c.fd)] = c
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(c.fd)}
		if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, c.fd, &event); err != nil {
			return r, err
		}
		if err := l.send(c, &n); err != nil {
			return r, err
		}
	}
	events := make([]syscall.EpollEvent, connections)
	for time.Now().Before(until) {
		ready, err := syscall.EpollWait(epoll, events, l.patience())
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return r, err
		}
		for _, event := range events[:max(ready, 0)] {
			if err := l.take(conns[event.Fd], &r, &n); err != nil {
				return r, err
			}
		}
		if err := l.resume(conns, &n); err != nil {
			return r, err
		}
	}
	return r, nil
}

// patience is how many milliseconds are waited for the next answer.
func (l load) patience() int {
	if l.pause > 0 {
		return 1
	}
	return 100
}

// resume sends on the connections whose pause is over.
func (l load) resume(conns map[int32]*conn, n *uint64) error {
	if l.pause == 0 {
		return nil
	}
	now := time.Now()
	for _, c := range conns {
		if !c.next.IsZero() && now.After(c.next) {
			if err := l.send(c, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func dial(address string) (*conn, error) {
	to, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	at := &syscall.SockaddrInet4{Port: to.Port}
	copy(at.Addr[:], to.IP.To4())
	err = errors.Join(
		syscall.Connect(fd, at),
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.SetNonblock(fd, true),
	)
	return &conn{fd: fd}, err
}

// send sends the next message of a connection. It is short, so the kernel takes it whole.
func (l load) send(c *conn, n *uint64) error {
	*n++
	c.buffer = l.message(*n, c.buffer[:0])
	c.answer, c.next, c.sentAt = c.answer[:0], time.Time{}, time.Now()
	written, err := syscall.Write(c.fd, c.buffer)
	if err == nil && written < len(c.buffer) {
		err = fmt.Errorf("the kernel took %d of %d bytes", written, len(c.buffer))
	}
	return err
}

// take reads what came for a connection; after a whole answer it sends the next message.
func (l load) take(c *conn, r *result, n *uint64) error {
	var chunk [16 << 10]byte
	read, err := syscall.Read(c.fd, chunk[:])
	if errors.Is(err, syscall.EAGAIN) {
		return nil
	}
	if err != nil || read == 0 {
		return fmt.Errorf("the server closed a connection (%w)", err)
	}
	c.answer = append(c.answer, chunk[:read]...)
	whole, err := isWhole(c.answer)
	if err != nil || !whole {
		return err
	}
	if !c.seen && !bytes.Contains(c.answer, []byte(l.good)) {
		return fmt.Errorf("not the answer that was expected:\n%s", c.answer)
	}
	c.seen = true
	r.answers++
	r.latencies = append(r.latencies, time.Since(c.sentAt))
	if l.pause > 0 {
		c.next = time.Now().Add(l.pause)
		return nil
	}
	return l.send(c, n)
}

var (
	statusOK  = []byte("HTTP/1.1 200 ")
	lengthKey = []byte("Content-Length: ")
	headEnd   = []byte("\r\n\r\n")
)

// isWhole reports whether an answer has come whole. An answer of another status is an error.
func isWhole(answer []byte) (bool, error) {
	head := bytes.Index(answer, headEnd)
	if head < 0 {
		return false, nil
	}
	if !bytes.HasPrefix(answer, statusOK) {
		return false, fmt.Errorf("refused: %s", answer)
	}
	at := bytes.Index(answer[:head], lengthKey)
	if at < 0 {
		return false, fmt.Errorf("an answer without Content-Length: %s", answer[:head])
	}
	line, _, _ := bytes.Cut(answer[at+len(lengthKey):head+2], []byte("\r"))
	length, err := strconv.Atoi(string(line))
	return len(answer) >= head+len(headEnd)+length, err
}
