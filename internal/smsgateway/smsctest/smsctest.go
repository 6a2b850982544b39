// Package smsctest starts message centres that speak SMPP for tests, each a program of its own on this machine's loopback:
// one on the npm package smpp, one on Perl's Net::SMPP. Neither shares code with ours, and both count every text they take.
// Start reading with Start; what a centre can be told stands in Behaviour. StartKannel (kannel.go) runs a Kannel, for texts
// over HTTP.
package smsctest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"latchkey/internal/storage/storetest"
)

// The login that a centre takes.
const (
	SystemID = "latchkey"
	Password = "sesame-opens-it"
)

// patience is how long a centre may take for anything it is told.
const patience = 2 * time.Minute

// Kind is one of the programs.
type Kind struct {
	Name, tool string
	command    []string
}

// Kinds lists both programs.
func Kinds() []Kind { return []Kind{Node(), Perl()} }

// Node is the message centre on the npm package smpp. It knows everything in Behaviour, and TLS.
func Node() Kind { return Kind{"npm smpp", "smpp", []string{"node", "smsc.cjs"}} }

// Perl is the message centre on Net::SMPP. It knows Act, Faults, Receipts and ReceiptBase.
func Perl() Kind { return Kind{"Net::SMPP", "net-smpp", []string{"perl", "smsc.pl"}} }

// Behaviour says how a centre treats what comes. The zero value takes everything at once and sends no receipts.
type Behaviour struct {
	Act         string  `json:"act,omitempty"`          // for every submit: ok, throttle, queue_full, a number (a status), or one of Fault
	Faults      []Fault `json:"faults,omitempty"`       // for some submits
	AnswerDelay int     `json:"answer_delay,omitempty"` // of a submit, in milliseconds
	Late        int     `json:"late,omitempty"`         // of a submit with the act late, in milliseconds; 0: at AnswerLate
	Silent      bool    `json:"silent,omitempty"`       // it reads, and says nothing at all any more
	Bind        string  `json:"bind,omitempty"`         // silent, close or nack: how binds are treated
	BindDelay   int     `json:"bind_delay,omitempty"`   // in milliseconds

	Receipts       string `json:"receipts,omitempty"`        // tlv, text, both, or none
	ReceiptBase    string `json:"receipt_base,omitempty"`    // hex: the ids of receipts are in another base than those of answers
	ReceiptDelay   int    `json:"receipt_delay,omitempty"`   // in milliseconds
	ReceiptSteps   bool   `json:"receipt_steps,omitempty"`   // one that says en route comes before the last
	ReceiptShuffle bool   `json:"receipt_shuffle,omitempty"` // the last comes first
	ReceiptTwice   bool   `json:"receipt_twice,omitempty"`   // each comes twice
	OddEvery       int    `json:"odd_every,omitempty"`       // the three above hold for every so many-th text only
	Hold           bool   `json:"hold,omitempty"`            // receipts wait until a behaviour without it
	ReceiptFails   bool   `json:"receipt_fails,omitempty"`   // UNDELIV in place of DELIVRD
}

// Fault is what happens to every so many-th submit: cut_untaken (the connection ends before the text is kept), cut_before
// (the text is kept, the connection ends before the answer), cut_after (it ends after the answer), ignore (kept, never
// answered), late (kept, answered late), bare (kept, answered without an id), nack (a generic_nack), throttle, queue_full, or
// a status as a number.
type Fault struct {
	Every int    `json:"every"`
	At    int    `json:"at"` // 0 to Every-1
	Act   string `json:"act"`
}

