package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/alecthomas/kong"

	"latchkey/internal/access"
	"latchkey/internal/server"
)

// order is a command as it travels to the running server.
type order struct {
	Args    []string `json:"args"`
	Input   string   `json:"input"`
	User    string   `json:"user"`
	Version string   `json:"version"`
}

// piece is a part of what comes back while the command runs; the last one has Exit.
type piece struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	File []byte `json:"file,omitempty"`
	Exit *int   `json:"exit,omitempty"`
}

// runThere has the command run in the server that listens on a socket; answered is false when there is none.
func (e *errand) runThere(ctx context.Context, socket string) (code int, answered bool) {
	if socket == "" {
		return 0, false
	}
	body, err := json.Marshal(order{Args: e.args, Input: e.input, User: e.person.name, Version: programVersion()})
	if err != nil {
		return e.person.report(err), true
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://latchkey/run", bytes.NewReader(body))
	if err != nil {
		return e.person.report(err), true
	}
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return server.DialSocket(ctx, socket) },
	}}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return 0, false
	case err != nil:
		return e.cutOff(ctx, err), true
	}
	defer response.Body.Close()
	return e.follow(ctx, response.Body), true
}

// follow passes on what the server sends until the command has ended.
func (e *errand) follow(ctx context.Context, body io.Reader) int {
	pieces := json.NewDecoder(body)
	for {
		var next piece
		if err := pieces.Decode(&next); err != nil {
			return e.cutOff(ctx, err)
		}
		_, outErr := e.person.out.Write(next.Out)
		_, errErr := e.person.err.Write(next.Err)
		fileErr := error(nil)
		if len(next.File) > 0 {
			_, fileErr = e.parcel.Write(next.File)
		}
		if err := errors.Join(outErr, errErr, fileErr); err != nil {
			return e.person.report(err)
		}
		if next.Exit != nil {
			return *next.Exit
		}
	}
}

// cutOff says that the way to the server ended before the command did.
func (e *errand) cutOff(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return e.person.report(errors.New("interrupted; `latchkey audit` shows what was done before"))
	}
	return e.person.report(fmt.Errorf("the server stopped before the command was done (%w); "+
		"`latchkey audit` shows what was", err))
}

// newAdmin gives what answers on the admin socket: it runs commands in the server's own house.
func newAdmin(house *server.House) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /run", func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		back := &wayBack{to: json.NewEncoder(w), flush: http.NewResponseController(w).Flush}
		err := runOrder(r.Context(), house, o, back)
		if err != nil {
			_, _ = back.err().Write([]byte(explain(err)))
		}
		code := exitCode(err)
		_ = back.send(piece{Exit: &code}) // who has gone needs no answer
	})
	return mux
}

// runOrder parses the arguments with the grammar they were parsed with already, and runs the command. Files and
// environment are those of the server here, so nothing is taken from them.
func runOrder(ctx context.Context, house *server.House, o order, back *wayBack) error {
	parser := newParser(withoutSources())
	parsed, err := parser.Parse(o.Args)
	if err != nil {
		return fmt.Errorf("the running server (%s) does not understand this command of another version (%s): %w",
			programVersion(), o.Version, err)
	}
	command, ok := selected(parsed).(inside)
	if !ok {
		return usageError("this command cannot be run inside a server")
	}
	house.Log.Info("command", "command", parsed.Command(), "user", o.User)
	return command.runInside(ctx, &desk{
		house: house, by: access.CommandLine(o.User), input: o.Input,
		out: back.out(), err: back.err(), file: back.file(), serving: true,
	})
}

// wayBack carries what a command writes to the person who sent it.
type wayBack struct {
	to    *json.Encoder
	flush func() error
}

func (b *wayBack) send(p piece) error { return errors.Join(b.to.Encode(p), b.flush()) }

// writerFunc makes a writer of a function that takes everything or fails.
type writerFunc func([]byte) error

// Write calls the function.
func (f writerFunc) Write(b []byte) (int, error) {
	if err := f(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (b *wayBack) out() io.Writer {
	return writerFunc(func(t []byte) error { return b.send(piece{Out: t}) })
}

func (b *wayBack) err() io.Writer {
	return writerFunc(func(t []byte) error { return b.send(piece{Err: t}) })
}

func (b *wayBack) file() io.Writer {
	return writerFunc(func(t []byte) error { return b.send(piece{File: t}) })
}

// withoutSources keeps a parser from environment, files and exits: what it parses was parsed before, elsewhere.
func withoutSources() kong.Option {
	return kong.PostBuild(func(k *kong.Kong) error {
		k.Exit = func(int) {}
		return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
			if flag, ok := node.(*kong.Flag); ok {
				flag.Tag.Envs = nil
			}
			return next(nil)
		})
	})
}
