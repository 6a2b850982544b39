package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// racer is a contestant that answers requests.
type racer struct {
	name  string
	load  load
	rates rounds
}

// turns is how many turns a racer has in a round. A third of the machine may be somebody else's for a second: the shorter the
// turns, the more evenly that falls on all.
const turns = 3

// race lets the racers take turns, after a first one that doesn't count.
func race(o options, racers []*racer) error {
	for _, r := range racers {
		if _, err := r.load.run(o.warmUp()); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	for turn := range turns * o.rounds {
		for i := range racers {
			r := racers[(i+turn)%len(racers)] // nobody is always the one after the same other
			seen, err := r.load.run(o.round / turns)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			r.rates = append(r.rates, seen.perSecond())
		}
		if (turn+1)%turns == 0 {
			progress("round %d of %d", (turn+1)/turns, o.rounds)
		}
	}
	for _, r := range racers {
		progress("%s: %s", r.name, perSecond(r.rates.median()))
	}
	return nil
}

// arena is what the races of one run share.
type arena struct {
	w      *workshop
	loud   *process            // Latchkey with its request log, to a file
	quiet  *process            // Latchkey without
	limits map[string]*process // by the answer that they give
}

func newArena(w *workshop) (*arena, error) {
	a := &arena{w: w, limits: map[string]*process{}}
	var err error
	if a.loud, err = w.serve(filepath.Join(w.folder, "loud"), "--demo"); err != nil {
		return nil, err
	}
	if a.quiet, err = w.serve(filepath.Join(w.folder, "quiet"), "--demo", "--no-request-log"); err != nil {
		return nil, err
	}
	return a, nil
}

// caller gives the demo account of a server.
func caller(p *process) login {
	return login{p.env["REVIO_USERNAME"], p.env["REVIO_PASSWORD"], p.env["REVIO_CLIENT"]}
}

var keyInAnswer = regexp.MustCompile(`<SessionKey>([^<]+)</SessionKey>`)

// openSession opens a session and gives its key.
func openSession(p *process) (string, error) {
	answer, err := ask(p.address, revio("Sessions_Create", caller(p).credentials()))
	if err != nil {
		return "", err
	}
	found := keyInAnswer.FindSubmatch(answer)
	if found == nil {
		return "", fmt.Errorf("no session: %s", answer)
	}
	return string(found[1]), nil
}

// ask sends one message and gives the body of its answer.
func ask(address string, message []byte) ([]byte, error) {
	p, err := call(address)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.ask(message)
}

// phone is a connection that stays open.
type phone struct {
	net.Conn
	answers *bufio.Reader
}

func call(address string) (*phone, error) {
	c, err := net.Dial("tcp", address)
	return &phone{c, bufio.NewReader(c)}, err
}

func (p *phone) ask(message []byte) ([]byte, error) {
	if _, err := p.Write(message); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(p.answers, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

// limit gives the bare handler that answers with the same bytes as a racer does.
func (a *arena) limit(l load) (*racer, error) {
	answer, err := ask(l.address, l.message(1<<40, nil))
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(answer, []byte(l.good)) {
		return nil, fmt.Errorf("not the answer that was expected: %s", answer)
	}
	p := a.limits[string(answer)]
	if p == nil {
		file := filepath.Join(a.w.folder, "answer-"+strconv.Itoa(len(a.limits)))
		if err := os.WriteFile(file, answer, 0o600); err != nil {
			return nil, err
		}
		if p, err = a.bare(file); err != nil {
			return nil, err
		}
		a.limits[string(answer)] = p
	}
	l.address = p.address
	return &racer{name: "the limit", load: l}, nil
}

func (a *arena) bare(file string) (*process, error) {
	program := filepath.Join(a.w.folder, "limit")
	if err := a.w.goBuild(program, "latchkey/bench/limit"); err != nil {
		return nil, err
	}
	return a.w.start(program, file)
}

const success = "<Success>true</Success>"

// answers measures how many answers a second the contestants give.
func answers(w *workshop, o options, r *report) error {
	a, err := newArena(w)
	if err != nil {
		return err
	}
	defer func() { a.loud.stop(); a.quiet.stop() }()
	for _, measure := range []func(*arena, options, *report) error{validating, withCredentials, others} {
		if err := measure(a, o, r); err != nil {
			return err
		}
	}
	return nil
}

// validating measures Sessions_Validate by key.
func validating(a *arena, o options, r *report) error {
	progress("Sessions_Validate by key")
	loud, quiet, err := a.validators()
	if err != nil {
		return err
	}
	limit, err := a.limit(loud.load)
	if err != nil {
		return err
	}
	key := keyInAnswer.FindSubmatch(loud.load.message(1, nil))[1]
	plain, err := a.plain(string(key), loud.load)
	if err != nil {
		return err
	}
	racers := []*racer{loud, quiet, limit, plain}
	gsoap, err := a.gsoap(string(key), loud.load)
	if err != nil {
		return err
	}
	if gsoap != nil {
		racers = append(racers, gsoap)
	}
	if err := race(o, racers); err != nil {
		return err
	}
	const loudly, quietly = "Sessions_Validate, request log on, beside ", "Sessions_Validate, request log off, beside "
	r.add(line{what: loudly + "the limit", ours: loud.rates, beside: limit.rates, unit: perSecond, wanted: 0.70})
	r.add(line{what: loudly + "encoding/xml and a map", ours: loud.rates, beside: plain.rates, unit: perSecond, wanted: 1.6})
	r.add(line{what: quietly + "the limit", ours: quiet.rates, beside: limit.rates, unit: perSecond})
	if gsoap != nil {
		r.add(line{what: "gSOAP (C++, a map in memory) beside the limit", ours: gsoap.rates, beside: limit.rates, unit: perSecond})
		r.add(line{what: quietly + "gSOAP", ours: quiet.rates, beside: gsoap.rates, unit: perSecond, wanted: 1})
	}
	return latencies(o, r, loud, limit)
}

// validators are Latchkey with and without its request log, asked the same.
func (a *arena) validators() (loud, quiet *racer, err error) {
	made := make([]*racer, 2)
	for i, p := range []*process{a.loud, a.quiet} {
		name := []string{"latchkey, request log on", "latchkey, request log off"}[i]
		key, err := openSession(p)
		if err != nil {
			return nil, nil, err
		}
		made[i] = &racer{name: name, load: load{
			address: p.address, message: always(revio("Sessions_Validate", session(key))), good: success,
		}}
	}
	return made[0], made[1], nil
}

func (a *arena) plain(key string, l load) (*racer, error) {
	program := filepath.Join(a.w.folder, "plain")
	if err := a.w.goBuild(program, "latchkey/bench/plain"); err != nil {
		return nil, err
	}
	p, err := a.w.start(program, key)
	if err != nil {
		return nil, err
	}
	l.address = p.address
	return &racer{name: "encoding/xml and a map", load: l}, nil
}

// gsoap gives the service in C++, or nil where it cannot be built.
func (a *arena) gsoap(key string, l load) (*racer, error) {
	p, there, err := a.w.gsoap(key)
	if !there {
		progress("gSOAP is not installed (Debian: gsoap libgsoap-dev g++); it is left out")
	}
	if err != nil || !there {
		return nil, err
	}
	l.address = p.address
	l.good = ":Success>true<"
	return &racer{name: "gSOAP", load: l}, nil
}

// withCredentials measures calls that carry the password every time; it is remembered after the first.
func withCredentials(a *arena, o options, r *report) error {
	progress("Sessions_Validate with Credentials on every call")
	l := load{
		address: a.loud.address, good: success,
		message: always(revio("Sessions_Validate", caller(a.loud).credentials())),
	}
	return a.overLimit(o, r, "Credentials on every call, remembered, request log on, beside the limit", l, 0.60)
}

// overLimit measures one message beside the bare handler that gives the same answer.
func (a *arena) overLimit(o options, r *report, what string, l load, wanted float64) error {
	limit, err := a.limit(l)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	ours := &racer{name: what, load: l}
	if err := race(o, []*racer{ours, limit}); err != nil {
		return err
	}
	r.add(line{what: what, ours: ours.rates, beside: limit.rates, unit: perSecond, wanted: wanted})
	return nil
}

// others measures what writes: nothing is wanted of these beside the limit, which writes nothing.
func others(a *arena, o options, r *report) error {
	for _, one := range a.writers() {
		progress("%s", one.name)
		if err := a.overLimit(o, r, one.name+", durable, beside the limit (which writes nothing)", one.load, 0); err != nil {
			return err
		}
	}
	return nil
}

// writers are calls that write, of all dialects, at Latchkey with its log.
func (a *arena) writers() []racer {
	env := a.loud.env
	first := caller(a.loud)
	sos := login{user: env["SOS_USERNAME"], password: env["SOS_PASSWORD"]}
	load := func(good string, message func(uint64, []byte) []byte) load {
		return load{address: a.loud.address, good: good, message: message}
	}
	return []racer{
		{name: "Sessions_Create", load: load(success, always(revio("Sessions_Create", first.credentials())))},
		{name: "GetAuthorizationTokenByEntity", load: load("<AuthToken>", always(loginToken(sos, env["SOS_DASHBOARD_USER"])))},
		{name: "ivnInitializeSession", load: load("SYN_REP_INFO_7503", always(initialize(env["IVN_USERNAME"], env["IVN_PASSWORD"], env["IVN_COMPANY"])))},
		{name: "SMS_Send", load: load(success, texts(first, env["REVIO_SMS_PROFILE"]))},
	}
}