// Stats counts what a centre saw since it began.
type Stats struct {
	Connections     int            `json:"connections"`
	Sessions        int            `json:"sessions"` // now
	Binds           int            `json:"binds"`
	RefusedBinds    int            `json:"refused_binds"`
	Submits         int            `json:"submits"`   // every submit_sm that came
	Taken           int            `json:"taken"`     // those that were kept
	Doubles         int            `json:"doubles"`   // those that were kept a second time
	MostOpen        int            `json:"most_open"` // the most submits that one session had under way
	Enquiries       int            `json:"enquiries"`
	Receipts        int            `json:"receipts"` // that were answered well
	RefusedReceipts int            `json:"refused_receipts"`
	Waiting         int            `json:"waiting"` // receipts on their way
	Cuts            int            `json:"cuts"`
	Early           int            `json:"early"` // PDUs that came before the answer to a bind
	Acts            map[string]int `json:"acts"`
}

// Taken is a text that a centre kept.
type Taken struct {
	To, Text, ID string
	Times        int // how often it came
}

// Submit is a submit_sm as it came.
type Submit struct {
	Sequence   int
	From, To   string
	FromTON    int `json:"from_ton"`
	FromNPI    int `json:"from_npi"`
	ToTON      int `json:"to_ton"`
	ToNPI      int `json:"to_npi"`
	Text       string
	Coding     int
	ESMClass   int    `json:"esm_class"`
	Validity   string // validity_period: as it came by Net::SMPP, the time that it means by npm smpp
	Registered int
	UDH        string // the user data header in hexadecimal, without its length octet
	SAR        string // reference:number/of
	Payload    bool   // the text was in message_payload
	Reference  int    // user_message_reference, or -1
	Act        string // what the centre did with it
}

// Centre is a running message centre.
type Centre struct {
	Kind    Kind
	Address string // host:port

	t       testing.TB
	in      io.Writer
	process *exec.Cmd

	mu      sync.Mutex
	last    int
	waiting map[int]chan json.RawMessage
}

// Start runs a centre that ends with the test. tlsFiles are a key and a certificate in PEM files, or nothing for plain TCP.
// Without the program it needs the test is skipped by name, and fails in CI.
func Start(t testing.TB, kind Kind, tlsFiles ...string) *Centre {
	t.Helper()
	top := root(t)
	storetest.Tool(t, kind.tool)
	settings := map[string]string{"system_id": SystemID, "password": Password}
	if len(tlsFiles) == 2 {
		settings["key"], settings["cert"] = tlsFiles[0], tlsFiles[1]
	}
	config, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	c := &Centre{Kind: kind, t: t, waiting: map[int]chan json.RawMessage{}}
	c.process = exec.Command(kind.command[0], kind.command[1], string(config))
	c.process.Dir = filepath.Join(top, "internal", "smsgateway", "smsctest", "peer")
	c.process.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(top, ".cache", "smpp", "node_modules"))
	c.process.Stderr = os.Stderr
	if err := c.run(); err != nil {
		t.Fatalf("starting the message centre on %s: %v", kind.Name, err)
	}
	return c
}

// root finds the top of the tree from this file.
func root(t testing.TB) string {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("cannot tell where this file is")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

func (c *Centre) run() error {
	in, err := c.process.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.process.Start(); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(out, 1<<20)
	c.in = in
	c.t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		_ = c.process.Process.Kill()
		_ = c.process.Wait()
	})
	var first struct{ Listening int }
	line, err := lines.ReadBytes('\n')
	if err = errors.Join(err, json.Unmarshal(line, &first)); err != nil {
		return err
	}
	c.Address = fmt.Sprintf("127.0.0.1:%d", first.Listening)
	go c.listen(lines)
	return nil
}

// listen hands each reply to who waits for it.
func (c *Centre) listen(lines *bufio.Reader) {
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var reply struct{ N int }
		if json.Unmarshal(line, &reply) != nil {
			continue
		}
		c.mu.Lock()
		waits := c.waiting[reply.N]
		delete(c.waiting, reply.N)
		c.mu.Unlock()
		if waits != nil {
			waits <- line
		}
	}
}

