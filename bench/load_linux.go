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

	"golang.org/x/sys/unix"
)

// run loads the address for a time. It speaks to the kernel itself (epoll), since what the load costs is taken from the
// contestant on a small machine.
func (l load) run(howLong time.Duration) (result, error) {
	drivers := make([]*driver, threads)
	for i := range drivers {
		d, err := l.connect(i)
		if err != nil {
			return result{}, err
		}
		defer d.close()
		drivers[i] = d
	}
	var done sync.WaitGroup
	failures := make([]error, threads)
	begun := time.Now()
	for i, d := range drivers {
		done.Go(func() { failures[i] = d.drive(begun, begun.Add(howLong)) })
	}
	done.Wait()
	all := result{took: time.Since(begun)}
	for _, d := range drivers {
		all.answers += d.result.answers
		all.latencies = append(all.latencies, d.result.latencies...)
	}
	slices.Sort(all.latencies)
	return all, errors.Join(failures...)
}

// driver is one thread of a load, with its share of the connections.
type driver struct {
	load
	number int // of the thread
	epoll  int
	conns  []*conn
	sent   uint64 // the number of the last message
	busy   int    // connections that wait for an answer
	until  time.Time
	events []syscall.EpollEvent
	result result
}

// conn is one connection of a load.
type conn struct {
	fd     int
	buffer []byte // the message
	answer []byte // what came of the answer so far
	busy   bool   // an answer is waited for
	seen   bool   // the first answer was looked at
	// due is when the message that is under way, or else the next one, was to be sent.
	due time.Time
}

// connect opens one driver's share of the connections.
func (l load) connect(number int) (*driver, error) {
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		return nil, err
	}
	d := &driver{load: l, number: number, epoll: epoll, sent: uint64(number) << 48, events: make([]syscall.EpollEvent, connections)}
	for i := range connections / threads {
		c, err := dial(l.address)
		if err == nil {
			d.conns = append(d.conns, c)
			event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
			err = syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, c.fd, &event)
		}
		if err != nil {
			d.close()
			return nil, err
		}
	}
	return d, nil
}

func (d *driver) close() {
	for _, c := range d.conns {
		_ = syscall.Close(c.fd)
	}
	_ = syscall.Close(d.epoll)
}

func dial(address string) (*conn, error) {
	to, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
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
	if err != nil {
		_ = syscall.Close(fd)
	}
	return &conn{fd: fd}, err
}

// drive sends and takes until the time is over. A load with a rate also waits for the answers that are missing then, as
// leaving out the last ones would leave out the slow ones.
func (d *driver) drive(begun, until time.Time) error {
	runtime.LockOSThread() // for good: the thread ends with this, and what is set for it
	// The kernel may wake a sleeper 50 µs late to save power, which is as long as an answer takes.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // only a matter of exactness
	d.until = until
	for i, c := range d.conns {
		c.due = begun.Add(d.every() * time.Duration(i*threads+d.number) / connections)
	}
	for {
		now := time.Now()
		if now.After(until) && (d.rate == 0 || d.busy == 0 && !d.owes()) {
			return nil
		}
		if now.After(until.Add(patience)) {
			return errors.New("answers are missing")
		}
		if err := d.sendDue(now); err != nil {
			return err
		}
		ready, err := d.wait()
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return err
		}
		for _, event := range d.events[:max(ready, 0)] {
			if err := d.take(d.conns[event.Fd]); err != nil {
				return err
			}
		}
	}
}

// owes reports whether a message is not sent yet that was due before the end.
func (d *driver) owes() bool {
	for _, c := range d.conns {
		if c.due.Before(d.until) {
			return true
		}
	}
	return false
}

// sendDue sends on the connections whose time has come.
func (d *driver) sendDue(now time.Time) error {
	if d.rate == 0 && d.busy == len(d.conns) {
		return nil
	}
	for _, c := range d.conns {
		if !c.busy && !c.due.After(now) && c.due.Before(d.until) {
			if err := d.send(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// wait waits for answers, and with a rate until the next message is due at most.
func (d *driver) wait() (ready int, err error) {
	if d.rate == 0 {
		return syscall.EpollWait(d.epoll, d.events, 100)
	}
	next := time.Now().Add(100 * time.Millisecond)
	for _, c := range d.conns {
		if !c.busy && c.due.Before(next) && c.due.Before(d.until) {
			next = c.due
		}
	}
	if left := time.Until(next); left > 0 {
		// epoll_wait counts in milliseconds; poll, which can wait for an epoll as for any file, in nanoseconds.
		timeout := unix.NsecToTimespec(left.Nanoseconds())
		if _, err := unix.Ppoll([]unix.PollFd{{Fd: int32(d.epoll), Events: unix.POLLIN}}, &timeout, nil); err != nil {
			return 0, err
		}
	}
	return syscall.EpollWait(d.epoll, d.events, 0)
}

// send sends the next message of a connection. It is short, so the kernel takes it whole.
func (d *driver) send(c *conn) error {
	d.sent++
	d.busy++
	c.buffer = d.message(d.sent, c.buffer[:0])
	c.answer, c.busy = c.answer[:0], true
	written, err := syscall.Write(c.fd, c.buffer)
	if err == nil && written < len(c.buffer) {
		err = fmt.Errorf("the kernel took %d of %d bytes", written, len(c.buffer))
	}
	return err
}

// take reads what came for a connection; after a whole answer it sends the next message, or leaves it for its time.
func (d *driver) take(c *conn) error {
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
	if !c.seen && !bytes.Contains(c.answer, []byte(d.good)) {
		return fmt.Errorf("not the answer that was expected:\n%s", c.answer)
	}
	c.seen, c.busy = true, false
	d.busy--
	d.result.answers++
	if d.rate == 0 {
		return d.send(c)
	}
	d.result.latencies = append(d.result.latencies, time.Since(c.due))
	c.due = c.due.Add(d.every())
	return nil
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