// tell sends a command and reads the reply into a value.
func (c *Centre) tell(command map[string]any, reply any) error {
	c.mu.Lock()
	c.last++
	waits := make(chan json.RawMessage, 1)
	c.waiting[c.last] = waits
	command["n"] = c.last
	line, err := json.Marshal(command)
	if err == nil {
		_, err = c.in.Write(append(line, '\n'))
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case line := <-waits:
		return json.Unmarshal(line, reply)
	case <-time.After(patience):
		return fmt.Errorf("no reply to %v", command["do"])
	}
}

// must is tell for what cannot fail.
func (c *Centre) must(command map[string]any, reply any) {
	c.t.Helper()
	if err := c.tell(command, reply); err != nil {
		c.t.Fatalf("the message centre on %s: %v", c.Kind.Name, err)
	}
}

// Behave changes how the centre treats what comes from now on.
func (c *Centre) Behave(b Behaviour) {
	c.t.Helper()
	c.must(map[string]any{"do": "behave", "behaviour": b}, &struct{}{})
}

// Next says what happens to the next submits, one act each, before Behaviour applies again.
func (c *Centre) Next(acts ...string) {
	c.t.Helper()
	c.must(map[string]any{"do": "next", "acts": acts}, &struct{}{})
}

// Cut ends all connections at once.
func (c *Centre) Cut() {
	c.t.Helper()
	c.must(map[string]any{"do": "cut"}, &struct{}{})
}

// Unbind asks every session to end.
func (c *Centre) Unbind() {
	c.t.Helper()
	c.must(map[string]any{"do": "unbind"}, &struct{}{})
}

// Raw writes octets, given in hexadecimal, to all connections.
func (c *Centre) Raw(hex string) {
	c.t.Helper()
	c.must(map[string]any{"do": "raw", "hex": hex}, &struct{}{})
}

// Stats gives what the centre has counted.
func (c *Centre) Stats() Stats {
	c.t.Helper()
	var reply struct{ Stats Stats }
	c.must(map[string]any{"do": "stats"}, &reply)
	return reply.Stats
}

// Taken lists the texts that the centre kept, in the order in which each came first.
func (c *Centre) Taken() []Taken {
	c.t.Helper()
	var reply struct{ Taken []Taken }
	c.must(map[string]any{"do": "taken"}, &reply)
	return reply.Taken
}

// Submits lists every submit_sm that came.
func (c *Centre) Submits() []Submit {
	c.t.Helper()
	var reply struct{ Submits []Submit }
	c.must(map[string]any{"do": "submits"}, &reply)
	return reply.Submits
}

// AnswerLate answers every submit with the act late that waits for it.
func (c *Centre) AnswerLate() {
	c.t.Helper()
	c.must(map[string]any{"do": "answer"}, &struct{}{})
}

// Enquire sends an enquire_link to each session and waits for all answers.
func (c *Centre) Enquire() (answers int) {
	c.t.Helper()
	var reply struct{ Answers int }
	c.must(map[string]any{"do": "enquire"}, &reply)
	return reply.Answers
}

// Delivery is a deliver_sm as the centre sends it.
type Delivery struct {
	From, To string
	Coding   int
	Hex      string         // the text's octets
	UDH      string         // a user data header in hexadecimal, with its length octet
	More     map[string]any // further fields and parameters by their names
	DataSM   bool           // a data_sm in its place, whose text is in More
}

// Deliver sends it to one session and gives the status of the answer.
func (c *Centre) Deliver(d Delivery) (status int, err error) {
	fields := map[string]any{"source_addr": d.From, "destination_addr": d.To, "data_coding": d.Coding}
	for name, value := range d.More {
		fields[name] = value
	}
	command := map[string]any{"do": "deliver", "pdu": fields}
	if d.DataSM {
		command["as"] = "data_sm"
	} else {
		command["hex"] = d.Hex
	}
	if d.UDH != "" {
		command["udh"] = d.UDH
	}
	var reply struct {
		Status int
		Error  string
	}
	if err := c.tell(command, &reply); err != nil {
		return 0, err
	}
	if reply.Error != "" {
		return 0, errors.New(reply.Error)
	}
	return reply.Status, nil
}
